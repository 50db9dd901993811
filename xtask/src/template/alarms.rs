//! Alarms: what is watched on our own functions, rules, queues and tables, made so that none is left out.

use std::fmt::{self, Write as _};

use trailwarden_model::aws::rules::Rule;

use super::rules::Bus;

/// Every function of the deployment, by the beginning of its logical ids.
const FUNCTIONS: [&str; 10] = [
    "CredentialAdded",
    "SecretAccessed",
    "ConsoleLogin",
    "CredentialUsed",
    "SecurityHub",
    "Answers",
    "Privileges",
    "Redrive",
    "Upkeep",
    "Sight",
];
/// Those that events reach; their traffic is the deployment's pulse.
const JUDGES: [&str; 4] = ["CredentialAdded", "SecretAccessed", "ConsoleLogin", "CredentialUsed"];

/// One alarm.
struct Alarm {
    id: &'static str,
    says: &'static str,
    /// Where it is not always there, when it is.
    condition: Option<&'static str>,
    metrics: Vec<Metric>,
    /// How the metrics become one number: `SUM` or `MAX`.
    by: &'static str,
    period: u32,
    /// Of so many periods …
    of: &'static str,
    /// … so many must be bad.
    bad: &'static str,
    comparison: &'static str,
    threshold: Threshold,
    missing: &'static str,
}

/// From where on a number is bad.
#[derive(Clone, Copy)]
enum Threshold {
    At(u32),
    /// What the operator says.
    Parameter(&'static str),
}

impl fmt::Display for Threshold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(number) => write!(formatter, "{number}"),
            Self::Parameter(name) => write!(formatter, "!Ref {name}"),
        }
    }
}

/// One metric of one resource.
struct Metric {
    namespace: &'static str,
    name: &'static str,
    /// The resource: names and values of its dimensions.
    of: Vec<(&'static str, String)>,
}

const ABOVE: &str = "GreaterThanOrEqualToThreshold";

impl Alarm {
    /// One bad period of five minutes is enough, and silence is good.
    fn at_once(id: &'static str, says: &'static str, by: &'static str, threshold: u32, metrics: Vec<Metric>) -> Self {
        Self {
            id,
            says,
            condition: None,
            metrics,
            by,
            period: 300,
            of: "1",
            bad: "1",
            comparison: ABOVE,
            threshold: Threshold::At(threshold),
            missing: "notBreaching",
        }
    }

