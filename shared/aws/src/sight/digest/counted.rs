//! What was counted: events, notices and what they used, from metrics of AWS and from our own.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use serde::Serialize;
use trailwarden_model::aws::arn::Arn;

use super::asked::Asked;
use super::metrics::{Metric, Span, sums};
use crate::call::CallError;
use crate::sight::settings::SightSettings;

/// What can be counted of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quantity {
    Received,
    GivenBack,
    Judged,
    Heartbeats,
    OutOfScope,
    Rejected,
    Notices,
    NoticesFailed,
    Invocations,
    GbSeconds,
    WriteUnits,
    ReadUnits,
    Hops,
    Published,
    Mails,
    QueueRequests,
    LogGb,
}

/// How many metrics of our own there are to pay for.
pub(super) const OWN_METRICS: u32 = 4;
/// Our own metrics, by outcome.
const OUTCOMES: [(&str, Quantity); OWN_METRICS as usize] = [
    ("judged", Quantity::Judged),
    ("heartbeat", Quantity::Heartbeats),
    ("out-of-scope", Quantity::OutOfScope),
    ("rejected", Quantity::Rejected),
];

/// What was counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    sums: BTreeMap<Quantity, f64>,
    /// How many metrics were asked for.
    pub(super) asked: usize,
}

impl Counted {
    /// Asks for all of it.
    pub(super) async fn of(
        config: &SdkConfig,
        settings: &SightSettings,
        asked: &Asked,
        span: Span,
    ) -> Result<Self, CallError> {
        let wanted = wanted(settings, asked);
        let metrics: Vec<Metric> = wanted.iter().map(|(metric, _)| metric.clone()).collect();
        let mut counted = Self { asked: metrics.len(), ..Self::default() };
        for (sum, (_, counts)) in sums(config, &metrics, span).await?.into_iter().zip(wanted) {
            for (quantity, factor) in counts {
                *counted.sums.entry(quantity).or_default() += sum * factor;
            }
        }
        Ok(counted)
    }

    /// How much of it, in its own unit.
    pub(super) fn amount(&self, quantity: Quantity) -> f64 {
        self.sums.get(&quantity).copied().unwrap_or_default()
    }

    /// How often, for what is counted one by one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, which a metric holds as a float"
    )]
    pub(super) fn times(&self, quantity: Quantity) -> u64 {
        self.amount(quantity).round() as u64
    }
}

/// What became of the events functions received. Deliveries are counted, here and by AWS: an event that comes twice
/// is received twice and judged twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Events {
    /// As AWS counts it.
    pub(super) received: u64,
    pub(super) judged: u64,
    pub(super) heartbeats: u64,
    pub(super) out_of_scope: u64,
    pub(super) rejected: u64,
    /// Attempts that failed, as AWS counts them: the same event was given again, or waits in the queue of failures.
    pub(super) given_back: u64,
    /// What is received and in none of the others; below none where something is in two.
    pub(super) unaccounted: i64,
}

impl Events {
    pub(super) fn of(counted: &Counted) -> Self {
        let times = |quantity| counted.times(quantity);
        let mut events = Self {
            received: times(Quantity::Received),
            judged: times(Quantity::Judged),
            heartbeats: times(Quantity::Heartbeats),
            out_of_scope: times(Quantity::OutOfScope),
            rejected: times(Quantity::Rejected),
            given_back: times(Quantity::GivenBack),
            unaccounted: 0,
        };
        let known = events.judged + events.heartbeats + events.out_of_scope + events.rejected + events.given_back;
        events.unaccounted = events.received.checked_signed_diff(known).unwrap_or(i64::MAX);
        events
    }
}

type Wanted = Vec<(Metric, Vec<(Quantity, f64)>)>;

/// Every metric, and what its sum counts towards.
fn wanted(settings: &SightSettings, asked: &Asked) -> Wanted {
    let mut all = functions(asked);
    all.extend(outcomes(settings));
    all.extend(tables(settings, asked));
    all.extend(topics(asked));
    all.extend(queues(asked));
    all.extend(hops(settings));
    all.extend(asked.functions.keys().map(|name| {
        let group = format!("/trailwarden/{}/{name}", settings.stack);
        one(("AWS/Logs", "IncomingBytes"), vec![("LogGroupName", group)], &[(Quantity::LogGb, 1e-9)])
    }));
    all
}

