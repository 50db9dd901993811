//! The queue: findings from SQS into Security Hub.
//!
//! What failed is named message by message, so that only it comes again and at last ends in the failure
//! queue (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>).

use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use trailwarden_model::Finding;
use trailwarden_pipeline::Failure;

use super::SecurityHub;

/// One message of the queue.
struct Message<'a> {
    id: &'a str,
    finding: Result<Finding, Unreadable>,
}

/// Why a message holds no finding; it never will.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("it has no body")]
    NoBody,
    #[error("it is no finding")]
    NoFinding(#[from] serde_json::Error),
}

/// Deals with one batch of messages, and answers with those that failed.
pub async fn handle(hub: &SecurityHub, event: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
    let request = event.context.request_id.as_str();
    let records = event.payload.get("Records").and_then(Value::as_array).ok_or("it is no batch of messages")?;
    let messages: Vec<Message<'_>> = records.iter().map(message).collect();
    let findings: Vec<Finding> = messages.iter().filter_map(|message| message.finding.as_ref().ok()).cloned().collect();
    let imported = hub.import(&findings).await;
    let failed = messages.iter().filter(|message| match &message.finding {
        Ok(finding) => imported.failed.get(&finding.id).is_some_and(|error| {
            let (retryable, finding) = (error.is_retryable(), &finding.id);
            tracing::error!(request, item = message.id, %finding, retryable, %error, "finding not imported");
            true
        }),
        Err(error) => {
            tracing::error!(request, item = message.id, retryable = false, %error, "message refused");
            true
        }
    });
    let failed: Vec<Value> = failed.map(|message| json!({ "itemIdentifier": message.id })).collect();
    Ok(json!({ "batchItemFailures": failed }))
}

fn message(record: &Value) -> Message<'_> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    // A message without an id cannot be named: an empty one fails the whole batch, and nothing is lost.
    Message {
        id: text("messageId").unwrap_or_default(),
        finding: text("body").ok_or(Unreadable::NoBody).and_then(read),
    }
}

/// The finding in a body: by itself, or under `finding`.
fn read(body: &str) -> Result<Finding, Unreadable> {
    let mut value: Value = serde_json::from_str(body)?;
    let inner = value.get_mut("finding").map(Value::take);
    Ok(serde_json::from_value(inner.unwrap_or(value))?)
}
