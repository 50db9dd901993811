//! Heartbeats: a path that is cut is known at the next run, told once, and told again when it sees.

use crate::deployment::{Deployment, checks, state, tick};
use crate::world::{HOME, MEMBER, OTHER, World};

const NINE: &str = "2026-03-03T09:00:00Z";
const NINE_SECOND: i64 = 1_772_528_400;
const TEN: &str = "2026-03-03T10:00:00Z";
const HOUR: i64 = 3600;

#[tokio::test]
async fn each_account_and_region_is_sent_a_heartbeat_and_one_for_iam() {
    let deployment = Deployment::over(World::healthy()).await;
    let report = deployment.run(NINE);
    let mut beats = deployment.stage.world().beats.clone();
    beats.sort();
    let mut expected = Vec::new();
    for account in [HOME, MEMBER, OTHER] {
        let beat = |region: &str, call: &str| (account.to_owned(), region.to_owned(), call.to_owned());
        expected.extend(crate::world::REGIONS.map(|region| beat(region, "GetSecretValue")));
        expected.push(beat("us-east-1", "CreateAccessKey"));
    }
    expected.sort();
    assert_eq!(beats, expected);
    // Nothing has had time to arrive, and nobody is told anything.
    assert_eq!(checks(&report), Vec::<String>::new());
    assert_eq!(state(&report, MEMBER, "eu-west-1", "secret-accessed"), "waiting");
    assert_eq!(deployment.stage.world().mails, []);
}

#[tokio::test]
async fn a_path_that_is_cut_is_known_at_the_next_run_told_once_and_told_again_when_it_sees() {
    let deployment = Deployment::over(World::healthy()).await;
    let cut =
        |account: &str, region: &str, path: &str| (account, region, path) == (MEMBER, "eu-west-1", "secret-accessed");
    deployment.run(NINE);
    deployment.arrive(NINE_SECOND + 20, |_, _, _| false).await;
    assert_eq!(checks(&deployment.run(TEN)), Vec::<String>::new(), "all of it spoke");
    // What was sent at ten does not arrive from there.
    deployment.arrive(NINE_SECOND + HOUR + 20, cut).await;
    let report = deployment.run("2026-03-03T11:00:01Z");
    assert_eq!(checks(&report), ["heartbeat.late"]);
    assert_eq!(state(&report, MEMBER, "eu-west-1", "secret-accessed"), "blind");
    assert_eq!(state(&report, OTHER, "eu-west-1", "secret-accessed"), "seen");
    let says = report["faults"][0]["says"].as_str().unwrap();
    assert!(says.contains("444455556666 in eu-west-1") && says.contains("2026-03-03T10:00:00Z"), "{says}");
    let mails = deployment.stage.world().mails.clone();
    assert_eq!(mails.len(), 1);
    let (subject, body) = &mails[0];
    assert_eq!(subject, "trailwarden is blind: 444455556666 eu-west-1");
    for words in [
        "does not see what happens here",
        "account 444455556666, eu-west-1: secrets read\n",
        "aws cloudtrail lookup-events --region eu-west-1",
        "trailwarden doctor --stack tw --region eu-central-1",
    ] {
        assert!(body.contains(words), "{words}: {body}");
    }
    eprintln!("{subject}\n\n{body}");
    // It stays so, and nobody is told again.
    deployment.arrive(NINE_SECOND + 2 * HOUR + 20, cut).await;
    assert_eq!(checks(&deployment.run("2026-03-03T12:00:00Z")), ["heartbeat.late"]);
    assert_eq!(deployment.stage.world().mails.len(), 1);
    // One arrives at last.
    deployment.arrive(NINE_SECOND + 3 * HOUR + 20, |_, _, _| false).await;
    assert_eq!(checks(&deployment.run("2026-03-03T13:00:00Z")), Vec::<String>::new());
    let mails = deployment.stage.world().mails.clone();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].0, "trailwarden sees again: 444455556666 eu-west-1");
    assert!(mails[1].1.contains("sees again:\n\n  account 444455556666, eu-west-1: secrets read"), "{}", mails[1].1);
    assert!(!mails[1].1.contains("does not see"), "{}", mails[1].1);
    deployment.run("2026-03-03T13:10:00Z");
    assert_eq!(deployment.stage.world().mails.len(), 2);
}

