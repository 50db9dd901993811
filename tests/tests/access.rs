//! Access: whom the template lets do what.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "rules are read out elsewhere")]

mod template {
    pub(crate) mod document;
    pub(crate) mod pattern;
}

use serde_json::{Value, json};
use template::document::{self, resources};

#[test]
fn no_function_may_do_everything_or_touch_everything() {
    let template = document::template();
    let shared = resources(&template, "AWS::IAM::ManagedPolicy").into_iter();
    let shared = shared.map(|(id, policy)| (id, policy["Properties"]["PolicyDocument"].clone()));
    let own = resources(&template, "AWS::IAM::Role").into_iter().flat_map(|(id, role)| {
        let policies = role["Properties"]["Policies"].as_array().cloned().unwrap_or_default();
        policies.into_iter().map(move |policy| (id.clone(), policy["PolicyDocument"].clone()))
    });
    let mut looked = 0;
    for (id, policy) in shared.chain(own) {
        // `!If [WithKey, statement, nothing]` is a list: its statement is looked at, too.
        let statements = policy["Statement"].as_array().unwrap().iter().map(|each| each.get(1).unwrap_or(each));
        for statement in statements {
            let each = |field: &str| match &statement[field] {
                Value::Array(items) => items.clone(),
                one => vec![one.clone()],
            };
            // These take no resource: they answer with the whole account, or the whole organisation.
            let without = [
                "iam:GetAccountAuthorizationDetails",
                "cloudtrail:DescribeTrails",
                "cloudwatch:GetMetricData",
                "organizations:ListAccounts",
            ];
            let whole = without.iter().any(|action| statement["Action"] == *action);
            for resource in each("Resource") {
                assert!(!resource.is_null() && (resource == "*") == whole, "{id}: {statement}");
            }
            for action in each("Action") {
                let action = action.as_str().unwrap();
                assert!(action.contains(':') && !action.ends_with(":*"), "{id} may {action}");
            }
            looked += 1;
        }
    }
    assert!(looked > 15, "{looked}");
}

