//! Security Hub: looked at where findings are imported, in the deployment's own account or in each.

use std::collections::BTreeSet;

use crate::broken::second_run;
use crate::deployment::{Deployment, checks, state};
use crate::world::{HOME, HOME_REGION, MEMBER, OTHER, REGIONS, World};

const PER_MEMBER: [(&str, &str); 1] = [("SECURITY_HUB", "per-member")];

fn place(account: &str, region: &str) -> (String, String) {
    (account.to_owned(), region.to_owned())
}

#[tokio::test]
async fn where_each_account_imports_its_own_findings_each_hub_that_is_off_is_named() {
    let mut world = World::healthy();
    let off = [place(MEMBER, "eu-west-1"), place(HOME, "us-east-1")];
    world.hubs_off = off.into();
    let deployment = Deployment::with(world, &PER_MEMBER).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), ["hub.off"]);
    let faults = report["faults"].as_array().unwrap();
    let said: BTreeSet<(String, String)> = faults
        .iter()
        .map(|fault| place(fault["account"].as_str().unwrap(), fault["region"].as_str().unwrap()))
        .collect();
    assert_eq!(said, deployment.stage.world().hubs_off);
    let member = faults.iter().find(|fault| fault["account"] == MEMBER).unwrap();
    let mend = "in account 444455556666: aws securityhub enable-security-hub --no-enable-default-standards --region eu-west-1 (or deploy with SecurityHubImport=central)";
    assert_eq!(member["mend"], mend);
    assert_eq!(state(&report, MEMBER, "eu-west-1", "secret-accessed"), "seen", "a finding is judged all the same");
    let everywhere = [HOME, MEMBER, OTHER].iter().flat_map(|account| REGIONS.map(|region| place(account, region)));
    assert_eq!(deployment.stage.world().hubs, everywhere.collect());
}

#[tokio::test]
async fn where_one_account_imports_all_findings_no_other_hub_is_looked_at() {
    let mut world = World::healthy();
    world.hubs_off = [place(MEMBER, HOME_REGION), place(HOME, "us-east-1")].into();
    let deployment = Deployment::over(world).await;
    assert_eq!(checks(&second_run(&deployment).await), Vec::<String>::new());
    assert_eq!(deployment.stage.world().hubs, [place(HOME, HOME_REGION)].into());
}

#[tokio::test]
async fn a_role_that_lets_nobody_in_imports_nothing_and_a_hub_that_does_not_say_blinds_nothing() {
    let mut world = World::healthy();
    world.members.remove(OTHER);
    world.denied_in.insert((MEMBER.to_owned(), "/accounts".to_owned()));
    let deployment = Deployment::with(world, &PER_MEMBER).await;
    let report = second_run(&deployment).await;
    assert_eq!(checks(&report), ["account.no-forwarder", "look.failed"]);
    let faults = report["faults"].as_array().unwrap();
    let outside = faults.iter().find(|fault| fault["account"] == OTHER).unwrap();
    assert!(outside["says"].as_str().unwrap().ends_with("; nobody imports its findings"), "{outside}");
    let unsaid: Vec<_> = faults.iter().filter(|fault| fault["account"] == MEMBER).collect();
    assert_eq!(unsaid.len(), REGIONS.len());
    assert!(unsaid[0]["says"].as_str().unwrap().contains("DescribeHub failed: AccessDenied"), "{}", unsaid[0]);
    assert_eq!(state(&report, MEMBER, "eu-west-1", "secret-accessed"), "seen");
}
