//! What is around the forwarders, broken: trails, the centre, queues and accounts, one thing at fault each.

use serde_json::{Value, json};

use crate::broken::{ALL, Broken, CENTRE, CREDENTIALS, HERE, NOTHING, REGION, SECRETS, SIGN_INS};
use crate::world::{HOME, HOME_REGION, MEMBER, World, home_queue};

/// A rule of the deployment's own, over that bus.
fn own<'w>(world: &'w mut World, bus: &str, id: &str) -> &'w mut Value {
    let found =
        world.rules.iter_mut().find(|((account, _, on, name), _)| account == HOME && on == bus && name.contains(id));
    found.unwrap().1
}

/// Each with its fault.
pub(crate) const BROKEN: &[Broken] = &[
    Broken {
        what: "a bus policy of another organisation",
        by: |world| world.bus_policy = World::bus_policy_of("o-zzzzzzzzzz"),
        check: "bus.policy",
        at: CENTRE,
        blinds: ALL,
        says: "the central bus tw-central lets in o-zzzzzzzzzz, and not o-abcdefghij",
        mend: "aws events put-permission --event-bus-name tw-central --region eu-central-1",
    },
    Broken {
        what: "a central rule is enabled, and given no reads",
        by: |world| own(world, "tw-central", "SecretAccessedSubjectRule1")["State"] = json!("ENABLED"),
        check: "central-rule.no-reads",
        at: CENTRE,
        blinds: SECRETS,
        says: "the rule tw-CentralSecretAccessedSubjectRule1-4D5E6F over the bus tw-central",
        mend: "--name tw-CentralSecretAccessedSubjectRule1-4D5E6F --event-bus-name tw-central --region eu-central-1",
    },
    Broken {
        what: "a central rule is missing",
        by: |world| world.rules.retain(|(_, _, _, name), _| !name.contains("CentralConsoleLoginSubject")),
        check: "central-rule.missing",
        at: CENTRE,
        blinds: SIGN_INS,
        says: "tw-CentralConsoleLoginSubjectRule1-4D5E6F over the bus tw-central of account 111122223333 in eu-central-1 is missing",
        mend: "deploy template.yaml",
    },
    Broken {
        what: "a rule where the deployment is was disabled",
        by: |world| own(world, "default", "CredentialAddedSubjectRule1")["State"] = json!("DISABLED"),
        check: "rule.disabled",
        at: CENTRE,
        blinds: CREDENTIALS,
        says: "the rule tw-CredentialAddedSubjectRule1-1A2B3C of account 111122223333 in eu-central-1 is disabled",
        mend: "aws events put-rule --name tw-CredentialAddedSubjectRule1-1A2B3C --region eu-central-1",
    },
    Broken {
        what: "no trail",
        by: |world| world.trails.get_mut(MEMBER).unwrap().clear(),
        check: "trail.missing",
        at: HERE,
        blinds: ALL,
        says: "account 444455556666 has no trail that logs eu-west-1",
        mend: "aws cloudtrail create-trail",
    },
    Broken {
        what: "a trail that is stopped",
        by: |world| world.trail().logging = false,
        check: "trail.stopped",
        at: HERE,
        blinds: ALL,
        says: "the trail `everything` of account 444455556666 is stopped",
        mend: "aws cloudtrail start-logging --name arn:aws:cloudtrail:us-east-1:444455556666:trail/everything --region us-east-1",
    },
    Broken {
        what: "a trail of another region only",
        by: |world| world.trail().everywhere = false,
        check: "trail.elsewhere",
        at: HERE,
        blinds: ALL,
        says: "its trail `everything` is of us-east-1 alone",
        mend: "aws cloudtrail update-trail --name everything --is-multi-region-trail --region us-east-1",
    },
    Broken {
        what: "a selector of writes only",
        by: |world| world.trail().selectors["EventSelectors"][0]["ReadWriteType"] = json!("WriteOnly"),
        check: "trail.no-reads",
        at: HERE,
        blinds: ALL,
        says: "the trail `everything` of account 444455556666 logs no reads in eu-west-1",
        mend: "aws cloudtrail put-event-selectors --trail-name arn:aws:cloudtrail:us-east-1:444455556666:trail/everything",
    },
    Broken {
        what: "a selector without management events",
        by: |world| world.trail().selectors["EventSelectors"][0]["IncludeManagementEvents"] = json!(false),
        check: "trail.no-management",
        at: HERE,
        blinds: ALL,
        says: "logs no management events in eu-west-1",
        mend: "IncludeManagementEvents",
    },
    Broken {
        what: "a selector that leaves KMS out",
        by: |world| {
            world.trail().selectors["EventSelectors"][0]["ExcludeManagementEventSources"] =
                json!(["kms.amazonaws.com"]);
        },
        check: "trail.leaves-out",
        at: HERE,
        blinds: SECRETS,
        says: "logs nothing of kms.amazonaws.com in eu-west-1",
        mend: "put-event-selectors",
    },
    Broken {
        what: "an advanced selector that leaves a service out",
        by: |world| {
            let field = |name: &str, how: &str, value: &str| json!({ "Field": name, how: [value] });
            world.trail().selectors = json!({ "AdvancedEventSelectors": [{ "FieldSelectors": [
                field("eventCategory", "Equals", "Management"),
                field("eventSource", "NotEquals", "secretsmanager.amazonaws.com"),
            ] }] });
        },
        check: "trail.leaves-out",
        at: HERE,
        blinds: SECRETS,
        says: "logs nothing of secretsmanager.amazonaws.com in eu-west-1",
        mend: "put-event-selectors",
    },
    Broken {
        what: "an advanced selector of data events only",
        by: |world| {
            let data = json!({ "Field": "eventCategory", "Equals": ["Data"] });
            world.trail().selectors = json!({ "AdvancedEventSelectors": [{ "FieldSelectors": [data] }] });
        },
        check: "trail.no-management",
        at: HERE,
        blinds: ALL,
        says: "logs no management events",
        mend: "put-event-selectors",
    },
    Broken {
        what: "Security Hub is off",
        by: |world| {
            world.hubs_off.insert((HOME.to_owned(), HOME_REGION.to_owned()));
        },
        check: "hub.off",
        at: CENTRE,
        blinds: NOTHING,
        says: "Security Hub CSPM is off in account 111122223333, eu-central-1",
        mend: "aws securityhub enable-security-hub --no-enable-default-standards --region eu-central-1",
    },
    Broken {
        what: "events of a member could not be sent",
        by: |world| {
            world.queues.insert((MEMBER.to_owned(), REGION.to_owned(), "tw-undelivered".to_owned()), 7);
        },
        check: "queue.unsent",
        at: HERE,
        blinds: NOTHING,
        says: "about 7 events of account 444455556666 in eu-west-1 could not be sent",
        mend: "aws sqs receive-message --queue-url https://sqs.eu-west-1.amazonaws.com/444455556666/tw-undelivered",
    },
    Broken {
        what: "a member's queue is missing",
        by: |world| {
            world.queues.remove(&(MEMBER.to_owned(), REGION.to_owned(), "tw-undelivered".to_owned()));
        },
        check: "queue.missing",
        at: HERE,
        blinds: NOTHING,
        says: "has no queue tw-undelivered in eu-west-1",
        mend: "aws sqs create-queue --queue-name tw-undelivered --region eu-west-1",
    },
    Broken {
        what: "events failed three times",
        by: |world| {
            world.queues.insert(home_queue("failures"), 3);
        },
        check: "queue.failures",
        at: CENTRE,
        blinds: NOTHING,
        says: "about 3 events that failed three times wait",
        mend: "trailwarden redrive --stack tw --region eu-central-1",
    },
    Broken {
        what: "Security Hub refused findings",
        by: |world| {
            world.queues.insert(home_queue("refused"), 2);
        },
        check: "queue.hub-refused",
        at: CENTRE,
        blinds: NOTHING,
        says: "about 2 findings Security Hub refused wait",
        mend: "aws sqs start-message-move-task --source-arn arn:aws:sqs:eu-central-1:111122223333:refused",
    },
    Broken {
        what: "an account outside the StackSet",
        by: |world| {
            world.members.remove(MEMBER);
        },
        check: "account.no-forwarder",
        at: (MEMBER, "every region"),
        blinds: ALL,
        says: "account 444455556666 has no forwarder: outside the StackSet",
        mend: "the StackSet tw-forwarders",
    },
    Broken {
        what: "a role that may make the calls of the heartbeat",
        by: |world| {
            world.allowed.insert(MEMBER.to_owned());
        },
        check: "heartbeat.allowed",
        at: HERE,
        blinds: NOTHING,
        says: "the heartbeat of account 444455556666 in eu-west-1 was not refused",
        mend: "take secretsmanager:GetSecretValue away from tw-member",
    },
    Broken {
        what: "the organisation cannot be listed",
        by: |world| {
            world.denied.insert("ListAccounts".to_owned());
        },
        check: "accounts.unlisted",
        at: CENTRE,
        blinds: NOTHING,
        says: "the accounts of o-abcdefghij could not be listed, so only account 111122223333 was looked at",
        mend: "aws organizations register-delegated-administrator --account-id 111122223333",
    },
    Broken {
        what: "the role may not look at the rules",
        by: |world| {
            world.denied.insert("DescribeRule".to_owned());
        },
        check: "look.failed",
        at: HERE,
        blinds: NOTHING,
        says: "account 444455556666, eu-west-1 could not be looked at: DescribeRule failed: AccessDenied",
        mend: "the role that looks must be allowed this call",
    },
];
