//! Measures: counts of many organisations added up, and only then divided.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Add;

use jiff::civil::Date;

use super::matching::{Falsehood, Forecast, Judged, Notices, Outcome};
use super::run::Severity;

/// How many bins a reliability table has.
const BINS: usize = 10;
/// How far 95 % of a normal distribution reaches.
const Z: f64 = 1.96;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ratio {
    pub(super) hit: usize,
    pub(super) of: usize,
}

impl Ratio {
    pub(super) fn new(hit: usize, of: usize) -> Self {
        Self { hit, of }
    }

    fn of<T>(items: impl IntoIterator<Item = T>, hit: impl Fn(&T) -> bool) -> Self {
        items.into_iter().fold(Self::default(), |sum, item| sum + Self::new(usize::from(hit(&item)), 1))
    }

    /// The share, where there is anything to share.
    pub(super) fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hit as f64 / self.of as f64)
    }

    /// Wilson's interval of the share at 95 %.
    pub(super) fn interval(self) -> Option<(f64, f64)> {
        let (share, n) = (self.share()?, self.of as f64);
        let middle = share + Z * Z / (2.0 * n);
        let reach = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((middle - reach) / scale).max(0.0), ((middle + reach) / scale).min(1.0)))
    }
}

impl Add for Ratio {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.hit + other.hit, self.of + other.of)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.hit, self.of)?;
        self.share().map_or(Ok(()), |share| write!(f, " ({:.0} %)", share * 100.0))
    }
}

/// What attacks came to: all, or those of one family or technique.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Attacks of which a finding of MEDIUM or above cites an event.
    pub(super) recall: Ratio,
    /// The same without attacks that lie in a stated blind spot.
    pub(super) seeable: Ratio,
    /// Attacks whose first notice came at the earliest event that could tell, or before.
    pub(super) earliest: Ratio,
    /// Attacks whose first notice came before that event.
    pub(super) earlier: usize,
    /// Attacks told by a finding of which no notice of MEDIUM or above was sent.
    pub(super) unnoticed: usize,
    /// Seconds from that event to the first notice, in order, for attacks with a notice.
    pub(super) delays: Vec<i64>,
    /// The most events an attacker got in between the two.
    pub(super) most_between: usize,
    /// Findings of MEDIUM or above that cite told attacks, stories left out; stories; and what is left to read of both.
    pub(super) parts: usize,
    pub(super) stories: usize,
    pub(super) cards: usize,
}

impl Told {
    /// What these attacks came to.
    pub(super) fn of(attacks: &[&Outcome]) -> Self {
        let each = || attacks.iter().copied();
        let firsts = || each().filter_map(|attack| attack.first);
        let told = || each().filter(|attack| attack.told());
        let mut delays: Vec<i64> = firsts().map(|first| first.delay).collect();
        delays.sort_unstable();
        Self {
            recall: Ratio::of(each(), |attack| attack.told()),
            seeable: Ratio::of(each().filter(|attack| attack.blind_spot.is_none()), |attack| attack.told()),
            earliest: Ratio::of(each(), |attack| attack.first.is_some_and(|first| first.delay <= 0)),
            earlier: firsts().filter(|first| first.delay < 0).count(),
            unnoticed: told().filter(|attack| attack.first.is_none()).count(),
            most_between: firsts().map(|first| first.between).max().unwrap_or_default(),
            delays,
            parts: told().map(|attack| attack.parts).sum(),
            stories: told().map(|attack| attack.stories).sum(),
            cards: told().map(|attack| attack.cards).sum(),
        }
    }

    /// The middle delay; of two middle ones, the later.
    pub(super) fn median(&self) -> Option<i64> {
        self.delays.get(self.delays.len() / 2).copied()
    }

    /// The longest delay.
    pub(super) fn worst(&self) -> Option<i64> {
        self.delays.last().copied()
    }

    /// Something per attack told.
    pub(super) fn per_attack(&self, count: usize) -> Option<f64> {
        (self.recall.hit > 0).then(|| count as f64 / self.recall.hit as f64)
    }
}

/// The day with the most false findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorstDay {
    pub(super) count: usize,
    pub(super) seed: u64,
    pub(super) day: Date,
}

/// How well findings know themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Calibration {
    pub(super) all: Bin,
    /// By confidence, ten points a bin.
    pub(super) bins: Vec<Bin>,
    pub(super) severities: BTreeMap<Severity, Bin>,
}

/// Findings of like confidence, or of one severity.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bin {
    /// Those that cite an attack, of all.
    pub(super) telling: Ratio,
    /// The sum of their confidences, each from 0 to 1.
    confidence: f64,
    /// The sum of the squared errors.
    squares: f64,
}

