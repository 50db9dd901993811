//! A month of whole organisations: what was counted an event, times what is taken for granted of their size, and what runs by the clock.

use std::fs;

use anyhow::Context;
use serde_json::Value;

use super::{Line, bill, number, price};

/// The template, which says how many metrics its alarms watch.
const TEMPLATE: &str = "template.yaml";
/// Hours of a month: 365.25 days by twelve.
const HOURS: f64 = 730.5;
/// Months the ledger is kept: the template's default.
const LEDGER_MONTHS: f64 = 12.0;
/// Metrics of what came of events: four, as the weekly digest counts them.
const OWN_METRICS: f64 = 4.0;
/// For how long a call of the proof of sight is waited for, in seconds: taken, not measured.
const CALL: f64 = 0.05;
/// How many calls it makes for a region, one after another (docs/decisions/0019).
const CALLS: f64 = 21.0;
/// How many accounts it looks at side by side, and how many regions of each.
const SIDE_BY_SIDE: f64 = 4.0;
/// After how many seconds it is ended.
const LONGEST: f64 = 900.0;
/// Its memory, in GB.
const LARGE: f64 = 0.5;
/// A request for a table's key each five minutes by each of eight functions, for two tables: taken from AWS's word on how long a key is kept at hand.
const KEY_REQUESTS: f64 = 12.0 * 2.0 * 8.0;

/// How large an organisation is: assumptions, all of them.
#[derive(Debug, Clone, Copy)]
struct Size {
    name: &'static str,
    accounts: f64,
    /// Regions looked at in each account: what AWS enables by default unless `SeenRegions` names fewer.
    regions: f64,
    /// Management events a month.
    management: f64,
    /// Identities that act, in all accounts.
    identities: f64,
}

/// A million events a month and account is a call each 2.6 seconds: what agents, autoscaling and scanners poll.
/// No source counts a typical account; whoever has a trail has the number.
const SIZES: [Size; 3] = [
    Size { name: "small account", accounts: 1.0, regions: 1.0, management: 1e6, identities: 30.0 },
    Size { name: "mid-size company", accounts: 30.0, regions: 4.0, management: 30e6, identities: 600.0 },
    Size { name: "organisation of 1,000 accounts", accounts: 1000.0, regions: 17.0, management: 1e9, identities: 20e3 },
];

impl Size {
    fn has_a_bus(&self) -> bool {
        self.accounts > 1.0
    }

    /// Accounts times regions.
    fn places(&self) -> f64 {
        self.accounts * self.regions
    }

    /// Heartbeats a month: one each hour for each place, and for each account.
    fn heartbeats(&self) -> f64 {
        (self.places() + self.accounts) * HOURS
    }
}

/// Prints a month of each size, beside what GuardDuty asks for the same events.
pub(super) fn print(counted: &Value, prices: &Value, (billed_ms, share): (f64, f64)) -> anyhow::Result<()> {
    let guard = price(prices, "GuardDuty", "management event")?;
    let mut table = "| a month | accounts × regions | management events | matched | by the event | by the clock | storage | all | a million matched | a million management | GuardDuty |\n\
        |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for size in &SIZES {
        let matched = size.management * share;
        let hop = if size.has_a_bus() { price(prices, "EventBridge", "event sent to another bus")? } else { 0.0 };
        let by_event = (sum(&bill(counted, prices, billed_ms)?) + hop) * matched;
        let fixed = by_the_clock(size, prices)?;
        let by_clock = sum(&fixed);
        let storage = storage(size, matched, counted, prices)?;
        let all = by_event + by_clock + storage;
        table.push_str(&format!(
            "| {} | {} × {} | {:.0} M | {:.2} M | ${by_event:.2} | ${by_clock:.2} | ${storage:.2} | **${all:.2}** | ${:.2} | ${:.2} | ${:.2} |\n",
            size.name,
            size.accounts,
            size.regions,
            size.management / 1e6,
            matched / 1e6,
            all / matched * 1e6,
            all / size.management * 1e6,
            guard * size.management,
        ));
    }
    anstream::println!("\n{table}\n{}", lines(prices)?);
    Ok(())
}

