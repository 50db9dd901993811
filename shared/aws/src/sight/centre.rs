//! The centre: whether the deployment itself lets in what others send, judges it, and gets rid of what it finds.

use aws_config::SdkConfig;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;
use trailwarden_model::aws::arn::Arn;
use trailwarden_model::aws::delivery::Behaviour;
use trailwarden_model::aws::rules::{self as catalog};

use super::policy::guests;
use super::report::Found;
use super::rules::{Expected, Goal, OVER_CENTRAL, OVER_DEFAULT, Ruleset, look as look_at_rules};
use super::settings::{Forwarded, SightSettings};
use crate::call::CallError;

/// What puts back what a deployment of the template would.
pub(super) fn redeploy(what: &str) -> String {
    format!("{what}: deploy template.yaml of this version again (docs/deploy.md)")
}

/// Looks at the rules over the default bus where the deployment is.
pub(super) async fn own_rules(
    config: &SdkConfig,
    settings: &SightSettings,
    found: &mut Found,
) -> Result<(), CallError> {
    let rules = catalog::all();
    let mut expected = Vec::new();
    for rule in &rules {
        let called = settings.home_rules.get(&rule.name).cloned().unwrap_or_else(|| unnamed(settings, &rule.name));
        expected.push(Expected { rule, called, remake: redeploy("a rule of the stack was changed or deleted") });
    }
    let set = Ruleset { checks: &OVER_DEFAULT, goal: Goal::Function, expected };
    let forwarding = look_at_rules(&aws_sdk_eventbridge::Client::new(config), &set, found).await?;
    if forwarding.absent {
        let (account, region) = (&found.place.account, &found.place.region);
        let says = format!("account {account} has none of the deployment's rules in {region}");
        found.fault("rules.missing", &Behaviour::ALL, says, redeploy("the rules of the stack were deleted"));
    }
    Ok(())
}

/// The name of a rule nobody told us: such a one is not there.
fn unnamed(settings: &SightSettings, name: &str) -> String {
    format!("{}-{name}", settings.stack)
}

/// Looks at the central bus: whom it lets in, and what becomes of what they send.
pub(super) async fn bus(
    config: &SdkConfig,
    settings: &SightSettings,
    arn: &str,
    found: &mut Found,
) -> Result<(), CallError> {
    let client = aws_sdk_eventbridge::Client::new(config);
    let name = Arn::parse(arn).map_or(arn, |arn| arn.name());
    let described = client.describe_event_bus().name(name).send().await;
    let described = match described.map_err(|error| CallError::of("DescribeEventBus", error)) {
        Err(error) if error.code() == "ResourceNotFoundException" => {
            let says = format!("the central bus {name} is missing: nothing arrives from other accounts and regions");
            found.fault("bus.missing", &Behaviour::ALL, says, redeploy("the bus was deleted"));
            return Ok(());
        }
        described => described?,
    };
    if let Forwarded::Organization(organization) = &settings.forwarded {
        let let_in = guests(described.policy().unwrap_or_default(), arn).organizations;
        if !let_in.contains(organization) {
            let others: Vec<&str> = let_in.iter().map(String::as_str).collect();
            let instead = if others.is_empty() { "nobody".to_owned() } else { others.join(", ") };
            let says = format!("the central bus {name} lets in {instead}, and not {organization}: nothing arrives");
            found.fault("bus.policy", &Behaviour::ALL, says, let_in_again(settings, name, arn, organization));
        }
    }
    let rules = catalog::all();
    let mut expected = Vec::new();
    for rule in &rules {
        let named = settings.central_rules.get(&rule.name).cloned();
        let called = format!("{name}|{}", named.unwrap_or_else(|| unnamed(settings, &rule.name)));
        expected.push(Expected {
            rule,
            called,
            remake: redeploy("a rule over the central bus was changed or deleted"),
        });
    }
    let set = Ruleset { checks: &OVER_CENTRAL, goal: Goal::Function, expected };
    if look_at_rules(&client, &set, found).await?.absent {
        let says = format!("the central bus {name} has no rules: what others send there goes nowhere");
        found.fault("central-rules.missing", &Behaviour::ALL, says, redeploy("the rules over the bus were deleted"));
    }
    Ok(())
}

