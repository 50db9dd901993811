//! Forwarders, broken: rules, targets and roles of a member, one thing at fault each.

use serde_json::{Value, json};

use crate::broken::{ALL, Broken, HERE, NOTHING, REGION, SECRETS, SIGN_INS};
use crate::world::{MEMBER, Role, World, key};

fn secrets(world: &mut World) -> &mut Value {
    world.rule(REGION, "tw-secret-accessed-subject-1")
}

fn role(world: &mut World) -> &mut Role {
    world.roles.get_mut(&(MEMBER.to_owned(), format!("tw-forward-{REGION}"))).unwrap()
}

/// Each with its fault.
pub(crate) const BROKEN: &[Broken] = &[
    Broken {
        what: "a rule is disabled",
        by: |world| secrets(world)["State"] = json!("DISABLED"),
        check: "rule.disabled",
        at: HERE,
        blinds: SECRETS,
        says: "the rule tw-secret-accessed-subject-1 of account 444455556666 in eu-west-1 is disabled",
        mend: "aws events put-rule --name tw-secret-accessed-subject-1 --region eu-west-1 --state ENABLED_WITH_ALL_",
    },
    Broken {
        what: "a rule is enabled, and given no reads",
        by: |world| secrets(world)["State"] = json!("ENABLED"),
        check: "rule.no-reads",
        at: HERE,
        blinds: SECRETS,
        says: "is in state ENABLED, which is given no reads",
        mend: "--state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    },
    Broken {
        what: "a rule is missing",
        by: |world| {
            world.rules.remove(&key(MEMBER, REGION, "default", "tw-console-login-subject-1"));
        },
        check: "rule.missing",
        at: HERE,
        blinds: SIGN_INS,
        says: "the rule tw-console-login-subject-1 of account 444455556666 in eu-west-1 is missing",
        mend: "aws events put-targets --rule tw-console-login-subject-1 --region eu-west-1 --targets 'Id=central,Arn=arn:aws:events:eu-central-1:111122223333:event-bus/tw-central,RoleArn=arn:aws:iam::444455556666:role/tw-forward-eu-west-1,DeadLetterConfig={Arn=arn:aws:sqs:eu-west-1:444455556666:tw-undelivered}'",
    },
    Broken {
        what: "a rule has the pattern of an older version",
        by: |world| secrets(world)["EventPattern"] = json!(r#"{"source":["aws.secretsmanager"]}"#),
        check: "rule.pattern",
        at: HERE,
        blinds: SECRETS,
        says: "has the pattern of another version",
        mend: "aws events describe-rule --name tw-SecretAccessedSubjectRule1-1A2B3C --region eu-central-1",
    },
    Broken {
        what: "no forwarder in a region",
        by: |world| world.rules.retain(|(account, region, _, _), _| (account.as_str(), region.as_str()) != HERE),
        check: "forwarder.missing",
        at: HERE,
        blinds: ALL,
        says: "account 444455556666 has no forwarder in eu-west-1",
        mend: "add eu-west-1 to the Regions of infra/organization.yaml",
    },
    Broken {
        what: "us-east-1 is not among the regions",
        by: |world| {
            world.regions.get_mut(MEMBER).unwrap().remove("us-east-1");
        },
        check: "regions.no-iam",
        at: (MEMBER, "us-east-1"),
        blinds: ALL,
        says: "us-east-1 of account 444455556666 is not among the regions that are seen",
        mend: "put us-east-1 among the regions",
    },
    Broken {
        what: "a rule without a target",
        by: |world| secrets(world)["Targets"] = json!([]),
        check: "rule.no-target",
        at: HERE,
        blinds: SECRETS,
        says: "has no target",
        mend: "aws events put-targets --rule tw-secret-accessed-subject-1 --region eu-west-1",
    },
    Broken {
        what: "a target without a role",
        by: |world| {
            secrets(world)["Targets"][0].as_object_mut().unwrap().remove("RoleArn");
        },
        check: "rule.no-role",
        at: HERE,
        blinds: SECRETS,
        says: "sends to the central bus without a role",
        mend: "RoleArn=arn:aws:iam::444455556666:role/tw-forward-eu-west-1",
    },
    Broken {
        what: "a target with a role the bus does not let in",
        by: |world| secrets(world)["Targets"][0]["RoleArn"] = json!("arn:aws:iam::444455556666:role/mine"),
        check: "rule.other-role",
        at: HERE,
        blinds: SECRETS,
        says: "sends by arn:aws:iam::444455556666:role/mine, which the central bus does not let in",
        mend: "RoleArn=arn:aws:iam::444455556666:role/tw-forward-eu-west-1",
    },
    Broken {
        what: "a target that is another bus",
        by: |world| secrets(world)["Targets"][0]["Arn"] = json!("arn:aws:events:eu-west-1:444455556666:event-bus/hub"),
        check: "rule.other-target",
        at: HERE,
        blinds: SECRETS,
        says: "to arn:aws:events:eu-west-1:444455556666:event-bus/hub",
        mend: "Arn=arn:aws:events:eu-central-1:111122223333:event-bus/tw-central",
    },
    Broken {
        what: "a target without a dead-letter queue",
        by: |world| {
            secrets(world)["Targets"][0].as_object_mut().unwrap().remove("DeadLetterConfig");
        },
        check: "rule.no-queue",
        at: HERE,
        blinds: NOTHING,
        says: "has no dead-letter queue",
        mend: "DeadLetterConfig={Arn=arn:aws:sqs:eu-west-1:444455556666:tw-undelivered}",
    },
    Broken {
        what: "a role that may put events elsewhere only",
        by: |world| role(world).policy.as_mut().unwrap()["Statement"][0]["Resource"] = json!("arn:aws:events:::other"),
        check: "role.may-not-put",
        at: HERE,
        blinds: ALL,
        says: "the role tw-forward-eu-west-1 of account 444455556666 may not put events on",
        mend: "aws iam put-role-policy --role-name tw-forward-eu-west-1 --policy-name forward",
    },
    Broken {
        what: "a role without a policy",
        by: |world| role(world).policy = None,
        check: "role.may-not-put",
        at: HERE,
        blinds: ALL,
        says: "may not put events on",
        mend: "aws iam put-role-policy",
    },
    Broken {
        what: "a role that is missing",
        by: |world| {
            world.roles.remove(&(MEMBER.to_owned(), format!("tw-forward-{REGION}")));
        },
        check: "role.missing",
        at: HERE,
        blinds: ALL,
        says: "the role tw-forward-eu-west-1, by which account 444455556666 sends from eu-west-1, is missing",
        mend: "aws iam create-role --role-name tw-forward-eu-west-1",
    },
    Broken {
        what: "a role no rule can wear",
        by: |world| role(world).trust = json!({ "Statement": [] }),
        check: "role.untrusting",
        at: HERE,
        blinds: ALL,
        says: "does not trust EventBridge",
        mend: "aws iam update-assume-role-policy --role-name tw-forward-eu-west-1",
    },
];
