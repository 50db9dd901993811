//! The watch on new long-lived credentials: whatever they do reaches us while they are new.
//!
//! Who is watched lies in one item of the memory's table; a rule's pattern follows it. Writers add to the
//! item first and put the rule then, and whoever puts the rule reads the item again: the last to put it has
//! seen all that was added, so the rule is never older than the item for longer than a write takes.
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `id` | S | `watch/keys` |
//! | `keys` | SS | `EXPIRES ID`: the second the watch ends, and the access key's id |

mod keys;
mod pattern;
mod settings;
mod watcher;

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use trailwarden_detectors::Settings;
use trailwarden_detectors::memory::TRACE_SPAN;
use trailwarden_model::{Activity, CredentialKind, Deed};
use trailwarden_pipeline::Failure;

pub use pattern::{LIMIT, NOBODY};
pub use settings::{PresenceSettings, RuleName};
pub use watcher::serve;

use crate::call::CallError;
use crate::clock::time_of;
use crate::store::KEY;
use keys::{Keys, element, is_key};
use pattern::Pattern;

/// The item.
const ITEM: &str = "watch/keys";
/// Its one attribute.
const KEYS: &str = "keys";
/// How often the rule is put anew because the item has changed meanwhile.
const ATTEMPTS: u32 = 6;

/// Why the watch could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum PresenceError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The rule is not the template's.
    #[error("the rule {0} has no pattern over `detail.userIdentity.accessKeyId`: deploy it again from template.yaml")]
    NotOurs(String),
    /// Others changed the watch all the time.
    #[error("the watch was changed by others {ATTEMPTS} times in a row: deliver the record again")]
    Restless,
}

impl Failure for PresenceError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.is_retryable() || collides(error),
            Self::Restless => true,
            Self::NotOurs(_) => false,
        }
    }
}

/// Whether somebody else was changing the rule at the same moment.
fn collides(error: &CallError) -> bool {
    error.code() == "ConcurrentModificationException"
}

/// The watch as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watching {
    /// How many keys the rule names.
    pub watching: usize,
    /// How many keys there is no room for in it.
    pub left_out: usize,
    /// How many watches ended.
    pub ended: usize,
    /// Whether the rule had to be put.
    pub rule_changed: bool,
}

/// How long a new credential is watched: as far as the detectors look back for its making.
#[must_use]
pub fn window(settings: &Settings) -> SignedDuration {
    settings.credential_added.new_credential_usage_window.max(TRACE_SPAN)
}

/// The long-lived key an activity let somebody use, and until when it is to be watched.
#[must_use]
pub fn watched(activity: &Activity, window: SignedDuration) -> Option<(String, Timestamp)> {
    match &activity.deed {
        Deed::CredentialChanged { change, credential, .. }
            if change.opens() && credential.kind == CredentialKind::AccessKey && activity.outcome.succeeded() =>
        {
            let key = credential.id.clone().filter(|id| is_key(id))?;
            Some((key, activity.time.saturating_add(window).unwrap_or(Timestamp::MAX)))
        }
        _ => None,
    }
}

/// The watch: an item and the rule that follows it.
#[derive(Debug, Clone)]
pub struct Presence {
    dynamodb: aws_sdk_dynamodb::Client,
    events: aws_sdk_eventbridge::Client,
    table: String,
    rule: RuleName,
}

impl Presence {
    /// The watch with clients of somebody's own making.
    #[must_use]
    pub fn new(
        dynamodb: aws_sdk_dynamodb::Client,
        events: aws_sdk_eventbridge::Client,
        table: &str,
        rule: RuleName,
    ) -> Self {
        Self { dynamodb, events, table: table.to_owned(), rule }
    }

    /// The watch as the environment describes it.
    pub async fn connect(settings: &PresenceSettings) -> Self {
        Self::over(&crate::clients::config().await, &settings.table, settings.rule.clone())
    }