impl Bin {
    fn add(&mut self, forecast: Forecast) {
        let confidence = f64::from(forecast.confidence) / 100.0;
        let outcome = f64::from(u8::from(forecast.tells));
        self.telling = self.telling + Ratio::new(usize::from(forecast.tells), 1);
        self.confidence += confidence;
        self.squares += (confidence - outcome).powi(2);
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.telling.of > 0).then(|| sum / self.telling.of as f64)
    }

    /// The mean confidence, from 0 to 1.
    pub(super) fn confidence(&self) -> Option<f64> {
        self.mean(self.confidence)
    }

    /// The Brier score: 0 is perfect.
    pub(super) fn brier(&self) -> Option<f64> {
        self.mean(self.squares)
    }

    /// What the Brier score would be of always saying the share that tells.
    pub(super) fn brier_of_share(&self) -> Option<f64> {
        self.telling.share().map(|share| share * (1.0 - share))
    }
}

impl Calibration {
    /// How well these findings know themselves.
    pub(super) fn of<'a>(forecasts: impl IntoIterator<Item = &'a Forecast>) -> Self {
        let mut calibration = Self { bins: vec![Bin::default(); BINS], ..Self::default() };
        for forecast in forecasts.into_iter().copied() {
            let bin = usize::from(forecast.confidence / 10).min(BINS - 1);
            calibration.all.add(forecast);
            calibration.severities.entry(forecast.severity).or_default().add(forecast);
            if let Some(bin) = calibration.bins.get_mut(bin) {
                bin.add(forecast);
            }
        }
        calibration
    }
}

/// Everything measured over organisations under one setting.
#[derive(Debug, Clone)]
pub(super) struct Metrics {
    pub(super) all: Told,
    pub(super) families: BTreeMap<String, Told>,
    pub(super) techniques: BTreeMap<String, Told>,
    pub(super) unjudged: usize,
    pub(super) false_findings: usize,
    /// Of those, such as closed themselves.
    pub(super) resolved: usize,
    /// Findings told falsely by a notice, that fell below MEDIUM afterwards: not among the false ones.
    pub(super) withdrawn: usize,
    pub(super) first_week_false: usize,
    /// Hundreds of identities times weeks: judged, and within the first week.
    pub(super) hundred_weeks: f64,
    pub(super) first_hundred_weeks: f64,
    pub(super) worst_day: Option<WorstDay>,
    pub(super) notices: Notices,
    pub(super) calibration: Calibration,
}

impl Metrics {
    /// Measures over these organisations.
    pub(super) fn of(judged: &[Judged]) -> Self {
        let attacks = || judged.iter().flat_map(|one| &one.attacks);
        let falsehoods = || judged.iter().flat_map(|one| &one.falsehoods);
        let grouped = |name: fn(&Outcome) -> &String| -> BTreeMap<String, Told> {
            let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
            for attack in attacks() {
                groups.entry(name(attack).clone()).or_default().push(attack);
            }
            groups.into_iter().map(|(name, attacks)| (name, Told::of(&attacks))).collect()
        };
        Self {
            all: Told::of(&attacks().collect::<Vec<_>>()),
            families: grouped(|attack| &attack.family),
            techniques: grouped(|attack| &attack.technique),
            unjudged: judged.iter().map(|one| one.unjudged).sum(),
            false_findings: falsehoods().count(),
            resolved: falsehoods().filter(|falsehood| falsehood.resolved).count(),
            withdrawn: judged.iter().map(|one| one.withdrawn.len()).sum(),
            first_week_false: falsehoods().filter(|falsehood| falsehood.first_week).count(),
            hundred_weeks: judged.iter().map(|one| one.organization.hundred_weeks(one.learn)).sum(),
            first_hundred_weeks: judged.iter().map(first_hundred_weeks).sum(),
            worst_day: judged.iter().filter_map(worst_day).max_by_key(|worst| worst.count),
            notices: judged.iter().fold(Notices::default(), |sum, one| add(sum, one.notices)),
            calibration: Calibration::of(judged.iter().flat_map(|one| &one.forecasts)),
        }
    }
}

/// So many per hundred identities and week.
pub(super) fn rate(count: usize, hundred_weeks: f64) -> Option<f64> {
    (hundred_weeks > 0.0).then(|| count as f64 / hundred_weeks)
}

/// The day on which an organisation was told falsely most often.
pub(super) fn worst_day(judged: &Judged) -> Option<WorstDay> {
    let mut days: BTreeMap<Date, usize> = BTreeMap::new();
    for Falsehood { day, .. } in &judged.falsehoods {
        *days.entry(*day).or_default() += 1;
    }
    let (day, count) = days.into_iter().max_by_key(|(_, count)| *count)?;
    Some(WorstDay { count, seed: judged.organization.seed, day })
}

