//! The pulse: heartbeats sent, and held against those that arrived.

use std::collections::{BTreeMap, HashMap};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use trailwarden_model::aws::delivery::Behaviour;

use super::report::{Found, Place};
use super::settings::SightSettings;
use crate::call::CallError;
use crate::heartbeat::{KEPT, Mark, item, secret, user};
use crate::store::KEY;

/// After how many seconds without an answer a path is blind: an hourly tick comes a little early or late, and
/// a path that is cut must be known at the next one.
pub(super) const LATE: i64 = 50 * 60;
/// By how many seconds the clock that sends may be ahead of the one that logs.
const SKEW: i64 = 60;

/// What is known about an account's heartbeats, by attribute, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Marks(BTreeMap<String, i64>);

/// How a path does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// It spoke when it was last due.
    Spoke(Timestamp),
    /// It never spoke, and was first asked a little while ago.
    Waiting,
    /// It has not answered what was sent then.
    Late(Timestamp),
}

impl Marks {
    pub(super) fn get(&self, mark: Mark, path: Behaviour, region: &str) -> Option<i64> {
        self.0.get(&mark.attribute(path, region)).copied()
    }

    /// Every path somebody was told to be blind, by attribute.
    pub(super) fn told(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| name.starts_with("told "))
    }

    /// How a path does, at this moment.
    pub(super) fn held(&self, path: Behaviour, region: &str, now: i64) -> Held {
        let second = |second| Timestamp::from_second(second).unwrap_or(Timestamp::MIN);
        match (self.get(Mark::Sent, path, region), self.get(Mark::Arrived, path, region)) {
            (Some(sent), arrived) if arrived.is_none_or(|arrived| arrived < sent - SKEW) && now - sent > LATE => {
                Held::Late(second(sent))
            }
            (_, Some(arrived)) => Held::Spoke(second(arrived)),
            (_, None) => Held::Waiting,
        }
    }

    /// Whether what is sent now is the one to wait for: the one before was answered, or there was none.
    fn is_answered(&self, path: Behaviour, region: &str) -> bool {
        let arrived = self.get(Mark::Arrived, path, region);
        self.get(Mark::Sent, path, region).is_none_or(|sent| arrived.is_some_and(|arrived| arrived >= sent - SKEW))
    }
}

/// The paths that have a heartbeat at a place.
pub(super) fn paths(settings: &SightSettings, place: &Place) -> Vec<Behaviour> {
    let keys = (place.region == settings.iam_region()).then_some(Behaviour::CredentialAdded);
    keys.into_iter().chain([Behaviour::SecretAccessed]).collect()
}

/// Reads what is known about an account's heartbeats.
pub(super) async fn read(client: &Client, table: &str, account: &str) -> Result<Marks, CallError> {
    let asked = client.get_item().table_name(table).key(KEY, AttributeValue::S(item(account))).consistent_read(true);
    let answer = asked.send().await.map_err(|error| CallError::of("GetItem", error))?;
    let number = |(name, value): (String, AttributeValue)| Some((name, value.as_n().ok()?.parse().ok()?));
    Ok(Marks(answer.item.unwrap_or_default().into_iter().filter_map(number).collect()))
}

/// Sends the heartbeats of a place, and says of which it is to be waited for.
pub(super) async fn send(
    config: &SdkConfig,
    settings: &SightSettings,
    marks: &Marks,
    found: &mut Found,
) -> Vec<Behaviour> {
    let mut awaited = Vec::new();
    for path in paths(settings, &found.place) {
        match refused(config, settings, path, &found.place).await {
            Ok(true) => awaited.extend(marks.is_answered(path, &found.place.region).then_some(path)),
            Ok(false) => allowed(settings, path, found),
            Err(error) => found.unlooked(&error),
        }
    }
    awaited
}

/// Makes the call of a path, and says whether it was refused as it should be.
async fn refused(
    config: &SdkConfig,
    settings: &SightSettings,
    path: Behaviour,
    place: &Place,
) -> Result<bool, CallError> {
    let stack = &settings.stack;
    let called = if path == Behaviour::CredentialAdded {
        let client = aws_sdk_iam::Client::new(config);
        let made = client.create_access_key().user_name(user(stack)).send().await;
        made.map(drop).map_err(|error| CallError::of("CreateAccessKey", error))
    } else {
        let Place { account, region } = place;
        let arn = format!("arn:{}:secretsmanager:{region}:{account}:secret:{}", settings.partition, secret(stack));
        let read = aws_sdk_secretsmanager::Client::new(config).get_secret_value().secret_id(arn).send().await;
        read.map(drop).map_err(|error| CallError::of("GetSecretValue", error))
    };
    match called {
        Ok(()) => Ok(false),
        Err(error) if error.code().starts_with("AccessDenied") => Ok(true),
        Err(error) if ["NoSuchEntity", "ResourceNotFoundException"].contains(&error.code()) => Ok(false),
        Err(error) => Err(error),
    }
}