    fn over(config: &SdkConfig, table: &str, rule: RuleName) -> Self {
        Self::new(aws_sdk_dynamodb::Client::new(config), aws_sdk_eventbridge::Client::new(config), table, rule)
    }

    /// Watches a key; again, if it is watched already, which changes nothing.
    pub async fn watch(&self, key: &str, until: Timestamp) -> Result<Watching, PresenceError> {
        let mut keys = self.change("ADD", &Keys(BTreeSet::from([element(key, until)]))).await?;
        let too_many = keys.too_many();
        if !too_many.0.is_empty() {
            tracing::warn!(keys = too_many.0.len(), "too many keys under watch: the oldest are watched no longer");
            keys = self.change("DELETE", &too_many).await?;
        }
        self.follow(keys).await
    }

    /// Ends what is over at this time. It also puts right a rule that is not as the item says.
    pub async fn expire(&self, now: Timestamp) -> Result<Watching, PresenceError> {
        let mut keys = self.read().await?;
        let ended = keys.ended(now);
        if !ended.0.is_empty() {
            keys = self.change("DELETE", &ended).await?;
        }
        Ok(Watching { ended: ended.0.len(), ..self.follow(keys).await? })
    }

    /// Makes the rule name these keys, or those that are there when it has been put.
    async fn follow(&self, mut keys: Keys) -> Result<Watching, PresenceError> {
        let mut rule_changed = false;
        for _ in 0..ATTEMPTS {
            let rule = self.describe().await?;
            let has = rule.event_pattern().unwrap_or_default();
            let newest = keys.newest();
            let not_ours = || PresenceError::NotOurs(self.rule.name.clone());
            let pattern = Pattern::with(has, &newest).ok_or_else(not_ours)?;
            let (left_out, watching) = (pattern.left_out, newest.len() - pattern.left_out);
            let settled = if pattern.is(has) {
                true
            } else {
                let put = self.put(&rule, &pattern).await;
                rule_changed |= put.is_ok();
                match put {
                    Err(error) if collides(&error) => false,
                    put => put.map(|()| true)?,
                }
            };
            let now = self.read().await?;
            // One key watched for longer is no other pattern.
            if settled && now.newest() == newest {
                if left_out > 0 {
                    tracing::warn!(watching, left_out, "more keys under watch than the rule has room for");
                }
                return Ok(Watching { watching, left_out, ended: 0, rule_changed });
            }
            keys = now;
        }
        Err(PresenceError::Restless)
    }

    async fn describe(&self) -> Result<DescribeRuleOutput, CallError> {
        let request = self.events.describe_rule().name(&self.rule.name).set_event_bus_name(self.rule.bus.clone());
        request.send().await.map_err(|error| CallError::of("DescribeRule", error))
    }

    /// What is not sent along is taken away from a rule; its targets and tags are not part of it.
    async fn put(&self, rule: &DescribeRuleOutput, pattern: &Pattern) -> Result<(), CallError> {
        let request = self
            .events
            .put_rule()
            .name(&self.rule.name)
            .set_event_bus_name(self.rule.bus.clone())
            .event_pattern(pattern.json.to_string())
            .set_state(rule.state.clone())
            .set_description(rule.description.clone())
            .set_role_arn(rule.role_arn.clone())
            .set_schedule_expression(rule.schedule_expression.clone());
        request.send().await.map(drop).map_err(|error| CallError::of("PutRule", error))
    }

