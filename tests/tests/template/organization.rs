//! The organisation: each call in scope goes from any account and region to the central bus and to one function, and nothing else leaves.

use super::document::{self, WITH_READS, central_rules, every_rule, reached, resources};
use super::events::{by_trail, function, looks};
use serde_json::{Value, json};
use trailwarden_model::aws::rules;

#[test]
fn every_call_in_scope_leaves_once_and_arrives_at_its_function_once() {
    let (forwarder, central) = (every_rule(&document::forwarder()), central_rules(&document::template()));
    assert_eq!((forwarder.len(), central.len()), (rules::all().len(), rules::all().len()));
    for call in by_trail() {
        for event in looks(call) {
            assert_eq!(reached(&forwarder, &event), ["CentralBusArn"], "{event}");
            assert_eq!(reached(&central, &event), [function(call.behaviour())], "{event}");
        }
    }
    let warning = json!({ "source": "aws.signin", "detail-type": "Sign-in Anomaly Alert", "detail": {} });
    assert_eq!(reached(&forwarder, &warning), ["CentralBusArn"]);
    assert_eq!(reached(&central, &warning).len(), 1);
}

#[test]
fn a_forwarder_lets_through_what_the_catalog_asks_for_and_nothing_broader() {
    let forwarder = every_rule(&document::forwarder());
    let mut wanted = rules::all();
    wanted.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(forwarder.len(), wanted.len());
    for (rule, wanted) in forwarder.iter().zip(wanted) {
        assert_eq!((&rule.id, &rule.pattern), (&wanted.id, &wanted.pattern));
        assert_eq!((rule.state.clone(), rule.bus.clone()), (json!(WITH_READS), None), "{}", rule.id);
    }
}

#[test]
fn a_forwarder_has_a_role_that_may_put_on_the_central_bus_and_do_nothing_else() {
    let forwarder = document::forwarder();
    for rule in every_rule(&forwarder) {
        let target = &rule.targets[0];
        assert_eq!((rule.targets.len(), &target["Arn"]), (1, &json!("CentralBusArn")), "{}", rule.id);
        assert_eq!(target["RoleArn"], "ForwardRole.Arn", "{}", rule.id);
        assert_eq!(target["DeadLetterConfig"]["Arn"], "UndeliveredQueue.Arn", "{}", rule.id);
    }
    let role = &forwarder["Resources"]["ForwardRole"]["Properties"];
    let may = &role["Policies"][0]["PolicyDocument"]["Statement"];
    assert_eq!(may.as_array().unwrap().len(), 1);
    assert_eq!((&may[0]["Action"], &may[0]["Resource"]), (&json!("events:PutEvents"), &json!("CentralBusArn")));
    // The central bus knows it by its name.
    let policy = &document::template()["Resources"]["CentralBusPolicy"]["Properties"]["Statement"];
    let named = policy["Condition"]["ArnLike"]["aws:PrincipalArn"].as_str().unwrap();
    assert!(named.ends_with(":role/${AWS::StackName}-forward-*"), "{named}");
    assert_eq!(role["RoleName"], "${Deployment}-forward-${AWS::Region}");
    assert_eq!(policy["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "ForwardedFrom");
    assert_eq!(policy["Condition"]["StringLike"]["events:source"], "aws.*");
}

#[test]
fn where_the_deployment_is_the_forwarder_makes_no_rule() {
    for (id, rule) in resources(&document::forwarder(), "AWS::Events::Rule") {
        assert_eq!(rule["Condition"], "Elsewhere", "{id}");
    }
}

#[test]
fn what_rolls_the_forwarder_out_carries_it_whole_and_fits_where_it_goes() {
    let forwarder = document::forwarder();
    for path in ["infra/organization.yaml", "infra/account.yaml"] {
        let carrier = document::read(path);
        let set = &carrier["Resources"]["Forwarders"]["Properties"];
        let body = set["TemplateBody"].as_str().unwrap();
        assert!(body.len() <= 51_200, "{path} carries {} bytes", body.len());
        assert_eq!(document::parsed(body), forwarder, "{path}");
        // Each parameter of the forwarder without a value of its own is given, and each it is given it has.
        let given: Vec<&Value> = set["Parameters"].as_array().unwrap().iter().map(|one| &one["ParameterKey"]).collect();
        let asked: Vec<&String> = forwarder["Parameters"].as_object().unwrap().keys().collect();
        assert_eq!(given.len(), asked.len(), "{path}");
        assert!(asked.iter().all(|name| given.contains(&&json!(name))), "{path}: {given:?}");
        let regions = carrier["Parameters"]["Regions"]["Default"].as_str().unwrap();
        assert_eq!(regions.split(',').count(), 17, "{path}: those no account can turn off");
        assert!(regions.split(',').any(|region| region == "us-east-1"), "{path}: IAM's events arise there");
    }
    let organization = &document::read("infra/organization.yaml")["Resources"]["Forwarders"]["Properties"];
    assert_eq!(organization["AutoDeployment"]["Enabled"], true);
    assert_eq!(organization["PermissionModel"], "SERVICE_MANAGED");
}

#[test]
fn the_role_of_a_member_may_change_nothing_but_findings_of_its_own_and_is_refused_the_heartbeat() {
    let role = &document::forwarder()["Resources"]["MemberRole"]["Properties"];
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap() {
        for action in statement["Action"].as_array().unwrap() {
            if action == "securityhub:BatchImportFindings" {
                let own = "arn:${AWS::Partition}:securityhub:*:${AWS::AccountId}:product/${AWS::AccountId}/default";
                assert_eq!(statement["Resource"], own, "as the account's own default product, and no other");
                continue;
            }
            let (service, call) = action.as_str().unwrap().split_once(':').unwrap();
            assert!(["Get", "List", "Describe"].iter().any(|verb| call.starts_with(verb)), "{action}");
            assert!(service != "secretsmanager" && !call.contains('*'), "{action}");
        }
    }
    let trust = &role["AssumeRolePolicyDocument"]["Statement"];
    assert_eq!(trust.as_array().unwrap().len(), 1);
    let entering = trust[0]["Condition"]["ArnLike"]["aws:PrincipalArn"].as_array().unwrap();
    let entering: Vec<&str> =
        entering.iter().map(|arn| arn[0].as_str().unwrap().split(":role/").last().unwrap()).collect();
    assert_eq!(
        entering,
        ["${Deployment}-PrivilegesRole-*", "${Deployment}-SecurityHubRole-*", "${Deployment}-SightRole-*"],
        "the roles of the functions that enter accounts, and no other of their account"
    );
}
