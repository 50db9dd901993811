//! What keeps logs or records too short, one thing each; and whom a bucket is asked of, how often, and what is no fault.

use crate::broken::{Broken, CENTRE, NOTHING, second_run};
use crate::deployment::{Deployment, checks};
use crate::world::{HOME, HOME_REGION, MEMBER, OTHER, World, lifecycle};

/// Where the member's trail is at home.
const TRAIL: (&str, &str) = (MEMBER, "us-east-1");

/// Each with its fault.
pub(crate) const BROKEN: &[Broken] = &[
    Broken {
        what: "a bucket that deletes the trail's files after a month",
        by: |world| {
            world.lifecycles.insert(format!("logs-{MEMBER}"), lifecycle("audit/AWSLogs/", 30));
        },
        check: "bucket.short",
        at: TRAIL,
        blinds: NOTHING,
        says: "the bucket logs-444455556666 deletes what the trail `everything` logs under audit/AWSLogs/ after 30 days (its rule `tidy`)",
        mend: "in account 444455556666: aws s3api get-bucket-lifecycle-configuration --bucket logs-444455556666",
    },
    Broken {
        what: "a bucket that is missing",
        by: |world| {
            world.buckets.insert(format!("logs-{MEMBER}"), None);
        },
        check: "bucket.missing",
        at: TRAIL,
        blinds: NOTHING,
        says: "the bucket logs-444455556666 of the trail `everything` is missing",
        mend: "aws cloudtrail update-trail --name everything --s3-bucket-name BUCKET --region us-east-1",
    },
    Broken {
        what: "a function's log that forgets why an event failed before the event is lost",
        by: |world| {
            world.logs.insert("/trailwarden/tw/secret-accessed".to_owned(), Some(7));
            // It is not the deployment's.
            world.logs.insert("/trailwarden/twin/sight".to_owned(), Some(1));
        },
        check: "logs.short",
        at: CENTRE,
        blinds: NOTHING,
        says: "the log group /trailwarden/tw/secret-accessed keeps its lines 7 days",
        mend: "aws logs put-retention-policy --log-group-name /trailwarden/tw/secret-accessed --retention-in-days 90 --region eu-central-1",
    },
];

#[tokio::test]
async fn a_ledger_that_forgets_a_finding_while_its_answer_holds_is_named() {
    for (days, expected) in [("29", ["ledger.short"].as_slice()), ("30", &[])] {
        let deployment = Deployment::with(World::healthy(), &[("LEDGER_DAYS", days)]).await;
        let report = second_run(&deployment).await;
        assert_eq!(checks(&report), expected, "{days}");
        if let Some(fault) = report["faults"].get(0) {
            assert!(fault["says"].as_str().unwrap().contains("the ledger keeps rows 29 days"), "{fault}");
            assert!(fault["mend"].as_str().unwrap().contains("LedgerDays=365"), "{fault}");
            assert_eq!((&fault["account"], &fault["region"]), (&HOME.into(), &HOME_REGION.into()));
        }
    }
}

#[tokio::test]
async fn a_bucket_is_asked_about_once_a_run_by_whom_it_names_and_where_it_is() {
    let mut world = World::healthy();
    // One bucket of the whole organisation, in another region than the trail.
    let bucket = format!("logs-of-all-{OTHER}");
    world.trails.values_mut().for_each(|trails| trails[0].bucket.clone_from(&bucket));
    world.buckets.insert(bucket.clone(), Some("eu-west-1"));
    world.lifecycles.insert(bucket.clone(), lifecycle("", 7));
    let deployment = Deployment::over(world).await;
    let report = deployment.run("2026-03-03T09:00:00Z");
    assert_eq!(checks(&report), ["bucket.short"]);
    assert_eq!(report["faults"][0]["account"], OTHER);
    let asked = |region: &str| (OTHER.to_owned(), region.to_owned(), bucket.clone());
    assert_eq!(deployment.stage.world().asked, [asked("us-east-1"), asked("eu-west-1")]);
}

#[tokio::test]
async fn who_may_not_be_told_how_long_something_is_kept_says_so_and_raises_no_alarm() {
    let mut world = World::healthy();
    // An archive that nobody who is seen owns; the member's has no lifecycle at all.
    world.trails.get_mut(OTHER).unwrap()[0].bucket = "archive".to_owned();
    world.lifecycles.remove(&format!("logs-{MEMBER}"));
    world.denied.insert("DescribeLogGroups".to_owned());
    let deployment = Deployment::over(world).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), Vec::<String>::new());
    let notes = report["notes"].to_string();
    for words in [
        "how long the trail's files are kept is not known, since it was not told account 777788889999 about the bucket archive",
        "how long the functions' logs are kept is not known, since it was not told account 111122223333",
        "GetBucketLifecycleConfiguration failed: AccessDenied: Access Denied",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    assert!(!notes.contains(MEMBER), "a bucket without a lifecycle keeps everything: {notes}");
    assert_eq!(deployment.stage.world().mails, []);
}