#[tokio::test]
async fn whoever_asks_again_and_again_does_not_keep_a_path_from_being_late() {
    let deployment = Deployment::over(World::healthy()).await;
    for minute in ["00", "10", "20", "30", "40"] {
        assert_eq!(checks(&deployment.run(&format!("2026-03-03T09:{minute}:00Z"))), Vec::<String>::new());
    }
    let report = deployment.run("2026-03-03T09:51:00Z");
    assert_eq!(checks(&report), ["heartbeat.late"]);
    // Of one mail about everything, the subject says how much it is.
    let mails = deployment.stage.world().mails.clone();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "trailwarden is blind: 3 accounts, 12 regions in all");
}

#[tokio::test]
async fn what_is_blind_by_its_configuration_is_told_too_also_where_no_heartbeat_goes() {
    let deployment = Deployment::over(World::healthy()).await;
    deployment.run(NINE);
    deployment.arrive(NINE_SECOND + 20, |_, _, _| false).await;
    deployment.stage.world().rule("eu-west-1", "tw-console-login-subject-1")["State"] = "DISABLED".into();
    deployment.run(TEN);
    let mails = deployment.stage.world().mails.clone();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].1.contains("account 444455556666, eu-west-1: sign-ins\n"), "{}", mails[0].1);
    assert!(mails[0].1.contains("tw-console-login-subject-1 of account 444455556666 in eu-west-1 is disabled"));
}

#[tokio::test]
async fn of_two_runs_at_once_one_tells_and_what_a_dead_one_did_not_tell_a_later_one_does() {
    let deployment = Deployment::over(World::healthy()).await;
    deployment.run(NINE);
    let (there, go) = deployment.stage.hold();
    deployment.function.begin(&tick(TEN));
    there.recv().unwrap();
    let other = deployment.beside();
    assert_eq!(checks(&serde_json::from_str(&other.invoke(&tick(TEN)).unwrap()).unwrap()), ["heartbeat.late"]);
    assert_eq!(deployment.stage.world().mails, [], "one is about to tell it");
    go.send(()).unwrap();
    deployment.function.answer().unwrap();
    other.invoke(&tick("2026-03-03T10:05:00Z")).unwrap();
    assert_eq!(deployment.stage.world().mails.len(), 1);

    // It sees again; who was to tell it dies.
    deployment.arrive(NINE_SECOND + HOUR + 300, |_, _, _| false).await;
    let (there, _go) = deployment.stage.hold();
    let dying = deployment.beside();
    dying.begin(&tick("2026-03-03T10:10:00Z"));
    there.recv().unwrap();
    dying.process().kill();
    other.invoke(&tick("2026-03-03T10:20:00Z")).unwrap();
    assert_eq!(deployment.stage.world().mails.len(), 1, "for all it knows the other one still tells");
    other.invoke(&tick("2026-03-03T10:30:00Z")).unwrap();
    assert_eq!(deployment.stage.world().mails.len(), 2);
    assert!(deployment.stage.world().mails[1].0.starts_with("trailwarden sees again"));
}

#[tokio::test]
async fn what_cannot_be_told_is_told_by_the_next_run() {
    let deployment = Deployment::over(World::healthy()).await;
    deployment.run(NINE);
    deployment.stage.world().denied.insert("Publish".to_owned());
    assert_eq!(checks(&deployment.run(TEN)), ["alarm.untold", "heartbeat.late"]);
    deployment.stage.world().denied.clear();
    assert_eq!(checks(&deployment.run("2026-03-03T10:01:00Z")), ["heartbeat.late"]);
    assert_eq!(deployment.stage.world().mails.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_neither_told_to_be_blind_nor_to_see() {
    let deployment = Deployment::over(World::healthy()).await;
    deployment.run(NINE);
    deployment.arrive(NINE_SECOND + 20, |_, _, _| false).await;
    deployment.stage.world().denied.insert("DescribeTrails".to_owned());
    let report = deployment.run(TEN);
    assert_eq!(checks(&report), ["look.failed"]);
    assert_eq!(state(&report, MEMBER, "eu-west-1", "secret-accessed"), "unknown");
    assert_eq!(deployment.stage.world().mails, []);
}
