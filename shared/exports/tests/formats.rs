//! Every finding, whatever is in it, becomes documents that their formats allow.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use serde_json::{Value, json};
use trailwarden_exports::{Asff, Import, asff, ocsf};
use trailwarden_fixtures::findings::{filled, hostile_texts, kinds, ordinary};
use trailwarden_fixtures::formats::{problems_of_asff, problems_of_ocsf};
use trailwarden_model::{AccountId, Finding, FindingId, Region, SecretTarget, Severity, Status};

fn central() -> Import {
    Import::Central { account: AccountId::new("999988887777"), region: Region::new("eu-west-1") }
}

fn written(finding: &Finding, import: &Import) -> Value {
    serde_json::to_value(Asff::of(finding, import)).unwrap()
}

#[track_caller]
fn check(finding: &Finding) {
    for import in [Import::PerMember, central()] {
        let document = written(finding, &import);
        let problems = problems_of_asff(&document);
        assert!(problems.is_empty(), "{}: {problems:?}", finding.kind);
        within_utf16(&document);
    }
    let document = ocsf::detection_finding(finding);
    let problems = problems_of_ocsf(&document);
    assert!(problems.is_empty(), "{}: {problems:?}", finding.kind);
}

/// The schema counts code points; the limits hold in UTF-16 units, too.
#[track_caller]
fn within_utf16(document: &Value) {
    let width = |value: &Value| value.as_str().unwrap_or_default().encode_utf16().count();
    for (name, most) in [("Title", 256), ("Description", 1024), ("Id", 512), ("GeneratorId", 512)] {
        assert!(width(&document[name]) <= most, "{name}");
    }
    for (name, value) in document["ProductFields"].as_object().unwrap() {
        assert!(name.len() <= 128 && width(value) <= 2048, "{name}");
    }
    assert!(width(&document["Remediation"]["Recommendation"]["Text"]) <= 512);
}

#[test]
fn every_kind_of_finding_in_every_state_is_allowed() {
    for kind in kinds() {
        for status in [Status::Open, Status::Resolved, Status::Suppressed] {
            for severity in Severity::ALL {
                for score in [0, 70, 255] {
                    check(&Finding { status, severity, score, ..ordinary(kind) });
                }
            }
        }
    }
}

#[test]
fn hostile_text_in_every_field_is_allowed_and_harmless() {
    // Each text under one kind, each kind with many texts.
    for (text, kind) in hostile_texts().iter().zip(kinds().into_iter().cycle()) {
        check(&filled(kind, text, 3));
    }
}

#[test]
fn thousands_of_secrets_and_endless_lists_still_fit() {
    for letter in ["€", "𝒜", "\u{1}"] {
        let finding = filled("secret-accessed.unusual-read", &letter.repeat(2048 / letter.len()), 4096);
        check(&finding);
        let document = written(&finding, &Import::PerMember);
        assert_eq!(document["ProductFields"]["trailwarden/secret_count"], "4096");
    }
}

#[test]
fn a_name_that_is_cut_ends_in_an_ellipsis_and_never_in_half_a_character() {
    for (length, last) in [(256, '𝒜'), (128, '𝒜'), (129, '…')] {
        let title = "𝒜".repeat(length);
        let document = written(&Finding { title: title.clone(), ..ordinary("x.y") }, &Import::PerMember);
        let told = document["Title"].as_str().unwrap();
        let whole = title.encode_utf16().count() <= 256;
        assert_eq!(told.chars().last(), Some(if whole { last } else { '…' }), "{length}");
    }
}

