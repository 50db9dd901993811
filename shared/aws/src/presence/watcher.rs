//! The watcher: a judging function that puts the new credentials it sees under watch.

use jiff::SignedDuration;
use lambda_runtime::Error;
use trailwarden_model::Activity;

use super::{Presence, PresenceError, RuleName, watched, window};
use crate::function::serve_with;
use crate::watch::Watch;

/// Who looks for new credentials in what is judged.
#[derive(Debug)]
struct Watcher {
    presence: Presence,
    window: SignedDuration,
}

impl Watch for Watcher {
    type Error = PresenceError;

    /// Asks for nothing where the activity makes no credential.
    async fn look(&self, activity: &Activity) -> Result<(), PresenceError> {
        let Some((key, until)) = watched(activity, self.window) else { return Ok(()) };
        let watch = self.presence.watch(&key, until).await?;
        tracing::info!(watching = watch.watching, rule_changed = watch.rule_changed, "credential under watch");
        Ok(())
    }
}

/// Gets ready, and judges events until Lambda ends the process; where `PRESENCE_RULE` is set, it watches, too.
///
/// The connection to the rule's service is opened when it is first needed: a new credential is a rare event.
///
/// # Errors
///
/// What is missing or wrong in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    // Boxed: it holds every client and setting at once.
    Box::pin(serve_with(|config, settings, turned| {
        settings.presence_rule.as_deref().map(|rule| Watcher {
            presence: Presence::over(config, &settings.table, RuleName::parse(rule)),
            window: window(turned),
        })
    }))
    .await
}