fn one(
    (namespace, name): (&'static str, &'static str),
    of: Vec<(&'static str, String)>,
    counts: &[(Quantity, f64)],
) -> (Metric, Vec<(Quantity, f64)>) {
    (Metric { namespace, name, of }, counts.to_vec())
}

fn functions(asked: &Asked) -> Wanted {
    let judging: Vec<&str> = asked.judging().collect();
    let mut all = Wanted::new();
    for function in asked.functions.values() {
        let of = || vec![("FunctionName", function.name.clone())];
        let mut counts = vec![(Quantity::Invocations, 1.0)];
        if judging.contains(&function.name.as_str()) {
            counts.push((Quantity::Received, 1.0));
            all.push(one(("AWS/Lambda", "Errors"), of(), &[(Quantity::GivenBack, 1.0)]));
        }
        all.push(one(("AWS/Lambda", "Invocations"), of(), &counts));
        let gb_second = f64::from(function.memory) / 1024.0 / 1000.0;
        all.push(one(("AWS/Lambda", "Duration"), of(), &[(Quantity::GbSeconds, gb_second)]));
    }
    all
}

/// What the metric filters count in the log of the functions that judge.
fn outcomes(settings: &SightSettings) -> impl Iterator<Item = (Metric, Vec<(Quantity, f64)>)> {
    OUTCOMES.into_iter().map(move |(outcome, quantity)| {
        let of = vec![("stack", settings.stack.clone()), ("counted", outcome.to_owned())];
        one(("trailwarden", "Events"), of, &[(quantity, 1.0)])
    })
}

fn tables(settings: &SightSettings, asked: &Asked) -> Wanted {
    let units =
        [("ConsumedWriteCapacityUnits", Quantity::WriteUnits), ("ConsumedReadCapacityUnits", Quantity::ReadUnits)];
    let of = |table: &String| {
        units
            .map(|(name, quantity)| one(("AWS/DynamoDB", name), vec![("TableName", table.clone())], &[(quantity, 1.0)]))
    };
    [&settings.table, &asked.ledger].into_iter().flat_map(of).collect()
}

fn topics(asked: &Asked) -> Wanted {
    let of = |topic: &String, name, counts: &[(Quantity, f64)]| {
        one(("AWS/SNS", name), vec![("TopicName", topic.clone())], counts)
    };
    let (findings, alarms) = (&asked.findings_topic, &asked.alarms_topic);
    vec![
        of(findings, "NumberOfMessagesPublished", &[(Quantity::Published, 1.0), (Quantity::Notices, 1.0)]),
        of(findings, "NumberOfNotificationsDelivered", &[(Quantity::Mails, 1.0)]),
        of(findings, "NumberOfNotificationsFailed", &[(Quantity::NoticesFailed, 1.0)]),
        of(alarms, "NumberOfMessagesPublished", &[(Quantity::Published, 1.0)]),
        of(alarms, "NumberOfNotificationsDelivered", &[(Quantity::Mails, 1.0)]),
    ]
}

/// Messages are counted, and not the requests that carried several: so it is the most it can have been.
fn queues(asked: &Asked) -> Wanted {
    let counts =
        ["NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives"];
    let of = |queue: &String| {
        counts.map(|name| one(("AWS/SQS", name), vec![("QueueName", queue.clone())], &[(Quantity::QueueRequests, 1.0)]))
    };
    asked.queues.iter().flat_map(of).collect()
}

/// What crossed from another account or region to the central bus, by the rules over it.
fn hops(settings: &SightSettings) -> Wanted {
    let Some(bus) = settings.central_bus.as_deref() else { return Vec::new() };
    let bus = Arn::parse(bus).map_or(bus, |arn| arn.name());
    let of = |rule: &String| {
        let of = vec![("EventBusName", bus.to_owned()), ("RuleName", rule.clone())];
        one(("AWS/Events", "Invocations"), of, &[(Quantity::Hops, 1.0)])
    };
    settings.central_rules.values().map(of).collect()
}
