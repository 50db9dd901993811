//! Facts about AWS that make a detector silently miss records, each held by a record of its kind.

#![expect(clippy::panic, reason = "a test says what is wrong by failing")]

use serde_json::{Value, json};
use trailwarden_model::aws::catalog::CALLS;
use trailwarden_model::aws::{Coverage, Reading, Refusal, read};
use trailwarden_model::{Activity, Deed, Outcome, PrincipalKind, SignInStep, Tier};

fn record(source: &str, name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": "e-1", "eventTime": "2026-03-01T10:00:00Z", "awsRegion": "eu-central-1",
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
        "sourceIPAddress": "217.91.40.18", "userAgent": "aws-cli/2.33.6", "recipientAccountId": "111122223333",
        "userIdentity": { "type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "ann",
            "arn": "arn:aws:iam::111122223333:user/ann", "accountId": "111122223333", "accessKeyId": "AKIAEXAMPLE" },
        "requestParameters": { "userName": "bob", "withDecryption": true, "masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "tags": [{ "key": "trailwarden:expected", "value": "2026-03-31 CHG-1042" }],
            "encryptionContext": { "SecretARN": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbC12x" } },
        "responseElements": null
    })
}

#[track_caller]
fn activity(record: &Value) -> Activity {
    match read(record.to_string().as_bytes(), Coverage::Catalog) {
        Reading::Activity(activity) => *activity,
        other => panic!("not an activity: {other:?}\n{record:#}"),
    }
}

#[test]
fn every_call_of_the_catalog_is_an_activity_when_it_works_and_when_it_is_refused() {
    for call in CALLS {
        let mut worked = record(call.source, call.name);
        if let Some(parameter) = call.own_parameter() {
            worked["requestParameters"][parameter] = json!("prod-orders-1A2B3C");
            let elsewhere = read(worked.to_string().as_bytes(), Coverage::Catalog);
            assert!(
                matches!(elsewhere, Reading::OutOfScope),
                "{}: what is not ours is none of our business",
                call.name
            );
            worked["requestParameters"][parameter] = json!("trailwarden-orders-1A2B3C");
        }
        assert_eq!(activity(&worked).tier, call.tier, "{}:{}", call.source, call.name);
        let mut refused = worked.clone();
        refused["errorCode"] = json!("AccessDenied");
        if call.name.starts_with("Tag") {
            // A tag that was not set says nothing.
            assert!(matches!(read(refused.to_string().as_bytes(), Coverage::Catalog), Reading::OutOfScope));
            continue;
        }
        assert!(activity(&refused).outcome.denied(), "{}:{}", call.source, call.name);
    }
}

#[test]
fn no_call_is_lost_with_its_parameters_when_it_is_refused_or_they_are_too_large() {
    for call in CALLS.iter().filter(|call| call.tier == Tier::Subject && call.source == "iam") {
        for parameters in [json!(null), json!("null"), json!({ "omitted": true })] {
            let mut bare = record(call.source, call.name);
            bare["requestParameters"] = parameters;
            bare["errorCode"] = json!("AccessDenied");
            activity(&bare);
        }
    }
    let mut omitted = record("ssm", "GetParameters");
    omitted["requestParameters"] = json!({ "omitted": true });
    assert!(
        matches!(activity(&omitted).deed, Deed::SecretRead { .. }),
        "what was left out may have asked for decryption"
    );
}

#[test]
fn an_envelope_is_judged_by_what_is_in_it_whatever_its_detail_type_says() {
    let bare = activity(&record("signin", "ConsoleLogin"));
    for detail_type in [
        "AWS Console Sign In via CloudTrail",
        "AWS Console Signin via CloudTrail",
        "AWS API Call via CloudTrail",
        "AWS Service Event via CloudTrail",
    ] {
        let envelope = json!({ "version": "0", "id": "x", "detail-type": detail_type, "source": "aws.signin", "detail": record("signin", "ConsoleLogin") });
        assert_eq!(activity(&envelope), bare);
    }
}

#[test]
fn the_platforms_own_sign_in_alert_is_an_activity_though_no_trail_holds_it() {
    let alert = json!({ "version": "0", "id": "a-1", "detail-type": "Sign-in Anomaly Alert", "source": "aws.signin",
        "account": "111122223333", "time": "2026-03-01T10:00:00Z", "region": "us-east-1", "detail": { "anything": 1 } });
    let activity = activity(&alert);
    assert_eq!(activity.deed, Deed::SignIn { step: SignInStep::PlatformWarning, mfa: None });
    assert_eq!((activity.id.as_str(), activity.account.as_str()), ("a-1", "111122223333"));
}

