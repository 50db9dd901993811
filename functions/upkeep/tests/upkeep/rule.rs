//! The rule: an `EventBridge` endpoint that forgets what a put leaves out, and fails when it is told to.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Reply, Request, serve};

/// The rule's name.
pub(crate) const RULE: &str = "tw-PresenceRule-1A2B3C";
const STATE: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

type Meanwhile = Box<dyn FnOnce() + Send>;

/// What becomes of a put.
pub(crate) enum Fate {
    /// It is refused.
    Broken,
    /// Somebody else is changing the rule at this moment.
    Collides,
    /// It takes effect, and the answer is lost.
    Unanswered,
    /// Before it takes effect, something else happens.
    After(Meanwhile),
}

struct Kept {
    rule: Value,
    asked: usize,
    puts: usize,
    fates: VecDeque<Fate>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} puts", self.rule, self.puts)
    }
}

/// One rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Rule {
    /// The rule as the template makes it, behind a port of its own.
    pub(crate) fn open() -> Self {
        let rule = Self::at(&Value::Null);
        let served = rule.clone();
        Self { port: serve(move |request| served.answer(&request)), ..rule }
    }

    /// The rule as it is at a moment, or where that is null as the template makes it, for somebody else's port.
    pub(crate) fn at(rule: &Value) -> Self {
        let rule = if rule.is_null() { of_the_template() } else { rule.clone() };
        let kept = Arc::new(Mutex::new(Kept { rule, asked: 0, puts: 0, fates: VecDeque::new() }));
        Self { port: 0, kept }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request) -> Reply {
        answer(request, &self.kept)
    }

    /// The rule as it is.
    pub(crate) fn state(&self) -> Value {
        self.kept.lock().unwrap().rule.clone()
    }

    /// What becomes of the next put.
    pub(crate) fn next(&self, fate: Fate) {
        self.kept.lock().unwrap().fates.push_back(fate);
    }

    /// Gives the rule another pattern, as a deployment does.
    pub(crate) fn deploy(&self, pattern: &str) {
        self.kept.lock().unwrap().rule["EventPattern"] = json!(pattern);
    }

    /// Whom the rule names.
    pub(crate) fn names(&self) -> Vec<String> {
        let pattern: Value = serde_json::from_str(self.text("EventPattern").as_str()).unwrap();
        let named = pattern.pointer("/detail/userIdentity/accessKeyId").unwrap();
        named.as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
    }

    /// How often anything was asked of it.
    pub(crate) fn asked(&self) -> usize {
        self.kept.lock().unwrap().asked
    }

    /// How often it was put.
    pub(crate) fn puts(&self) -> usize {
        self.kept.lock().unwrap().puts
    }

    /// One of its texts.
    pub(crate) fn text(&self, name: &str) -> String {
        self.kept.lock().unwrap().rule.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

fn of_the_template() -> Value {
    let pattern = json!({
        "source": [{ "prefix": "aws." }],
        "detail-type": [
            "AWS API Call via CloudTrail", "AWS Console Action via CloudTrail", "AWS Console Sign In via CloudTrail",
            "AWS Console Signin via CloudTrail", "AWS Service Event via CloudTrail",
        ],
        "detail": { "userIdentity": { "accessKeyId": ["nobody-is-watched"] } },
    });
    json!({
        "Name": RULE, "State": STATE, "Description": "console-login: any call by a credential under watch",
        "EventPattern": pattern.to_string(), "EventBusName": "default",
    })
}

fn answer(request: &Request, kept: &Mutex<Kept>) -> Reply {
    let asked: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(asked.get("Name").unwrap(), RULE);
    kept.lock().unwrap().asked += 1;
    let said = |said: &Value| Reply::of(200, "application/x-amz-json-1.1", &said.to_string());
    let fault = |status: u16, kind: &str| {
        let body = json!({ "__type": kind, "message": "planned" });
        Reply::of(status, "application/x-amz-json-1.1", &body.to_string())
    };
    match request.headers.get("x-amz-target").unwrap().as_str() {
        "AWSEvents.DescribeRule" => said(&kept.lock().unwrap().rule),
        "AWSEvents.PutRule" => {
            let fate = kept.lock().unwrap().fates.pop_front();
            let lost = matches!(fate, Some(Fate::Unanswered));
            match fate {
                Some(Fate::Broken) => return fault(500, "InternalException"),
                Some(Fate::Collides) => return fault(400, "ConcurrentModificationException"),
                Some(Fate::After(meanwhile)) => meanwhile(),
                Some(Fate::Unanswered) | None => {}
            }
            let pattern = asked.get("EventPattern").and_then(Value::as_str).unwrap();
            if pattern.chars().count() > 2048 || serde_json::from_str::<Value>(pattern).is_err() {
                return fault(400, "InvalidEventPatternException");
            }
            let mut kept = kept.lock().unwrap();
            kept.puts += 1;
            kept.rule = asked;
            if lost { Reply::Cut } else { said(&json!({ "RuleArn": "arn:aws:events:us-east-1:111122223333:rule/x" })) }
        }
        other => panic!("the watch asked for {other}"),
    }
}
