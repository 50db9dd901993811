//! One place: an account's region looked at, from its trail to what could not be sent from there.

use aws_config::SdkConfig;
use trailwarden_model::aws::delivery::Behaviour;
use trailwarden_model::aws::rules as catalog;

use super::centre;
use super::report::Found;
use super::role;
use super::rules::{Expected, Goal, OVER_DEFAULT, Ruleset, WITH_READS, look as look_at_rules};
use super::settings::SightSettings;
use super::trail;
use crate::call::CallError;

/// Looks at a place; what could not be looked at is said, and keeps nothing else from being looked at.
pub(super) async fn look(config: &SdkConfig, settings: &SightSettings, found: &mut Found) {
    let trail = trail::look(&aws_sdk_cloudtrail::Client::new(config), found).await;
    noted(trail, found);
    if found.place == settings.home {
        let rules = centre::own_rules(config, settings, found).await;
        return noted(rules, found);
    }
    let forwarder = forwarder(config, settings, found).await;
    noted(forwarder, found);
}

/// Keeps what went wrong in looking.
pub(super) fn noted(looked: Result<(), CallError>, found: &mut Found) {
    if let Err(error) = looked {
        found.unlooked(&error);
    }
}

async fn forwarder(config: &SdkConfig, settings: &SightSettings, found: &mut Found) -> Result<(), CallError> {
    let Some(bus) = settings.central_bus.as_deref() else { return Ok(()) };
    let rules = catalog::all();
    let set = expected(settings, bus, &rules, found);
    let forwarding = look_at_rules(&aws_sdk_eventbridge::Client::new(config), &set, found).await?;
    if forwarding.absent {
        missing(settings, found);
        return Ok(());
    }
    let iam = aws_sdk_iam::Client::new(config);
    for arn in forwarding.roles.iter().filter(|arn| arn.contains(&format!("role/{}-forward-", settings.stack))) {
        role::look(&iam, arn, bus, found).await?;
    }
    queue(&aws_sdk_sqs::Client::new(config), settings, found).await
}

/// The rules the forwarder makes, and what would make them again.
fn expected<'r>(settings: &SightSettings, bus: &str, rules: &'r [catalog::Rule], found: &Found) -> Ruleset<'r> {
    let (stack, partition) = (&settings.stack, &settings.partition);
    let (account, region) = (&found.place.account, &found.place.region);
    let target = format!(
        "Id=central,Arn={bus},RoleArn=arn:{partition}:iam::{account}:role/{stack}-forward-{region},\
         DeadLetterConfig={{Arn=arn:{partition}:sqs:{region}:{account}:{stack}-undelivered}}"
    );
    let remake = |rule: &catalog::Rule| {
        let (home, called) = (&settings.home, format!("{stack}-{}", rule.name));
        let own = settings.home_rules.get(&rule.name).map_or(called.as_str(), String::as_str);
        format!(
            "in account {}: aws events describe-rule --name {own} --region {} --query EventPattern --output text > \
             pattern.json; in account {account}: aws events put-rule --name {called} --region {region} --state \
             {WITH_READS} --event-pattern file://pattern.json && aws events put-targets --rule {called} --region \
             {region} --targets '{target}'",
            home.account, home.region,
        )
    };
    let each = rules.iter().map(|rule| {
        let called = format!("{stack}-{}", rule.name);
        Expected { rule, called, remake: remake(rule) }
    });
    let goal = Goal::Bus { arn: bus.to_owned(), roles: format!("{stack}-forward-"), target: target.clone() };
    Ruleset { checks: &OVER_DEFAULT, goal, expected: each.collect() }
}

fn missing(settings: &SightSettings, found: &mut Found) {
    let (account, region, stack) = (found.place.account.clone(), found.place.region.clone(), &settings.stack);
    let says = format!("account {account} has no forwarder in {region}: none of its rules is there");
    let mend = if account == settings.home.account {
        format!(
            "in account {account}: deploy infra/account.yaml with {region} among its Regions and Deployment={stack}"
        )
    } else {
        format!("add {region} to the Regions of infra/organization.yaml and deploy it with Deployment={stack}")
    };
    found.fault("forwarder.missing", &Behaviour::ALL, says, mend);
}

/// Whether anything waits that could not be sent.
async fn queue(client: &aws_sdk_sqs::Client, settings: &SightSettings, found: &mut Found) -> Result<(), CallError> {
    let (account, region, stack) = (found.place.account.clone(), found.place.region.clone(), &settings.stack);
    let url = format!("https://sqs.{region}.{}/{account}/{stack}-undelivered", settings.suffix());
    match centre::waiting(client, &url).await? {
        Some(0) => {}
        Some(waiting) => {
            let says = format!(
                "about {waiting} events of account {account} in {region} could not be sent to the central bus; they \
                 wait in {stack}-undelivered, fourteen days"
            );
            let mend = format!(
                "in account {account}, see why: aws sqs receive-message --queue-url {url} --region {region} \
                 --message-attribute-names All --max-number-of-messages 10"
            );
            found.fault("queue.unsent", &[], says, mend);
        }
        None => {
            let says = format!(
                "account {account} has no queue {stack}-undelivered in {region}: what cannot be sent within a day is lost"
            );
            let mend = format!(
                "in account {account}: aws sqs create-queue --queue-name {stack}-undelivered --region {region} --attributes MessageRetentionPeriod=1209600"
            );
            found.fault("queue.missing", &[], says, mend);
        }
    }
    Ok(())
}
