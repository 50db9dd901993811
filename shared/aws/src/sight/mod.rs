//! The proof of sight: for each account and region, whether what happens there would be seen.
//!
//! Two proofs, and a path is blind where either fails: everything between a call and the function that judges
//! it is looked at, from the trail to the queues; and a heartbeat is sent, whose arrival the judging function
//! notes, and which the next run holds against what was sent.

mod accounts;
mod arrived;
mod bare;
mod centre;
mod claim;
mod digest;
mod lifecycle;
mod news;
mod place;
mod policy;
mod pulse;
mod report;
mod retention;
mod role;
mod rules;
mod settings;
mod telling;
mod trail;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::SdkConfig;
use futures_util::stream::{StreamExt, iter};
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use serde::Deserialize;
use serde_json::Value;
use trailwarden_model::aws::delivery::Behaviour;

use crate::call::CallError;
use crate::clock::{left_until, time_of};
use crate::heartbeat::Mark;
use crate::logs;
use accounts::Account;
use arrived::{Arrivals, Sample};
use digest::{Asked, Digest};
use place::noted;
use pulse::{Held, Marks};
pub use report::{Fault, Place, Report, Row, Sighting, State};
use report::{Found, VERSION};
pub use settings::{Forwarded, Hub, SightSettings};

/// How many accounts are looked at at a time.
const ACCOUNTS: usize = 4;
/// How many regions of an account are looked at at a time.
const REGIONS: usize = 4;
/// How many faults a report lists: an answer of Lambda has 6 MB.
const FAULTS: usize = 2000;
/// What must be left of a run to begin with another place: its calls, and telling afterwards.
const ENOUGH: Duration = Duration::from_secs(30);

/// The proof of sight of one deployment.
#[derive(Debug, Clone)]
pub struct Sight {
    config: SdkConfig,
    settings: SightSettings,
    dynamodb: aws_sdk_dynamodb::Client,
}

/// What was found out about one place.
struct Looked {
    found: Found,
    held: BTreeMap<Behaviour, Held>,
    awaited: Vec<Behaviour>,
}

/// What was found out about one account.
struct Visited {
    account: String,
    marks: Marks,
    /// None where it could not be entered.
    reached: Option<Account>,
    places: Vec<Looked>,
}

impl Sight {
    /// The proof of sight as the environment describes it.
    pub async fn connect(settings: SightSettings) -> Self {
        let config = crate::clients::config().await;
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        Self { config, settings, dynamodb }
    }

    /// Looks at everything once, while there is time; `left` says how much, and `run` which run it is.
    ///
    /// # Errors
    ///
    /// Where heartbeats can be neither read nor noted; whatever else fails is part of the report.
    pub async fn run(&self, now: Timestamp, run: &str, left: impl Fn() -> Duration) -> Result<Report, CallError> {
        let settings = &self.settings;
        let mut general = Found::at(&settings.home);
        let accounts = accounts::all(&self.config, settings, &mut general).await;
        let usual = self.usual_regions().await;
        let visits = iter(accounts).map(|account| self.visit(account, &usual, (now, &left))).buffer_unordered(ACCOUNTS);
        let visits: Vec<Result<Visited, CallError>> = visits.collect().await;
        let mut visited = visits.into_iter().collect::<Result<Vec<_>, _>>()?;
        visited.sort_by(|a, b| {
            (a.account != settings.home.account, &a.account).cmp(&(b.account != settings.home.account, &b.account))
        });
        let central = self.centre(&mut general).await;
        let mut general = vec![general, central];
        general.extend(self.kept(&visited, &left).await);
        let mut report = self.report(now, &visited, &general);
        self.tell((now, run), &visited, &mut report).await?;
        let left_out = report.faults.len().saturating_sub(FAULTS);
        if left_out > 0 {
            report.faults.truncate(FAULTS);
            report.notes.push(format!("{left_out} more faults are not listed"));
        }
        Ok(report)
    }

    /// Whether these events of a trail arrived.
    async fn arrivals(&self, sample: Sample, left: impl Fn() -> Duration) -> Result<Arrivals, CallError> {
        arrived::look(&self.config, &self.settings.stack, sample, left).await
    }

    /// The regions to look at in an account that does not say which it has: those of the deployment's own.
    async fn usual_regions(&self) -> Vec<String> {
        let settings = &self.settings;
        let own = Account::own(&self.config, settings);
        accounts::regions(&own, settings)
            .await
            .unwrap_or_else(|_| vec![settings.home.region.clone(), settings.iam_region().to_owned()])
    }

