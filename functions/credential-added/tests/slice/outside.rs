//! The outside: every service a function calls, on one port, behind one plan of faults.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Reply, Request, Server, forward};
use crate::plan::{Fault, Plan};
use crate::table::emulator_port;
use crate::topic::{ATTRIBUTES, FINDING_TOPIC, PUBLISHED, Published, form, published};

/// What was told, and to whom.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) sink: &'static str,
    pub(crate) id: String,
    pub(crate) revision: u64,
    pub(crate) severity: String,
    pub(crate) status: String,
    /// As the sink got it.
    pub(crate) body: Value,
}

/// Every service there is.
#[derive(Debug)]
pub(crate) struct Outside {
    pub(crate) plan: Plan,
    server: Server,
    told: Arc<Mutex<Vec<Told>>>,
}

/// A call, as the table of faults names it.
struct Call {
    kind: String,
    service: Service,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Table,
    Topics,
    Queue,
    Parameters,
}

impl Outside {
    pub(crate) fn open() -> Self {
        Self::telling(Arc::default())
    }

    /// The same services for another process, behind a plan of its own.
    pub(crate) fn beside(&self) -> Self {
        Self::telling(Arc::clone(&self.told))
    }

    fn telling(told: Arc<Mutex<Vec<Told>>>) -> Self {
        let plan = Plan::default();
        let (planned, kept) = (plan.clone(), Arc::clone(&told));
        let server = Server::open(move |request| answer(&request, &planned, &kept));
        Self { plan, server, told }
    }

    /// Where every service is.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    /// What was told so far, in order.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    /// Lets this be what was told so far.
    pub(crate) fn set_told(&self, told: &[Told]) {
        *self.told.lock().unwrap() = told.to_vec();
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.server.close();
    }
}

fn answer(request: &Request, plan: &Plan, told: &Mutex<Vec<Told>>) -> Reply {
    let call = call(request);
    let fault = plan.note(&call.kind);
    let reply = fault.is_none_or(Fault::takes_effect).then(|| take_effect(request, call.service, told));
    match fault {
        None => reply.unwrap_or(Reply::Cut),
        Some(Fault::Throttled) => call.service.refuses(400, "ThrottlingException"),
        Some(Fault::Broken) => call.service.refuses(500, "InternalServerError"),
        Some(Fault::LostBefore | Fault::LostAfter) => Reply::Cut,
        Some(Fault::KilledBefore | Fault::KilledAfter) => {
            plan.kill();
            Reply::Cut
        }
        Some(Fault::ExpiredBefore | Fault::ExpiredAfter) => {
            // Until the delivery has ended: the sender is only ever dropped.
            let _ended = plan.hang().recv();
            Reply::Cut
        }
    }
}

fn take_effect(request: &Request, service: Service, told: &Mutex<Vec<Told>>) -> Reply {
    match service {
        Service::Table => forward(emulator_port(), request),
        Service::Topics => {
            let form = form(request);
            if form.get("Action").map(String::as_str) != Some("Publish") {
                return Reply::of(200, "text/xml", ATTRIBUTES);
            }
            told.lock().unwrap().push(heard(&published(&form)));
            Reply::of(200, "text/xml", PUBLISHED)
        }
        Service::Queue => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let finding: Value = serde_json::from_str(body["MessageBody"].as_str().unwrap()).unwrap();
            told.lock().unwrap().push(of("hub queue", finding));
            Reply::of(200, "application/x-amz-json-1.0", r#"{"MessageId":"m-1"}"#)
        }
        Service::Parameters => {
            let answer = json!({ "Parameter": { "Name": "/trailwarden/settings", "Type": "String", "Value": "" } });
            Reply::of(200, "application/x-amz-json-1.1", &answer.to_string())
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn of(sink: &'static str, finding: Value) -> Told {
    Told {
        sink,
        id: text(&finding["id"]),
        revision: finding["revision"].as_u64().unwrap(),
        severity: text(&finding["severity"]),
        status: text(&finding["status"]),
        body: finding,
    }
}

fn heard(message: &Published) -> Told {
    if message.topic == FINDING_TOPIC {
        return of("mail", message.finding());
    }
    let body: Value = serde_json::from_str(&message.message).unwrap();
    let said = &body["metadata"]["additionalContext"];
    Told {
        sink: "chat",
        id: text(&said["finding"]),
        revision: text(&said["revision"]).parse().unwrap(),
        severity: text(&said["severity"]),
        status: text(&said["status"]),
        body,
    }
}

fn call(request: &Request) -> Call {
    let target = request.headers.get("x-amz-target").map(String::as_str).unwrap_or_default();
    let (service, operation) = target.split_once('.').unwrap_or(("", ""));
    match service {
        "DynamoDB_20120810" => Call { kind: asked_of_table(operation, request), service: Service::Table },
        "AmazonSQS" => Call { kind: format!("{operation} hub queue"), service: Service::Queue },
        "AmazonSSM" => Call { kind: operation.to_owned(), service: Service::Parameters },
        _ => {
            let form = form(request);
            let field = |name: &str| form.get(name).cloned().unwrap_or_default();
            let to = if field("TopicArn") == FINDING_TOPIC { "mail" } else { "chat" };
            Call { kind: format!("{} {to}", field("Action")), service: Service::Topics }
        }
    }
}

/// What a request wants of the table: the operation, and what it is for.
fn asked_of_table(operation: &str, request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let what = match operation {
        "UpdateItem" => {
            let (key, change) = (body["Key"]["id"]["S"].as_str().unwrap(), body["UpdateExpression"].as_str().unwrap());
            match key.split('/').next() {
                Some("finding") if change.contains("body") => "keep an episode",
                Some("finding") => "mark as told",
                _ if change.contains("DELETE") => "tend an item",
                Some("thread") => "weave a thread",
                Some("network" | "worn") => "learn, second look",
                _ => "learn",
            }
        }
        "BatchGetItem" => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            if text.contains("\"finding/") { "read episodes" } else { "recall" }
        }
        _ => "connect",
    };
    format!("{operation}: {what}")
}

impl Service {
    fn refuses(self, status: u16, code: &str) -> Reply {
        if self != Self::Topics {
            let body = json!({ "__type": code, "message": "planned" });
            return Reply::of(status, "application/x-amz-json-1.0", &body.to_string());
        }
        let code = if status == 400 { "Throttling" } else { "InternalError" };
        let error = format!("<Error><Type>Receiver</Type><Code>{code}</Code><Message>planned</Message></Error>");
        let namespace = "http://sns.amazonaws.com/doc/2010-03-31/";
        let body = format!("<ErrorResponse xmlns=\"{namespace}\">{error}<RequestId>r</RequestId></ErrorResponse>");
        Reply::of(status, "text/xml", &body)
    }
}
