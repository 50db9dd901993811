//! A case: one activity, what is remembered about everybody in it, and the settings it is judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use trailwarden_model::{Activity, Deed, PrincipalKind, Privilege, Target};

use crate::memory::{Baseline, Day, Dimension, Maker, Moment, Subject, TRACE_SPAN, order};
use crate::settings::Settings;
use crate::surprise::Horizon;

/// What a failed attempt to sign in and a failed proof on the way are called in the trace.
pub(crate) const KNOCKS: [&str; 2] = ["sign-in-failed", "proof-failed"];

/// What a store recalled for the subjects of one activity.
pub type Recalled = BTreeMap<Subject, Arc<Baseline>>;

/// One activity to be judged.
#[derive(Debug)]
pub struct Case<'a> {
    /// What happened.
    pub activity: &'a Activity,
    /// What an operator set.
    pub settings: &'a Settings,
    recalled: &'a Recalled,
    /// What is remembered about the actor: nearly every question is about it.
    actor: Option<&'a Baseline>,
    /// The activity's own place among those of its second.
    own: String,
    nothing: Baseline,
}

impl<'a> Case<'a> {
    /// Puts a case together.
    #[must_use]
    pub fn new(activity: &'a Activity, recalled: &'a Recalled, settings: &'a Settings) -> Self {
        let actor = recalled.get(&Subject::identity(activity.actor.key.as_str())).map(Arc::as_ref);
        Self { activity, settings, recalled, actor, own: order(activity), nothing: Baseline::default() }
    }

    /// What is remembered about a subject; nothing is an empty memory.
    #[must_use]
    pub fn about(&self, subject: &Subject) -> &Baseline {
        self.recalled.get(subject).map_or(&self.nothing, Arc::as_ref)
    }

    /// What is remembered about the actor.
    #[must_use]
    pub fn actor(&self) -> &Baseline {
        self.actor.unwrap_or(&self.nothing)
    }

    /// What is remembered about the account.
    #[must_use]
    pub fn account(&self) -> &Baseline {
        self.about(&Subject::account(self.activity.account.as_str()))
    }

    /// What is remembered about the target.
    #[must_use]
    pub fn target(&self, target: &Target) -> &Baseline {
        self.about(&Subject::named(target.key.as_str()))
    }

    /// Which days count as normal for this activity.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        let memory = &self.settings.memory;
        Horizon { cut: Day::of(self.activity.time - memory.quarantine), half_life: memory.half_life_days }
    }

    /// What the trace of a subject holds of a kind over a window that ends with this activity, this activity included.
    pub fn window<'b>(
        &self,
        baseline: &'b Baseline,
        what: &str,
        window: SignedDuration,
    ) -> impl Iterator<Item = &'b Moment> + use<'_, 'b> {
        let now = self.activity.time;
        // Of the same second only what comes before it: a second look, which knows the rest, must decide alike.
        baseline.trace(what, now - window, now).filter(move |moment| moment.time < now || moment.act <= self.own)
    }

    /// The same window without this activity itself.
    pub fn before<'b>(
        &self,
        baseline: &'b Baseline,
        what: &str,
        window: SignedDuration,
    ) -> impl Iterator<Item = &'b Moment> + use<'_, 'b> {
        self.window(baseline, what, window).filter(|moment| moment.act != self.own)
    }

    /// Who made or opened something in such a window, and when.
    pub(crate) fn made<'b>(
        &self,
        baseline: &'b Baseline,
        what: &'static str,
        window: SignedDuration,
    ) -> impl Iterator<Item = (Timestamp, Maker<'b>)> {
        self.window(baseline, what, window).filter_map(|moment| Some((moment.time, Maker::read(&moment.value)?)))
    }

    /// The different values of one kind of thing in such a window, each once, sorted.
    #[must_use]
    pub fn different<'b>(&self, baseline: &'b Baseline, what: &str, window: SignedDuration) -> Vec<&'b str> {
        let mut values: Vec<&str> = self.window(baseline, what, window).map(|moment| moment.value.as_str()).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// How many sign-ins failed in such a window: as attempts, or as proofs, whichever the platform logs more of.
    #[must_use]
    pub fn failures(&self, baseline: &Baseline, window: SignedDuration) -> usize {
        let count = |what: &str| self.window(baseline, what, window).count();
        KNOCKS.into_iter().map(count).max().unwrap_or(0)
    }

    /// How many values of one kind of thing came today, up to now, that never came before.
    #[must_use]
    pub fn new_today<'b>(
        &self,
        baseline: &'b Baseline,
        dimension: Dimension,
        what: &str,
        value: impl Fn(&'b str) -> Option<&'b str>,
    ) -> usize {
        let today = Day::of(self.activity.time);
        let since_midnight = SignedDuration::from_secs(self.activity.time.as_second().rem_euclid(86_400));
        let came: BTreeSet<&str> =
            self.different(baseline, what, since_midnight).into_iter().filter_map(value).collect();
        let new = |value: &&&str| baseline.value(dimension, value).is_some_and(|days| days.first() >= today);
        came.iter().filter(new).count()
    }

    /// How much the target may do, as far as grants made before our eyes tell.
    #[must_use]
    pub fn privilege_of(&self, baseline: &Baseline) -> Privilege {
        let today = Day::of(self.activity.time);
        let just_now = self.different(baseline, "granted", TRACE_SPAN);
        let granted = |level: &str| {
            just_now.contains(&level)
                || baseline.value(Dimension::Privilege, level).is_some_and(|days| days.any_before(today))
        };
        match () {
            () if granted("administrator") => Privilege::Administrator,
            () if granted("privileged") => Privilege::Privileged,
            () if granted("ordinary") => Privilege::Ordinary,
            () => Privilege::Unknown,
        }
    }

    /// How much the actor may do, as far as a closer look told.
    #[must_use]
    pub fn privilege_of_actor(&self) -> Privilege {
        let actor = &self.activity.actor;
        let names = [actor.wearing.as_deref(), actor.arn.as_deref()];
        let known = names.into_iter().flatten().map(|name| self.privilege_of(self.about(&Subject::named(name)))).max();
        match actor.kind {
            PrincipalKind::Root => Privilege::Administrator,
            _ => known.unwrap_or_default(),
        }
    }

    /// Whether the actor comes from a network it did not come from before.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        let network = self.activity.origin.network_key();
        network.is_some_and(|network| !self.horizon().known(self.actor(), Dimension::Network, &network))
    }

    /// Whether the actor puts on, or tries, a role it did not wear before.
    #[must_use]
    pub fn is_in_a_new_role(&self) -> bool {
        let Deed::RoleAssumed { role, .. } = &self.activity.deed else { return false };
        !self.horizon().known(self.actor(), Dimension::Identity, role.key.as_str())
    }

    /// Whether the actor is one of those an operator named, by name or ARN.
    #[must_use]
    pub fn actor_is_among(&self, named: &[String]) -> bool {
        let actor = &self.activity.actor;
        named.iter().any(|name| {
            *name == actor.name
                || Some(name) == actor.arn.as_ref()
                || Some(name) == actor.wearing.as_ref()
                || name == actor.key.as_str()
        })
    }
}