    /// Looks at one account, and notes which heartbeats were sent.
    async fn visit(
        &self,
        account: String,
        usual: &[String],
        (now, left): (Timestamp, &impl Fn() -> Duration),
    ) -> Result<Visited, CallError> {
        let (settings, second) = (&self.settings, now.as_second());
        let marks = pulse::read(&self.dynamodb, &settings.table, &account).await?;
        let mut whole = Found::at(&Place::new(&account, EVERY));
        let Some(reached) = accounts::reach(&self.config, settings, &account, &mut whole).await else {
            return Ok(Visited { account, marks, reached: None, places: vec![Looked::of(whole)] });
        };
        let regions = match accounts::regions(&reached, settings).await {
            Ok(regions) => regions,
            Err(error) => {
                whole.unlooked(&error);
                usual.to_vec()
            }
        };
        let mut places: Vec<Looked> = iter(regions.clone())
            .map(|region| self.look(&reached, region, &marks, (second, left)))
            .buffer_unordered(REGIONS)
            .collect()
            .await;
        places.sort_by(|a, b| a.found.place.cmp(&b.found.place));
        if !regions.iter().any(|region| region == settings.iam_region()) && !whole.unsure {
            places.push(Looked::of(without_iam(settings, &account)));
        }
        places.extend((!whole.faults.is_empty()).then(|| Looked::of(whole)));
        let sent: Vec<String> = places
            .iter()
            .flat_map(|looked| {
                looked.awaited.iter().map(|path| Mark::Sent.attribute(*path, &looked.found.place.region))
            })
            .collect();
        pulse::write(&self.dynamodb, &settings.table, &account, (sent.as_slice(), &[]), second).await?;
        Ok(Visited { account, marks, reached: Some(reached), places })
    }

    /// Looks at one place, and sends its heartbeats.
    async fn look(
        &self,
        account: &Account,
        region: String,
        marks: &Marks,
        (now, left): (i64, &impl Fn() -> Duration),
    ) -> Looked {
        let mut looked = Looked::of(Found::at(&Place::new(&account.id, &region)));
        let found = &mut looked.found;
        if left() < ENOUGH {
            found.unsure = true;
            let says = format!("account {}, {region} was not looked at: the function's time was up", account.id);
            found.fault(
                "look.no-time",
                &[],
                says,
                "give the function SightFunction more memory, and with it more speed".to_owned(),
            );
            return looked;
        }
        let config = account.at(&region);
        for path in pulse::paths(&self.settings, &found.place) {
            let held = marks.held(path, &region, now);
            if let Held::Late(since) = held {
                pulse::late(path, since, found);
            }
            looked.held.insert(path, held);
        }
        looked.awaited = pulse::send(&config, &self.settings, marks, found).await;
        place::look(&config, &self.settings, found).await;
        if self.settings.hub == Hub::PerMember {
            // A hub that does not say whether it is on leaves the paths what they are.
            let mut beside = Found::at(&found.place);
            let hub = centre::hub(&config, "SecurityHubImport=central", &mut beside).await;
            noted(hub, &mut beside);
            found.faults.append(&mut beside.faults);
        }
        looked
    }

    /// Looks at the deployment itself: what is found there concerns it, and what is answered with every other place.
    async fn centre(&self, general: &mut Found) -> Found {
        let (settings, config) = (&self.settings, &self.config);
        let mut central = Found::for_others(&settings.home);
        if let Some(arn) = settings.central_bus.as_deref().filter(|_| settings.forwarded != Forwarded::Nowhere) {
            let bus = centre::bus(config, settings, arn, &mut central).await;
            noted(bus, &mut central);
        }
        let queues = centre::queues(config, settings, general).await;
        noted(queues, general);
        if settings.hub == Hub::Central {
            let hub = centre::hub(config, "SecurityHub=off", general).await;
            noted(hub, general);
        }
        central
    }

