//! The cost: what was counted, at the list prices in `infra/prices.json`.

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::counted::{Counted, OWN_METRICS, Quantity};

/// The one list of prices, dated line by line.
const PRICES: &str = include_str!("../../../../../infra/prices.json");
/// The part of a month a week is: 7 of 365.25 / 12 days.
const WEEK: f64 = 7.0 * 12.0 / 365.25;
/// How often a week the proof of sight sends a heartbeat.
const BEATS: f64 = 7.0 * 24.0;

/// The list.
#[derive(Debug, Clone, Deserialize)]
struct Prices {
    region: String,
    prices: Vec<Price>,
}

/// One price.
#[derive(Debug, Clone, Deserialize)]
struct Price {
    service: String,
    unit: String,
    usd: f64,
    date: String,
}

/// What a week cost, at the most that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Cost {
    /// All lines together, in US dollars.
    pub(super) usd: f64,
    /// The region whose prices they are.
    pub(super) region: String,
    /// From when the oldest and the newest price that counts here are.
    pub(super) priced: (String, String),
    /// Dearest first.
    pub(super) lines: Vec<Line>,
}

/// What one thing cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Line {
    pub(super) service: String,
    pub(super) unit: String,
    pub(super) amount: f64,
    pub(super) usd: f64,
}

/// What is known beside the metrics.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// How many bytes lie in both tables.
    pub(super) bytes: u64,
    /// How many places are sent a heartbeat each hour.
    pub(super) places: usize,
}

impl Cost {
    /// None where the list of prices cannot be read, which a test rules out.
    pub(super) fn of(counted: &Counted, asked: &Asked, held: Held) -> Option<Self> {
        let list: Prices = serde_json::from_str(PRICES).ok()?;
        let mut lines = Vec::new();
        let (mut dates, mut usd) = (Vec::new(), 0.0);
        for (service, unit, amount) in used(counted, asked, held) {
            let price = list.prices.iter().find(|price| price.service == service && price.unit == unit)?;
            if amount > 0.0 {
                let line = amount * price.usd;
                usd += line;
                dates.push(price.date.clone());
                lines.push(Line { service: service.to_owned(), unit: unit.to_owned(), amount, usd: line });
            }
        }
        lines.sort_by(|a, b| b.usd.total_cmp(&a.usd));
        let priced = (dates.iter().min().cloned().unwrap_or_default(), dates.iter().max().cloned().unwrap_or_default());
        Some(Self { usd, region: list.region, priced, lines })
    }
}

/// What was used of each thing that has a price.
fn used(counted: &Counted, asked: &Asked, held: Held) -> Vec<(&'static str, &'static str, f64)> {
    let amount = |quantity| counted.amount(quantity);
    let when = |is: bool, amount: f64| if is { amount } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "an estimate, of far less than 2^52 of anything")]
    let (gb_months, places, metrics) = (held.bytes as f64 * 1e-9 * WEEK, held.places as f64, counted.asked as f64);
    vec![
        ("Lambda", "request", amount(Quantity::Invocations)),
        ("Lambda", "GB-second on arm64", amount(Quantity::GbSeconds)),
        ("DynamoDB", "write request unit", amount(Quantity::WriteUnits)),
        ("DynamoDB", "read request unit", amount(Quantity::ReadUnits)),
        ("DynamoDB", "GB-month", gb_months),
        ("DynamoDB", "GB-month of point-in-time recovery", when(asked.recovery == "on", gb_months)),
        ("EventBridge", "event sent to another bus", amount(Quantity::Hops)),
        ("SNS", "message published", amount(Quantity::Published)),
        ("SNS", "mail", amount(Quantity::Mails)),
        ("SQS", "request", amount(Quantity::QueueRequests)),
        ("CloudWatch", "GB of logs", amount(Quantity::LogGb)),
        ("CloudWatch", "metric of an alarm and month", f64::from(asked.alarm_metrics) * WEEK),
        ("CloudWatch", "metric of ours and month", f64::from(OWN_METRICS) * WEEK),
        ("CloudWatch", "metric asked for", metrics),
        ("KMS", "key and month", when(asked.encryption == "customer-managed", WEEK)),
        ("Secrets Manager", "request", places * BEATS),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_dated_and_says_where_it_stands() {
        let list: serde_json::Value = serde_json::from_str(PRICES).unwrap();
        for price in list["prices"].as_array().unwrap() {
            assert!(price["usd"].as_f64().unwrap() > 0.0, "{price}");
            assert!(price["date"].as_str().unwrap().parse::<jiff::civil::Date>().is_ok(), "{price}");
            assert!(price["page"].as_str().unwrap().starts_with("https://aws.amazon.com/"), "{price}");
        }
    }

    #[test]
    fn whatever_is_used_has_a_price() {
        let asked: Asked = serde_json::from_value(serde_json::json!({
            "functions": {}, "judges": [], "ledger": "l", "findings_topic": "f", "alarms_topic": "a", "queues": [],
            "encryption": "customer-managed", "recovery": "on", "alarm_metrics": 10,
        }))
        .unwrap();
        let cost = Cost::of(&Counted::default(), &asked, Held { bytes: 4_000_000_000, places: 10 }).unwrap();
        // A week of the key, of ten metrics of alarms and of four of ours, of four gigabytes twice, and 1,680 requests.
        let expected = WEEK * (1.0 + 10.0 * 0.1 + 4.0 * 0.3 + 4.0 * 0.45) + 1680.0 * 0.000_005;
        assert!((cost.usd - expected).abs() < 1e-9, "{cost:?}");
        assert_eq!(cost.lines.len(), 6);
        assert!(cost.lines.is_sorted_by(|a, b| a.usd >= b.usd));
    }
}
