//! Every fault at every call of a run: the runs that follow give every message to its function, and empty the queues.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::functions::Functions;
use crate::http::{Reply, Request, Server};
use crate::path::{ADDED, LOGIN, event, tick};
use crate::plan::{Plan, Refusal};
use crate::queues::{FAILURES, Queues, UNDELIVERED};
use crate::stage::{Stage, withstands};

/// Two queues and the functions, behind one plan of faults.
struct Road {
    plan: Plan,
    server: Server,
    behind: Arc<(Queues, Functions)>,
}

impl Stage for Road {
    const TICKS: bool = true;

    fn set() -> Self {
        let (queues, functions) = (Queues::unserved(), Functions::unserved());
        // More than one receipt holds.
        (0..12).for_each(|nth| queues.failed(&format!("f{nth}"), ADDED, &event(nth)));
        (12..15).for_each(|nth| queues.undelivered(&format!("u{nth}"), LOGIN, &event(nth)));
        queues.put(FAILURES, "hostile", "[", json!({}));
        let (plan, behind) = (Plan::default(), Arc::new((queues, functions)));
        let (planned, kept) = (plan.clone(), Arc::clone(&behind));
        let server = Server::open(move |request| {
            planned.suffer(&kind(&request), || answer(&request, &kept), |refusal| refused(&request, refusal))
        });
        Self { plan, server, behind }
    }

    fn plan(&self) -> &Plan {
        &self.plan
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("FAILURES_QUEUE_URL", FAILURES.to_owned()),
            ("UNDELIVERED_QUEUE_URL", UNDELIVERED.to_owned()),
            ("FUNCTION_ARNS", format!("{ADDED},{LOGIN}")),
            ("LOG_LEVEL", "error".to_owned()),
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.server.port)),
        ]
    }

    /// What somebody held is visible again.
    fn wait(&self) {
        self.behind.0.pass_time();
    }

    /// Told less, a run would begin nothing.
    fn told(_: &Value) -> Duration {
        Duration::from_mins(5)
    }

    /// What every function has got at least once, and what is left in the queues.
    fn end(self) -> BTreeMap<String, String> {
        self.server.close();
        let (queues, functions) = &*self.behind;
        let left = queues.left().into_iter().map(|id| (format!("left {id}"), String::new()));
        let given = functions.invoked().into_iter();
        given.map(|(function, event)| (format!("given {event}"), function)).chain(left).collect()
    }
}

fn is_invocation(request: &Request) -> bool {
    request.path.ends_with("/invocations")
}

fn answer(request: &Request, (queues, functions): &(Queues, Functions)) -> Reply {
    if is_invocation(request) { functions.answer(request) } else { queues.answer(request) }
}

/// `Invoke`, or the operation and the queue.
fn kind(request: &Request) -> String {
    if is_invocation(request) {
        let name = if request.path.contains("CredentialAdded") { "credential-added" } else { "console-login" };
        return format!("Invoke {name}");
    }
    let operation = request.headers["x-amz-target"].trim_start_matches("AmazonSQS.");
    let asked: Value = serde_json::from_slice(&request.body).unwrap();
    format!("{operation} {}", asked["QueueUrl"].as_str().unwrap().rsplit('/').next().unwrap())
}

fn refused(request: &Request, refusal: Refusal) -> Reply {
    let (status, kind) = match (refusal, is_invocation(request)) {
        (Refusal::Throttled, true) => (429, "TooManyRequestsException"),
        (Refusal::Throttled, false) => (400, "ThrottlingException"),
        (Refusal::Broken, true) => (500, "ServiceException"),
        (Refusal::Broken, false) => (500, "InternalError"),
    };
    Reply::Answer {
        status,
        headers: vec![("x-amzn-ErrorType".to_owned(), kind.to_owned())],
        body: json!({ "__type": kind, "message": "planned" }).to_string().into_bytes(),
    }
}

#[test]
fn whatever_call_fails_the_next_runs_give_every_message_to_its_function_and_empty_the_queues() {
    withstands::<Road>(&[tick(), tick()]);
}
