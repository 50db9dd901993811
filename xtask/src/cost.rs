//! The cost: what a life is counted to use, times the list of prices, for a million matched events.

mod months;

use std::path::PathBuf;
use std::{env, fs};

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use crate::steps::run_with;

/// The list of prices.
const PRICES: &str = "infra/prices.json";
/// Bytes of log an event leaves: the line of what became of it with its id, and 26 of the log's own.
const LOGGED: f64 = 116.0;
/// Memory of a function, in GB: the template's default.
const MEMORY: f64 = 0.125;
/// How many requests to the queue a notice takes on its way to Security Hub: sent, received, deleted.
const QUEUED: f64 = 3.0;

/// Whose life is counted, and what is taken for granted.
#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    /// Logs of the life that is counted.
    #[arg(long, default_value = "examples")]
    logs: PathBuf,
    /// How many of its days pass before anything is counted.
    #[arg(long, default_value_t = 7)]
    settling_days: u32,
    /// For how many milliseconds an event is billed: taken, not measured.
    #[arg(long, default_value_t = 10.0)]
    billed_ms: f64,
    /// What part of management events is matched: taken, between the twentieth of a quiet trail and the half of `examples/`.
    #[arg(long, default_value_t = 0.25)]
    matched_share: f64,
}

/// One line of the bill.
struct Line {
    what: &'static str,
    /// Of it, how many an event.
    each: f64,
    /// What one costs, in dollars.
    price: f64,
}

/// Counts the requests and units of a life, and prints what a million of its events cost.
pub(crate) fn run(arguments: &CostArgs) -> anyhow::Result<()> {
    let here = env::current_dir()?;
    let (logs, count) = (here.join(&arguments.logs), here.join("target/cost.json"));
    let (logs, days) = (logs.to_string_lossy(), arguments.settling_days.to_string());
    let variables = [
        ("TRAILWARDEN_COST_LIFE", logs.as_ref()),
        ("TRAILWARDEN_COST_SETTLING_DAYS", days.as_str()),
        ("TRAILWARDEN_COST_COUNT", &count.to_string_lossy()),
    ];
    let command = ["test", "--workspace", "--locked", "--test", "slice", "what_life_costs", "--", "--nocapture"];
    run_with("cargo", &command, &variables)?;
    let read = |path: &PathBuf| -> anyhow::Result<Value> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
    };
    let (counted, prices) = (read(&count)?, read(&PRICES.into())?);
    print(&bill(&counted, &prices, arguments.billed_ms)?, price(&prices, "EventBridge", "event sent to another bus")?);
    months::print(&counted, &prices, (arguments.billed_ms, arguments.matched_share))
}

fn price(prices: &Value, service: &str, unit: &str) -> anyhow::Result<f64> {
    let of = |line: &&Value| {
        line.get("service").and_then(Value::as_str) == Some(service)
            && line.get("unit").and_then(Value::as_str) == Some(unit)
    };
    let all = prices.get("prices").and_then(Value::as_array).into_iter().flatten();
    let found = all.into_iter().find(of).and_then(|line| line.get("usd")).and_then(Value::as_f64);
    found.with_context(|| format!("{PRICES} has no price of a {service} {unit}"))
}

fn number(counted: &Value, name: &str) -> anyhow::Result<f64> {
    counted.get(name).and_then(Value::as_f64).with_context(|| format!("the count holds no {name}"))
}

fn bill(counted: &Value, prices: &Value, billed_ms: f64) -> anyhow::Result<Vec<Line>> {
    let events = number(counted, "events")?;
    let each = |name: &str| number(counted, name).map(|all| all / events);
    let notices = each("notices")?;
    let line = |what, service, unit, each| anyhow::Ok(Line { what, each, price: price(prices, service, unit)? });
    Ok(vec![
        line("invocations", "Lambda", "request", 1.0)?,
        line("GB-seconds", "Lambda", "GB-second on arm64", MEMORY * billed_ms / 1000.0)?,
        line("write units of both tables", "DynamoDB", "write request unit", each("write_units")?)?,
        line("read units of both tables", "DynamoDB", "read request unit", each("read_units")?)?,
        line("GB of logs", "CloudWatch", "GB of logs", LOGGED / 1e9)?,
        line("notices", "SNS", "message published", notices)?,
        line("requests to Security Hub's queue", "SQS", "request", notices * QUEUED)?,
    ])
}

fn print(bill: &[Line], hop: f64) {
    anstream::println!("| a million matched events | an event | dollars |\n|---|---:|---:|");
    let mut sum = 0.0;
    for line in bill {
        let dollars = line.each * line.price * 1e6;
        sum += dollars;
        anstream::println!("| {} | {:.4} | {dollars:.3} |", line.what, line.each);
    }
    anstream::println!("| **in one account and region** | | **{sum:.2}** |");
    anstream::println!("| **with the organisation's bus hop** | 1 | **{:.2}** |", sum + hop * 1e6);
}
