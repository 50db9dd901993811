//! What people look at: console pages and commands, and the reading calls each makes.

/// A reading call: service, name, parameters as JSON, in which `STAGE` stands for the account's own prefix.
pub(super) type Look = (&'static str, &'static str, &'static str);
/// The calls of one page or one errand.
pub(super) type Page = &'static [Look];

const INSTANCES: Page = &[
    ("ec2", "DescribeInstances", r#"{"maxResults":1000,"instancesSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeInstanceStatus", r#"{"includeAllInstances":true,"instancesSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeVolumes", r#"{"maxResults":1000,"volumeSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeAddresses", r#"{"publicIpsSet":{},"filterSet":{},"allocationIdsSet":{}}"#),
    ("monitoring", "DescribeAlarms", r#"{"maxRecords":100}"#),
    ("autoscaling", "DescribeAutoScalingGroups", r#"{"maxRecords":100}"#),
];
const NETWORK: Page = &[
    ("ec2", "DescribeVpcs", r#"{"vpcSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeSubnets", r#"{"subnetSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeSecurityGroups", r#"{"maxResults":1000,"securityGroupSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeRouteTables", r#"{"routeTableIdSet":{},"filterSet":{}}"#),
    ("ec2", "DescribeNetworkInterfaces", r#"{"networkInterfaceIdSet":{},"filterSet":{}}"#),
];
const BUCKETS: Page = &[
    ("s3", "ListBuckets", r#"{"Host":"s3.eu-central-1.amazonaws.com"}"#),
    ("s3", "GetBucketLocation", r#"{"bucketName":"kranich-shipment-documents","location":""}"#),
    ("s3", "GetBucketVersioning", r#"{"bucketName":"kranich-shipment-documents","versioning":""}"#),
    ("s3", "GetBucketPublicAccessBlock", r#"{"bucketName":"kranich-shipment-documents","publicAccessBlock":""}"#),
    ("s3", "GetBucketPolicy", r#"{"bucketName":"kranich-shipment-documents","policy":""}"#),
];
/// The log groups.
pub(super) const LOGS: Page = &[
    ("logs", "DescribeLogGroups", r#"{"limit":50,"includeLinkedAccounts":false}"#),
    (
        "logs",
        "DescribeLogStreams",
        r#"{"logGroupName":"/ecs/orders-api","orderBy":"LastEventTime","descending":true,"limit":50}"#,
    ),
    ("logs", "DescribeMetricFilters", r#"{"logGroupName":"/ecs/orders-api"}"#),
    ("logs", "DescribeQueryDefinitions", r#"{"maxResults":1000}"#),
];
/// The alarms and the orders dashboard.
pub(super) const DASHBOARD: Page = &[
    ("monitoring", "ListDashboards", "null"),
    ("monitoring", "GetDashboard", r#"{"dashboardName":"orders-overview"}"#),
    ("monitoring", "DescribeAlarms", r#"{"maxRecords":100}"#),
    ("monitoring", "ListMetrics", r#"{"namespace":"AWS/ECS"}"#),
];
/// The services that run.
pub(super) const CONTAINERS: Page = &[
    ("ecs", "ListClusters", r#"{"maxResults":100}"#),
    ("ecs", "DescribeClusters", r#"{"clusters":["core"],"include":["STATISTICS"]}"#),
    ("ecs", "ListServices", r#"{"cluster":"core","maxResults":100}"#),
    ("ecs", "DescribeServices", r#"{"cluster":"core","services":["orders-api","tracking-api"]}"#),
    ("ecs", "ListTasks", r#"{"cluster":"core","serviceName":"orders-api"}"#),
    ("elasticloadbalancing", "DescribeTargetGroups", r#"{"pageSize":400}"#),
    ("elasticloadbalancing", "DescribeLoadBalancers", r#"{"pageSize":400}"#),
];
const FUNCTIONS: Page = &[
    ("lambda", "ListFunctions20150331", r#"{"maxItems":50}"#),
    ("lambda", "GetAccountSettings20160819", "null"),
    ("lambda", "GetFunction20150331v2", r#"{"functionName":"label-printer"}"#),
    ("lambda", "GetPolicy20150331v2", r#"{"functionName":"label-printer"}"#),
    ("lambda", "ListEventSourceMappings20150331", r#"{"functionName":"label-printer"}"#),
];
/// The databases.
pub(super) const DATABASES: Page = &[
    ("rds", "DescribeDBInstances", r#"{"maxRecords":100}"#),
    ("rds", "DescribeDBClusters", r#"{"maxRecords":100,"includeShared":false}"#),
    ("rds", "DescribeDBSnapshots", r#"{"maxRecords":100}"#),
    ("rds", "DescribePendingMaintenanceActions", "null"),
];
const QUEUES: Page = &[
    ("sqs", "ListQueues", r#"{"maxResults":1000}"#),
    (
        "sqs",
        "GetQueueAttributes",
        r#"{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/shipments","attributeNames":["All"]}"#,
    ),
    ("sns", "ListTopics", "null"),
    ("dynamodb", "ListTables", r#"{"limit":100}"#),
    ("dynamodb", "DescribeTable", r#"{"tableName":"tracking-events"}"#),
];
/// The roles and users of an account.
pub(super) const IDENTITIES: Page = &[
    ("iam", "ListRoles", r#"{"maxItems":1000}"#),
    ("iam", "ListUsers", r#"{"maxItems":1000}"#),
    ("iam", "GetAccountSummary", "null"),
    ("iam", "ListPolicies", r#"{"scope":"Local","onlyAttached":false}"#),
    ("iam", "ListAccountAliases", "null"),
];
const ROLES: Page = &[
    ("iam", "GetRole", r#"{"roleName":"github-deploy"}"#),
    ("iam", "ListRolePolicies", r#"{"roleName":"github-deploy"}"#),
    ("iam", "ListAttachedRolePolicies", r#"{"roleName":"github-deploy"}"#),
    ("iam", "ListOpenIDConnectProviders", "null"),
    ("secretsmanager", "DescribeSecret", r#"{"secretId":"STAGE/platform/datadog"}"#),
    ("secretsmanager", "GetResourcePolicy", r#"{"secretId":"STAGE/platform/datadog"}"#),
];
const SECRETS: Page = &[
    ("secretsmanager", "ListSecrets", r#"{"maxResults":100,"includePlannedDeletion":false}"#),
    ("kms", "ListAliases", r#"{"limit":100}"#),
    ("ssm", "DescribeParameters", r#"{"maxResults":50}"#),
];
const QUERIES: Page = &[
    ("athena", "ListWorkGroups", r#"{"maxResults":50}"#),
    ("athena", "ListQueryExecutions", r#"{"workGroup":"primary","maxResults":50}"#),
    ("glue", "GetDatabases", r#"{"maxResults":100}"#),
    ("glue", "GetTables", r#"{"databaseName":"shipments","maxResults":100}"#),
    ("s3", "ListBuckets", r#"{"Host":"s3.eu-central-1.amazonaws.com"}"#),
];
const COSTS: Page = &[
    ("ce", "GetCostAndUsage", r#"{"Granularity":"DAILY","Metrics":["UnblendedCost"]}"#),
    ("ce", "GetCostForecast", r#"{"Granularity":"MONTHLY","Metric":"UNBLENDED_COST"}"#),
    ("organizations", "ListAccounts", "null"),
    ("organizations", "DescribeOrganization", "null"),
];

/// What someone who runs the platform looks at.
pub(super) const PLATFORM: &[Page] =
    &[INSTANCES, NETWORK, CONTAINERS, LOGS, DASHBOARD, IDENTITIES, SECRETS, DATABASES, BUCKETS];
/// What someone who writes services looks at.
pub(super) const BACKEND: &[Page] = &[CONTAINERS, LOGS, LOGS, FUNCTIONS, QUEUES, DASHBOARD, DATABASES];
/// What someone who works with data looks at.
pub(super) const DATA: &[Page] = &[QUERIES, QUERIES, BUCKETS, LOGS, DATABASES];
/// What someone who answers customers looks at.
pub(super) const SUPPORT: &[Page] = &[DASHBOARD, LOGS, CONTAINERS];
/// What someone who pays for it looks at.
pub(super) const FINANCE: &[Page] = &[COSTS];
/// What Terraform refreshes before it plans.
pub(super) const TERRAFORM: &[Page] = &[NETWORK, CONTAINERS, DATABASES, ROLES, QUEUES];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_json() {
        for page in [PLATFORM, BACKEND, DATA, SUPPORT, FINANCE, TERRAFORM].into_iter().flatten() {
            for (_, name, parameters) in *page {
                serde_json::from_str::<serde_json::Value>(parameters).expect(name);
            }
        }
    }
}