fn let_in_again(settings: &SightSettings, name: &str, arn: &str, organization: &str) -> String {
    let roles = format!("arn:{}:iam::*:role/{}-forward-*", settings.partition, settings.stack);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Forwarders", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": arn,
            "Condition": {
                "StringEquals": { "aws:PrincipalOrgID": organization },
                "ArnLike": { "aws:PrincipalArn": roles },
                "StringLike": { "events:source": "aws.*" },
            },
        }],
    });
    let home = &settings.home;
    format!(
        "in account {}: aws events put-permission --event-bus-name {name} --region {} --policy '{policy}'",
        home.account, home.region,
    )
}

/// Looks into the queues that should be empty.
pub(super) async fn queues(config: &SdkConfig, settings: &SightSettings, found: &mut Found) -> Result<(), CallError> {
    let client = aws_sdk_sqs::Client::new(config);
    let (stack, region) = (&settings.stack, &settings.home.region);
    for (name, url) in &settings.queues {
        let waiting = waiting(&client, url).await?.unwrap_or_default();
        if waiting == 0 {
            continue;
        }
        let again = format!("trailwarden redrive --stack {stack} --region {region}");
        let (check, says, mend) = match name.as_str() {
            "failures" => ("queue.failures", "events that failed three times wait", again),
            "hub-refused" => (
                "queue.hub-refused",
                "findings Security Hub refused wait",
                format!(
                    "mend what its function's log says, then: aws sqs start-message-move-task --source-arn {}",
                    queue_arn(settings, url)
                ),
            ),
            _ => ("queue.undelivered", "events a rule could not deliver wait", again),
        };
        let says = format!("about {waiting} {says} in the queue {name} of the deployment: they are not judged yet");
        found.fault(check, &[], says, mend);
    }
    Ok(())
}

fn queue_arn(settings: &SightSettings, url: &str) -> String {
    let (home, name) = (&settings.home, url.rsplit('/').next().unwrap_or_default());
    format!("arn:{}:sqs:{}:{}:{name}", settings.partition, home.region, home.account)
}

/// About how many messages a queue holds; none where there is no such queue.
pub(super) async fn waiting(client: &aws_sdk_sqs::Client, url: &str) -> Result<Option<u64>, CallError> {
    let name = QueueAttributeName::ApproximateNumberOfMessages;
    let asked = client.get_queue_attributes().queue_url(url).attribute_names(name.clone()).send().await;
    match asked.map_err(|error| CallError::of("GetQueueAttributes", error)) {
        Err(error) if error.code().contains("NonExistentQueue") || error.code() == "QueueDoesNotExist" => Ok(None),
        asked => Ok(asked?.attributes.and_then(|attributes| attributes.get(&name)?.parse().ok()).or(Some(0))),
    }
}

/// Looks whether Security Hub takes findings; who does not want it to deploys with something else.
pub(super) async fn hub(config: &SdkConfig, otherwise: &str, found: &mut Found) -> Result<(), CallError> {
    let described = aws_sdk_securityhub::Client::new(config).describe_hub().send().await;
    match described.map_err(|error| CallError::of("DescribeHub", error)) {
        Ok(_) => Ok(()),
        Err(error) if ["InvalidAccessException", "ResourceNotFoundException"].contains(&error.code()) => {
            let (account, region) = (&found.place.account, &found.place.region);
            let says = format!("Security Hub CSPM is off in account {account}, {region}: it takes no findings");
            let mend = format!(
                "in account {account}: aws securityhub enable-security-hub --no-enable-default-standards --region {region} \
                 (or deploy with {otherwise})"
            );
            found.fault("hub.off", &[], says, mend);
            Ok(())
        }
        Err(error) => Err(error),
    }
}
