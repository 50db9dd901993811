//! The trail: whether what is in scope is logged in a region, reads included, and nothing of it left out.

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::config::Region;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType, Trail};
use aws_sdk_cloudtrail::{Client, Config};
use trailwarden_model::aws::catalog::{CALLS, Call};
use trailwarden_model::aws::delivery::Behaviour;

use super::lifecycle::Bucket;
use super::report::Found;
use crate::call::CallError;

/// Sources that are not logged; none where nothing is.
type LeftOut = Option<BTreeSet<String>>;

/// What of the management events reaches the bus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Logged {
    reads: LeftOut,
    writes: LeftOut,
    /// Fields by which selectors choose that are not understood here.
    narrowed: BTreeSet<String>,
}

impl Logged {
    /// What either of two logs: only what both leave out is left out.
    fn or(self, other: Self) -> Self {
        let both = |one: LeftOut, other: LeftOut| match (one, other) {
            (Some(one), Some(other)) => Some(one.intersection(&other).cloned().collect()),
            (one, other) => one.or(other),
        };
        Self {
            reads: both(self.reads, other.reads),
            writes: both(self.writes, other.writes),
            narrowed: self.narrowed.into_iter().chain(other.narrowed).collect(),
        }
    }

    fn of(selectors: &GetEventSelectorsOutput) -> Self {
        let classic = selectors.event_selectors().iter().map(Self::of_classic);
        classic
            .chain(selectors.advanced_event_selectors().iter().map(Self::of_advanced))
            .fold(Self::default(), Self::or)
    }

    fn of_classic(selector: &EventSelector) -> Self {
        if selector.include_management_events == Some(false) {
            return Self::default();
        }
        let left_out: BTreeSet<String> = selector.exclude_management_event_sources().iter().cloned().collect();
        let only = |kind: ReadWriteType| selector.read_write_type().is_some_and(|is| *is == kind);
        Self {
            reads: (!only(ReadWriteType::WriteOnly)).then(|| left_out.clone()),
            writes: (!only(ReadWriteType::ReadOnly)).then_some(left_out),
            narrowed: BTreeSet::new(),
        }
    }

    fn of_advanced(selector: &AdvancedEventSelector) -> Self {
        let fields = selector.field_selectors();
        let one = |name: &str| fields.iter().find(|field| field.field() == name);
        let is = |field: &AdvancedFieldSelector, value: &str| field.equals().iter().any(|one| one == value);
        if !one("eventCategory").is_some_and(|field| is(field, "Management")) {
            return Self::default();
        }
        let known = ["eventCategory", "readOnly", "eventSource"];
        let strange = fields.iter().filter(|field| !known.contains(&field.field()) || is_fuzzy(field));
        let narrowed: BTreeSet<String> = strange.map(|field| field.field().to_owned()).collect();
        if !narrowed.is_empty() {
            return Self { narrowed, ..Self::default() };
        }
        let mut left_out = BTreeSet::new();
        if let Some(field) = one("eventSource") {
            left_out.extend(field.not_equals().iter().cloned());
            if !field.equals().is_empty() {
                left_out.extend(sources().filter(|source| !is(field, source)));
            }
        }
        let wants = |read: &str| one("readOnly").is_none_or(|field| is(field, read));
        Self { reads: wants("true").then(|| left_out.clone()), writes: wants("false").then_some(left_out), narrowed }
    }
}

/// Whether a field is chosen by more than being, or not being, one of a list.
fn is_fuzzy(field: &AdvancedFieldSelector) -> bool {
    let by = [field.starts_with(), field.ends_with(), field.not_starts_with(), field.not_ends_with()];
    by.iter().any(|values| !values.is_empty())
}

/// Every source of a call in scope.
fn sources() -> impl Iterator<Item = String> {
    CALLS.iter().flat_map(Call::event_sources)
}

/// The paths whose calls are so.
fn paths(are: impl Fn(&Call) -> bool) -> Vec<Behaviour> {
    Behaviour::ALL.into_iter().filter(|path| CALLS.iter().any(|call| call.behaviour() == *path && are(call))).collect()
}

/// Looks at the trails of a region.
pub(super) async fn look(client: &Client, found: &mut Found) -> Result<(), CallError> {
    let described = client.describe_trails().include_shadow_trails(true).send().await;
    let described = described.map_err(|error| CallError::of("DescribeTrails", error))?;
    let region = found.place.region.clone();
    let covers =
        |trail: &&Trail| trail.is_multi_region_trail == Some(true) || trail.home_region() == Some(region.as_str());
    let here: Vec<&Trail> = described.trail_list().iter().filter(covers).collect();
    if here.is_empty() {
        none(found, described.trail_list());
        return Ok(());
    }
    let (mut logged, mut active) = (Logged::default(), Vec::new());
    for trail in &here {
        let arn = trail.trail_arn().unwrap_or_default();
        // A trail is asked about where it is at home; elsewhere there is only its shadow.
        let at_home = || Config::builder().region(trail.home_region().map(|home| Region::new(home.to_owned())));
        let status = client.get_trail_status().name(arn).customize().config_override(at_home()).send().await;
        if status.map_err(|error| CallError::of("GetTrailStatus", error))?.is_logging == Some(true) {
            let asked = client.get_event_selectors().trail_name(arn);
            let selectors = asked.customize().config_override(at_home()).send().await;
            let selectors = selectors.map_err(|error| CallError::of("GetEventSelectors", error))?;
            logged = logged.or(Logged::of(&selectors));
            active.push(*trail);
        }
    }
    found.buckets.extend(active.iter().filter_map(|trail| bucket(trail)));
    match active.first() {
        None => stopped(found, &here),
        Some(trail) => incomplete(found, &logged, trail),
    }
    Ok(())
}

