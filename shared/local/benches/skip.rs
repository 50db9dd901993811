//! What a record costs that nobody wants: cut out of its text, its names read, and left.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher};
use serde_json::json;
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_fixtures::records::{Caller, call};
use trailwarden_local::input::{Limits, RawRecord, Reject, Splitter, Visitor, peek};
use trailwarden_model::aws::catalog;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Counts what nobody wants.
#[derive(Default)]
struct Left(usize);

impl Visitor for Left {
    fn record(&mut self, record: RawRecord<'_>) {
        let names = peek(record.bytes).unwrap_or_default();
        let wanted = catalog::find(&names.event_source.unwrap_or_default(), &names.event_name.unwrap_or_default());
        self.0 += usize::from(wanted.is_none());
    }

    fn reject(&mut self, _reject: Reject) {}
}

fn main() {
    divan::main();
}

#[divan::bench]
fn a_hundred_records(bencher: Bencher) {
    let record = |index: usize| {
        let caller = Caller::role("app", &format!("i-{index:017x}"));
        let asked =
            json!({ "instancesSet": { "items": [{ "instanceId": format!("i-{index:017x}") }] }, "filterSet": {} });
        call(&caller, "ec2.amazonaws.com", "DescribeInstances").with("requestParameters", asked).record()
    };
    let text = json!({ "Records": (0..100).map(record).collect::<Vec<_>>() }).to_string();
    let file: Arc<Path> = Arc::from(Path::new("bench"));
    let mut splitter = Splitter::new(Arc::clone(&file), Limits::default());
    let mut skip = || {
        let mut left = Left::default();
        splitter.restart(Arc::clone(&file));
        splitter.push(black_box(text.as_bytes()), &mut left);
        splitter.finish(false, &mut left);
        left.0
    };
    assert_eq!(skip(), 100);
    bencher
        .counter(ItemsCount::new(100_u32))
        .counter(BytesCount::of_str(&text))
        .bench_local(|| counted_by_callgrind(&mut skip));
}
