//! What reading one record costs: from its bytes to an activity.

use std::hint::black_box;

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_fixtures::records::{Caller, RecordBuilder, console_login, create_access_key, get_secret_value};
use trailwarden_model::aws::{Coverage, Reading, read};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn parse(bencher: Bencher, record: &RecordBuilder) {
    let bytes = record.bytes();
    assert!(matches!(read(&bytes, Coverage::Catalog), Reading::Activity(_)));
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| counted_by_callgrind(|| read(black_box(&bytes), Coverage::Catalog)));
}

#[divan::bench]
fn a_secret_read(bencher: Bencher) {
    parse(bencher, &get_secret_value(&Caller::role("app", "i-0123456789abcdef0"), "prod/database"));
}

#[divan::bench]
fn a_key_made(bencher: Bencher) {
    parse(bencher, &create_access_key(&Caller::user("ann"), "bob", "AKIAI44QH8DHBEXAMPLE"));
}

#[divan::bench]
fn a_sign_in(bencher: Bencher) {
    parse(bencher, &console_login(&Caller::user("ann"), true, true));
}