#[test]
fn who_judges_writes_the_ledger_and_few_read_it_and_nobody_takes_from_it() {
    let template = document::template();
    let statements = template["Resources"]["JudgingPolicy"]["Properties"]["PolicyDocument"]["Statement"].clone();
    let concerns = |statement: &&Value| statement.to_string().contains("LedgerTable");
    let allowed: Vec<Value> = statements.as_array().unwrap().iter().filter(concerns).cloned().collect();
    assert_eq!(allowed.len(), 1);
    assert_eq!(allowed[0]["Action"], json!(["dynamodb:PutItem", "dynamodb:UpdateItem"]));
    assert_eq!(allowed[0]["Resource"], "LedgerTable.Arn");
    for (id, role) in resources(&template, "AWS::IAM::Role") {
        let concerned = role["Properties"]["Policies"].to_string().contains("LedgerTable");
        assert_eq!(concerned, ["AnswersRole", "SightRole"].contains(&id.as_str()), "{id}");
    }
    // The weekly digest counts findings, and may read nothing else of it.
    let sight = template["Resources"]["SightRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].clone();
    // `!If [WithDigest, statement, nothing]` is a list.
    let sight = sight.as_array().unwrap().iter().map(|each| each.get(1).unwrap_or(each));
    let reads: Vec<&Value> = sight.filter(concerns).collect();
    let query = reads.iter().find(|statement| statement["Action"] == "dynamodb:Query").unwrap();
    assert_eq!(query["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"], "finding/*");
    assert!(
        reads.iter().all(|read| ["dynamodb:Query", "dynamodb:DescribeTable"].iter().any(|may| read["Action"] == *may))
    );
    let own = template["Resources"]["AnswersRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].clone();
    let allowed: Vec<Value> = own.as_array().unwrap().iter().filter(concerns).cloned().collect();
    assert_eq!(allowed.len(), 1);
    assert_eq!(allowed[0]["Action"], json!(["dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]));
}

/// Every template, by its path: what one account deploys, and what is given to others.
const TEMPLATES: [&str; 5] =
    ["template.yaml", "infra/forwarder.yaml", "infra/organization.yaml", "infra/account.yaml", "infra/backfill.yaml"];

/// One statement of a policy that stands on a resource and not on an identity: it says who may.
struct OnResource {
    whose: String,
    kind: &'static str,
    statement: Value,
}

/// Where each kind of resource keeps such a policy.
const KEEPS: [(&str, &str); 7] = [
    ("AWS::Events::EventBusPolicy", "/Properties/Statement"),
    ("AWS::IAM::Role", "/Properties/AssumeRolePolicyDocument/Statement"),
    ("AWS::KMS::Key", "/Properties/KeyPolicy/Statement"),
    ("AWS::S3::BucketPolicy", "/Properties/PolicyDocument/Statement"),
    ("AWS::SNS::TopicPolicy", "/Properties/PolicyDocument/Statement"),
    ("AWS::SQS::QueuePolicy", "/Properties/PolicyDocument/Statement"),
    ("AWS::Serverless::LayerVersion", "/Properties/Policy"),
];

fn on_resources() -> Vec<OnResource> {
    let mut all = Vec::new();
    for path in TEMPLATES {
        let template = document::read(path);
        for (kind, place) in KEEPS {
            for (id, resource) in resources(&template, kind) {
                let whose = format!("{path}: {id}");
                let one_or_many = resource.pointer(place).cloned().into_iter();
                let statements = one_or_many.flat_map(|said| match said {
                    Value::Array(many) => many,
                    one => vec![one],
                });
                all.extend(statements.map(|statement| OnResource { whose: whose.clone(), kind, statement }));
            }
        }
    }
    all
}

#[test]
fn nobody_unknown_is_let_in_anywhere() {
    let mut looked = 0;
    for OnResource { whose, kind, statement } in on_resources() {
        if statement["Effect"] != "Allow" {
            assert_eq!(statement["Effect"], "Deny", "{whose}");
            continue;
        }
        looked += 1;
        let condition = &statement["Condition"];
        let asks = |operator: &str, key: &str| !condition[operator][key].is_null();
        let principal = &statement["Principal"];
        assert!(statement.get("NotPrincipal").is_none() && !principal.is_null(), "{whose}");
        if let Some(service) = principal["Service"].as_str() {
            let by_account = asks("StringEquals", "aws:SourceAccount");
            let by_resource = asks("ArnLike", "aws:SourceArn") || asks("ArnEquals", "aws:SourceArn");
            // Which of our functions a role is for, `iam:PassRole` says, which lets no other account's name it.
            let lambda = service == "lambda.amazonaws.com" && kind == "AWS::IAM::Role";
            // CloudWatch Logs names itself by what it encrypts, and by nothing else.
            let logs = service.starts_with("logs.") && asks("ArnLike", "kms:EncryptionContext:aws:logs:arn");
            assert!(logs || by_account && (lambda || by_resource), "{whose} lets any {service} in: {statement}");
            continue;
        }
        let Some(account) = principal["AWS"].as_str().or(principal["AWS"][0].as_str()) else {
            // Anybody of the organisation, by a role of a name only the organisation's forwarders have.
            assert_eq!((whose.as_str(), principal), ("template.yaml: CentralBusPolicy", &json!("*")));
            assert_eq!(condition["StringEquals"]["aws:PrincipalOrgID"], "ForwardedFrom");
            let forwarders = "arn:${AWS::Partition}:iam::*:role/${AWS::StackName}-forward-*";
            assert_eq!(condition["ArnLike"]["aws:PrincipalArn"], forwarders);
            assert_eq!(condition["StringLike"]["events:source"], "aws.*", "{whose}");
            continue;
        };
        let own_key = kind == "AWS::KMS::Key" && account == "arn:${AWS::Partition}:iam::${AWS::AccountId}:root";
        let one_role = account == "AdministrationRole.Arn";
        assert!(own_key || one_role || asks("ArnLike", "aws:PrincipalArn"), "{whose} lets {account} in: {statement}");
    }
    assert!(looked > 20, "{looked}");
}

#[test]
fn whatever_takes_messages_or_files_takes_none_that_travelled_in_the_clear() {
    let policies = on_resources();
    for path in TEMPLATES {
        let template = document::read(path);
        for (kind, named, policy) in [
            ("AWS::SNS::Topic", "Topics", "AWS::SNS::TopicPolicy"),
            ("AWS::SQS::Queue", "Queues", "AWS::SQS::QueuePolicy"),
            ("AWS::S3::Bucket", "Bucket", "AWS::S3::BucketPolicy"),
        ] {
            for (id, _) in resources(&template, kind) {
                let own =
                    resources(&template, policy).into_iter().find(|(_, policy)| match &policy["Properties"][named] {
                        Value::Array(many) => many.contains(&json!(id)),
                        one => *one == id,
                    });
                let whose = own.map(|(policy, _)| format!("{path}: {policy}")).unwrap_or_default();
                let denied = policies.iter().any(|each| {
                    let statement = &each.statement;
                    each.whose == whose
                        && (&statement["Effect"], &statement["Principal"]) == (&json!("Deny"), &json!("*"))
                        && statement["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
                });
                assert!(denied, "{path}: {id} takes what travelled in the clear");
            }
        }
    }
}

#[test]
fn a_function_is_invoked_from_outside_by_one_rule_each_and_has_no_address() {
    let template = document::template();
    let permissions = resources(&template, "AWS::Lambda::Permission");
    assert!(permissions.len() > 15, "{}", permissions.len());
    for (id, permission) in permissions {
        let properties = &permission["Properties"];
        assert_eq!(properties["Principal"], "events.amazonaws.com", "{id}");
        let rule = properties["SourceArn"].as_str().unwrap().strip_suffix(".Arn").unwrap();
        assert_eq!(template["Resources"][rule]["Type"], "AWS::Events::Rule", "{id}");
    }
    for path in TEMPLATES {
        let template = document::read(path);
        let all = template["Resources"].as_object().unwrap();
        for (id, resource) in all {
            assert_ne!(resource["Type"], "AWS::Lambda::Url", "{path}: {id}");
            let properties = &resource["Properties"];
            assert!(properties["FunctionUrlConfig"].is_null(), "{path}: {id} has an address of its own");
            if resource["Type"] == "AWS::S3::Bucket" {
                let block = properties["PublicAccessBlockConfiguration"].as_object().unwrap();
                assert!(block.len() == 4 && block.values().all(|blocked| blocked == true), "{path}: {id}");
            }
        }
    }
}
