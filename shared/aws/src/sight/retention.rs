//! Retention: whether what is logged and recorded is kept for as long as something of the product looks back on it.
//!
//! | kept | at least | since |
//! |---|---|---|
//! | the trail's files | [`BUCKET_DAYS`] | a backfill learns from them, and what is older than two half-lives of the memory weighs little |
//! | the functions' logs | [`LOG_DAYS`] | an event that failed waits in a queue for so long, and its reason stands in the log |
//! | the ledger | [`LEDGER_DAYS`] | an answer holds for so long, and what it was given to must be there to be looked up |

use std::collections::BTreeMap;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use futures_util::stream::{StreamExt, iter};
use serde::Deserialize;
use serde_json::json;

use super::bare::{self, Bare, Refusal};
use super::lifecycle::{Answer, Bucket, Expiry, NO_RULES, shortest};
use super::report::{Found, Place};
use super::{ACCOUNTS, ENOUGH, Sight, Visited};
use crate::call::CallError;

/// For how many days the trail's files are kept: two half-lives of the memory, after which a day weighs a quarter.
const BUCKET_DAYS: u32 = 90;
/// For how many days the functions' logs are kept: as long as messages wait in the deployment's queues.
const LOG_DAYS: u32 = 14;
/// For how many days the ledger is kept: as long as an answer holds, which is longer than a story's window, and than
/// the week the digest and `trailwarden ledger` look back on.
const LEDGER_DAYS: u16 = 30;

impl Sight {
    /// Looks for how long the trails' buckets, the functions' logs and the ledger are kept.
    pub(super) async fn kept(&self, visited: &[Visited], left: &impl Fn() -> Duration) -> Vec<Found> {
        let trails = visited.iter().flat_map(|visit| &visit.places).flat_map(|looked| &looked.found.buckets);
        // A trail of many regions or accounts is seen from each of them, and asked about once.
        let once: BTreeMap<(&str, &str), &Bucket> =
            trails.map(|bucket| ((bucket.name.as_str(), bucket.prefix.as_str()), bucket)).collect();
        let buckets = iter(once.into_values()).map(|bucket| self.bucket(bucket, visited, left));
        let mut all: Vec<Found> = buckets.buffer_unordered(ACCOUNTS).collect().await;
        all.sort_by(|a, b| a.place.cmp(&b.place));
        let mut own = Found::at(&self.settings.home);
        if let Err(error) = self.logs(&mut own).await {
            let (home, stack) = (&self.settings.home, &self.settings.stack);
            let asks = format!("account {} about the log groups /trailwarden/{stack}/", home.account);
            unknown(&mut own, "how long the functions' logs are kept", &asks, &error);
        }
        self.ledger(&mut own);
        all.push(own);
        all
    }

    async fn bucket(&self, bucket: &Bucket, visited: &[Visited], left: &impl Fn() -> Duration) -> Found {
        let (account, config) = match asker(bucket, visited).and_then(|visit| visit.reached.as_ref()) {
            Some(account) => (account.id.clone(), account.at(&bucket.region)),
            None => (self.settings.home.account.clone(), self.config.clone()),
        };
        let mut found = Found::at(&Place::new(&account, &bucket.region));
        if left() < ENOUGH {
            found.notes.push(format!("how long the bucket {} keeps logs was not looked at: no time", bucket.name));
            return found;
        }
        let asked = match bucket.ask(&config).await {
            Ok(Answer::Elsewhere(region)) => {
                let there = config.into_builder().region(aws_config::Region::new(region)).build();
                bucket.ask(&there).await
            }
            asked => asked,
        };
        match asked {
            Ok(Answer::Rules(rules)) => too_short(bucket, shortest(&rules, bucket, BUCKET_DAYS), &mut found),
            Ok(Answer::Elsewhere(region)) => {
                found.notes.push(format!("the bucket {} is not where S3 says it is, {region}", bucket.name));
            }
            Err(error) if error.code() == NO_RULES => {}
            Err(error) if error.code() == "NoSuchBucket" => missing(bucket, &mut found),
            Err(error) => {
                let asks = format!(
                    "account {account} about the bucket {} (its policy may let that account's role call s3:GetLifecycleConfiguration)",
                    bucket.name
                );
                unknown(&mut found, "how long the trail's files are kept", &asks, &error);
            }
        }
        found
    }

    /// Looks at the deployment's log groups.
    async fn logs(&self, found: &mut Found) -> Result<(), CallError> {
        let settings = &self.settings;
        // A page holds fifty, and a deployment has one for each function.
        let groups = of_logs(&format!("/trailwarden/{}/", settings.stack)).ask(&self.config, groups).await?;
        for (name, days) in groups.into_iter().filter_map(|group| Some((group.name, group.days?))) {
            if days < LOG_DAYS {
                let says = format!(
                    "the log group {name} keeps its lines {days} days: an event that failed waits in its queue for \
                     {LOG_DAYS}, and why it failed is forgotten before"
                );
                let mend = format!(
                    "in account {}: aws logs put-retention-policy --log-group-name {name} --retention-in-days 90 \
                     --region {} (or deploy with LogRetentionDays=90)",
                    settings.home.account, settings.home.region,
                );
                found.fault("logs.short", &[], says, mend);
            }
        }
        Ok(())
    }

