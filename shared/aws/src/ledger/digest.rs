//! The digest: one row for each identity and each secret or role on one day.
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `first`, `last` | S | the earliest and latest act it was told of; `last` may lag an hour behind the truth |
//! | `hours` | NS | the hours of the day (UTC) with an act |
//! | `outcomes` | SS | `succeeded`, `denied`, `failed`: which occurred |
//! | `networks` | SS | from which networks; some of them, where there are very many |
//! | `body` | S | the fact that was told first, for its names |
//!
//! There is no count of acts. Exact counting under redelivery needs the id of every act, which outgrows an item,
//! and a plain counter counts a redelivery twice; sets of hours, of outcomes and of networks, an earliest and a
//! latest time are the same whatever comes twice or late. A row is written when an act tells it something new, so
//! that a service that reads a secret each minute costs a request an hour.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use trailwarden_model::Fact;
use trailwarden_model::ids::hex;

use super::{LedgerError, LedgerTable, PARTITION_KEY, SORT_KEY, TTL, day, written};
use crate::call::held;

/// How long a sort key may be, in bytes; DynamoDB allows 1,024.
const KEY_LIMIT: usize = 1000;

/// The key of one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    partition: String,
    sort: String,
}

impl Cell {
    pub(super) fn of(fact: &Fact, object: &str) -> Self {
        // A name that could make two pairs one, or that is too long, goes by its digest.
        let identity = fact.by.key.as_str();
        let pair = format!("{identity}\n{object}");
        let plain = pair.len() <= KEY_LIMIT && !identity.contains('\n') && !pair.starts_with('~');
        let sort = if plain { pair } else { format!("~{}", digest(identity, object)) };
        Self { partition: format!("{}/{}", fact.kind.name(), day(fact.time)), sort }
    }

    /// Whether its row lies under this sort key.
    #[cfg(feature = "answers")]
    pub(super) fn is_at(&self, sort: &str) -> bool {
        self.sort == sort
    }
}

/// The sort key of one act: its id, or the id's digest where that is no key.
pub(super) fn sort_key(act: &str) -> String {
    let plain = (1..=KEY_LIMIT).contains(&act.len()) && !act.starts_with('~');
    if plain { act.to_owned() } else { format!("~{}", digest("", act)) }
}

fn digest(identity: &str, object: &str) -> String {
    let mut digest = Sha256::new();
    digest.update((identity.len() as u64).to_le_bytes());
    digest.update(identity.as_bytes());
    digest.update(object.as_bytes());
    hex(&digest.finalize(), 32)
}

/// What an act may tell a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    pub(super) time: Timestamp,
    pub(super) hour: i8,
    pub(super) outcome: &'static str,
    pub(super) network: Option<String>,
}

impl News {
    pub(super) fn of(fact: &Fact) -> Self {
        let origin = &fact.origin;
        let network = origin.asn.map(|asn| format!("AS{asn}")).or_else(|| origin.ip.as_deref().map(block));
        Self { time: fact.time, hour: fact.time.to_zoned(TimeZone::UTC).hour(), outcome: fact.outcome.name(), network }
    }
}

/// A private or unknown address stands for its neighbours: subnets have thousands, and one is as good as another.
fn block(ip: &str) -> String {
    match ip.rsplit_once('.') {
        Some((block, last)) if ip.parse::<std::net::Ipv4Addr>().is_ok() && !last.is_empty() => format!("{block}.0/24"),
        _ => ip.chars().take(64).collect(),
    }
}

/// How a write changes the row's times.
#[derive(Debug, Clone, Copy)]
enum Times {
    /// The act is the latest so far, or the first.
    Later,
    /// It is the earliest so far.
    Earlier,
    /// It lies between.
    Between,
}

/// Writes what is new: one request where acts come in order, up to three where one comes late.
pub(super) async fn write(table: &LedgerTable, fact: &Fact, cell: &Cell, news: &News) -> Result<(), LedgerError> {
    let body = written(fact)?;
    for times in [Times::Later, Times::Earlier, Times::Between] {
        let request = update(table, fact, cell, news, times);
        let request = match times {
            Times::Later => request
                .update_expression(format!(
                    "SET #last = :time, #first = if_not_exists(#first, :time), #who = :who, #type = :type, #ttl = :ttl, \
                     body = if_not_exists(body, :body) {}",
                    add(news)
                ))
                .condition_expression("attribute_not_exists(#last) OR #last < :time")
                .expression_attribute_names("#last", "last")
                .expression_attribute_names("#first", "first")
                .expression_attribute_names("#who", "who")
                .expression_attribute_names("#type", "type")
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":who", text(fact.by.key.as_str()))
                .expression_attribute_values(":type", text(fact.kind.name()))
                .expression_attribute_values(":ttl", table.expiry(fact.time))
                .expression_attribute_values(":body", text(&body)),
            Times::Earlier => request
                .update_expression(format!("SET #first = :time {}", add(news)))
                .condition_expression("#first > :time")
                .expression_attribute_names("#first", "first"),
            Times::Between => request.update_expression(add(news)),
        };
        if held("UpdateItem", request.send().await)? {
            return Ok(());
        }
    }
    Ok(())
}

fn update(table: &LedgerTable, fact: &Fact, cell: &Cell, news: &News, times: Times) -> UpdateItemFluentBuilder {
    let mut request = table
        .client
        .update_item()
        .table_name(&table.table)
        .key(PARTITION_KEY, text(&cell.partition))
        .key(SORT_KEY, text(&cell.sort))
        .expression_attribute_names("#hours", "hours")
        .expression_attribute_values(":hour", AttributeValue::Ns(vec![news.hour.to_string()]))
        .expression_attribute_values(":outcome", AttributeValue::Ss(vec![news.outcome.to_owned()]));
    if !matches!(times, Times::Between) {
        request = request.expression_attribute_values(":time", text(&stamp(fact.time)));
    }
    match &news.network {
        Some(network) => request.expression_attribute_values(":network", AttributeValue::Ss(vec![network.clone()])),
        None => request,
    }
}

fn add(news: &News) -> String {
    let network = if news.network.is_some() { ", networks :network" } else { "" };
    format!("ADD #hours :hour, outcomes :outcome{network}")
}

/// A time that sorts as text: always as many digits.
pub(super) fn stamp(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_text_whatever_their_fractions() {
        let at = |text: &str| stamp(text.parse().unwrap());
        assert!(at("2026-03-14T03:21:41Z") < at("2026-03-14T03:21:41.5Z"));
        assert_eq!(at("2026-03-14T03:21:41Z"), "2026-03-14T03:21:41.000000Z");
    }

    #[test]
    fn an_id_that_is_no_key_goes_by_its_digest() {
        assert_eq!(sort_key("0a1b"), "0a1b");
        let digests = [String::new(), "~0a1b".to_owned(), "a".repeat(2000), "b".repeat(2000)].map(|id| sort_key(&id));
        assert!(digests.iter().all(|key| key.starts_with('~') && key.len() == 65));
        assert!(digests.iter().enumerate().all(|(place, key)| !digests[..place].contains(key)));
    }

    #[test]
    fn an_address_no_table_knows_stands_for_its_block() {
        assert_eq!(block("10.40.3.35"), "10.40.3.0/24");
        assert_eq!(block("cloudformation.amazonaws.com"), "cloudformation.amazonaws.com");
    }
}