#[test]
fn no_second_factor_under_single_sign_on_is_not_known_rather_than_missing() {
    let mut sign_in = record("signin", "ConsoleLogin");
    sign_in["additionalEventData"] = json!({ "MFAUsed": "No" });
    assert_eq!(activity(&sign_in).deed, Deed::SignIn { step: SignInStep::Completed, mfa: Some(false) });
    sign_in["userIdentity"] = json!({ "type": "AssumedRole", "principalId": "AROAX:ann",
        "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann", "accountId": "111122223333" });
    assert_eq!(activity(&sign_in).deed, Deed::SignIn { step: SignInStep::Completed, mfa: None });
}

#[test]
fn a_recreated_namesake_is_somebody_else() {
    let first = activity(&record("iam", "ListAccessKeys"));
    let mut again = record("iam", "ListAccessKeys");
    again["userIdentity"]["principalId"] = json!("AIDAANOTHER");
    let second = activity(&again);
    assert_eq!(first.actor.arn, second.actor.arn);
    assert_ne!(first.actor.key, second.actor.key);
}

#[test]
fn a_session_is_never_the_identity() {
    let in_session = |session: &str, key: &str| {
        let mut read = record("secretsmanager", "GetSecretValue");
        read["userIdentity"] = json!({ "type": "AssumedRole", "principalId": format!("AROAX:{session}"), "accessKeyId": key,
            "arn": format!("arn:aws:sts::111122223333:assumed-role/orders/{session}"), "accountId": "111122223333" });
        activity(&read)
    };
    let (one, two) = (in_session("run-1", "ASIA1"), in_session("run-2", "ASIA2"));
    assert_eq!(one.actor.key, two.actor.key);
    assert_ne!(one.session.credential, two.session.credential);
}