    fn report(&self, at: Timestamp, visited: &[Visited], general: &[Found]) -> Report {
        let settings = &self.settings;
        let found = visited.iter().flat_map(|visited| &visited.places).map(|looked| &looked.found);
        let faults: Vec<Fault> = general.iter().chain(found).flat_map(|found| found.faults.iter().cloned()).collect();
        let row = |looked: &Looked| {
            let place = looked.found.place.clone();
            let paths = Behaviour::ALL.map(|path| (path.name(), looked.sighting(path, &faults, &settings.home)));
            Row { place, paths: paths.into() }
        };
        let rows = visited.iter().flat_map(|visited| &visited.places).map(row).collect();
        let mut notes = vec![
            "sign-ins have no heartbeat, since none can be made harmlessly: they are proved by configuration alone"
                .to_owned(),
            format!(
                "credentials have a heartbeat in {} alone, where IAM's events arise; elsewhere they are proved by configuration",
                settings.iam_region()
            ),
        ];
        notes.extend(general.iter().flat_map(|found| found.notes.iter().cloned()));
        let (stack, home) = (settings.stack.clone(), settings.home.clone());
        Report { version: VERSION, stack, at, home, rows, faults, notes }
    }

    /// Tells what the week before the report was like, and answers with it.
    async fn tell_the_week(&self, asked: &Asked, report: &Report) -> Result<Value, lambda_runtime::Error> {
        let digest = Digest::of(&self.config, &self.dynamodb, &self.settings, (asked, report)).await;
        let told = self.publish(digest.mail(report)?).await;
        told.inspect_err(|error| tracing::error!(retryable = error.is_retryable(), %error, "week not told"))?;
        tracing::info!("week told");
        Ok(serde_json::to_value(&digest)?)
    }
}

/// What stands for a region where it is all of them.
const EVERY: &str = "every region";

/// Says that the region IAM's events arise in is not among those that are seen.
fn without_iam(settings: &SightSettings, account: &str) -> Found {
    let region = settings.iam_region();
    let mut found = Found::at(&Place::new(account, region));
    let says = format!(
        "{region} of account {account} is not among the regions that are seen: IAM's own events arise there and nowhere else"
    );
    let mend = match settings.forwarded {
        Forwarded::Nowhere => format!(
            "deploy template.yaml with ForwardedFrom=this-account, and infra/account.yaml with {region} among its Regions"
        ),
        _ => format!(
            "put {region} among the regions: into SeenRegions of {}'s template, where it is set, and into Regions of the forwarders",
            settings.stack
        ),
    };
    found.fault("regions.no-iam", &Behaviour::ALL, says, mend);
    found
}

impl Looked {
    fn of(found: Found) -> Self {
        Self { found, held: BTreeMap::new(), awaited: Vec::new() }
    }

    /// What is known about a path here.
    fn sighting(&self, path: Behaviour, faults: &[Fault], home: &Place) -> Sighting {
        let (held, place) = (self.held.get(&path), &self.found.place);
        let heard = match held {
            Some(Held::Spoke(at)) => Some(*at),
            _ => None,
        };
        let state = if faults.iter().any(|fault| fault.blinds(place, path, home)) {
            State::Blind
        } else if self.found.unsure {
            State::Unknown
        } else {
            match held {
                Some(Held::Spoke(_)) => State::Seen,
                Some(Held::Waiting) => State::Waiting,
                Some(Held::Late(_)) => State::Blind,
                None => State::Configured,
            }
        };
        Sighting { state, heard }
    }
}

/// Deals with one tick, or with somebody who asks, and answers with the report, or with the digest where it is asked for.
///
/// # Errors
///
/// Where heartbeats can be neither read nor noted, so that an alarm tells of it.
pub async fn handle(sight: &Sight, tick: LambdaEvent<Value>) -> Result<Value, lambda_runtime::Error> {
    let deadline = tick.context.deadline();
    if let Some(sample) = tick.payload.get("arrived") {
        let arrivals = sight.arrivals(Sample::deserialize(sample)?, || left_until(deadline)).await?;
        return Ok(serde_json::to_value(&arrivals)?);
    }
    let asked = tick.payload.get("digest").map(Asked::deserialize).transpose()?;
    let (time, run) = (time_of(&tick.payload), &tick.context.request_id);
    let report = sight.run(time, run, || left_until(deadline)).await.map_err(|error| {
        tracing::error!(retryable = error.is_retryable(), %error, "not looked");
        error.to_string()
    })?;
    tracing::info!(places = report.rows.len(), faults = report.faults.len(), "looked");
    report.rows.iter().for_each(|row| logs::line(&row.line()));
    match asked {
        Some(asked) => sight.tell_the_week(&asked, &report).await,
        None => Ok(serde_json::to_value(&report)?),
    }
}
