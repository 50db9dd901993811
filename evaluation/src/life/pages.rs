//! What people look at: console pages and commands, and the reading calls each makes.

use serde_json::Value;

use crate::{
    record::{Caller, Scribe},
    world::{Moment, Team},
};

/// A reading call: service, name, parameters as JSON, in which `STAGE` and `SERVICE` stand for the account's own.
pub(super) type Look = (&'static str, &'static str, &'static str);
/// The calls of one page or one errand.
pub(super) type Page = &'static [Look];

const INSTANCES: Page = &[
    ("ec2", "DescribeInstances", r#"{"maxResults":1000,"instancesSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeVolumes", r#"{"maxResults":1000,"volumeSet":{},"filterSet":{}}"#),
    ("autoscaling", "DescribeAutoScalingGroups", r#"{"maxRecords":100}"#),
];
const NETWORK: Page = &[
    ("ec2", "DescribeVpcs", r#"{"vpcSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeSecurityGroups", r#"{"maxResults":1000,"securityGroupSet":{},"filterSet":{}}"#),
];
const BUCKETS: Page = &[
    ("s3", "ListBuckets", "null"),
    ("s3", "GetBucketLocation", r#"{"bucketName":"SERVICE-STAGE","location":""}"#),
    ("s3", "GetBucketPolicy", r#"{"bucketName":"SERVICE-STAGE","policy":""}"#),
];
const LOGS: Page = &[
    ("logs", "DescribeLogGroups", r#"{"limit":50,"includeLinkedAccounts":false}"#),
    ("logs", "DescribeLogStreams", r#"{"logGroupName":"/STAGE/SERVICE","orderBy":"LastEventTime","limit":50}"#),
    ("logs", "FilterLogEvents", r#"{"logGroupName":"/STAGE/SERVICE","limit":100}"#),
];
const DASHBOARD: Page = &[
    ("monitoring", "GetDashboard", r#"{"dashboardName":"SERVICE"}"#),
    ("monitoring", "DescribeAlarms", r#"{"maxRecords":100}"#),
];
const CONTAINERS: Page = &[
    ("ecs", "ListServices", r#"{"cluster":"STAGE","maxResults":100}"#),
    ("ecs", "DescribeServices", r#"{"cluster":"STAGE","services":["SERVICE"]}"#),
    ("elasticloadbalancing", "DescribeTargetGroups", r#"{"pageSize":400}"#),
];
const FUNCTIONS: Page = &[
    ("lambda", "ListFunctions20150331", r#"{"maxItems":50}"#),
    ("lambda", "GetFunction20150331v2", r#"{"functionName":"SERVICE"}"#),
];
const DATABASES: Page = &[
    ("rds", "DescribeDBInstances", r#"{"maxRecords":100}"#),
    ("rds", "DescribeDBClusters", r#"{"maxRecords":100,"includeShared":false}"#),
];
const QUEUES: Page = &[
    ("sqs", "ListQueues", r#"{"maxResults":1000}"#),
    ("dynamodb", "ListTables", r#"{"limit":100}"#),
    ("dynamodb", "DescribeTable", r#"{"tableName":"SERVICE"}"#),
];
const IDENTITIES: Page = &[
    ("iam", "ListUsers", r#"{"maxItems":1000}"#),
    ("iam", "ListRoles", r#"{"maxItems":1000}"#),
    ("iam", "GetAccountSummary", "null"),
];
const SECRETS: Page = &[
    ("secretsmanager", "ListSecrets", r#"{"maxResults":100,"includePlannedDeletion":false}"#),
    ("secretsmanager", "DescribeSecret", r#"{"secretId":"STAGE/SERVICE/database"}"#),
    ("secretsmanager", "GetResourcePolicy", r#"{"secretId":"STAGE/SERVICE/database"}"#),
    ("secretsmanager", "ListSecretVersionIds", r#"{"secretId":"STAGE/SERVICE/database"}"#),
];
const PARAMETERS: Page = &[
    ("ssm", "DescribeParameters", r#"{"maxResults":50}"#),
    ("ssm", "GetParameters", r#"{"names":["/STAGE/SERVICE/log-level"],"withDecryption":false}"#),
];
const WHOAMI: Page = &[("sts", "GetCallerIdentity", "null")];
const QUERIES: Page = &[
    ("athena", "ListQueryExecutions", r#"{"workGroup":"primary","maxResults":50}"#),
    ("glue", "GetTables", r#"{"databaseName":"SERVICE","maxResults":100}"#),
];
const COSTS: Page = &[
    ("ce", "GetCostAndUsage", r#"{"Granularity":"DAILY","Metrics":["UnblendedCost"]}"#),
    ("organizations", "ListAccounts", "null"),
];
const FINDINGS: Page = &[
    ("securityhub", "GetFindings", r#"{"MaxResults":100}"#),
    ("guardduty", "ListFindings", r#"{"maxResults":50}"#),
    ("cloudtrail", "LookupEvents", r#"{"maxResults":50}"#),
];

/// What a member of `team` looks at.
pub(super) const fn of(team: Team) -> &'static [Page] {
    match team {
        Team::Platform => {
            &[INSTANCES, CONTAINERS, NETWORK, LOGS, DASHBOARD, SECRETS, IDENTITIES, DATABASES, BUCKETS, PARAMETERS]
        }
        Team::Backend => &[LOGS, CONTAINERS, FUNCTIONS, QUEUES, WHOAMI, DASHBOARD, DATABASES, SECRETS, PARAMETERS],
        Team::Data => &[QUERIES, BUCKETS, LOGS, DATABASES],
        Team::Support => &[DASHBOARD, LOGS],
        Team::Finance => &[COSTS],
        Team::Security => &[FINDINGS, IDENTITIES, SECRETS, LOGS],
    }
}

/// What Terraform refreshes before it plans.
pub(super) const REFRESH: &[Page] = &[NETWORK, CONTAINERS, DATABASES, QUEUES, SECRETS, IDENTITIES];

/// Looks at a page: the console asks for all of it at once, a person typing asks for a part.
pub(super) fn look(at: Moment, caller: &Caller, page: Page, service: &str, scribe: &mut Scribe) {
    let mut now = at;
    let patience = if caller.console { page.len() } else { page.len().div_ceil(2) };
    for look in page.iter().take(patience) {
        let asked = asked(look, caller.account.stage(), service);
        scribe.call(now, caller, (look.0, look.1), asked);
        now = now.plus(if caller.console { scribe.dice.between(0, 1) } else { scribe.dice.between(5, 50) });
    }
}

fn asked(look: &Look, stage: &str, service: &str) -> Value {
    let text = look.2.replace("STAGE", stage).replace("SERVICE", service);
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_json() {
        let teams = [Team::Platform, Team::Backend, Team::Data, Team::Support, Team::Finance, Team::Security];
        for page in teams.into_iter().flat_map(of) {
            for (_, name, parameters) in *page {
                serde_json::from_str::<Value>(parameters).expect(name);
            }
        }
    }
}