    fn ledger(&self, found: &mut Found) {
        let days = self.settings.ledger_days;
        if days < LEDGER_DAYS {
            let says = format!(
                "the ledger keeps rows {days} days: an answer holds for {LEDGER_DAYS}, and the finding it was given to is \
                 forgotten before"
            );
            let mend =
                "deploy template.yaml with LedgerDays=365: it counts for what is written from then on".to_owned();
            found.fault("ledger.short", &[], says, mend);
        }
    }
}

/// Whom to ask about a bucket: the account its name names, as the names AWS gives do; or else the trail's own.
///
/// S3 tells of a bucket nobody but its owner, and whom its policy lets.
fn asker<'v>(bucket: &Bucket, visited: &'v [Visited]) -> Option<&'v Visited> {
    let mut reached = visited.iter().filter(|visit| visit.reached.is_some());
    let named = reached.clone().find(|visit| bucket.name.contains(&visit.account));
    named.or_else(|| reached.find(|visit| visit.account == bucket.owner))
}

fn too_short(bucket: &Bucket, expiry: Option<&Expiry>, found: &mut Found) {
    let (name, prefix, Some(expiry)) = (&bucket.name, &bucket.prefix, expiry) else { return };
    let (account, rule) = (found.place.account.clone(), &expiry.rule);
    let says = format!(
        "the bucket {name} deletes what the trail `{}` logs under {prefix} {} (its rule `{rule}`): a backfill, or a replay \
         of what was not seen, wants {BUCKET_DAYS} days",
        bucket.trail, expiry.when,
    );
    let mend = format!(
        "in account {account}: aws s3api get-bucket-lifecycle-configuration --bucket {name} --query '{{Rules: Rules}}' \
         > rules.json; let the rule `{rule}` expire after {BUCKET_DAYS} days or more, and then: aws s3api \
         put-bucket-lifecycle-configuration --bucket {name} --lifecycle-configuration file://rules.json"
    );
    found.fault("bucket.short", &[], says, mend);
}

fn missing(bucket: &Bucket, found: &mut Found) {
    let (name, trail) = (&bucket.name, &bucket.trail);
    let says = format!("the bucket {name} of the trail `{trail}` is missing: nothing the trail logs is kept");
    let mend = format!(
        "give the trail one, or make it again: aws cloudtrail update-trail --name {trail} --s3-bucket-name BUCKET \
         --region {} (in account {})",
        bucket.region, bucket.owner,
    );
    found.fault("bucket.missing", &[], says, mend);
}

/// Says what could not be found out: a service that may keep that to itself is nothing to be woken for.
fn unknown(found: &mut Found, what: &str, asks: &str, error: &CallError) {
    if ["AccessDenied", "AccessDeniedException", "AllAccessDisabled"].contains(&error.code()) {
        let note = format!("{what} is not known, since it was not told {asks}: {error}");
        return found.notes.push(note);
    }
    found.unlooked(error);
}

/// Asks for the log groups whose names begin so.
fn of_logs(prefix: &str) -> Bare {
    Bare {
        service: "logs",
        operation: "DescribeLogGroups",
        method: "POST",
        path: "/".to_owned(),
        headers: &[("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "Logs_20140328.DescribeLogGroups")],
        body: json!({ "logGroupNamePrefix": prefix }).to_string(),
    }
}

/// What `CloudWatch` says of log groups.
#[derive(Debug, Default, Deserialize)]
struct Groups {
    #[serde(rename = "logGroups", default)]
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
struct Group {
    #[serde(rename = "logGroupName")]
    name: String,
    /// For ever, where it does not say.
    #[serde(rename = "retentionInDays")]
    days: Option<u32>,
}

fn groups(response: &HttpResponse) -> Result<Vec<Group>, OrchestratorError<Refusal>> {
    let said: Groups = serde_json::from_str(bare::text(response)?).map_err(OrchestratorError::other)?;
    Ok(said.groups)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use trailwarden_detectors::settings::{Findings, Memory};

    use super::*;

    const TEMPLATE: &str = include_str!("../../../../template.yaml");

    #[test]
    fn each_bound_is_as_long_as_what_looks_back_on_it() {
        assert!((f64::from(BUCKET_DAYS) - 2.0 * Memory::default().half_life_days).abs() < f64::EPSILON);
        let findings = Findings::default();
        let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
        assert_eq!(findings.answer_holds, days(LEDGER_DAYS));
        assert!(findings.story_window <= days(LEDGER_DAYS));
        let waits: Vec<&str> = TEMPLATE.lines().filter(|line| line.contains("MessageRetentionPeriod:")).collect();
        let seconds = format!("MessageRetentionPeriod: {}", LOG_DAYS * 86_400);
        assert!(waits.len() > 3 && waits.iter().all(|line| line.ends_with(&seconds)), "{waits:?}");
    }
}
