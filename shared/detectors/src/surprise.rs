//! Surprise: how rarely an identity would do this next, in bits.
//!
//! One arithmetic serves every dimension. A rate is a Beta posterior mean: what was seen plus a
//! prior's pseudo-count, over the days it could have been seen on plus the prior's weight. The
//! identity's own days weigh against those of its peers (everybody active in the account), and
//! peers against a stated prior: so a new identity is judged by its peers, a new account by the
//! prior, and a settled identity by itself. Days decay, and only days before the quarantine count.

use crate::acts::administers;
use crate::memory::{Baseline, Day, Dimension, decay};

/// How many days of its own an identity needs to weigh as much as its peers, for what it meets.
const OWN_DAYS_FOR_NOVELTY: f64 = 2.0;
/// The same for what it does: rare acts take longer to learn than places.
const OWN_DAYS_FOR_ACTS: f64 = 14.0;
/// The pseudo-count of an act never seen (Krichevsky–Trofimov).
const HALF: f64 = 0.5;
/// How often an active day of somebody unknown brings something new in a dimension.
const NOVELTY_PRIOR: f64 = 0.5;
/// How often a newcomer brings something nobody of the account has: a program, a network.
const NEWCOMER: f64 = 0.125;
/// How many days a program goes on as it is before half a change: half a year.
const MACHINE_DAYS: f64 = 180.0;
/// On how many of its days a machine moves that is of those that move.
const MOVER_RATE: f64 = 0.2;
/// How many acts of the account it takes to say as much as the priors about which act comes next.
const ACTS_FOR_SHARE: f64 = 4.0;
/// What the priors of all acts of administration come to, an eighth of an active day.
const ALL_ACTS: f64 = 0.125;
/// The exponent of the prior's tail for how many different things one touches in a window: a window
/// twice as wide is 3.4 times as rare. Counts of resources touched per user are known to have tails
/// between 1 and 2 in the exponent; see the decision record on judgement.
const BREADTH_EXPONENT: f64 = 1.75;
/// The same over days: whoever begins something reads much that is new to them.
const DRIP_EXPONENT: f64 = 1.5;

/// Which days count, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Horizon {
    /// Only days before this one count as normal.
    pub cut: Day,
    /// After how many days something weighs half.
    pub half_life: f64,
}

/// Who speaks for an identity that never did something.
#[derive(Debug, Clone, Copy)]
pub struct Peers<'a> {
    /// Everybody active in the account.
    pub account: &'a Baseline,
    /// Everybody who wears what it wears, in any account; absent where it wears nothing.
    pub worn: Option<&'a Baseline>,
}

/// How rare something is, with the counts it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rarity {
    /// Minus the binary logarithm of the rate.
    pub bits: f64,
    /// How many of its own days stood behind it.
    pub own_days: f64,
    /// How many days of peers stood behind it.
    pub peer_days: f64,
    /// Whether peers know it.
    pub known_to_peers: bool,
}

fn bits(rate: f64) -> f64 {
    -rate.clamp(1e-9, 1.0).log2()
}

/// How often something new comes on a day, after so much came on so many days.
fn novelty_rate(came: f64, days: f64) -> f64 {
    (OWN_DAYS_FOR_NOVELTY * NOVELTY_PRIOR + came) / (OWN_DAYS_FOR_NOVELTY + days)
}

impl Rarity {
    /// A rarity judged by the subject's own days alone.
    fn alone(rate: f64, own_days: f64) -> Self {
        Self { bits: bits(rate), own_days, peer_days: 0.0, known_to_peers: false }
    }
}

impl Horizon {
    /// How many days of history a baseline has.
    #[must_use]
    pub fn experience(&self, baseline: &Baseline) -> f64 {
        baseline.days().map_or(0.0, |days| days.weight_before(self.cut, self.half_life))
    }

    /// On how many days an identity of the account was active, summed over its identities.
    #[must_use]
    pub fn identity_days(&self, account: &Baseline) -> f64 {
        account.values(Dimension::Identity).map(|(_, days)| days.weight_before(self.cut, self.half_life)).sum()
    }

    /// How much a value weighs in a baseline's past.
    #[must_use]
    pub fn seen(&self, baseline: &Baseline, dimension: Dimension, value: &str) -> f64 {
        baseline.value(dimension, value).map_or(0.0, |days| days.weight_before(self.cut, self.half_life))
    }

    /// Whether a value belongs to a baseline's past, however long ago.
    #[must_use]
    pub fn known(&self, baseline: &Baseline, dimension: Dimension, value: &str) -> bool {
        baseline.value(dimension, value).is_some_and(|days| days.any_before(self.cut))
    }

