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

#[test]
fn whoever_is_let_in_from_a_service_is_one_of_ours() {
    let template = document::template();
    let policies = ["AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::KMS::Key"].map(|kind| {
        let field = if kind == "AWS::KMS::Key" { "KeyPolicy" } else { "PolicyDocument" };
        resources(&template, kind)
            .into_iter()
            .map(|(id, resource)| (id, resource["Properties"][field].clone()))
            .collect()
    });
    let mut looked = 0;
    for (id, policy) in policies.iter().flat_map(|of_kind: &Vec<(String, Value)>| of_kind) {
        for statement in policy["Statement"].as_array().unwrap() {
            if statement["Effect"] == "Deny" || statement["Principal"]["Service"].is_null() {
                continue;
            }
            let condition = statement["Condition"].to_string();
            let ours = condition.contains("aws:SourceArn") && condition.contains("aws:SourceAccount");
            assert!(ours || condition.contains("kms:EncryptionContext:aws:logs:arn"), "{id}: {statement}");
            looked += 1;
        }
    }
    assert!(looked >= 5, "{looked}");
}