#[test]
fn twins_of_one_call_are_one_act_by_one_identity() {
    let mut own = record("sts", "AssumeRole");
    own["requestParameters"] = json!({ "roleArn": "arn:aws:iam::444455556666:role/reader" });
    own["sharedEventID"] = json!("shared-1");
    let mut theirs = own.clone();
    theirs["eventID"] = json!("e-2");
    theirs["recipientAccountId"] = json!("444455556666");
    theirs["userIdentity"] = json!({ "type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "111122223333" });
    let (own, theirs) = (activity(&own), activity(&theirs));
    assert_eq!((&own.act, &own.actor.key, &own.account), (&theirs.act, &theirs.actor.key, &theirs.account));
    assert_ne!(own.id, theirs.id);
}

#[test]
fn a_service_that_calls_for_somebody_is_named_beside_them() {
    let mut decrypt = record("kms", "Decrypt");
    decrypt["userIdentity"]["invokedBy"] = json!("secretsmanager.amazonaws.com");
    decrypt["sourceIPAddress"] = json!("secretsmanager.amazonaws.com");
    let activity = activity(&decrypt);
    assert_eq!(
        (activity.actor.name.as_str(), activity.session.via.as_deref()),
        ("ann", Some("secretsmanager.amazonaws.com"))
    );
    assert!(matches!(activity.deed, Deed::SecretRead { echo: Some(_), .. }));
    let mut other = record("kms", "Decrypt");
    other["requestParameters"] = json!({ "encryptionContext": { "aws:s3:arn": "arn:aws:s3:::bucket" } });
    assert!(matches!(read(other.to_string().as_bytes(), Coverage::Catalog), Reading::OutOfScope));
}

#[test]
fn what_the_catalog_leaves_out_is_judged_beside_it_and_never_by_both() {
    for call in CALLS {
        let text = record(call.source, call.name).to_string();
        assert!(matches!(read(text.as_bytes(), Coverage::Rest), Reading::OutOfScope), "{}", call.name);
    }
    let text = record("s3", "ListBuckets").to_string();
    assert!(matches!(read(text.as_bytes(), Coverage::Catalog), Reading::OutOfScope));
    let Reading::Activity(rest) = read(text.as_bytes(), Coverage::Rest) else { panic!("not an activity") };
    assert_eq!((rest.tier, &rest.deed), (Tier::Presence, &Deed::Presence));
}

#[test]
fn an_unknown_user_name_is_nobody() {
    let mut failed = record("signin", "ConsoleLogin");
    failed["userIdentity"] =
        json!({ "type": "IAMUser", "accountId": "111122223333", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS" });
    failed["responseElements"] = json!({ "ConsoleLogin": "Failure" });
    failed["errorMessage"] = json!("No username found in supplied account");
    let activity = activity(&failed);
    assert_eq!(activity.actor.kind, PrincipalKind::Unknown);
    assert!(matches!(activity.outcome, Outcome::Failed(_)));
}

#[test]
fn a_time_no_trail_can_be_of_is_refused_and_every_other_is_read() {
    let at = |time: &str| {
        let mut record = record("iam", "CreateAccessKey");
        record["eventTime"] = time.into();
        read(record.to_string().as_bytes(), Coverage::Catalog)
    };
    for time in [
        "0000-01-01T00:00:00Z",
        "-009999-01-02T01:59:59Z",
        "9999-12-30T22:00:00.999999999Z",
        "1969-12-31T23:59:59Z",
        "2106-02-07T06:28:16Z",
    ] {
        assert!(matches!(at(time), Reading::Refused(Refusal::NoTime)), "{time}");
    }
    for time in ["1970-01-01T00:00:00Z", "2026-03-03T09:15:00", "2026-03-03T10:15:00+01:00", "2106-02-07T06:28:15Z"] {
        assert!(matches!(at(time), Reading::Activity(_)), "{time}");
    }
}

/// Every text of a record made endless, but for those that say what it is.
fn endless(value: &mut Value, long: &str) {
    match value {
        Value::String(text) => *text += long,
        Value::Array(items) => items.iter_mut().for_each(|item| endless(item, long)),
        Value::Object(fields) => {
            let kept = ["eventTime", "eventSource", "eventName", "type", "ConsoleLogin"];
            let open = fields.iter_mut().filter(|(name, _)| !kept.contains(&name.as_str()));
            open.for_each(|(_, item)| endless(item, long));
        }
        _ => {}
    }
}

#[test]
fn no_text_of_a_record_is_endless_in_its_activity() {
    let long = "x".repeat(10_000);
    for call in CALLS {
        let mut record = record(call.source, call.name);
        record["userIdentity"]["sessionContext"] = json!({ "sourceIdentity": "ann", "sessionIssuer": { "type": "Role",
            "arn": "arn:aws:iam::111122223333:role/app", "principalId": "AROA", "userName": "app", "accountId": "111122223333" } });
        for kind in ["IAMUser", "AssumedRole"] {
            record["userIdentity"]["type"] = kind.into();
            let mut endless = record.clone();
            self::endless(&mut endless, &long);
            if let Reading::Activity(activity) = read(endless.to_string().as_bytes(), Coverage::Catalog) {
                let size = serde_json::to_string(&activity).unwrap().len();
                assert!(size < 64 << 10, "{} by {kind}: {size} bytes", call.name);
            }
        }
    }
}

#[test]
fn half_a_character_blinds_nobody() {
    let whole = record("iam", "CreateAccessKey").to_string();
    let half = whole.replace("aws-cli/2.33.6", r"emoji \ud83d");
    for text in [half.clone(), format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{half}}}"#)] {
        let Reading::Activity(activity) = read(text.as_bytes(), Coverage::Catalog) else { panic!("{text}") };
        assert_eq!(activity.action.name, "CreateAccessKey");
    }
}

#[test]
fn a_bad_record_is_named_and_never_a_panic() {
    let refused = |text: &str| match read(text.as_bytes(), Coverage::Wide) {
        Reading::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(refused("[1]"), Refusal::NotARecord);
    assert_eq!(refused("{"), Refusal::NotARecord);
    assert_eq!(refused("{}"), Refusal::NoCall);
    assert_eq!(refused(r#"{"detail":{}}"#), Refusal::NoCall);
    assert_eq!(
        refused(r#"{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","eventTime":"..."}"#),
        Refusal::NoTime
    );
    // Every prefix of a good record is read or refused.
    let whole = record("iam", "CreateAccessKey").to_string();
    for end in 0..whole.len() {
        let _ = read(whole.get(..end).unwrap_or_default().as_bytes(), Coverage::Wide);
    }
    assert!(Value::is_object(&serde_json::from_str(&whole).unwrap()));
}