    /// Three bad periods in a row: a passing fault is tried again and needs nobody.
    fn lasting(id: &'static str, says: &'static str, by: &'static str, threshold: u32, metrics: Vec<Metric>) -> Self {
        Self { of: "3", bad: "3", ..Self::at_once(id, says, by, threshold, metrics) }
    }
}

fn functions(names: &[&str], metric: &'static str) -> Vec<Metric> {
    names
        .iter()
        .map(|name| Metric {
            namespace: "AWS/Lambda",
            name: metric,
            of: vec![("FunctionName", format!("!Ref {name}Function"))],
        })
        .collect()
}

fn queue(name: &str, metric: &'static str) -> Vec<Metric> {
    vec![Metric { namespace: "AWS/SQS", name: metric, of: vec![("QueueName", format!("!GetAtt {name}.QueueName"))] }]
}

fn tables(metrics: &[&'static str]) -> Vec<Metric> {
    let one = |table: &str, name: &'static str| Metric {
        namespace: "AWS/DynamoDB",
        name,
        of: vec![("TableName", format!("!Ref {table}"))],
    };
    metrics.iter().flat_map(|name| ["MemoryTable", "LedgerTable"].map(|table| one(table, name))).collect()
}

fn rules(rules: &[Rule], metric: &'static str) -> Vec<Metric> {
    let ids = rules.iter().map(|rule| rule.id.as_str()).chain(["PresenceRule", "SecurityHubRule"]);
    ids.map(|id| Metric { namespace: "AWS/Events", name: metric, of: vec![("RuleName", format!("!Ref {id}"))] })
        .collect()
}

/// Of the rules over the central bus, whose names `CloudFormation` gives with their bus before them; the ARN ends
/// alike everywhere.
fn central_rules(rules: &[Rule], metric: &'static str) -> Vec<Metric> {
    let of = |rule: &Rule| {
        let name = format!("!Select [2, !Split ['/', !GetAtt {}.Arn]]", Bus::Central.id(rule));
        vec![("EventBusName", "!GetAtt CentralBus.Name".to_owned()), ("RuleName", name)]
    };
    rules.iter().map(|rule| Metric { namespace: "AWS/Events", name: metric, of: of(rule) }).collect()
}

/// Every alarm, as resources of the template.
pub(super) fn all(made: &[Rule]) -> String {
    every(made).iter().map(Alarm::yaml).collect()
}

/// How many metrics they look at, with and without those of the central bus: each is paid for.
pub(super) fn metrics(made: &[Rule]) -> String {
    let alarms = every(made);
    let of = |alarms: &mut dyn Iterator<Item = &Alarm>| alarms.map(|alarm| alarm.metrics.len()).sum::<usize>();
    let (all, always) = (of(&mut alarms.iter()), of(&mut alarms.iter().filter(|alarm| alarm.condition.is_none())));
    format!("                AlarmMetrics: !If [WithCentralBus, {all}, {always}]\n")
}

fn every(made: &[Rule]) -> Vec<Alarm> {
    [of_functions(), of_losses(made), of_queues(), of_the_rest()].into_iter().flatten().collect()
}

/// Functions that do not do what they should.
fn of_functions() -> Vec<Alarm> {
    let every = |metric| functions(&FUNCTIONS, metric);
    let quiet = Alarm::at_once(
        "NoTrafficAlarm",
        "no event has arrived for hours: is the trail on, with reads? is a rule disabled?",
        "SUM",
        1,
        functions(&JUDGES, "Invocations"),
    );
    vec![
        Alarm::lasting("FunctionErrorsAlarm", "functions keep failing: read their logs", "SUM", 1, every("Errors")),
        Alarm::lasting(
            "FunctionThrottlesAlarm",
            "functions are throttled: raise the concurrency of the account",
            "SUM",
            1,
            every("Throttles"),
        ),
        Alarm::at_once(
            "FunctionSlowAlarm",
            "a judging function took more than 48 of its 60 seconds",
            "MAX",
            48_000,
            functions(&JUDGES, "Duration"),
        ),
        Alarm::at_once(
            "FunctionBehindAlarm",
            "events wait for half an hour before a function takes them",
            "MAX",
            1_800_000,
            functions(&JUDGES, "AsyncEventAge"),
        ),
        Alarm {
            of: "!Ref QuietAlarmHours",
            bad: "!Ref QuietAlarmHours",
            period: 3600,
            comparison: "LessThanThreshold",
            missing: "breaching",
            ..quiet
        },
        Alarm {
            period: 3600,
            threshold: Threshold::Parameter("FloodAlarmEvents"),
            ..Alarm::at_once(
                "FloodAlarm",
                "very many events in an hour, and each is paid for: a flood, or FloodAlarmEvents is too low for this organisation",
                "SUM",
                0,
                functions(&JUDGES, "Invocations"),
            )
        },
    ]
}

/// Events that are lost, or all but.
fn of_losses(made: &[Rule]) -> Vec<Alarm> {
    vec![
        Alarm::at_once(
            "EventsDroppedAlarm",
            "a function dropped events; they are in the failures queue, or LOST",
            "SUM",
            1,
            functions(&JUDGES, "AsyncEventsDropped"),
        ),
        Alarm::at_once(
            "FailuresUnkeptAlarm",
            "a failed event could not be put into the failures queue: LOST",
            "SUM",
            1,
            functions(&JUDGES, "DestinationDeliveryFailures"),
        ),
        Alarm::at_once(
            "UndeliveredUnkeptAlarm",
            "an undelivered event could not be put into its queue: LOST",
            "SUM",
            1,
            rules(made, "InvocationsFailedToBeSentToDlq"),
        ),
        Alarm {
            condition: Some("WithCentralBus"),
            ..Alarm::at_once(
                "CentralUndeliveredUnkeptAlarm",
                "an undelivered event of another account or region could not be put into its queue: LOST",
                "SUM",
                1,
                central_rules(made, "InvocationsFailedToBeSentToDlq"),
            )
        },
    ]
}

/// Queues that hold what they should not, or for too long.
fn of_queues() -> Vec<Alarm> {
    const DEPTH: &str = "ApproximateNumberOfMessagesVisible";
    const AGE: &str = "ApproximateAgeOfOldestMessage";
    let one = |id, says, threshold, metrics| Alarm::at_once(id, says, "MAX", threshold, metrics);
    vec![
        one(
            "UndeliveredAlarm",
            "events did not reach a function; redrive tries them again each hour",
            1,
            queue("UndeliveredQueue", DEPTH),
        ),
        one(
            "FailuresAlarm",
            "events failed three times; redrive tries them again each hour",
            1,
            queue("FailuresQueue", DEPTH),
        ),
        one("FailuresAgeAlarm", "redrive does not get failed events judged", 10_800, queue("FailuresQueue", AGE)),
        one(
            "UndeliveredAgeAlarm",
            "redrive does not get undelivered events judged",
            10_800,
            queue("UndeliveredQueue", AGE),
        ),
        one(
            "HubBehindAlarm",
            "findings wait for a quarter of an hour before Security Hub takes them",
            900,
            queue("HubQueue", AGE),
        ),
        one(
            "HubRefusedAlarm",
            "Security Hub refused findings: is it enabled here?",
            1,
            queue("HubRefusedQueue", DEPTH),
        ),
    ]
}

/// Findings that reach nobody, and tables that cannot keep up.
fn of_the_rest() -> Vec<Alarm> {
    let topic = Metric {
        namespace: "AWS/SNS",
        name: "NumberOfNotificationsFailed",
        of: vec![("TopicName", "!GetAtt FindingsTopic.TopicName".to_owned())],
    };
    let throttled = tables(&["ReadThrottleEvents", "WriteThrottleEvents"]);
    vec![
        Alarm::at_once("FindingsUnsentAlarm", "a subscriber did not get a finding", "SUM", 1, vec![topic]),
        Alarm::lasting("TableThrottlesAlarm", "the tables are throttled", "SUM", 1, throttled),
    ]
}

impl Alarm {
    fn yaml(&self) -> String {
        let mut text = format!(
            "
  {}:
    Type: AWS::CloudWatch::Alarm
{}    Properties:
      AlarmDescription: '{}'
      AlarmActions: [!Ref AlarmsTopic]
      OKActions: [!Ref AlarmsTopic]
      ComparisonOperator: {}
      Threshold: {}
      EvaluationPeriods: {}
      DatapointsToAlarm: {}
      TreatMissingData: {}
      Metrics:
        - {{ Id: all, Expression: {}(METRICS()), Label: '{}' }}
",
            self.id,
            self.condition.map(|name| format!("    Condition: {name}\n")).unwrap_or_default(),
            self.says,
            self.comparison,
            self.threshold,
            self.of,
            self.bad,
            self.missing,
            self.by,
            self.id.trim_end_matches("Alarm"),
        );
        let statistic = if self.by == "SUM" { "Sum" } else { "Maximum" };
        for (index, metric) in self.metrics.iter().enumerate() {
            let dimensions: Vec<String> =
                metric.of.iter().map(|(name, value)| format!("{{ Name: {name}, Value: {value} }}")).collect();
            let _ = write!(
                text,
                "        - Id: m{index}
          ReturnData: false
          MetricStat:
            Metric:
              Namespace: {}
              MetricName: {}
              Dimensions: [{}]
            Period: {}
            Stat: {statistic}
",
                metric.namespace,
                metric.name,
                dimensions.join(", "),
                self.period,
            );
        }
        text
    }
}
