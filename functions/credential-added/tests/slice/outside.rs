//! The outside: every service a function calls, on one port, behind one plan of faults.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Reply, Request, Server, forward};
use crate::iam::{DETAILS, page};
use crate::ledger_table::LEDGER;
use crate::plan::{Plan, Refusal};
use crate::rule::Rule;
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
    behind: Arc<Behind>,
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
    Rules,
    Identities,
}

/// What the services keep.
#[derive(Debug)]
struct Behind {
    told: Mutex<Vec<Told>>,
    rule: Rule,
}

impl Outside {
    /// The services at a moment: what was told, and what the rule is.
    pub(crate) fn at(told: &[Told], rule: &Value) -> Self {
        Self::over(Arc::new(Behind { told: Mutex::new(told.to_vec()), rule: Rule::at(rule) }))
    }

    /// The same services for another process, behind a plan of its own.
    pub(crate) fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.behind))
    }

    fn over(behind: Arc<Behind>) -> Self {
        let plan = Plan::default();
        let (planned, kept) = (plan.clone(), Arc::clone(&behind));
        let server = Server::open(move |request| answer(&request, &planned, &kept));
        Self { plan, server, behind }
    }

    /// Where every service is.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    /// What was told so far, in order.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.behind.told.lock().unwrap().clone()
    }

    /// The rule over keys under watch, as it is.
    pub(crate) fn rule(&self) -> Value {
        self.behind.rule.state()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.server.close();
    }
}

fn answer(request: &Request, plan: &Plan, behind: &Behind) -> Reply {
    let call = call(request);
    plan.suffer(&call.kind, || take_effect(request, call.service, behind), |refusal| call.service.refuses(refusal))
}

fn take_effect(request: &Request, service: Service, behind: &Behind) -> Reply {
    match service {
        Service::Table => forward(emulator_port(), request),
        Service::Topics => {
            let form = form(request);
            if form.get("Action").map(String::as_str) != Some("Publish") {
                return Reply::of(200, "text/xml", ATTRIBUTES);
            }
            behind.told.lock().unwrap().push(heard(&published(&form)));
            Reply::of(200, "text/xml", PUBLISHED)
        }
        Service::Queue => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let finding: Value = serde_json::from_str(body["MessageBody"].as_str().unwrap()).unwrap();
            behind.told.lock().unwrap().push(of("hub queue", finding));
            Reply::of(200, "application/x-amz-json-1.0", r#"{"MessageId":"m-1"}"#)
        }
        Service::Identities => page(&form(request)),
        Service::Rules => behind.rule.answer(request),
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
        "AWSEvents" => Call { kind: operation.to_owned(), service: Service::Rules },
        "AmazonSSM" => Call { kind: operation.to_owned(), service: Service::Parameters },
        _ => {
            let form = form(request);
            if form.get("Action").is_some_and(|action| action == DETAILS) {
                return Call { kind: DETAILS.to_owned(), service: Service::Identities };
            }
            let field = |name: &str| form.get(name).cloned().unwrap_or_default();
            let to = if field("TopicArn") == FINDING_TOPIC { "mail" } else { "chat" };
            Call { kind: format!("{} {to}", field("Action")), service: Service::Topics }
        }
    }
}

/// What a request wants of a table: the operation, and what it is for.
fn asked_of_table(operation: &str, request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    if body["TableName"].as_str().is_some_and(|name| name.starts_with(LEDGER)) {
        return format!("{operation}: {}", asked_of_ledger(&body));
    }
    let key = body["Key"]["id"]["S"].as_str().unwrap_or_default();
    let what = match operation {
        "UpdateItem" => {
            let change = body["UpdateExpression"].as_str().unwrap();
            match key.split('/').next() {
                Some("finding") if change.contains("body") => "keep an episode",
                Some("finding") => "mark as told",
                Some("watch") if change.contains("DELETE") => "end watches",
                Some("watch") => "watch a key",
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
        _ if key.starts_with("watch/") => "read the watch",
        _ => "connect",
    };
    format!("{operation}: {what}")
}

/// What a request wants of the ledger: a finding, an act, or the day of somebody with something.
fn asked_of_ledger(body: &Value) -> &'static str {
    match body["Item"]["pk"]["S"].as_str() {
        Some(row) if row.starts_with("finding/") => "ledger, a finding",
        Some(_) => "ledger, an act",
        None => "ledger, a day",
    }
}

impl Service {
    fn refuses(self, refusal: Refusal) -> Reply {
        let (status, code) = match refusal {
            Refusal::Throttled => (400, "ThrottlingException"),
            Refusal::Broken => (500, "InternalServerError"),
        };
        if !matches!(self, Self::Topics | Self::Identities) {
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
