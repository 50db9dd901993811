//! The functions: a Lambda endpoint that keeps what they were invoked with, and lets them fail when told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::http::{Reply, Request, serve};

/// What becomes of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The function gives the event back.
    Fails,
    /// There is no room for one more invocation.
    Throttled,
    /// The caller may not.
    Denied,
    /// The function is not there.
    Missing,
    /// It is invoked, and the answer is lost.
    Unanswered,
}

#[derive(Debug, Default)]
struct Kept {
    invoked: Vec<(String, Value)>,
    fates: BTreeMap<String, Fate>,
}

/// Every function there is.
#[derive(Debug, Clone)]
pub(crate) struct Functions {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Functions {
    /// The functions behind a port of their own.
    pub(crate) fn open() -> Self {
        let all = Self::unserved();
        let served = all.clone();
        Self { port: serve(move |request| served.answer(&request)), ..all }
    }

    /// The same for somebody else's port.
    pub(crate) fn unserved() -> Self {
        Self { port: 0, kept: Arc::default() }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request) -> Reply {
        answer(request, &mut self.kept.lock().unwrap())
    }

    /// What becomes of every invocation of a function from now on.
    pub(crate) fn fate(&self, function: &str, fate: Option<Fate>) {
        let fates = &mut self.kept.lock().unwrap().fates;
        match fate {
            Some(fate) => fates.insert(function.to_owned(), fate),
            None => fates.remove(function),
        };
    }

    /// What functions were invoked with, in order.
    pub(crate) fn invoked(&self) -> Vec<(String, Value)> {
        self.kept.lock().unwrap().invoked.clone()
    }
}

fn answer(request: &Request, kept: &mut Kept) -> Reply {
    assert_eq!(request.method, "POST");
    let path = request.path.replace("%3A", ":");
    let function = path.strip_prefix("/2015-03-31/functions/").unwrap().strip_suffix("/invocations").unwrap();
    // Without an answer nobody could know whether the message may go.
    assert_ne!(request.headers.get("x-amz-invocation-type").map(String::as_str), Some("Event"));
    let fault = |status: u16, kind: &str| Reply::Answer {
        status,
        headers: vec![("x-amzn-ErrorType".to_owned(), kind.to_owned())],
        body: br#"{"Type":"User","Message":"planned"}"#.to_vec(),
    };
    let fate = kept.fates.get(function).copied();
    match fate {
        Some(Fate::Throttled) => return fault(429, "TooManyRequestsException"),
        Some(Fate::Denied) => return fault(403, "AccessDeniedException"),
        Some(Fate::Missing) => return fault(404, "ResourceNotFoundException"),
        Some(Fate::Fails | Fate::Unanswered) | None => {}
    }
    kept.invoked.push((function.to_owned(), serde_json::from_slice(&request.body).unwrap()));
    match fate {
        Some(Fate::Unanswered) => Reply::Cut,
        Some(_) => Reply::Answer {
            status: 200,
            headers: vec![("X-Amz-Function-Error".to_owned(), "Unhandled".to_owned())],
            body: br#"{"errorType":"x","errorMessage":"planned"}"#.to_vec(),
        },
        None => Reply::of(200, "application/json", "null"),
    }
}