/// Where a trail keeps its files.
fn bucket(trail: &Trail) -> Option<Bucket> {
    let prefix = trail.s3_key_prefix().filter(|prefix| !prefix.is_empty()).map(|prefix| format!("{prefix}/"));
    Some(Bucket {
        name: trail.s3_bucket_name()?.to_owned(),
        prefix: format!("{}AWSLogs/", prefix.unwrap_or_default()),
        trail: trail.name().unwrap_or_default().to_owned(),
        owner: owner(trail).to_owned(),
        region: trail.home_region()?.to_owned(),
    })
}

/// The account a trail is of.
fn owner(trail: &Trail) -> &str {
    trail.trail_arn().and_then(|arn| arn.split(':').nth(4)).unwrap_or_default()
}

fn none(found: &mut Found, elsewhere: &[Trail]) {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    if let Some(trail) = elsewhere.first() {
        let (name, home) = (trail.name().unwrap_or_default(), trail.home_region().unwrap_or_default());
        let says = format!("account {account} has no trail that logs {region}: its trail `{name}` is of {home} alone");
        let mend = format!(
            "in account {account}: aws cloudtrail update-trail --name {name} --is-multi-region-trail --region {home}"
        );
        return found.fault("trail.elsewhere", &Behaviour::ALL, says, mend);
    }
    let says = format!("account {account} has no trail that logs {region}: without one, its bus is given no event");
    let mend = format!(
        "in the management account, for all accounts at once: aws cloudtrail create-trail --name trailwarden \
         --s3-bucket-name BUCKET --is-multi-region-trail --is-organization-trail && aws cloudtrail start-logging \
         --name trailwarden (for account {account} alone, there and without --is-organization-trail)"
    );
    found.fault("trail.missing", &Behaviour::ALL, says, mend);
}

fn stopped(found: &mut Found, here: &[&Trail]) {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    let names: Vec<&str> = here.iter().filter_map(|trail| trail.name()).collect();
    let says =
        format!("the trail `{}` of account {account} is stopped, and none other logs {region}", names.join("`, `"));
    let mend = here.first().map(|trail| command("start-logging --name", trail)).unwrap_or_default();
    found.fault("trail.stopped", &Behaviour::ALL, says, mend);
}

fn incomplete(found: &mut Found, logged: &Logged, trail: &Trail) {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    let name = trail.name().unwrap_or_default();
    let whole = r#"--event-selectors '[{"ReadWriteType":"All","IncludeManagementEvents":true}]'"#;
    let mend = format!(
        "{} {whole} (this replaces its selectors: add those of data events that are to stay)",
        command("put-event-selectors --trail-name", trail),
    );
    let narrowed: Vec<&str> = logged.narrowed.iter().map(String::as_str).collect();
    let by = if narrowed.is_empty() { String::new() } else { format!(" (it chooses by {})", narrowed.join(", ")) };
    let mut fault = |check, are: &dyn Fn(&Call) -> bool, what: String| {
        let says = format!("the trail `{name}` of account {account} logs {what} in {region}{by}");
        found.fault(check, &paths(are), says, mend.clone());
    };
    match (&logged.reads, &logged.writes) {
        (None, None) => fault("trail.no-management", &|_| true, "no management events".to_owned()),
        (None, Some(_)) => fault("trail.no-reads", &|call| call.read_only, "no reads".to_owned()),
        (Some(_), None) => fault("trail.no-writes", &|call| !call.read_only, "no writes".to_owned()),
        (Some(_), Some(_)) => {}
    }
    let in_scope: BTreeSet<String> = sources().collect();
    let left_out = logged.reads.iter().chain(&logged.writes).flatten().filter(|source| in_scope.contains(*source));
    let left_out: BTreeSet<&String> = left_out.collect();
    if !left_out.is_empty() {
        let named: Vec<&str> = left_out.iter().map(|source| source.as_str()).collect();
        let are = |call: &Call| call.event_sources().iter().any(|source| left_out.contains(source));
        fault("trail.leaves-out", &are, format!("nothing of {}", named.join(", ")));
    }
}

/// A command on a trail, where it lives.
fn command(what: &str, trail: &Trail) -> String {
    let (arn, home) = (trail.trail_arn().unwrap_or_default(), trail.home_region().unwrap_or_default());
    let owner = owner(trail);
    format!("in account {owner}: aws cloudtrail {what} {arn} --region {home}")
}
