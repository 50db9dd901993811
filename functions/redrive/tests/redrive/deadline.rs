//! Near the end of its time redrive begins nothing it could not end.

use std::cell::Cell;
use std::time::Duration;

use aws_smithy_http_client::Builder;
use trailwarden_aws::redrive::{Redrive, RedriveSettings, Redriven};

use crate::functions::Functions;
use crate::path::ADDED;
use crate::queues::{FAILURES, Queues, UNDELIVERED};

fn redrive(queues: &Queues, functions: &Functions) -> Redrive {
    let settings = RedriveSettings::from_lookup(|name| match name {
        "FAILURES_QUEUE_URL" => Some(FAILURES.to_owned()),
        "UNDELIVERED_QUEUE_URL" => Some(UNDELIVERED.to_owned()),
        "FUNCTION_ARNS" => Some(ADDED.to_owned()),
        _ => None,
    });
    let sqs = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
        .region(aws_sdk_sqs::config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_sqs::config::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .http_client(Builder::new().build_http())
        .endpoint_url(format!("http://127.0.0.1:{}", queues.port));
    let lambda = aws_sdk_lambda::Config::builder()
        .behavior_version(aws_sdk_lambda::config::BehaviorVersion::latest())
        .region(aws_sdk_lambda::config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_lambda::config::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .http_client(Builder::new().build_http())
        .endpoint_url(format!("http://127.0.0.1:{}", functions.port));
    Redrive::new(
        aws_sdk_sqs::Client::from_conf(sqs.build()),
        aws_sdk_lambda::Client::from_conf(lambda.build()),
        settings.unwrap(),
    )
}

fn fill(queues: &Queues) {
    for nth in 0..25 {
        queues.failed(&format!("f{nth}"), ADDED, &serde_json::json!({ "id": nth }));
    }
}

#[tokio::test]
async fn a_run_that_comes_too_late_takes_nothing_and_says_how_much_waits() {
    let (queues, functions) = (Queues::open(), Functions::open());
    fill(&queues);
    let (done, read) = redrive(&queues, &functions).run(|| Duration::from_mins(1)).await;
    read.unwrap();
    assert_eq!(done, Redriven { left_for_later: 25, ..Redriven::default() });
    assert_eq!((functions.invoked().len(), queues.visible().len()), (0, 25));
}

#[tokio::test]
async fn when_time_runs_out_what_was_taken_and_not_begun_is_put_back() {
    let (queues, functions) = (Queues::open(), Functions::open());
    fill(&queues);
    // Each look at the clock finds half a minute gone.
    let left = Cell::new(360);
    let clock = || {
        left.set(i64::max(0, left.get() - 30));
        Duration::from_secs(u64::try_from(left.get()).unwrap())
    };
    let (done, read) = redrive(&queues, &functions).run(clock).await;
    read.unwrap();
    let invoked = functions.invoked().len();
    assert!((1..10).contains(&invoked), "{invoked}");
    assert_eq!((done.redriven, done.failed, done.unreadable), (u64::try_from(invoked).unwrap(), 0, 0));
    assert_eq!(done.left_for_later, u64::try_from(25 - invoked).unwrap());
    assert_eq!(queues.visible().len(), 25 - invoked, "the next run may have them at once");
}

#[tokio::test]
async fn what_is_taken_stays_hidden_for_longer_than_the_run_may_last() {
    let (queues, functions) = (Queues::open(), Functions::open());
    fill(&queues);
    let (_, read) = redrive(&queues, &functions).run(|| Duration::from_mins(5)).await;
    read.unwrap();
    assert!(queues.hidden_for().iter().all(|seconds| (301..=960).contains(seconds)), "{:?}", queues.hidden_for());
}
