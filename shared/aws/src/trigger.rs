//! The trigger: one `EventBridge` event in, judged, and nothing out.

use std::time::{Duration, SystemTime};

use futures_util::future::join;
use lambda_runtime::LambdaEvent;
use serde_json::value::RawValue;
use trailwarden_model::text::visible;
use trailwarden_model::{Activity, EventId};
use trailwarden_pipeline::{Failure, Intake, Pipeline, PipelineError, Publisher, Read, Store, Verdict};

use crate::clock::left_until;
use crate::watch::Watch;

/// What is kept of an invocation's time to give its event back in.
const GIVING_BACK: Duration = Duration::from_millis(500);

/// What a function is invoked with: the envelope as it came, for the intake to read.
pub type CloudTrailEvent = LambdaEvent<Box<RawValue>>;

/// One event that was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealt {
    /// CloudTrail's `eventID`, of what was judged or noted.
    pub record: Option<EventId>,
    /// What became of it.
    pub handled: Handled,
}

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It was judged.
    Judged(Verdict),
    /// It was not for judging: one of our own, noted.
    Noted,
    /// A good record no detector wants: a rule lets through more than the catalog asks for.
    OutOfScope,
    /// A bad record: counted in the log, and never tried again.
    Refused,
}

/// Why an event is given back.
#[derive(Debug, thiserror::Error)]
pub enum GivenBack<S: Failure, P: Failure, W: Failure> {
    /// It was not judged, or not told to its end.
    #[error(transparent)]
    Judging(#[from] PipelineError<S, P>),
    /// A credential it shows is not under watch.
    #[error("the new credential could not be put under watch: {0}")]
    Watching(#[source] W),
    /// It was not for judging, and was not noted.
    #[error("{0}")]
    Noting(#[source] W),
}

impl Handled {
    /// By this name it is counted.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Judged(_) => "judged",
            Self::Noted => "heartbeat",
            Self::OutOfScope => "out-of-scope",
            Self::Refused => "rejected",
        }
    }
}

impl<S: Failure, P: Failure, W: Failure> GivenBack<S, P, W> {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Judging(error) => error.is_retryable(),
            Self::Watching(error) | Self::Noting(error) => error.is_retryable(),
        }
    }
}

/// Deals with one event.
///
/// An error gives the event back: Lambda tries it again, and what never succeeds goes to the
/// function's failure destination. A bad record is no error, it would be as bad the next time.
pub async fn handle<S, P, W>(
    intake: &Intake,
    pipeline: &Pipeline<S, P>,
    watch: &W,
    event: CloudTrailEvent,
) -> Result<Dealt, GivenBack<S::Error, P::Error, W::Error>>
where
    S: Store,
    P: Publisher,
    W: Watch,
{
    let request = event.context.request_id.as_str();
    match intake.read(event.payload.get().as_bytes()) {
        Read::Activity(activity) => {
            let dealt_with = deal_with(pipeline, watch, &activity).await.inspect_err(|error| {
                let (record, error_shown) = (visible(activity.id.as_str()), visible(&error.to_string()));
                tracing::error!(
                    request,
                    record,
                    retryable = error.is_retryable(),
                    error = error_shown,
                    "event given back"
                );
            });
            dealt_with.map(|handled| Dealt { record: Some(activity.id), handled })
        }
        Read::OutOfScope => Ok(Dealt { record: None, handled: Handled::OutOfScope }),
        Read::Refused(refusal) => {
            tracing::warn!(request, reason = ?refusal, "record refused");
            Ok(Dealt { record: None, handled: Handled::Refused })
        }
    }
}

/// Judges and watches at once: whichever fails, the other was done, and the retry does both again.
async fn deal_with<S: Store, P: Publisher, W: Watch>(
    pipeline: &Pipeline<S, P>,
    watch: &W,
    activity: &Activity,
) -> Result<Handled, GivenBack<S::Error, P::Error, W::Error>> {
    if watch.takes(activity).await.map_err(GivenBack::Noting)? {
        return Ok(Handled::Noted);
    }
    // Boxed, or the two within each other are a type too deep for the compiler.
    let (judged, watched) = join(Box::pin(pipeline.judge(activity)), watch.look(activity)).await;
    let verdict = judged?;
    watched.map(|()| Handled::Judged(verdict)).map_err(GivenBack::Watching)
}

/// Deals with one event, in the time there is.
pub async fn answer<S, P, W>(
    intake: &Intake,
    pipeline: &Pipeline<S, P>,
    watch: &W,
    event: CloudTrailEvent,
) -> Result<Dealt, lambda_runtime::Error>
where
    S: Store,
    P: Publisher,
    W: Watch,
{
    let (request, left) = (event.context.request_id.clone(), time_left(event.context.deadline()));
    // The whole error is in the log already; the runtime would print it again with every layer.
    if let Ok(dealt) = tokio::time::timeout(left, handle(intake, pipeline, watch, event)).await {
        return dealt.map_err(|error| error.to_string().into());
    }
    tracing::error!(request, retryable = true, "event given back: its time was up");
    Err("its time was up before it was judged and told; it is tried again".into())
}

/// How long there is until Lambda would kill the process, less what giving the event back takes.
///
/// Stopping in time leaves a process that is warm for the next event; wherever it stops, giving the same
/// event again ends as if it had not stopped.
fn time_left(deadline: SystemTime) -> Duration {
    left_until(deadline).saturating_sub(GIVING_BACK)
}
