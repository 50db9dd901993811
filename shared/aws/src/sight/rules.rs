//! Rules: whether each of the catalog is there, awake, of this version, and gives what it lets through to its target.

use std::collections::BTreeSet;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput;
use aws_sdk_eventbridge::types::{RuleState, Target};
use serde_json::Value;
use trailwarden_model::aws::rules::Rule;

use super::report::{Found, Place};
use crate::call::CallError;

/// The state in which a rule is given reads.
pub(super) const WITH_READS: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/// The names of what is checked on a rule.
pub(super) struct Checks {
    missing: &'static str,
    disabled: &'static str,
    no_reads: &'static str,
    pattern: &'static str,
    no_target: &'static str,
    other_target: &'static str,
    no_role: &'static str,
    other_role: &'static str,
    no_queue: &'static str,
}

/// Of a rule over a default bus.
pub(super) const OVER_DEFAULT: Checks = Checks {
    missing: "rule.missing",
    disabled: "rule.disabled",
    no_reads: "rule.no-reads",
    pattern: "rule.pattern",
    no_target: "rule.no-target",
    other_target: "rule.other-target",
    no_role: "rule.no-role",
    other_role: "rule.other-role",
    no_queue: "rule.no-queue",
};

/// Of a rule over the central bus.
pub(super) const OVER_CENTRAL: Checks = Checks {
    missing: "central-rule.missing",
    disabled: "central-rule.disabled",
    no_reads: "central-rule.no-reads",
    pattern: "central-rule.pattern",
    no_target: "central-rule.no-target",
    other_target: "central-rule.other-target",
    no_role: "central-rule.no-role",
    other_role: "central-rule.other-role",
    no_queue: "central-rule.no-queue",
};

/// Where what a rule lets through must go.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    /// To the central bus, by a role whose name begins so.
    Bus { arn: String, roles: String, target: String },
    /// To a function of the deployment itself.
    Function,
}

/// One rule that must be there.
pub(super) struct Expected<'r> {
    pub(super) rule: &'r Rule,
    /// Its name, or `BUS|NAME`.
    pub(super) called: String,
    /// What puts it back as it was made, pattern and all.
    pub(super) remake: String,
}

/// Which rules, and how they must be.
pub(super) struct Ruleset<'r> {
    pub(super) checks: &'static Checks,
    pub(super) goal: Goal,
    pub(super) expected: Vec<Expected<'r>>,
}

impl Expected<'_> {
    fn bus(&self) -> Option<&str> {
        self.called.split_once('|').map(|(bus, _)| bus)
    }

    fn name(&self) -> &str {
        self.called.split_once('|').map_or(self.called.as_str(), |(_, name)| name)
    }

    /// What names it in a command.
    fn arguments(&self, word: &str, place: &Place) -> String {
        let bus = self.bus().map(|bus| format!(" --event-bus-name {bus}")).unwrap_or_default();
        format!("{word} {}{bus} --region {}", self.name(), place.region)
    }

    /// The sentence's subject.
    fn named(&self, place: &Place) -> String {
        let over = self.bus().map(|bus| format!(" over the bus {bus}")).unwrap_or_default();
        format!("the rule {}{over} of account {} in {}", self.name(), place.account, place.region)
    }
}

/// What was found of the rules of a place.
#[derive(Debug, Default)]
pub(super) struct Forwarding {
    /// Whether there is none at all.
    pub(super) absent: bool,
    /// The roles their targets are given with.
    pub(super) roles: BTreeSet<String>,
}

/// Looks at every rule of a set.
pub(super) async fn look(client: &Client, set: &Ruleset<'_>, found: &mut Found) -> Result<Forwarding, CallError> {
    let described = set.expected.iter().map(|expected| describe(client, expected));
    let described = futures_util::future::try_join_all(described).await?;
    let mut forwarding = Forwarding { absent: described.iter().all(Option::is_none), ..Forwarding::default() };
    if forwarding.absent {
        return Ok(forwarding);
    }
    for (expected, described) in set.expected.iter().zip(described) {
        let Some(rule) = described else {
            let says = format!("{} is missing", expected.named(&found.place));
            found.fault(set.checks.missing, &[expected.rule.behaviour], says, expected.remake.clone());
            continue;
        };
        judge(set, expected, &rule, found);
        let targets = targets(client, expected).await?;
        forwarding.roles.extend(targets.iter().filter_map(|target| target.role_arn.clone()));
        aim(set, expected, &targets, found);
    }
    Ok(forwarding)
}

