//! OCSF: a finding as a Detection Finding, class 2004.
//!
//! Attributes: <https://schema.ocsf.io/1.8.0/classes/detection_finding?profiles=cloud>.
//! Sentences that have no attribute stand under `unmapped`.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use trailwarden_model::{Finding, PrincipalKind, Privilege, Severity, Status};

use crate::asff::service;
use crate::attack;
use crate::text::{plain, said};

/// The version of the schema.
pub const VERSION: &str = "1.8.0";
/// Detection Finding.
const CLASS: u64 = 2004;
/// The longest text; the schema names no limit, so this is ours.
const TEXT: usize = 2048;
/// How many items a list has at most.
const LISTED: usize = 100;

/// The finding as a Detection Finding.
#[must_use]
pub fn detection_finding(finding: &Finding) -> Value {
    let (activity, activity_name) = activity(finding);
    let (severity, severity_name) = severity(finding.severity);
    let (status, status_name) = status(finding.status);
    let (confidence, confidence_name) = confidence(finding.confidence);
    let document = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Detection Finding: {activity_name}"),
        "time": finding.updated_at.as_millisecond(),
        "start_time": finding.first_seen.as_millisecond(),
        "end_time": finding.last_seen.as_millisecond(),
        "count": finding.event_count,
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        "confidence_id": confidence,
        "confidence": confidence_name,
        "confidence_score": finding.confidence,
        "risk_score": finding.score,
        "is_alert": finding.severity >= Severity::Medium && finding.status == Status::Open,
        "message": said(&finding.title, TEXT),
        "metadata": metadata(finding),
        "finding_info": info(finding),
        "evidences": evidences(finding),
        "resources": resources(finding),
        "cloud": cloud(finding),
        "remediation": remediation(finding),
        "unmapped": unmapped(finding),
    });
    without_nothing(document)
}

fn text(value: &str) -> Option<String> {
    plain(value, TEXT)
}

fn known(value: Option<&str>) -> Option<String> {
    value.and_then(text)
}

fn activity(finding: &Finding) -> (u64, &'static str) {
    match (finding.status, finding.revision) {
        (Status::Resolved | Status::Suppressed, _) => (3, "Close"),
        (Status::Open, 0 | 1) => (1, "Create"),
        (Status::Open, _) => (2, "Update"),
    }
}