/// What runs by the clock, line by line, for each size.
fn lines(prices: &Value) -> anyhow::Result<String> {
    let months: Vec<Vec<Line>> = SIZES.iter().map(|size| by_the_clock(size, prices)).collect::<Result<_, _>>()?;
    let names: Vec<&str> = SIZES.iter().map(|size| size.name).collect();
    let mut text = format!("| by the clock, dollars a month | {} |\n|---|---:|---:|---:|\n", names.join(" | "));
    for (place, line) in months.first().into_iter().flatten().enumerate() {
        let dollars =
            months.iter().filter_map(|month| month.get(place)).map(|line| format!("{:.2}", line.each * line.price));
        text.push_str(&format!("| {} | {} |\n", line.what, dollars.collect::<Vec<_>>().join(" | ")));
    }
    Ok(text)
}

fn sum(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.each * line.price).sum()
}

/// What a month costs though nothing happens.
fn by_the_clock(size: &Size, prices: &Value) -> anyhow::Result<Vec<Line>> {
    let line = |what, service, unit, each| anyhow::Ok(Line { what, each, price: price(prices, service, unit)? });
    let (beats, bus) = (size.heartbeats(), f64::from(u8::from(size.has_a_bus())));
    // Each hour sight and redrive, four times upkeep, twice a day privileges, once a week the digest.
    let ticks = HOURS * (1.0 + 1.0 + 4.0 + 1.0 / 12.0 + 1.0 / 168.0);
    let at_once = size.accounts.min(SIDE_BY_SIDE) * size.regions.min(SIDE_BY_SIDE);
    let looking = HOURS * (size.places() * CALLS * CALL / at_once).min(LONGEST) * LARGE;
    Ok(vec![
        line("KMS key", "KMS", "key and month", 1.0)?,
        line("requests for it", "KMS", "request", KEY_REQUESTS * HOURS)?,
        line("metrics alarms watch", "CloudWatch", "metric of an alarm and month", alarm_metrics(size)?)?,
        line("metrics of ours", "CloudWatch", "metric of ours and month", OWN_METRICS)?,
        line("dashboard, past an account's third", "CloudWatch", "dashboard and month", 1.0)?,
        line("invocations by the clock, and of heartbeats", "Lambda", "request", ticks + beats)?,
        line("GB-seconds of the proof of sight", "Lambda", "GB-second on arm64", looking)?,
        line("heartbeats: the read that is refused", "Secrets Manager", "request", size.places() * HOURS)?,
        line("heartbeats: over the bus", "EventBridge", "event sent to another bus", beats * bus)?,
        line("heartbeats: noted", "DynamoDB", "write request unit", beats)?,
        line("heartbeats and places: GB of logs", "CloudWatch", "GB of logs", beats * 150e-9)?,
        line("privileges, written twice a day", "DynamoDB", "write request unit", size.identities * HOURS / 12.0)?,
    ])
}

/// How many metrics the alarms watch, as the template says it.
fn alarm_metrics(size: &Size) -> anyhow::Result<f64> {
    let text = fs::read_to_string(TEMPLATE).with_context(|| format!("read {TEMPLATE}"))?;
    let (_, after) =
        text.split_once("AlarmMetrics: !If [WithCentralBus, ").context("the template counts no metrics")?;
    let (both, _) = after.split_once(']').context("the template's count does not end")?;
    let (with, without) = both.split_once(", ").context("the template has one count, not two")?;
    let count = if size.has_a_bus() { with } else { without };
    count.parse().with_context(|| format!("{count} is no number of metrics"))
}

/// What lies in both tables once the ledger is as old as it gets, with point-in-time recovery.
fn storage(size: &Size, matched: f64, counted: &Value, prices: &Value) -> anyhow::Result<f64> {
    let number = |name| number(counted, name);
    let gb_month =
        price(prices, "DynamoDB", "GB-month")? + price(prices, "DynamoDB", "GB-month of point-in-time recovery")?;
    let memory = number("memory_bytes")? / number("identities")? * size.identities;
    let ledger = number("ledger_bytes")? / number("lived_events")? * matched * LEDGER_MONTHS;
    Ok((memory + ledger) * 1e-9 * gb_month)
}
