//! What finding a call in the catalog costs: every record of a trail is looked up there.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_model::aws::catalog::{CALLS, find};

/// Calls every trail is full of, and no detector wants.
const OTHERS: [(&str, &str); 8] = [
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("ec2.amazonaws.com", "DescribeNetworkInterfaces"),
    ("s3.amazonaws.com", "GetBucketAcl"),
    ("s3.amazonaws.com", "ListObjects"),
    ("logs.amazonaws.com", "CreateLogStream"),
    ("monitoring.amazonaws.com", "DescribeAlarms"),
    ("ecr.amazonaws.com", "BatchGetImage"),
    ("elasticloadbalancing.amazonaws.com", "DescribeTargetHealth"),
];

fn main() {
    divan::main();
}

fn look_up(bencher: Bencher, calls: &[(&str, &str)], known: bool) {
    assert!(calls.iter().all(|(source, name)| find(source, name).is_some() == known));
    bencher.counter(ItemsCount::new(calls.len())).bench_local(|| {
        counted_by_callgrind(|| {
            for (source, name) in calls {
                black_box(find(black_box(source), black_box(name)));
            }
        });
    });
}

#[divan::bench]
fn every_call_in_scope(bencher: Bencher) {
    let calls: Vec<(&str, &str)> = CALLS.iter().map(|call| (call.source, call.name)).collect();
    look_up(bencher, &calls, true);
}

#[divan::bench]
fn eight_calls_out_of_scope(bencher: Bencher) {
    look_up(bencher, &OTHERS, false);
}
