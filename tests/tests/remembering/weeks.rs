//! Weeks: how many requests a quiet event takes as habits settle.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trailwarden_model::{Activity, PrincipalKey};

/// Seconds in a week.
const WEEK: i64 = 7 * 86_400;

/// Quiet events, and the requests they took.
#[derive(Debug, Clone, Copy, Default)]
struct Quiet {
    events: usize,
    requests: usize,
}

/// What was asked for quiet events, by the week of life and by identity.
#[derive(Debug, Default)]
pub(crate) struct Weeks {
    began: Option<Timestamp>,
    all: BTreeMap<(i64, bool, PrincipalKey), Quiet>,
}

impl Weeks {
    /// Counts an event that raised nothing.
    pub(crate) fn count(&mut self, activity: &Activity, requests: usize) {
        let began = *self.began.get_or_insert(activity.time);
        let week = (activity.time.as_second() - began.as_second()) / WEEK + 1;
        let (human, who) = (activity.actor.kind.is_human(), activity.actor.key.clone());
        let quiet = self.all.entry((week, human, who)).or_default();
        quiet.events += 1;
        quiet.requests += requests;
    }

    /// A table by week: the busiest of those who are no people, all such, all people, everybody.
    pub(crate) fn table(&self) -> String {
        let busiest = self.busiest();
        let mut text =
            "| week | quiet events | busiest service | services | people | all |\n|---:|---:|---:|---:|---:|---:|\n"
                .to_owned();
        let last = self.all.keys().map(|(week, ..)| *week).max().unwrap_or_default();
        for week in 1..=last {
            let each = |of: &dyn Fn(bool, &PrincipalKey) -> bool| {
                let quiet = self.sum(|at, human, who| at == week && of(human, who));
                if quiet.events == 0 {
                    "–".to_owned()
                } else {
                    format!("{:.2}", quiet.requests as f64 / quiet.events as f64)
                }
            };
            let events = self.sum(|at, _, _| at == week).events;
            let (busy, services) = (each(&|_, who| Some(who) == busiest.as_ref()), each(&|human, _| !human));
            let (people, everybody) = (each(&|human, _| human), each(&|_, _| true));
            text.push_str(&format!("| {week} | {events} | {busy} | {services} | {people} | {everybody} |\n"));
        }
        text
    }

    /// Requests for a quiet event of everybody in one week.
    pub(crate) fn all_in(&self, week: i64) -> f64 {
        let quiet = self.sum(|at, _, _| at == week);
        quiet.requests as f64 / quiet.events.max(1) as f64
    }

    fn busiest(&self) -> Option<PrincipalKey> {
        let mut events: BTreeMap<&PrincipalKey, usize> = BTreeMap::new();
        for ((_, human, who), quiet) in &self.all {
            *events.entry(who).or_default() += if *human { 0 } else { quiet.events };
        }
        events.into_iter().max_by_key(|(_, events)| *events).map(|(who, _)| who.clone())
    }

    fn sum(&self, of: impl Fn(i64, bool, &PrincipalKey) -> bool) -> Quiet {
        let of = self.all.iter().filter(|((week, human, who), _)| of(*week, *human, who));
        of.fold(Quiet::default(), |sum, (_, quiet)| Quiet {
            events: sum.events + quiet.events,
            requests: sum.requests + quiet.requests,
        })
    }
}
