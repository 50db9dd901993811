//! The queues: an SQS endpoint that hides what it has handed out, and fails when it is told to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Reply, Request, serve};

/// Events functions failed at.
pub(crate) const FAILURES: &str = "https://sqs.us-east-1.amazonaws.com/111122223333/failures";
/// Events rules could not deliver.
pub(crate) const UNDELIVERED: &str = "https://sqs.us-east-1.amazonaws.com/111122223333/undelivered";

#[derive(Debug)]
struct Waiting {
    queue: &'static str,
    id: String,
    body: String,
    attributes: Value,
    hidden: bool,
}

#[derive(Debug, Default)]
struct Kept {
    waiting: Vec<Waiting>,
    /// What may not be called, as `Operation` or `Operation queue-url`.
    denied: BTreeSet<String>,
    /// Whether a message is handed out although it is with somebody.
    forgetful: bool,
    hidden_for: Vec<i64>,
}

/// The two queues.
#[derive(Debug, Clone)]
pub(crate) struct Queues {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Queues {
    /// The queues behind a port of their own.
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

    /// Puts a message into a queue.
    pub(crate) fn put(&self, queue: &'static str, id: &str, body: &str, attributes: Value) {
        let (id, body) = (id.to_owned(), body.to_owned());
        self.kept.lock().unwrap().waiting.push(Waiting { queue, id, body, attributes, hidden: false });
    }

    /// A record of a failure, as Lambda writes it.
    pub(crate) fn failed(&self, id: &str, function: &str, event: &Value) {
        let record = json!({
            "version": "1.0", "timestamp": "2026-03-01T10:00:00.000Z",
            "requestContext": {
                "requestId": "r", "functionArn": format!("{function}:$LATEST"),
                "condition": "RetriesExhausted", "approximateInvokeCount": 3,
            },
            "requestPayload": event,
            "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
            "responsePayload": { "errorType": "&alloc::string::String", "errorMessage": "planned" },
        });
        self.put(FAILURES, id, &record.to_string(), json!({}));
    }

    /// An event that was not delivered, as `EventBridge` writes it.
    pub(crate) fn undelivered(&self, id: &str, function: &str, event: &Value) {
        let text = |value: &str| json!({ "DataType": "String", "StringValue": value });
        let attributes = json!({
            "RULE_ARN": text("arn:aws:events:us-east-1:111122223333:rule/tw-Rule"), "TARGET_ARN": text(function),
            "ERROR_CODE": text("NO_PERMISSIONS"), "ERROR_MESSAGE": text("planned"),
        });
        self.put(UNDELIVERED, id, &event.to_string(), attributes);
    }

    /// Forbids an operation, `ReceiveMessage` or `ReceiveMessage URL`.
    pub(crate) fn deny(&self, what: &str) {
        self.kept.lock().unwrap().denied.insert(what.to_owned());
    }

    /// Allows everything.
    pub(crate) fn allow(&self) {
        self.kept.lock().unwrap().denied.clear();
    }

    /// Hands out messages that are with somebody, as SQS may.
    pub(crate) fn forget_who_has_what(&self) {
        self.kept.lock().unwrap().forgetful = true;
    }

    /// Lets so much time pass that nothing is hidden any more.
    pub(crate) fn pass_time(&self) {
        self.kept.lock().unwrap().waiting.iter_mut().for_each(|waiting| waiting.hidden = false);
    }

    /// What is in the queues still, by id.
    pub(crate) fn left(&self) -> Vec<String> {
        self.kept.lock().unwrap().waiting.iter().map(|waiting| waiting.id.clone()).collect()
    }

    /// What somebody could have at once, by id.
    pub(crate) fn visible(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        kept.waiting.iter().filter(|waiting| !waiting.hidden).map(|waiting| waiting.id.clone()).collect()
    }

    /// For how long messages were hidden, in seconds, receipt by receipt.
    pub(crate) fn hidden_for(&self) -> Vec<i64> {
        self.kept.lock().unwrap().hidden_for.clone()
    }
}

fn answer(request: &Request, kept: &mut Kept) -> Reply {
    let operation = request.headers.get("x-amz-target").unwrap().strip_prefix("AmazonSQS.").unwrap();
    let asked: Value = serde_json::from_slice(&request.body).unwrap();
    let text = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let queue = text("QueueUrl");
    if kept.denied.contains(operation) || kept.denied.contains(&format!("{operation} {queue}")) {
        let fault = r#"{"__type":"com.amazonaws.sqs#AccessDenied","message":"planned"}"#;
        return Reply::of(403, "application/x-amz-json-1.0", fault);
    }
    let number = |name: &str| asked.get(name).and_then(Value::as_i64).unwrap();
    let handle = text("ReceiptHandle").strip_prefix("handle of ").unwrap_or_default();
    let said = match operation {
        "ReceiveMessage" => {
            kept.hidden_for.push(number("VisibilityTimeout"));
            let most = usize::try_from(number("MaxNumberOfMessages")).unwrap();
            let forgetful = kept.forgetful;
            let free = |waiting: &&mut Waiting| waiting.queue == queue && (forgetful || !waiting.hidden);
            json!({ "Messages": kept.waiting.iter_mut().filter(free).take(most).map(hand_out).collect::<Vec<_>>() })
        }
        "DeleteMessage" => {
            kept.waiting.retain(|waiting| waiting.id != handle);
            json!({})
        }
        "ChangeMessageVisibility" => {
            assert_eq!(number("VisibilityTimeout"), 0);
            kept.waiting.iter_mut().filter(|waiting| waiting.id == handle).for_each(|waiting| waiting.hidden = false);
            json!({})
        }
        "GetQueueAttributes" => {
            let visible = kept.waiting.iter().filter(|waiting| waiting.queue == queue && !waiting.hidden).count();
            json!({ "Attributes": { "ApproximateNumberOfMessages": visible.to_string() } })
        }
        other => panic!("redrive asked for {other}"),
    };
    Reply::of(200, "application/x-amz-json-1.0", &said.to_string())
}

fn hand_out(waiting: &mut Waiting) -> Value {
    waiting.hidden = true;
    json!({
        "MessageId": waiting.id, "ReceiptHandle": format!("handle of {}", waiting.id),
        "Body": waiting.body, "MessageAttributes": waiting.attributes,
    })
}