    /// The day each value new to a subject first came on, its own first day left out.
    fn firsts(baseline: &Baseline, dimension: Dimension) -> impl Iterator<Item = Day> {
        let born = baseline.days().map(crate::memory::Days::first);
        let firsts = baseline.values(dimension).map(|(_, days)| days.first());
        firsts.filter(move |first| born.is_some_and(|born| *first > born))
    }

    fn weight(&self, days: impl IntoIterator<Item = Day>) -> f64 {
        days.into_iter().map(|day| decay(self.cut.since(day), self.half_life)).sum()
    }

    /// On how many days something new appeared.
    fn novel_days(&self, baseline: &Baseline, dimension: Dimension) -> f64 {
        let mut firsts: Vec<Day> = Self::firsts(baseline, dimension).filter(|first| *first < self.cut).collect();
        firsts.sort_unstable();
        firsts.dedup();
        self.weight(firsts)
    }

    /// How many values came new: to an account each is somebody's novelty.
    fn novel_values(&self, baseline: &Baseline, dimension: Dimension) -> f64 {
        self.weight(Self::firsts(baseline, dimension).filter(|first| *first < self.cut))
    }

    /// How rarely this identity meets something new in a dimension, the value being new to it.
    ///
    /// `None` where the value is not new. A value nobody in the account knows is rarer: the peers'
    /// identity-days without such a novelty stand behind it. The rarer of the two counts, never both:
    /// what is new to the account is new to the identity.
    #[must_use]
    pub fn novelty(&self, own: &Baseline, account: &Baseline, dimension: Dimension, value: &str) -> Option<Rarity> {
        let vouched = self.known(account, dimension, value);
        self.novelty_vouched(own, account, dimension, (value, vouched))
    }

    /// How rarely a program that has habits does what it never did: comes from another network, reads another secret.
    ///
    /// Programs change when people change them: half a change in half a year is the prior, and what this
    /// one did before takes over. `None` where the value is not new, or it has no home yet.
    #[must_use]
    pub fn machine_move(&self, own: &Baseline, dimension: Dimension, value: &str) -> Option<Rarity> {
        let homes = own.values(dimension).filter(|(_, days)| days.any_before(self.cut)).count();
        if homes == 0 || self.known(own, dimension, value) {
            return None;
        }
        let (own_days, moves) = (self.experience(own), self.novel_days(own, dimension));
        // Whether it is one of those that stay or of those that move shows in how long it stayed.
        let moving = novelty_rate(moves, own_days);
        let staying = (HALF + moves) / (MACHINE_DAYS + own_days);
        let moves_still = 1.0 / (1.0 + (1.0 - MOVER_RATE).powf(-own_days) * (MOVER_RATE / 4.0).powf(moves));
        let rate = moves_still * moving + (1.0 - moves_still) * staying;
        Some(Rarity::alone(rate, own_days))
    }

    /// The same, where it is known otherwise whether peers know the value.
    #[must_use]
    pub fn novelty_vouched(
        &self,
        own: &Baseline,
        account: &Baseline,
        dimension: Dimension,
        (value, known_to_peers): (&str, bool),
    ) -> Option<Rarity> {
        if self.known(own, dimension, value) {
            return None;
        }
        let (own_days, own_novel) = (self.experience(own), self.novel_days(own, dimension));
        let to_itself = novelty_rate(own_novel, own_days);
        let peer_days = self.identity_days(account);
        let to_peers = novelty_rate(self.novel_values(account, dimension), peer_days);
        let as_newcomer = OWN_DAYS_FOR_NOVELTY * to_peers.max(NEWCOMER);
        let pooled = (as_newcomer + own_novel) / (OWN_DAYS_FOR_NOVELTY + own_days);
        let rate = if known_to_peers { to_itself } else { to_itself.min(pooled.max(to_peers)) };
        Some(Rarity { bits: bits(rate), own_days, peer_days, known_to_peers })
    }

    /// How rarely a subject meets something new in a dimension, judged by itself alone.
    ///
    /// `None` where the value is not new.
    #[must_use]
    pub fn own_novelty(&self, own: &Baseline, dimension: Dimension, value: &str) -> Option<Rarity> {
        if self.known(own, dimension, value) {
            return None;
        }
        let own_days = self.experience(own);
        let rate = novelty_rate(self.novel_days(own, dimension), own_days);
        Some(Rarity::alone(rate, own_days))
    }

    /// How rarely this identity does an act whose prior is so many bits.
    #[must_use]
    pub fn act(&self, own: &Baseline, peers: Peers<'_>, name: &str, prior_bits: f64) -> Rarity {
        let account = peers.account;
        let prior = (-prior_bits).exp2();
        let weight = HALF / prior;
        let peer_days = self.identity_days(account);
        let among_peers = (HALF + self.seen(account, Dimension::Act, name)) / (weight + peer_days);
        let own_days = self.experience(own);
        let rate =
            (OWN_DAYS_FOR_ACTS * among_peers + self.seen(own, Dimension::Act, name)) / (OWN_DAYS_FOR_ACTS + own_days);
        let rate = rate.max(self.administration(own, peers, name, prior));
        Rarity { bits: bits(rate), own_days, peer_days, known_to_peers: self.known(account, Dimension::Act, name) }
    }

