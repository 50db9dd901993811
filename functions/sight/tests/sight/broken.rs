//! Broken deployments: one thing at fault each, named with its mend; and one with nothing at fault.

use serde_json::{Value, json};
use trailwarden_remote::Coverage;

use crate::deployment::{Deployment, checks, state};
use crate::world::{HOME, HOME_REGION, MEMBER, OTHER, REGIONS, World};
use crate::{forwarders, retention, surroundings};

const BEFORE: &str = "2026-03-03T09:00:00Z";
/// A minute after it was sent.
const ARRIVED: i64 = 1_772_528_460;
const AFTER: &str = "2026-03-03T10:00:00Z";

/// What a run reports after the heartbeats of the run before have arrived.
pub(crate) async fn second_run(deployment: &Deployment) -> Value {
    deployment.run(BEFORE);
    deployment.arrive(ARRIVED, |_, _, _| false).await;
    deployment.run(AFTER)
}

/// What people are shown of it.
fn shown(report: &Value) -> String {
    let coverage: Coverage = serde_json::from_value(report.clone()).unwrap();
    trailwarden::doctor::table(&coverage, 80)
}

#[tokio::test]
async fn a_healthy_deployment_has_no_fault_and_every_path_is_seen() {
    let deployment = Deployment::over(World::healthy()).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), Vec::<String>::new(), "{}", shown(&report));
    for account in [HOME, MEMBER, OTHER] {
        for region in REGIONS {
            assert_eq!(state(&report, account, region, "secret-accessed"), "seen", "{account} {region}");
            assert_eq!(state(&report, account, region, "console-login"), "configured", "{account} {region}");
        }
        assert_eq!(state(&report, account, "us-east-1", "credential-added"), "seen");
        assert_eq!(state(&report, account, HOME_REGION, "credential-added"), "configured");
    }
    assert_eq!(deployment.stage.world().mails, []);
    eprintln!("{}", shown(&report));
}

/// One thing at fault: what was done, and what must be said of it.
pub(crate) struct Broken {
    pub(crate) what: &'static str,
    pub(crate) by: fn(&mut World),
    pub(crate) check: &'static str,
    /// The account and region it is said of.
    pub(crate) at: (&'static str, &'static str),
    /// The paths that are blind there.
    pub(crate) blinds: &'static [&'static str],
    pub(crate) says: &'static str,
    pub(crate) mend: &'static str,
}

pub(crate) const ALL: &[&str] = &["credential-added", "secret-accessed", "console-login"];
pub(crate) const NOTHING: &[&str] = &[];
pub(crate) const SECRETS: &[&str] = &["secret-accessed"];
pub(crate) const SIGN_INS: &[&str] = &["console-login"];
pub(crate) const CREDENTIALS: &[&str] = &["credential-added"];

/// The member's region in which most is broken.
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const HERE: (&str, &str) = (MEMBER, REGION);
pub(crate) const CENTRE: (&str, &str) = (HOME, HOME_REGION);

#[tokio::test]
async fn each_thing_at_fault_is_named_with_its_mend_and_nothing_else_is() {
    for broken in forwarders::BROKEN.iter().chain(surroundings::BROKEN).chain(retention::BROKEN) {
        let mut world = World::healthy();
        (broken.by)(&mut world);
        let deployment = Deployment::over(world).await;
        let report = second_run(&deployment).await;
        let (what, shown) = (broken.what, shown(&report));
        assert_eq!(checks(&report), [broken.check], "{what}\n{shown}");
        let fault = report["faults"]
            .as_array()
            .unwrap()
            .iter()
            .find(|fault| (fault["account"].as_str().unwrap(), fault["region"].as_str().unwrap()) == broken.at);
        let fault = fault.unwrap_or_else(|| panic!("{what}: nothing said of {:?}\n{shown}", broken.at));
        assert!(fault["says"].as_str().unwrap().contains(broken.says), "{what}: {fault}");
        assert!(fault["mend"].as_str().unwrap().contains(broken.mend), "{what}: {fault}");
        assert_eq!(fault["blinds"], json!(broken.blinds), "{what}");
        // What is at fault at the centre blinds everybody else.
        let central = broken.check.starts_with("central") || broken.check.starts_with("bus");
        let (account, region) = if central { HERE } else { broken.at };
        for path in ALL {
            let is_blind = state(&report, account, region, path) == "blind";
            assert_eq!(is_blind, broken.blinds.contains(path), "{what}: {path}\n{shown}");
        }
        let coverage: Coverage = serde_json::from_value(report).unwrap();
        assert!(!coverage.is_whole(), "{what}");
        assert!(shown.lines().all(|line| line.starts_with("    mend") || line.chars().count() <= 80), "{shown}");
    }
    let number = forwarders::BROKEN.len() + surroundings::BROKEN.len() + retention::BROKEN.len();
    eprintln!("{number} deployments with one thing at fault each");
}

#[tokio::test]
async fn two_trails_that_log_all_of_it_between_them_are_enough() {
    let mut world = World::healthy();
    let whole = world.trail().clone();
    world.trail().selectors["EventSelectors"][0]["ReadWriteType"] = json!("WriteOnly");
    let mut reads = whole.clone();
    reads.selectors["EventSelectors"][0]["ReadWriteType"] = json!("ReadOnly");
    // The emulated trails share their name: the second is of another region.
    reads.home = "eu-west-1";
    world.trails.get_mut(MEMBER).unwrap().push(reads);
    let deployment = Deployment::over(world).await;
    assert_eq!(checks(&second_run(&deployment).await), Vec::<String>::new());
}

#[tokio::test]
async fn an_account_alone_is_looked_at_where_it_is_and_told_what_it_misses() {
    let changed = [("FORWARDED_FROM", "nowhere"), ("CENTRAL_BUS_ARN", ""), ("CENTRAL_RULES", "")];
    let deployment = Deployment::with(World::healthy(), &changed).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), ["regions.no-iam"]);
    assert_eq!(state(&report, HOME, HOME_REGION, "secret-accessed"), "seen");
    assert_eq!(state(&report, HOME, "us-east-1", "credential-added"), "blind");
    assert_eq!(report["rows"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn accounts_and_regions_that_are_named_are_the_ones_looked_at_and_those_closed_are_not() {
    let named = [("ACCOUNTS", MEMBER), ("REGIONS", "us-east-1,eu-central-1")];
    let deployment = Deployment::with(World::healthy(), &named).await;
    let report = second_run(&deployment).await;
    assert_eq!((checks(&report).len(), report["rows"].as_array().unwrap().len()), (0, 4));
    let mut world = World::healthy();
    world.accounts.insert(OTHER.to_owned(), "SUSPENDED");
    let deployment = Deployment::over(world).await;
    assert_eq!(second_run(&deployment).await["rows"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn the_other_regions_of_one_account_need_no_organisation() {
    let mut world = World::healthy();
    world.bus_policy = json!({});
    world.members.clear();
    let deployment = Deployment::with(world, &[("FORWARDED_FROM", "this-account")]).await;
    let report = second_run(&deployment).await;
    assert_eq!((checks(&report).len(), report["rows"].as_array().unwrap().len()), (0, 4), "{}", shown(&report));
}

#[tokio::test]
async fn of_an_account_that_does_not_say_its_regions_those_of_the_deployment_are_looked_at() {
    let mut world = World::healthy();
    world.denied_in.insert((MEMBER.to_owned(), "/listRegions".to_owned()));
    let deployment = Deployment::over(world).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), ["look.failed"]);
    for region in REGIONS {
        assert_eq!(state(&report, MEMBER, region, "secret-accessed"), "seen", "{region}");
    }
}