#[test]
fn the_documented_limits_are_reached_and_not_passed() {
    let long = "x".repeat(5000);
    let mut finding = filled("console-login.brute-force", &long, 200);
    let ids = (0..4096).map(|nth| format!("aws:secretsmanager:111122223333:prod/{nth}")).collect();
    finding.target.secret = Some(SecretTarget { count: 4096, ids });
    let document = written(&finding, &Import::PerMember);
    let length = |value: &Value| value.as_str().unwrap().chars().count();
    let counted = |value: &Value| value.as_array().unwrap().len();
    assert_eq!(length(&document["Title"]), 256);
    assert_eq!(length(&document["Description"]), 1024);
    assert_eq!(length(&document["Id"]), 512);
    assert_eq!(length(&document["ProductFields"]["trailwarden/actor"]), 2048);
    assert_eq!(counted(&document["Resources"]), 32);
    assert_eq!(counted(&document["FindingProviderFields"]["RelatedFindings"]), 10);
    assert!(document["ProductFields"].as_object().unwrap().len() <= 50);
    assert_eq!(length(&document["Action"]["AwsApiCallAction"]["Api"]), 128);
}

#[test]
fn a_command_that_does_not_fit_is_left_out_whole() {
    let response = vec!["aws iam one".to_owned(), format!("aws iam {}", "y".repeat(500)), "aws iam three".to_owned()];
    let document = written(&Finding { response, ..ordinary("x.y") }, &Import::PerMember);
    assert_eq!(document["Remediation"]["Recommendation"]["Text"], "aws iam one");
    assert_eq!(document["Remediation"]["Recommendation"]["Url"], "https://attack.mitre.org/techniques/T1098/001/");
}