    /// How often one who administers does an act of administration it never did, and this one of all.
    ///
    /// How often something new came, from how often it came (Good–Turing in kind); which one, from the
    /// priors and from what the account does. Zero for those who never administered anything.
    fn administration(&self, own: &Baseline, peers: Peers<'_>, name: &str, prior: f64) -> f64 {
        let past = |baseline: &Baseline| -> Vec<f64> {
            let acts =
                baseline.values(Dimension::Act).filter(|(act, days)| administers(act) && days.any_before(self.cut));
            acts.map(|(_, days)| days.weight_before(self.cut, self.half_life)).collect()
        };
        let (done, acts) = (|of: &Baseline| past(of).len(), |of: &Baseline| past(of).iter().sum::<f64>());
        // Who wears what administrators wear begins one day, too.
        let first_of_many = usize::from(peers.worn.is_some_and(|worn| done(worn) > 0));
        let new = done(own).max(first_of_many);
        if new == 0 || !administers(name) {
            return 0.0;
        }
        let something_new = new as f64 / (OWN_DAYS_FOR_NOVELTY + self.experience(own));
        let group = peers.worn.filter(|worn| acts(worn) > acts(peers.account)).unwrap_or(peers.account);
        let share = (ACTS_FOR_SHARE * prior / ALL_ACTS + self.seen(group, Dimension::Act, name))
            / (ACTS_FOR_SHARE + acts(group));
        something_new.min(1.0) * share
    }

    /// How rarely this identity touches so many different things in a window.
    ///
    /// `per_day` holds, for each past day, how many it touched then. Within its past the rate is
    /// counted. Beyond it, a new record: one day in n+1 sets one, and how far it goes beyond the old
    /// one falls off as a power.
    #[must_use]
    pub fn breadth(&self, own: &Baseline, per_day: &[(Day, usize)], touched: usize) -> Rarity {
        let own_days = self.experience(own);
        let record = per_day.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let rate = if touched <= record {
            let reached = per_day.iter().filter(|(_, count)| *count >= touched);
            let reached: f64 = reached.map(|(day, _)| decay(self.cut.since(*day), self.half_life)).sum();
            if touched <= 1 { 1.0 } else { (HALF + reached) / (1.0 + own_days) }
        } else {
            (record as f64 / touched as f64).powf(BREADTH_EXPONENT) / (1.0 + own_days)
        };
        Rarity::alone(rate, own_days)
    }

    /// How rarely so many of a group come to the same new thing within days of one another, in bits.
    ///
    /// `joined` others of `active` came to it before: the next one does so at their rate. Two may be
    /// one hand with two stolen identities, and say nothing.
    #[must_use]
    pub fn together(joined: usize, active: usize) -> Option<f64> {
        let rate = (joined.checked_sub(1)? as f64) / (active.max(joined) as f64 + 1.0);
        (joined >= 2).then(|| bits(rate))
    }

    /// How rarely so many values new to a subject come within a window of days that ends today.
    ///
    /// `lately` came today so far; the rest of the window is counted by the days values first came on,
    /// the subject's own first day left out. Judged as a breadth is: against the fullest window of the
    /// past, over as many windows as there were. `None` where fewer than two came.
    #[must_use]
    pub fn drip(
        &self,
        own: &Baseline,
        dimension: Dimension,
        (today, days): (Day, i32),
        lately: usize,
    ) -> Option<(usize, Rarity)> {
        let begins = today.plus(1 - days);
        let firsts = Self::firsts(own, dimension).filter(|first| *first < today);
        let (past, now): (Vec<Day>, Vec<Day>) = firsts.partition(|first| *first < begins);
        let within = |last: Day| past.iter().filter(|first| **first <= last && last.since(**first) < days).count();
        let most = past.iter().map(|last| within(*last)).max().unwrap_or(0).max(1);
        let own_days = own.days()?.weight_before(begins, self.half_life);
        let (count, windows) = (now.len() + lately, own_days / f64::from(days));
        let rate = if count > most { (most as f64 / count as f64).powf(DRIP_EXPONENT) / (1.0 + windows) } else { 1.0 };
        (count >= 2).then(|| (count, Rarity::alone(rate, own_days)))
    }

    /// How many different values of a dimension each past day held, most recent days first.
    #[must_use]
    pub fn per_day(&self, baseline: &Baseline, dimension: Dimension) -> Vec<(Day, usize)> {
        let mut days: Vec<Day> = baseline.values(dimension).flat_map(|(_, days)| days.before(self.cut)).collect();
        days.sort_unstable();
        days.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len()))).collect()
    }
}
