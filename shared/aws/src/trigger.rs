//! The trigger: one `EventBridge` event in, judged, and nothing out.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::LambdaEvent;
use serde_json::value::RawValue;
use trailwarden_pipeline::{Failure, Intake, Pipeline, PipelineError, Publisher, Read, Store, Verdict};

/// What is kept of an invocation's time to give its event back in.
const GIVING_BACK: Duration = Duration::from_millis(500);

/// What a function is invoked with: the envelope as it came, for the intake to read.
pub type CloudTrailEvent = LambdaEvent<Box<RawValue>>;

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It was judged.
    Judged(Verdict),
    /// A good record no detector wants: a rule lets through more than the catalog asks for.
    OutOfScope,
    /// A bad record: counted in the log, and never tried again.
    Refused,
}

/// Deals with one event.
///
/// An error gives the event back: Lambda tries it again, and what never succeeds goes to the
/// function's failure destination. A bad record is no error, it would be as bad the next time.
pub async fn handle<S, P>(
    intake: &Intake,
    pipeline: &Pipeline<S, P>,
    event: CloudTrailEvent,
) -> Result<Handled, PipelineError<S::Error, P::Error>>
where
    S: Store,
    P: Publisher,
{
    let request = event.context.request_id.as_str();
    match intake.read(event.payload.get().as_bytes()) {
        Read::Activity(activity) => match pipeline.judge(&activity).await {
            Ok(verdict) => Ok(Handled::Judged(verdict)),
            Err(error) => {
                given_back(request, activity.id.as_str(), &error);
                Err(error)
            }
        },
        Read::OutOfScope => Ok(Handled::OutOfScope),
        Read::Refused(refusal) => {
            tracing::warn!(request, reason = ?refusal, "record refused");
            Ok(Handled::Refused)
        }
    }
}

fn given_back<S: Failure, P: Failure>(request: &str, record: &str, error: &PipelineError<S, P>) {
    tracing::error!(request, record, retryable = error.is_retryable(), error = %error, "event given back");
}

/// Deals with one event and answers Lambda with nothing: who invokes asynchronously reads no answer.
pub async fn answer<S, P>(
    intake: &Intake,
    pipeline: &Pipeline<S, P>,
    event: CloudTrailEvent,
) -> Result<(), lambda_runtime::Error>
where
    S: Store,
    P: Publisher,
{
    let (request, left) = (event.context.request_id.clone(), time_left(event.context.deadline));
    // The whole error is in the log already; the runtime would print it again with every layer.
    if let Ok(handled) = tokio::time::timeout(left, handle(intake, pipeline, event)).await {
        return handled.map(|_| ()).map_err(|error| error.to_string().into());
    }
    tracing::error!(request, retryable = true, "event given back: its time was up");
    Err("its time was up before it was judged and told; it is tried again".into())
}

/// How long there is until Lambda would kill the process, less what giving the event back takes.
///
/// Stopping in time leaves a process that is warm for the next event; wherever it stops, giving the same
/// event again ends as if it had not stopped.
fn time_left(deadline_ms: u64) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a deadline is a moment of the clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(deadline_ms).saturating_sub(now).saturating_sub(GIVING_BACK)
}