fn allowed(settings: &SightSettings, path: Behaviour, found: &mut Found) {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    let call = if path == Behaviour::CredentialAdded { "iam:CreateAccessKey" } else { "secretsmanager:GetSecretValue" };
    let who = if account == settings.home.account { "the role of the function" } else { settings.member_role.as_str() };
    let says =
        format!("the heartbeat of account {account} in {region} was not refused: {who} may {call}, which it must not");
    let mend =
        format!("in account {account}: take {call} away from {who}; nothing but refused calls counts as a heartbeat");
    found.fault("heartbeat.allowed", &[], says, mend);
}

/// Says that a path has not answered.
pub(super) fn late(path: Behaviour, since: Timestamp, found: &mut Found) {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    let call = if path == Behaviour::CredentialAdded { "CreateAccessKey" } else { "GetSecretValue" };
    let says = format!(
        "no heartbeat has arrived from account {account} in {region} by {} since the one sent at {since}",
        path.name()
    );
    let mend = format!(
        "mend what else is named of this account and region, or of the central bus; if nothing is, see whether the trail \
         has it: in account {account}: aws cloudtrail lookup-events --region {region} --max-results 1 \
         --lookup-attributes AttributeKey=EventName,AttributeValue={call}"
    );
    found.fault("heartbeat.late", &[path], says, mend);
}

/// Changes what is known about an account's heartbeats: what is set to now, and what is forgotten.
pub(super) async fn write(
    client: &Client,
    table: &str,
    account: &str,
    changes: (&[String], &[String]),
    now: i64,
) -> Result<(), CallError> {
    let (set, removed) = changes;
    if set.is_empty() && removed.is_empty() {
        return Ok(());
    }
    let mut names = HashMap::new();
    let mut values = HashMap::from([(":expires".to_owned(), AttributeValue::N((now + KEPT).to_string()))]);
    let mut sets = vec!["expires = :expires".to_owned()];
    for (index, name) in set.iter().enumerate() {
        names.insert(format!("#s{index}"), name.clone());
        values.insert(":now".to_owned(), AttributeValue::N(now.to_string()));
        sets.push(format!("#s{index} = :now"));
    }
    let mut expression = format!("SET {}", sets.join(", "));
    if !removed.is_empty() {
        let aliases: Vec<String> = (0..removed.len()).map(|index| format!("#r{index}")).collect();
        names.extend(aliases.iter().cloned().zip(removed.iter().cloned()));
        expression += &format!(" REMOVE {}", aliases.join(", "));
    }
    let request = client
        .update_item()
        .table_name(table)
        .key(KEY, AttributeValue::S(item(account)))
        .update_expression(expression)
        .set_expression_attribute_names(Some(names).filter(|names| !names.is_empty()))
        .set_expression_attribute_values(Some(values));
    request.send().await.map(drop).map_err(|error| CallError::of("UpdateItem", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: Behaviour = Behaviour::SecretAccessed;

    fn held(sent: Option<i64>, arrived: Option<i64>, now: i64) -> Held {
        let mark = |mark: Mark, second: Option<i64>| second.map(|second| (mark.attribute(PATH, "r"), second));
        let marks = [mark(Mark::Sent, sent), mark(Mark::Arrived, arrived)];
        Marks(marks.into_iter().flatten().collect()).held(PATH, "r", now)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_path_is_late_when_what_was_sent_has_not_arrived_within_its_time() {
        assert_eq!(held(None, None, 0), Held::Waiting);
        assert_eq!(held(Some(0), None, LATE), Held::Waiting);
        assert_eq!(held(Some(0), None, LATE + 1), Held::Late(at(0)));
        assert_eq!(held(Some(7200), Some(3600), 7200 + LATE), Held::Spoke(at(3600)));
        assert_eq!(held(Some(7200), Some(3600), 7201 + LATE), Held::Late(at(7200)));
        assert_eq!(held(Some(7200), Some(7201), 99_999), Held::Spoke(at(7201)));
    }

    #[test]
    fn a_clock_that_is_a_little_ahead_makes_nobody_blind() {
        assert_eq!(held(Some(7200), Some(7200 - SKEW), 99_999), Held::Spoke(at(7200 - SKEW)));
    }
}
