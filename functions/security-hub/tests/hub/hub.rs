//! The hub: a Security Hub endpoint that takes only what is allowed, and fails when it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use trailwarden_fixtures::formats::problems_of_asff;

use crate::http::{Reply, Request, serve};
use crate::plan::{Fault, Plan};

/// The one call the function makes.
pub(crate) const CALL: &str = "BatchImportFindings";

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody enabled Security Hub.
    NotEnabled,
    /// The caller may not.
    Denied,
    /// It is asked too much.
    Throttled,
    /// It fails.
    Broken,
    /// The request as a whole is refused while a finding of this title is in it.
    Poisoned(&'static str),
    /// It imports all but the finding of this title, with this code.
    Refuses(&'static str, &'static str),
}

#[derive(Debug, Default)]
struct Kept {
    requests: Vec<Vec<Value>>,
    imported: Vec<Value>,
    fates: VecDeque<Fate>,
    always: Option<Fate>,
}

/// A Security Hub.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Hub {
    pub(crate) fn open() -> Self {
        Self::behind(Plan::default())
    }

    /// A hub behind a plan of faults.
    pub(crate) fn behind(plan: Plan) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let within = Arc::clone(&kept);
        let port = serve(move |request| {
            let fault = plan.note(CALL);
            let reply = fault.is_none_or(Fault::takes_effect).then(|| answer(&request, &mut within.lock().unwrap()));
            match fault {
                None => reply.unwrap_or(Reply::Cut),
                Some(Fault::Throttled) => error(429, "TooManyRequestsException", "Too Many Requests"),
                Some(Fault::Broken) => error(500, "InternalException", "planned"),
                Some(Fault::KilledBefore | Fault::KilledAfter) => {
                    plan.kill();
                    Reply::Cut
                }
                Some(_) => Reply::Cut,
            }
        });
        Self { port, kept }
    }

    /// What becomes of the next requests, one after the other.
    pub(crate) fn next(&self, fates: &[Fate]) {
        self.kept.lock().unwrap().fates.extend(fates);
    }

    /// What becomes of every request.
    pub(crate) fn always(&self, fate: Fate) {
        self.kept.lock().unwrap().always = Some(fate);
    }

    /// What was imported so far.
    pub(crate) fn imported(&self) -> Vec<Value> {
        self.kept.lock().unwrap().imported.clone()
    }

    /// How many findings each request so far had.
    pub(crate) fn requests(&self) -> Vec<usize> {
        self.kept.lock().unwrap().requests.iter().map(Vec::len).collect()
    }
}

fn answer(request: &Request, kept: &mut Kept) -> Reply {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/findings/import"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let findings = body["Findings"].as_array().unwrap().clone();
    assert!((1..=100).contains(&findings.len()) && request.body.len() <= 6_000_000);
    kept.requests.push(findings.clone());
    let named = |finding: &Value, title: &str| finding["Title"] == title;
    let refused = match kept.fates.pop_front().or(kept.always) {
        Some(Fate::NotEnabled) => {
            return error(401, "InvalidAccessException", "Account 111122223333 is not subscribed to AWS Security Hub");
        }
        Some(Fate::Denied) => return error(403, "AccessDeniedException", "User is not authorized to perform"),
        Some(Fate::Throttled) => return error(429, "TooManyRequestsException", "Too Many Requests"),
        Some(Fate::Broken) => return error(500, "InternalException", "planned"),
        Some(Fate::Poisoned(title)) if findings.iter().any(|finding| named(finding, title)) => {
            return error(400, "InvalidInputException", "Invalid parameter");
        }
        Some(Fate::Refuses(title, code)) => Some((title, code)),
        Some(Fate::Poisoned(_)) | None => None,
    };
    let mut failed = Vec::new();
    for finding in findings {
        let problems = problems_of_asff(&finding);
        match refused.filter(|(title, _)| named(&finding, title)) {
            Some((_, code)) => failed.push(failure(&finding, code, "planned")),
            None if problems.is_empty() => kept.imported.push(finding),
            None => failed.push(failure(&finding, "InvalidInput", &problems.join("; "))),
        }
    }
    let answer = json!({ "FailedCount": failed.len(), "SuccessCount": 0, "FailedFindings": failed });
    Reply::of(200, "application/json", &answer.to_string())
}

fn failure(finding: &Value, code: &str, message: &str) -> Value {
    json!({ "Id": finding["Id"], "ErrorCode": code, "ErrorMessage": message })
}

fn error(status: u16, kind: &str, message: &str) -> Reply {
    Reply::Answer {
        status,
        headers: vec![
            ("x-amzn-ErrorType".to_owned(), kind.to_owned()),
            ("Content-Type".to_owned(), "application/json".to_owned()),
        ],
        body: json!({ "Message": message, "Code": kind }).to_string().into_bytes(),
    }
}
