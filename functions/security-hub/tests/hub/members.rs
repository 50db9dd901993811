//! Each account its own: findings go to Security Hub of the account and region they are about, by the role there.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use trailwarden_fixtures::formats::problems_of_asff;
use trailwarden_model::{AccountId, Finding, Region};

use crate::http::{Reply, Request, serve};
use crate::lambda::Function;
use crate::path::{ACCOUNT, batch, bodies, failed, finding};

const MEMBER: &str = "444455556666";
/// Nobody enabled Security Hub there.
const OFF: &str = "555566667777";
/// Its role lets nobody in.
const CLOSED: &str = "666677778888";

/// Who imported what: account, region, id.
type Imported = Arc<Mutex<Vec<(String, String, String)>>>;

/// What AWS answers: the account and the region are told by the signature of a call.
fn answer(request: &Request, imported: &Imported) -> Reply {
    let signed = request.headers.get("authorization").unwrap();
    let scope: Vec<&str> = signed.split("Credential=").nth(1).unwrap().split(',').next().unwrap().split('/').collect();
    let (account, region) = (scope[0].strip_prefix("ASIA").unwrap_or(ACCOUNT), scope[2]);
    let body = String::from_utf8(request.body.clone()).unwrap();
    if body.contains("Action=AssumeRole") {
        assert_eq!(account, ACCOUNT, "only the deployment takes roles");
        let role = |id: &str| body.contains(&format!("RoleArn=arn%3Aaws%3Aiam%3A%3A{id}%3Arole%2Ftw-member&"));
        let Some(entered) = [MEMBER, OFF].into_iter().find(|id| role(id)) else {
            let refused =
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>planned</Message></Error></ErrorResponse>";
            return Reply::of(403, "text/xml", refused);
        };
        let given = format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{entered}</AccessKeyId>\
             <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
             <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        );
        return Reply::of(200, "text/xml", &given);
    }
    assert_eq!(request.path, "/findings/import");
    if account == OFF {
        let said = json!({ "Message": format!("Account {OFF} is not subscribed to AWS Security Hub") }).to_string();
        return Reply::Answer {
            status: 401,
            headers: vec![("x-amzn-ErrorType".to_owned(), "InvalidAccessException".to_owned())],
            body: said.into_bytes(),
        };
    }
    let findings = serde_json::from_str::<Value>(&body).unwrap()["Findings"].as_array().unwrap().clone();
    for finding in &findings {
        // The rule of Security Hub: an account imports its own findings, as its own product of that region.
        assert_eq!(problems_of_asff(finding), Vec::<String>::new());
        assert_eq!(finding["AwsAccountId"], account);
        let product = format!("arn:aws:securityhub:{region}:{account}:product/{account}/default");
        assert_eq!(finding["ProductArn"], product.as_str());
        let id = finding["Id"].as_str().unwrap().to_owned();
        imported.lock().unwrap().push((account.to_owned(), region.to_owned(), id));
    }
    Reply::of(200, "application/json", r#"{ "FailedCount": 0, "SuccessCount": 1, "FailedFindings": [] }"#)
}

fn about(name: &str, account: &str, region: &str) -> Finding {
    Finding { account: AccountId::new(account), region: Region::new(region), ..finding(name) }
}

#[test]
fn each_account_imports_its_own_findings_in_their_region_and_one_that_cannot_keeps_no_other_from_it() {
    let imported = Imported::default();
    let within = Arc::clone(&imported);
    let port = serve(move |request| answer(&request, &within));
    let log = std::env::temp_dir().join(format!("trailwarden-hub-members-{}", std::process::id()));
    let environment = [
        ("ACCOUNT_ID", ACCOUNT.to_owned()),
        ("MEMBER_ROLE_ARN", "arn:aws:iam::ACCOUNT:role/tw-member".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
    ];
    let function = Function::launch(&environment, std::fs::File::create(&log).unwrap().into());
    assert!(function.is_ready());
    let findings = [
        about("own", ACCOUNT, "us-east-1"),
        about("own-elsewhere", ACCOUNT, "eu-west-1"),
        about("off", OFF, "us-east-1"),
        about("member", MEMBER, "eu-west-1"),
        about("closed", CLOSED, "us-east-1"),
        about("member-too", MEMBER, "ap-south-1"),
    ];
    assert_eq!(failed(&function.invoke(&batch(bodies(&findings)))), ["m2", "m4"]);
    let mut imported = imported.lock().unwrap().clone();
    imported.sort();
    let expected = [
        (MEMBER, "ap-south-1", "trailwarden/tw-member-too"),
        (MEMBER, "eu-west-1", "trailwarden/tw-member"),
        (ACCOUNT, "eu-west-1", "trailwarden/tw-own-elsewhere"),
        (ACCOUNT, "us-east-1", "trailwarden/tw-own"),
    ];
    assert_eq!(imported, expected.map(|(account, region, id)| (account.to_owned(), region.to_owned(), id.to_owned())));
    // Whoever reads the log knows what to mend, and where.
    let said = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(&log).unwrap();
    for words in [
        "Security Hub CSPM is not enabled in account 555566667777, region us-east-1",
        "aws securityhub enable-security-hub --region us-east-1",
        "account 666677778888 could not be entered to import its finding, is its forwarder deployed?",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