fn severity(severity: Severity) -> (u64, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn status(status: Status) -> (u64, &'static str) {
    match status {
        Status::Open => (1, "New"),
        Status::Suppressed => (3, "Suppressed"),
        Status::Resolved => (4, "Resolved"),
    }
}

fn confidence(percent: u8) -> (u64, &'static str) {
    match percent {
        0..=39 => (1, "Low"),
        40..=69 => (2, "Medium"),
        _ => (3, "High"),
    }
}

fn metadata(finding: &Finding) -> Value {
    json!({
        "version": VERSION,
        "profiles": ["cloud"],
        "product": { "name": "trailwarden", "vendor_name": "trailwarden", "version": env!("CARGO_PKG_VERSION") },
        "uid": format!("{}-{}", said(finding.id.as_str(), TEXT), finding.revision),
        "correlation_uid": text(finding.id.as_str()),
        "event_code": text(&finding.kind),
        "log_name": "AWS CloudTrail",
        "sequence": finding.revision,
        "tenant_uid": known(finding.organization.as_deref()),
    })
}

fn info(finding: &Finding) -> Value {
    json!({
        "uid": said(finding.id.as_str(), TEXT),
        "title": said(&finding.title, TEXT),
        "desc": text(&finding.description),
        "types": [said(&finding.kind, TEXT)],
        "created_time": finding.created_at.as_millisecond(),
        "modified_time": finding.updated_at.as_millisecond(),
        "first_seen_time": finding.first_seen.as_millisecond(),
        "last_seen_time": finding.last_seen.as_millisecond(),
        "data_sources": ["AWS CloudTrail"],
        "analytic": { "uid": said(&finding.kind, TEXT), "name": said(&finding.kind, TEXT), "type_id": 2, "type": "Behavioral" },
        "related_analytics": finding.analytics.iter().take(LISTED).filter_map(|id| text(id))
            .map(|id| json!({ "uid": id, "type_id": 99, "type": "MITRE ATT&CK analytic" })).collect::<Vec<_>>(),
        "attacks": attacks(finding),
        "related_events": related(finding),
        "related_events_count": finding.event_count,
    })
}

/// One for each tactic a technique serves.
fn attacks(finding: &Finding) -> Vec<Value> {
    let mut all = Vec::new();
    for id in finding.techniques.iter().take(LISTED) {
        let page = attack::page(id);
        let Some(technique) = attack::technique(id) else {
            all.extend(text(id).map(|uid| json!({ "technique": { "uid": uid, "src_url": page } })));
            continue;
        };
        let this = json!({ "uid": technique.id, "name": technique.name, "src_url": page });
        for tactic in technique.tactics {
            let tactic = json!({ "uid": tactic.id, "name": tactic.name });
            all.push(match (technique.of, technique.id.split_once('.')) {
                (Some(whole), Some((uid, _))) => {
                    json!({ "tactic": tactic, "technique": { "uid": uid, "name": whole }, "sub_technique": this })
                }
                _ => json!({ "tactic": tactic, "technique": this }),
            });
        }
    }
    all
}

/// The records that make the case, then the findings of the same story.
fn related(finding: &Finding) -> Vec<Value> {
    let records = finding.events.iter().take(LISTED).map(|event| {
        json!({
            "uid": said(event.id.as_str(), TEXT),
            "title": text(&event.name),
            "type": "CloudTrail record",
            "created_time": event.time.as_millisecond(),
            "product": { "name": "AWS CloudTrail", "vendor_name": "AWS" },
        })
    });
    let findings = finding.related.iter().take(LISTED).map(|id| {
        json!({
            "uid": said(id.as_str(), TEXT),
            "type": "Detection Finding",
            "product": { "name": "trailwarden", "vendor_name": "trailwarden" },
        })
    });
    records.chain(findings).collect()
}

/// Who called what from where, and then each reason.
fn evidences(finding: &Finding) -> Vec<Value> {
    let call = json!({
        "name": "first call",
        "actor": actor(finding),
        "api": finding.events.first().map(|event| json!({
            "operation": said(&event.name, TEXT),
            "service": service(&event.name).map(|name| json!({ "name": name })),
        })),
        "src_endpoint": endpoint(finding),
        "http_request": text(&finding.origin.user_agent).map(|agent| json!({ "user_agent": agent })),
    });
    let reasons = finding.evidence.iter().take(LISTED).map(|reason| {
        json!({
            "name": text(&reason.signal),
            "data": {
                "claim": text(&reason.claim),
                "observed": text(&reason.observed),
                "expected": text(&reason.expected),
                "bits": reason.weight,
            },
        })
    });
    std::iter::once(call).chain(reasons).collect()
}

fn actor(finding: &Finding) -> Value {
    let actor = &finding.actor;
    let (kind, kind_name) = match (actor.kind, actor.privilege) {
        (PrincipalKind::Root, _) | (_, Privilege::Administrator) => (2, "Admin"),
        (PrincipalKind::User | PrincipalKind::Person | PrincipalKind::Federated, _) => (1, "User"),
        (PrincipalKind::Service | PrincipalKind::Workload, _) => (4, "Service"),
        _ => (99, actor.kind.words()),
    };
    json!({
        "user": {
            "name": said(&actor.name, TEXT),
            "uid": text(actor.key.as_str()),
            "uid_alt": known(actor.arn.as_deref()),
            "type_id": kind,
            "type": kind_name,
        },
        "session": session(finding),
        "invoked_by": known(actor.via.as_deref()),
    })
}

fn session(finding: &Finding) -> Value {
    let actor = &finding.actor;
    json!({
        "uid": known(actor.session.as_deref()),
        "credential_uid": known(actor.access_key_id.as_deref()),
        "is_mfa": actor.mfa,
    })
}

fn endpoint(finding: &Finding) -> Option<Value> {
    let origin = &finding.origin;
    let named = known(origin.ip.as_deref())?;
    let address = named.parse::<IpAddr>().ok();
    Some(json!({
        "ip": address.map(|address| address.to_string()),
        "svc_name": if address.is_none() { Some(named) } else { None },
        "autonomous_system": { "number": origin.asn, "name": known(origin.network.as_deref()) },
        "location": { "country": known(origin.country.as_deref()) },
    }))
}

fn resources(finding: &Finding) -> Vec<Value> {
    let (actor, target) = (&finding.actor, &finding.target);
    let place = |mut resource: Value, role: (u64, &str)| {
        if let Some(fields) = resource.as_object_mut() {
            fields.insert("role_id".to_owned(), json!(role.0));
            fields.insert("role".to_owned(), json!(role.1));
            fields.insert("region".to_owned(), json!(text(finding.region.as_str())));
            fields.insert("cloud_partition".to_owned(), json!(text(&finding.partition)));
        }
        resource
    };
    let (to, by) = ((1, "Target"), (2, "Actor"));
    let mut all = vec![
        place(json!({ "uid": said(&target.key, TEXT), "name": text(&target.name), "type": text(&target.kind) }), to),
        place(
            json!({ "uid": said(actor.key.as_str(), TEXT), "name": text(&actor.name), "type": actor.kind.words() }),
            by,
        ),
    ];
    if let Some((id, words)) =
        target.credential.as_ref().and_then(|given| Some((text(given.id.as_deref()?)?, given.kind.words())))
    {
        all.push(place(json!({ "uid": id, "type": words }), to));
    }
    let secrets = target.secret.iter().flat_map(|secret| &secret.ids).filter_map(|id| text(id)).take(LISTED);
    all.extend(secrets.map(|id| place(json!({ "uid": id, "type": "secret" }), to)));
    all
}

fn cloud(finding: &Finding) -> Value {
    json!({
        "provider": "AWS",
        "cloud_partition": text(&finding.partition),
        "region": text(finding.region.as_str()),
        "account": { "uid": said(finding.account.as_str(), TEXT), "type_id": 10, "type": "AWS Account" },
        "org": known(finding.organization.as_deref()).map(|uid| json!({ "uid": uid })),
    })
}

fn remediation(finding: &Finding) -> Option<Value> {
    let steps: Vec<String> = finding.response.iter().take(LISTED).filter_map(|step| text(step)).collect();
    let pages: Vec<String> = finding.techniques.iter().take(LISTED).filter_map(|id| attack::page(id)).collect();
    (!steps.is_empty()).then(|| json!({ "desc": steps.join("\n"), "references": pages }))
}

fn unmapped(finding: &Finding) -> Value {
    let (actor, target) = (&finding.actor, &finding.target);
    json!({
        "schema_version": text(&finding.schema_version),
        "revision": finding.revision,
        "actor_privilege": actor.privilege,
        "target_privilege": target.privilege,
        "credential_kind": target.credential.as_ref().map(|credential| credential.kind),
        "secret_count": target.secret.as_ref().map(|secret| secret.count),
        "origin_kind": finding.origin.kind,
        "expected_change": finding.expected_change.as_ref().map(|change| json!({
            "matched": change.matched,
            "by": text(&change.by),
            "until": change.until.map(Timestamp::as_millisecond),
            "reference": known(change.reference.as_deref()),
        })),
    })
}

/// The document without what says nothing: nulls, and lists and objects that are empty.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| (name, without_nothing(value)));
            Value::Object(kept.filter(|(_, value)| !is_nothing(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            Value::Array(items.into_iter().map(without_nothing).filter(|item| !is_nothing(item)).collect())
        }
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