fn first_hundred_weeks(judged: &Judged) -> f64 {
    judged.organization.identities as f64 / 100.0 * judged.organization.weeks(judged.learn).min(1.0)
}

fn add(sum: Notices, one: Notices) -> Notices {
    Notices {
        learning: sum.learning + one.learning,
        judged: sum.judged + one.judged,
        judged_false: sum.judged_false + one.judged_false,
        first_week: sum.first_week + one.first_week,
        first_week_false: sum.first_week_false + one.first_week_false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::matching::{First, judge};
    use super::super::run::Output;
    use super::super::run::tests::finding;
    use super::super::truth::tests::{attack, truth};
    use super::*;

    #[track_caller]
    fn close(is: Option<f64>, should: f64) {
        assert!(is.is_some_and(|is| (is - should).abs() < 1e-9), "{is:?} is not {should}");
    }

    fn forecast(confidence: u8, tells: bool) -> Forecast {
        Forecast { severity: Severity::Medium, confidence, tells }
    }

    #[test]
    fn the_brier_score_is_the_mean_of_squared_errors() {
        let forecasts = [forecast(90, true), forecast(70, false), forecast(20, false), forecast(100, true)];
        let calibration = Calibration::of(&forecasts);
        close(calibration.all.brier(), (0.01 + 0.49 + 0.04 + 0.0) / 4.0);
        close(calibration.all.brier_of_share(), 0.25);
        close(calibration.all.confidence(), 0.7);
        assert_eq!(calibration.bins[9].telling, Ratio::new(2, 2));
        assert_eq!(calibration.bins[7].telling, Ratio::new(0, 1));
        assert!(calibration.bins[0].brier().is_none());
    }

    #[test]
    fn wilsons_interval_holds_the_share_and_is_wide_for_few() {
        let (low, high) = Ratio::new(9, 10).interval().unwrap();
        assert!((low - 0.596).abs() < 0.001 && (high - 0.982).abs() < 0.001, "{low} {high}");
        assert!(Ratio::default().interval().is_none());
    }

    fn outcome(delay: Option<i64>, told: bool) -> Outcome {
        Outcome {
            id: "a1".to_owned(),
            family: "f".to_owned(),
            technique: "T1".to_owned(),
            title: "t".to_owned(),
            blind_spot: None,
            parts: if told { 3 } else { 0 },
            stories: usize::from(told),
            cards: usize::from(told),
            first: delay.map(|delay| First { delay, between: 2 }),
            nearest: None,
        }
    }

    #[test]
    fn shares_at_the_earliest_event_count_missed_attacks_and_delays_do_not() {
        let attacks = [outcome(Some(0), true), outcome(Some(-5), true), outcome(Some(600), true), outcome(None, false)];
        let told = Told::of(&attacks.iter().collect::<Vec<_>>());
        assert_eq!((told.recall, told.earliest, told.earlier), (Ratio::new(3, 4), Ratio::new(2, 4), 1));
        assert_eq!((told.median(), told.worst()), (Some(0), Some(600)));
        close(told.per_attack(told.parts), 3.0);
        close(told.per_attack(told.cards), 1.0);
    }

    #[test]
    fn organisations_are_added_up_before_dividing() {
        let truth = truth(&attack("a1", "f", &["x1"], "2026-01-20T10:00:00Z"), "");
        let wrong = |id: &str, time: &str| finding(id, "MEDIUM", time, &["ordinary"]);
        let busy = Output {
            findings: vec![
                wrong("f1", "2026-01-20T10:00:00Z"),
                wrong("f2", "2026-01-20T11:00:00Z"),
                wrong("f3", "2026-01-28T11:00:00Z"),
                finding("f4", "HIGH", "2026-01-20T10:00:00Z", &["x1"]),
            ],
            notices: Vec::new(),
        };
        let judged: Vec<_> =
            [&busy, &Output::default()].map(|output| judge(&truth, &BTreeMap::new(), output, 14)).into();
        let metrics = Metrics::of(&judged);
        assert_eq!((metrics.all.recall, metrics.families["f"].recall), (Ratio::new(1, 2), Ratio::new(1, 2)));
        close(rate(metrics.false_findings, metrics.hundred_weeks), 3.0 / 4.0);
        close(rate(metrics.first_week_false, metrics.first_hundred_weeks), 2.0 / 2.0);
        assert_eq!(metrics.worst_day.unwrap().count, 2);
        assert_eq!(metrics.calibration.severities[&Severity::High].telling, Ratio::new(1, 1));
    }
}