#[test]
fn an_analyst_reads_who_gave_whom_what_from_where() {
    let document = written(&ordinary("credential-added.for-another-identity"), &Import::PerMember);
    assert_eq!(document["AwsAccountId"], "111122223333");
    assert_eq!(document["ProductArn"], "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default");
    assert_eq!(
        document["Types"],
        json!([
            "Unusual Behaviors/User/credential-added.for-another-identity",
            "TTPs/Persistence/T1098.001",
            "TTPs/Privilege Escalation/T1098.001"
        ])
    );
    assert_eq!(document["Severity"], json!({ "Label": "HIGH", "Normalized": 74, "Original": "HIGH, score 74 of 100" }));
    let resources: Vec<(&str, &str)> = document["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| (resource["Type"].as_str().unwrap(), resource["Id"].as_str().unwrap()))
        .collect();
    assert_eq!(
        resources,
        [
            ("AwsIamUser", "arn:aws:iam::111122223333:user/bob"),
            ("AwsIamUser", "arn:aws:iam::111122223333:user/ann"),
            ("AwsIamAccessKey", "AWS::IAM::AccessKey:AKIAI44QH8DHBEXAMPLE"),
            ("AwsIamAccessKey", "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"),
            ("AwsAccount", "AWS::::Account:111122223333"),
        ]
    );
    let call = &document["Action"]["AwsApiCallAction"];
    assert_eq!((&call["Api"], &call["ServiceName"]), (&json!("CreateAccessKey"), &json!("iam.amazonaws.com")));
    assert_eq!(call["RemoteIpDetails"]["IpAddressV4"], "203.0.113.10");
    assert_eq!(document["FindingProviderFields"]["Criticality"], 100);
}

#[test]
fn a_central_import_belongs_to_the_importing_account_and_names_the_real_one() {
    let document = written(&ordinary("x.y"), &central());
    assert_eq!(document["AwsAccountId"], "999988887777");
    assert_eq!(document["ProductArn"], "arn:aws:securityhub:eu-west-1:999988887777:product/999988887777/default");
    assert_eq!(document["ProductFields"]["trailwarden/account"], "111122223333");
    assert_eq!(document["Resources"][4]["Id"], "AWS::::Account:111122223333");
    assert_eq!(document["Resources"][0]["Region"], "eu-central-1");
}

#[test]
fn every_revision_has_the_same_id_and_a_later_time() {
    let first = ordinary("x.y");
    let mut second = Finding { revision: 2, region: Region::new("us-west-2"), ..first.clone() };
    second.updated_at = first.updated_at + jiff::SignedDuration::from_millis(1);
    let (first, second) = (written(&first, &Import::PerMember), written(&second, &Import::PerMember));
    assert_eq!(first["Id"], second["Id"]);
    assert!(first["UpdatedAt"].as_str() < second["UpdatedAt"].as_str());
}

#[test]
fn what_resolved_itself_is_archived_and_closed() {
    let finding = Finding { status: Status::Resolved, revision: 3, ..ordinary("x.y") };
    assert_eq!(written(&finding, &Import::PerMember)["RecordState"], "ARCHIVED");
    let closed = ocsf::detection_finding(&finding);
    assert_eq!(
        (&closed["activity_id"], &closed["type_uid"], &closed["status_id"]),
        (&json!(3), &json!(200_403), &json!(4))
    );
    let open = ocsf::detection_finding(&ordinary("x.y"));
    assert_eq!((&open["activity_id"], &open["type_uid"], &open["status_id"]), (&json!(1), &json!(200_401), &json!(1)));
}

#[test]
fn a_service_is_told_by_its_domain_and_an_address_by_its_kind() {
    let mut finding = ordinary("x.y");
    finding.origin.ip = Some("cloudformation.amazonaws.com".to_owned());
    let document = written(&finding, &Import::PerMember);
    assert_eq!(document["Action"]["AwsApiCallAction"]["DomainDetails"]["Domain"], "cloudformation.amazonaws.com");
    assert_eq!(document["Network"], Value::Null);
    finding.origin.ip = Some("2001:db8::1".to_owned());
    let document = written(&finding, &Import::PerMember);
    assert_eq!(document["Network"], json!({ "Direction": "IN", "SourceIpV6": "2001:db8::1" }));
    check(&finding);
}

#[test]
fn secrets_are_resources_by_the_names_their_stores_give_them() {
    let ids =
        ["aws:secretsmanager:111122223333:prod/db", "aws:ssm:111122223333:eu-west-1:app/key", "aws:kms:alias/main"];
    let mut finding = ordinary("secret-accessed.unusual-read");
    finding.target.secret = Some(SecretTarget { count: 3, ids: ids.map(str::to_owned).to_vec() });
    check(&finding);
    let document = written(&finding, &Import::PerMember);
    let named: Vec<&str> = (4..7).map(|nth| document["Resources"][nth]["Id"].as_str().unwrap()).collect();
    assert_eq!(
        named,
        [
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/app/key",
            "alias/main",
        ]
    );
}

#[test]
fn techniques_are_spelt_out_with_their_tactics() {
    let document = ocsf::detection_finding(&ordinary("credential-added.for-itself"));
    assert_eq!(
        document["finding_info"]["attacks"][0],
        json!({
            "tactic": { "uid": "TA0003", "name": "Persistence" },
            "technique": { "uid": "T1098", "name": "Account Manipulation" },
            "sub_technique": {
                "uid": "T1098.001",
                "name": "Additional Cloud Credentials",
                "src_url": "https://attack.mitre.org/techniques/T1098/001/"
            },
        })
    );
    for kind in kinds() {
        for attack in ocsf::detection_finding(&ordinary(kind))["finding_info"]["attacks"].as_array().unwrap() {
            assert!(
                attack["tactic"]["name"].is_string(),
                "{kind} names a technique the export does not know: {attack}"
            );
        }
    }
}

#[test]
fn a_related_finding_is_named_as_it_was_imported() {
    let finding = Finding { related: vec![FindingId::new("tw-1")], ..ordinary("x.y") };
    let document = written(&finding, &Import::PerMember);
    let related = &document["FindingProviderFields"]["RelatedFindings"][0];
    assert_eq!(
        (&related["Id"], &related["ProductArn"]),
        (&json!(format!("{}tw-1", asff::ID_PREFIX)), &document["ProductArn"])
    );
}