    /// Adds keys to the item, or deletes them from it, and answers with those it has then.
    async fn change(&self, verb: &str, keys: &Keys) -> Result<Keys, CallError> {
        let request = self
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(ITEM.to_owned()))
            .update_expression(format!("{verb} #keys :keys"))
            .expression_attribute_names("#keys", KEYS)
            .expression_attribute_values(":keys", AttributeValue::Ss(keys.0.iter().cloned().collect()))
            .return_values(ReturnValue::AllNew);
        let answer = request.send().await.map_err(|error| CallError::of("UpdateItem", error))?;
        Ok(keys_in(answer.attributes.as_ref().and_then(|item| item.get(KEYS))))
    }

    async fn read(&self) -> Result<Keys, CallError> {
        let request = self.dynamodb.get_item().table_name(&self.table).key(KEY, AttributeValue::S(ITEM.to_owned()));
        let answer = request.consistent_read(true).send().await.map_err(|error| CallError::of("GetItem", error))?;
        Ok(keys_in(answer.item.as_ref().and_then(|item| item.get(KEYS))))
    }
}

/// The keys in an attribute; an item whose last key went has none.
fn keys_in(attribute: Option<&AttributeValue>) -> Keys {
    match attribute {
        Some(AttributeValue::Ss(keys)) => Keys(keys.iter().cloned().collect()),
        _ => Keys::default(),
    }
}

/// Deals with one tick, and answers with how the watch is then.
pub async fn handle(presence: &Presence, tick: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
    // The whole error is in the log already; the runtime would print it again with every layer.
    let watch = presence.expire(time_of(&tick.payload)).await.map_err(|error| {
        tracing::error!(retryable = error.is_retryable(), %error, "watch not tended");
        error.to_string()
    })?;
    let Watching { watching, left_out, ended, rule_changed } = watch;
    tracing::info!(watching, left_out, ended, rule_changed, "watch tended");
    Ok(json!({ "watching": watching, "left_out": left_out, "ended": ended, "rule_changed": rule_changed }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trailwarden_fixtures::records::{Caller, RecordBuilder, call, create_access_key};
    use trailwarden_model::aws::Coverage;
    use trailwarden_networks::NetworkTable;
    use trailwarden_pipeline::{Intake, Read};

    use super::*;

    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    fn watch_on(record: &RecordBuilder) -> Option<(String, Timestamp)> {
        let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::empty() };
        match intake.read(&record.bytes()) {
            Read::Activity(activity) => watched(&activity, window(&Settings::default())),
            other => panic!("not an activity: {other:?}"),
        }
    }

    fn update_access_key(status: &str) -> RecordBuilder {
        call(&Caller::user("alice"), "iam.amazonaws.com", "UpdateAccessKey")
            .with("requestParameters", json!({ "userName": "bob", "accessKeyId": KEY, "status": status }))
    }

    #[test]
    fn a_new_or_reactivated_key_is_watched_for_two_days() {
        let end = Some((KEY.to_owned(), "2026-03-05T09:15:00Z".parse().unwrap()));
        assert_eq!(watch_on(&create_access_key(&Caller::user("alice"), "bob", KEY)), end);
        assert_eq!(watch_on(&update_access_key("Active")), end);
    }

    #[test]
    fn a_longer_usage_window_is_watched_to_its_end() {
        let mut settings = Settings::default();
        assert_eq!(window(&settings), SignedDuration::from_hours(48));
        settings.credential_added.new_credential_usage_window = SignedDuration::from_hours(72);
        assert_eq!(window(&settings), SignedDuration::from_hours(72));
    }

    #[test]
    fn what_opens_nothing_or_is_no_long_lived_key_is_not_watched() {
        let made = |key: &str| create_access_key(&Caller::user("alice"), "bob", key);
        let login = call(&Caller::user("alice"), "iam.amazonaws.com", "CreateLoginProfile")
            .with("requestParameters", json!({ "userName": "bob" }));
        for record in [
            made(KEY).denied("no"),
            update_access_key("Inactive"),
            login,
            made("ASIAIOSFODNN7EXAMPLE"),
            made(""),
            made("AKIA\"],\"x\":[\"AAAAAAAA"),
            made(&format!("AKIA{}", "A".repeat(125))),
        ] {
            assert_eq!(watch_on(&record), None, "{}", record.record());
        }
    }
}
