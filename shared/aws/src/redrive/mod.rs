//! Redrive: what a function failed at, or never got, given to it again.
//!
//! A message leaves its queue only once its function has taken what is in it; whatever else happens, it
//! comes up again. Two runs at once share the work: a message one of them holds is hidden from the other,
//! and one that both get all the same is judged twice, which changes nothing
//! (`docs/decisions/0008-learn-first-tell-last.md`).

mod message;
mod settings;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use futures_util::future::join;
use futures_util::stream::{StreamExt, iter};
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use settings::RedriveSettings;

use crate::call::CallError;
use crate::clock::left_until;
use message::{Meant, Queue};

/// How many messages are taken from a queue at a time: as many as SQS gives.
const BATCH: i32 = 10;
/// How many messages of one queue are with their functions at a time: live events need room, too.
const AT_ONCE: usize = 4;
/// How long an invocation may take: a function's minute, and the start of a cold one.
const INVOCATION: Duration = Duration::from_secs(75);
/// What must be left of the run before anything is begun: an invocation, and the deletion after it.
const ENOUGH: Duration = Duration::from_secs(95);
/// How much longer than the run may last a message stays hidden.
const AFTERWARDS: Duration = Duration::from_mins(1);
/// How long a run may last at most: Lambda's own limit.
const LONGEST: Duration = Duration::from_mins(15);

/// What became of the messages of a run; each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Redriven {
    /// Taken by their function, and gone from the queue.
    pub redriven: u64,
    /// Not taken: they wait for another run.
    pub failed: u64,
    /// Not tried, for want of time or of room to invoke functions: about as many wait in the queues.
    pub left_for_later: u64,
    /// Not ours to give to anybody: they stay until the queue forgets them.
    pub unreadable: u64,
}

impl Redriven {
    fn plus(self, other: Self) -> Self {
        Self {
            redriven: self.redriven + other.redriven,
            failed: self.failed + other.failed,
            left_for_later: self.left_for_later + other.left_for_later,
            unreadable: self.unreadable + other.unreadable,
        }
    }
}

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Redriven,
    Failed,
    LeftForLater,
    Unreadable,
}

/// The two queues, and the functions what is in them may go to.
#[derive(Debug, Clone)]
pub struct Redrive {
    sqs: aws_sdk_sqs::Client,
    lambda: aws_sdk_lambda::Client,
    settings: RedriveSettings,
}

impl Redrive {
    /// Redrive with clients of somebody's own making.
    #[must_use]
    pub fn new(sqs: aws_sdk_sqs::Client, lambda: aws_sdk_lambda::Client, settings: RedriveSettings) -> Self {
        Self { sqs, lambda, settings }
    }