async fn describe(client: &Client, expected: &Expected<'_>) -> Result<Option<DescribeRuleOutput>, CallError> {
    let bus = expected.bus().map(ToOwned::to_owned);
    let described = client.describe_rule().name(expected.name()).set_event_bus_name(bus).send().await;
    match described.map_err(|error| CallError::of("DescribeRule", error)) {
        Ok(rule) => Ok(Some(rule)),
        Err(error) if error.code() == "ResourceNotFoundException" => Ok(None),
        Err(error) => Err(error),
    }
}

async fn targets(client: &Client, expected: &Expected<'_>) -> Result<Vec<Target>, CallError> {
    let bus = expected.bus().map(ToOwned::to_owned);
    let listed = client.list_targets_by_rule().rule(expected.name()).set_event_bus_name(bus).send().await;
    let listed = listed.map_err(|error| CallError::of("ListTargetsByRule", error))?;
    Ok(listed.targets.unwrap_or_default())
}

/// Whether it is awake, and lets through what this version asks for.
fn judge(set: &Ruleset<'_>, expected: &Expected<'_>, rule: &DescribeRuleOutput, found: &mut Found) {
    let (path, named) = ([expected.rule.behaviour], expected.named(&found.place));
    let state = rule.state.as_ref().map(RuleState::as_str).unwrap_or_default();
    let awake = format!(
        "in account {}: aws events put-rule {} --state {WITH_READS} --event-pattern \"$(aws events describe-rule {} \
         --query EventPattern --output text)\"",
        found.place.account,
        expected.arguments("--name", &found.place),
        expected.arguments("--name", &found.place),
    );
    match state {
        WITH_READS => {}
        "DISABLED" => {
            found.fault(set.checks.disabled, &path, format!("{named} is disabled: it lets nothing through"), awake);
        }
        _ => {
            let says = format!("{named} is in state {state}, which is given no reads: it must be {WITH_READS}");
            found.fault(set.checks.no_reads, &path, says, awake);
        }
    }
    let pattern: Option<Value> = serde_json::from_str(rule.event_pattern().unwrap_or_default()).ok();
    if pattern.as_ref() != Some(&expected.rule.pattern) {
        let says = format!("{named} has the pattern of another version: it lets other calls through than are judged");
        found.fault(set.checks.pattern, &path, says, expected.remake.clone());
    }
}

/// Whether what it lets through goes where it must.
fn aim(set: &Ruleset<'_>, expected: &Expected<'_>, targets: &[Target], found: &mut Found) {
    let (path, named) = ([expected.rule.behaviour], expected.named(&found.place));
    let checks = set.checks;
    let mend = match &set.goal {
        Goal::Bus { target, .. } => {
            let rule = expected.arguments("--rule", &found.place);
            format!("in account {}: aws events put-targets {rule} --targets '{target}'", found.place.account)
        }
        Goal::Function => expected.remake.clone(),
    };
    let is_goal = |target: &&Target| match &set.goal {
        Goal::Bus { arn, .. } => target.arn() == arn,
        Goal::Function => target.arn().contains(":lambda:"),
    };
    let Some(target) = targets.iter().find(is_goal) else {
        match targets.first() {
            None => found.fault(
                checks.no_target,
                &path,
                format!("{named} has no target: what it lets through goes nowhere"),
                mend,
            ),
            Some(other) => {
                let says = format!("{named} sends what it lets through to {}, and not where it is judged", other.arn());
                found.fault(checks.other_target, &path, says, mend);
            }
        }
        return;
    };
    if let Goal::Bus { roles, .. } = &set.goal {
        match target.role_arn() {
            None => {
                let says = format!("{named} sends to the central bus without a role: the bus turns it away");
                found.fault(checks.no_role, &path, says, mend.clone());
            }
            Some(role) if !role.rsplit('/').next().is_some_and(|name| name.starts_with(roles)) => {
                let says =
                    format!("{named} sends by {role}, which the central bus does not let in: it must be {roles}*");
                found.fault(checks.other_role, &path, says, mend.clone());
            }
            Some(_) => {}
        }
    }
    if target.dead_letter_config.as_ref().and_then(|config| config.arn.as_ref()).is_none() {
        let says = format!("{named} has no dead-letter queue: what cannot be delivered within a day is lost");
        found.fault(checks.no_queue, &[], says, mend);
    }
}
