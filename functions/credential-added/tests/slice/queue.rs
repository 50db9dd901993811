//! The queue before Security Hub: an SQS endpoint that keeps what was sent, or refuses it.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::http::{Reply, serve};

/// A queue.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) port: u16,
    sent: Arc<Mutex<Vec<Value>>>,
}

impl Queue {
    /// A queue that takes everything, or nothing.
    pub(crate) fn open(takes: bool) -> Self {
        let sent: Arc<Mutex<Vec<Value>>> = Arc::default();
        let kept = Arc::clone(&sent);
        let port = serve(move |request| {
            if !takes {
                return Reply::of(
                    500,
                    "application/x-amz-json-1.0",
                    r#"{"__type":"InternalError","message":"planned"}"#,
                );
            }
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            kept.lock().unwrap().push(serde_json::from_str(body["MessageBody"].as_str().unwrap()).unwrap());
            Reply::of(200, "application/x-amz-json-1.0", r#"{"MessageId":"m-1"}"#)
        });
        Self { port, sent }
    }

    /// The findings sent, in order.
    pub(crate) fn sent(&self) -> Vec<Value> {
        self.sent.lock().unwrap().clone()
    }
}
