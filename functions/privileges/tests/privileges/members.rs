//! Other accounts: each is entered by its role and read after another; one that refuses is named and stops nobody.

use serde_json::{Value, json};

use crate::http::{Reply, Request, Server};
use crate::lambda::Function;
use crate::table::{block_on, client, emulator, new_table, scan};

const OWN: &str = "111122223333";
const MEMBER: &str = "444455556666";
/// Its role lets nobody in.
const CLOSED: &str = "555566667777";
/// Its role may not make the call.
const OLD: &str = "666677778888";
const LAST: &str = "777788889999";

/// What AWS answers: the account is told by the credentials a call is signed with.
fn answer(request: &Request) -> Reply {
    let signed = request.headers.get("authorization").unwrap();
    let caller = signed.split("Credential=").nth(1).unwrap().split('/').next().unwrap();
    let account = caller.strip_prefix("ASIA").unwrap_or(OWN);
    let body = String::from_utf8(request.body.clone()).unwrap();
    if request.headers.get("x-amz-target").is_some_and(|target| target.ends_with("ListAccounts")) {
        let active = [MEMBER, CLOSED, OWN, OLD, LAST].map(|id| json!({ "Id": id, "Status": "ACTIVE" }));
        let gone = json!([{ "Id": "999900001111", "Status": "SUSPENDED" }]);
        let all: Vec<&Value> = active.iter().chain(gone.as_array().unwrap()).collect();
        return Reply::of(200, "application/x-amz-json-1.1", &json!({ "Accounts": all }).to_string());
    }
    let xml = |operation: &str, said: &str| {
        let body = format!("<{operation}Response><{operation}Result>{said}</{operation}Result></{operation}Response>");
        Reply::of(200, "text/xml", &body)
    };
    let refused = Reply::of(
        403,
        "text/xml",
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>planned</Message></Error></ErrorResponse>",
    );
    if body.contains("Action=AssumeRole") {
        assert_eq!(account, OWN, "only the deployment takes roles");
        let role = |id: &str| body.contains(&format!("RoleArn=arn%3Aaws%3Aiam%3A%3A{id}%3Arole%2Ftw-member"));
        let Some(entered) = [MEMBER, OLD, LAST].into_iter().find(|id| role(id)) else { return refused };
        return xml(
            "AssumeRole",
            &format!(
                "<Credentials><AccessKeyId>ASIA{entered}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                 <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            ),
        );
    }
    assert!(body.contains("Action=GetAccountAuthorizationDetails"), "{body}");
    if account == OLD {
        return refused;
    }
    let policy = "<member><PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn></member>";
    xml(
        "GetAccountAuthorizationDetails",
        &format!(
            "<UserDetailList><member><Arn>arn:aws:iam::{account}:user/ann</Arn><AttachedManagedPolicies>{policy}\
             </AttachedManagedPolicies></member></UserDetailList><IsTruncated>false</IsTruncated>"
        ),
    )
}

/// One tick of a deployment with these changes of its environment: what it answers, and the accounts whose users are known.
fn tick(changed: &[(&'static str, &str)]) -> (Value, Vec<&'static str>) {
    let aws = Server::open(|request| answer(&request));
    let table = block_on(new_table(&client(&emulator())));
    let url = format!("http://127.0.0.1:{}", aws.port);
    let mut environment = vec![
        ("TABLE_NAME", table.clone()),
        ("ACCOUNT_ID", OWN.to_owned()),
        ("MEMBER_ROLE_ARN", "arn:aws:iam::ACCOUNT:role/tw-member".to_owned()),
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ENDPOINT_URL_DYNAMODB", emulator()),
        ("AWS_MAX_ATTEMPTS", "1".to_owned()),
    ];
    environment.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let answer = Function::start(&environment).invoke(&json!({ "time": "2026-03-04T06:00:00Z" })).unwrap();
    aws.close();
    let known = format!("{:?}", block_on(scan(&client(&emulator()), &table)));
    let accounts = [OWN, MEMBER, CLOSED, OLD, LAST].into_iter();
    let accounts = accounts.filter(|account| known.contains(&format!("arn:aws:iam::{account}:user/ann"))).collect();
    (serde_json::from_str(&answer).unwrap(), accounts)
}

#[test]
fn what_identities_of_every_account_may_do_is_known_and_one_that_refuses_is_named() {
    let (learned, known) = tick(&[]);
    assert_eq!(known, [OWN, MEMBER, LAST]);
    assert_eq!((&learned["accounts"], &learned["identities"]), (&json!(3), &json!(3)));
    let refused = learned["refused"].as_object().unwrap();
    assert_eq!(refused.keys().collect::<Vec<_>>(), [CLOSED, OLD]);
    assert!(refused[CLOSED].as_str().unwrap().starts_with("AssumeRole failed: AccessDenied"), "{learned}");
    assert!(refused[OLD].as_str().unwrap().starts_with("GetAccountAuthorizationDetails failed"), "{learned}");
}

#[test]
fn only_the_accounts_that_were_named_are_entered_and_a_deployment_alone_enters_none() {
    assert_eq!(tick(&[("ACCOUNTS", "777788889999")]).1, [OWN, LAST]);
    assert_eq!(tick(&[("MEMBER_ROLE_ARN", "")]).1, [OWN]);
}