    /// Redrive as the environment describes it.
    pub async fn connect(settings: RedriveSettings) -> Self {
        let config = crate::clients::config().await;
        // The answer comes when the function is done; the next run is the retry.
        let lambda = aws_sdk_lambda::config::Builder::from(&config)
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(INVOCATION).build())
            .retry_config(RetryConfig::disabled())
            .build();
        Self::new(aws_sdk_sqs::Client::new(&config), aws_sdk_lambda::Client::from_conf(lambda), settings)
    }

    /// Goes through both queues once, while there is time; `left` says how much.
    ///
    /// A queue that cannot be read does not keep the other from being emptied.
    pub async fn run(&self, left: impl Fn() -> Duration) -> (Redriven, Result<(), CallError>) {
        let (failures, undelivered) =
            join(self.drain(Queue::Failures, &left), self.drain(Queue::Undelivered, &left)).await;
        (failures.0.plus(undelivered.0), failures.1.and(undelivered.1))
    }

    async fn drain(&self, queue: Queue, left: &impl Fn() -> Duration) -> (Redriven, Result<(), CallError>) {
        let mut done = Redriven::default();
        let full = AtomicBool::new(false);
        while left() >= ENOUGH && !full.load(Ordering::Relaxed) {
            let messages = match self.receive(queue, left()).await {
                Ok(messages) if messages.is_empty() => return (done, Ok(())),
                Ok(messages) => messages,
                Err(error) => {
                    tracing::error!(queue = queue.name(), retryable = error.is_retryable(), %error, "queue not read");
                    return (done, Err(error));
                }
            };
            let full = &full;
            let mut became = iter(messages)
                .map(|message| async move { self.again(queue, &message, left, full).await })
                .buffer_unordered(AT_ONCE);
            while let Some(became) = became.next().await {
                match became {
                    Became::Redriven => done.redriven += 1,
                    Became::Failed => done.failed += 1,
                    Became::LeftForLater => done.left_for_later += 1,
                    Became::Unreadable => done.unreadable += 1,
                }
            }
        }
        done.left_for_later = done.left_for_later.max(self.waiting(queue).await);
        (done, Ok(()))
    }

    /// Gives one message to the function it was meant for.
    async fn again(&self, queue: Queue, message: &Message, left: &impl Fn() -> Duration, full: &AtomicBool) -> Became {
        let item = message.message_id().unwrap_or_default();
        let meant = match Meant::read(queue, message, &self.settings.functions) {
            Ok(meant) => meant,
            Err(error) => {
                tracing::error!(queue = queue.name(), item, %error, "message unreadable, and left where it is");
                return Became::Unreadable;
            }
        };
        if left() < ENOUGH || full.load(Ordering::Relaxed) {
            self.release(queue, message).await;
            return Became::LeftForLater;
        }
        match self.invoke(&meant).await {
            Ok(None) => {
                self.delete(queue, message).await;
                Became::Redriven
            }
            Ok(Some(kind)) => {
                tracing::warn!(queue = queue.name(), item, function = meant.function, kind, "function failed again");
                Became::Failed
            }
            Err(error) if error.code() == "TooManyRequestsException" => {
                tracing::warn!(queue = queue.name(), item, function = meant.function, %error, "no room to invoke");
                full.store(true, Ordering::Relaxed);
                self.release(queue, message).await;
                Became::LeftForLater
            }
            Err(error) => {
                tracing::error!(queue = queue.name(), item, function = meant.function, %error, "function not invoked");
                Became::Failed
            }
        }
    }

    /// Invokes a function and waits for it; what it failed with, if it did.
    async fn invoke(&self, meant: &Meant<'_>) -> Result<Option<String>, CallError> {
        let invoked = self.lambda.invoke().function_name(meant.function).payload(Blob::new(meant.event.get())).send();
        let answer = invoked.await.map_err(|error| CallError::of("Invoke", error))?;
        Ok(answer.function_error)
    }

    async fn receive(&self, queue: Queue, left: Duration) -> Result<Vec<Message>, CallError> {
        let hidden = left.min(LONGEST) + AFTERWARDS;
        let received = self
            .sqs
            .receive_message()
            .queue_url(self.url(queue))
            .max_number_of_messages(BATCH)
            .message_attribute_names("All")
            .visibility_timeout(i32::try_from(hidden.as_secs()).unwrap_or_default())
            // Asked without waiting, SQS looks at some of its machines only, and may say it has nothing.
            .wait_time_seconds(1)
            .send();
        let answer = received.await.map_err(|error| CallError::of("ReceiveMessage", error))?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// What fails here is judged once more by the next run, and the message is deleted then.
    async fn delete(&self, queue: Queue, message: &Message) {
        let handle = message.receipt_handle.clone();
        let deleted = self.sqs.delete_message().queue_url(self.url(queue)).set_receipt_handle(handle).send().await;
        if let Err(error) = deleted.map_err(|error| CallError::of("DeleteMessage", error)) {
            let item = message.message_id().unwrap_or_default();
            tracing::warn!(queue = queue.name(), item, %error, "message redriven, but not deleted");
        }
    }

    /// Lets the next run have a message at once; where that fails, it comes up by itself.
    async fn release(&self, queue: Queue, message: &Message) {
        let handle = message.receipt_handle.clone();
        let request = self.sqs.change_message_visibility().queue_url(self.url(queue)).set_receipt_handle(handle);
        if let Err(error) = request.visibility_timeout(0).send().await {
            let error = CallError::of("ChangeMessageVisibility", error);
            tracing::debug!(queue = queue.name(), %error, "message not released");
        }
    }

    /// About how many messages wait in a queue; 0 where it does not say.
    async fn waiting(&self, queue: Queue) -> u64 {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let asked = self.sqs.get_queue_attributes().queue_url(self.url(queue)).attribute_names(name.clone()).send();
        let said = asked.await.ok().and_then(|answer| answer.attributes?.get(&name)?.parse().ok());
        said.unwrap_or_default()
    }

    fn url(&self, queue: Queue) -> &str {
        match queue {
            Queue::Failures => &self.settings.failures,
            Queue::Undelivered => &self.settings.undelivered,
        }
    }
}

/// Deals with one tick, and answers with what became of the messages.
///
/// A queue that cannot be read is an error, so that an alarm tells of it.
pub async fn handle(redrive: &Redrive, tick: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
    let deadline = tick.context.deadline();
    let (done, read) = redrive.run(|| left_until(deadline)).await;
    let Redriven { redriven, failed, left_for_later, unreadable } = done;
    tracing::info!(redriven, failed, left_for_later, unreadable, "redriven");
    read?;
    Ok(serde_json::to_value(done)?)
}
