//! Matching: which findings tell which attack, which tell none, and how soon somebody was told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::run::{Finding, Output, Severity};
use super::truth::{Attack, DAY, Organization, Truth};

/// When the events of each attack happened, by the attack's place: seconds, in order.
pub(super) type Times = BTreeMap<usize, Vec<i64>>;

/// One organisation's run, held against what really happened.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) organization: Organization,
    pub(super) learn: u32,
    /// The attacks that began after learning ended.
    pub(super) attacks: Vec<Outcome>,
    /// How many attacks began while the program was told to be silent: not counted.
    pub(super) unjudged: usize,
    pub(super) falsehoods: Vec<Falsehood>,
    /// Such as a notice asked to look at, and that fell below MEDIUM afterwards: as they were told first.
    pub(super) withdrawn: Vec<Falsehood>,
    pub(super) forecasts: Vec<Forecast>,
    pub(super) notices: Notices,
    /// Each signal that occurs in a finding, with how many findings that ask for a look rest on it.
    pub(super) signals: BTreeMap<String, usize>,
}

/// What became of one attack.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) id: String,
    pub(super) family: String,
    pub(super) technique: String,
    pub(super) title: String,
    pub(super) blind_spot: Option<String>,
    /// Findings that ask for a look and cite it, stories left out.
    pub(super) parts: usize,
    /// Stories that ask for a look and cite it.
    pub(super) stories: usize,
    /// What a person reads who lets a story stand for the parts it joins.
    pub(super) cards: usize,
    pub(super) first: Option<First>,
    /// The gravest finding below MEDIUM that cites it.
    pub(super) nearest: Option<Nearest>,
}

impl Outcome {
    /// Whether a person was asked to look at it.
    pub(super) fn told(&self) -> bool {
        self.parts + self.stories > 0
    }
}

/// The first notice of an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct First {
    /// Seconds from the earliest event that could tell; negative if it came earlier still.
    pub(super) delay: i64,
    /// How many more of the attacker's events lie between the two.
    pub(super) between: usize,
}

/// A finding that saw an attack, and did not ask for a look.
#[derive(Debug, Clone)]
pub(super) struct Nearest {
    pub(super) severity: Severity,
    pub(super) score: u8,
    pub(super) title: String,
}

/// A finding that asks for a look at ordinary life.
#[derive(Debug, Clone)]
pub(super) struct Falsehood {
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) severity: Severity,
    pub(super) day: Date,
    /// Signals with their weights in bits, heaviest first.
    pub(super) signals: Vec<(String, f64)>,
    /// The kinds of the oddities it touches.
    pub(super) oddities: BTreeSet<String>,
    /// Whether it came in the first week after learning.
    pub(super) first_week: bool,
    /// Whether it closed itself.
    pub(super) resolved: bool,
}

/// What a finding said of itself, and whether it was so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forecast {
    pub(super) severity: Severity,
    pub(super) confidence: u8,
    pub(super) tells: bool,
}

/// How many notices were sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Notices {
    /// While learning, whatever their severity: there should be none.
    pub(super) learning: usize,
    /// Of MEDIUM and above, after learning.
    pub(super) judged: usize,
    /// Of those, such as cite no attack.
    pub(super) judged_false: usize,
    /// Of MEDIUM and above, in the first week after learning.
    pub(super) first_week: usize,
    /// Of those, such as cite no attack.
    pub(super) first_week_false: usize,
}

/// Holds one run against what really happened.
pub(super) fn judge(truth: &Truth, times: &Times, output: &Output, learn: u32) -> Judged {
    let from = truth.organization.judged_from(learn);
    let told = |finding: &Finding| tells(truth, finding);
    let mut attacks = Vec::new();
    for (index, attack) in truth.attacks.iter().enumerate() {
        let times = times.get(&index).map_or(&[][..], Vec::as_slice);
        if begins(attack, times) >= from {
            let telling = output.findings.iter().filter(|finding| told(finding).contains(&index)).collect::<Vec<_>>();
            let notice = output.notices.iter().find(|notice| notice.asks_for_a_look() && told(notice).contains(&index));
            attacks.push(outcome(attack, times, &telling, notice));
        }
    }
    let falsehoods = output.findings.iter().filter(|finding| finding.asks_for_a_look() && told(finding).is_empty());
    Judged {
        unjudged: truth.attacks.len() - attacks.len(),
        attacks,
        falsehoods: falsehoods.map(|finding| falsehood(truth, finding, from)).collect(),
        withdrawn: withdrawn(output, told).into_iter().map(|notice| falsehood(truth, notice, from)).collect(),
        forecasts: output.findings.iter().map(|finding| forecast(finding, !told(finding).is_empty())).collect(),
        notices: notices(truth, &output.notices, from),
        signals: signals(&output.findings),
        organization: truth.organization.clone(),
        learn,
    }
}

/// The attacks of which a finding cites at least one event.
fn tells(truth: &Truth, finding: &Finding) -> BTreeSet<usize> {
    finding.events.iter().filter_map(|event| truth.attack_of(&event.id)).collect()
}

fn outcome(attack: &Attack, times: &[i64], telling: &[&Finding], notice: Option<&Finding>) -> Outcome {
    let (stories, parts): (Vec<&&Finding>, Vec<&&Finding>) =
        telling.iter().filter(|finding| finding.asks_for_a_look()).partition(|finding| finding.is_story());
    let joined = |part: &Finding| {
        stories.iter().any(|story| story.related.contains(&part.id) || part.related.contains(&story.id))
    };
    let nearest = telling.iter().filter(|finding| !finding.asks_for_a_look()).max_by_key(|finding| finding.score);
    Outcome {
        id: attack.id.clone(),
        family: attack.family.clone(),
        technique: attack.technique.clone(),
        title: attack.title.clone(),
        blind_spot: attack.stated_blind_spot.clone(),
        parts: parts.len(),
        stories: stories.len(),
        cards: stories.len() + parts.iter().filter(|part| !joined(part)).count(),
        first: notice.map(|notice| first(attack, times, notice)),
        nearest: nearest.map(|finding| Nearest {
            severity: finding.severity,
            score: finding.score,
            title: finding.title.clone(),
        }),
    }
}

/// When it could first be told; where nothing can tell, when it began.
fn begins(attack: &Attack, times: &[i64]) -> i64 {
    let began = times.iter().min().copied().unwrap_or(i64::MAX);
    attack.first_telling.as_ref().map_or(began, |telling| telling.time.as_second())
}

fn first(attack: &Attack, times: &[i64], notice: &Finding) -> First {
    let could = begins(attack, times);
    let was = notice.last_seen.as_second();
    First { delay: was - could, between: times.iter().filter(|time| could < **time && **time < was).count() }
}

fn falsehood(truth: &Truth, finding: &Finding, from: i64) -> Falsehood {
    let mut signals: Vec<_> = finding.evidence.iter().map(|reason| (reason.signal.clone(), reason.weight)).collect();
    signals.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Falsehood {
        title: finding.title.clone(),
        kind: finding.kind.clone(),
        severity: finding.severity,
        day: finding.created_at.to_zoned(TimeZone::UTC).date(),
        signals,
        oddities: finding.events.iter().flat_map(|event| truth.oddities_of(&event.id)).cloned().collect(),
        first_week: finding.created_at.as_second() < from + 7 * DAY,
        resolved: finding.status == "RESOLVED",
    }
}

fn forecast(finding: &Finding, tells: bool) -> Forecast {
    Forecast { severity: finding.severity, confidence: finding.confidence.min(100), tells }
}

fn withdrawn(output: &Output, told: impl Fn(&Finding) -> BTreeSet<usize>) -> Vec<&Finding> {
    // Findings that stand, or that came to cite an attack, are counted as such already.
    let mut counted: BTreeSet<&str> = BTreeSet::new();
    let stands = |finding: &&Finding| finding.asks_for_a_look() || !told(finding).is_empty();
    counted.extend(output.findings.iter().filter(stands).map(|finding| finding.id.as_str()));
    let wrong = output.notices.iter().filter(|notice| notice.asks_for_a_look() && told(notice).is_empty());
    wrong.filter(|notice| counted.insert(&notice.id)).collect()
}

fn signals(findings: &[Finding]) -> BTreeMap<String, usize> {
    let mut signals = BTreeMap::new();
    for finding in findings {
        let names: BTreeSet<&String> = finding.evidence.iter().map(|reason| &reason.signal).collect();
        for name in names {
            *signals.entry(name.clone()).or_default() += usize::from(finding.asks_for_a_look());
        }
    }
    signals
}

fn notices(truth: &Truth, notices: &[Finding], from: i64) -> Notices {
    let mut counted = Notices::default();
    for notice in notices {
        let time = notice.last_seen.as_second();
        if time < from {
            counted.learning += 1;
        } else if notice.asks_for_a_look() {
            let wrong = usize::from(tells(truth, notice).is_empty());
            counted.judged += 1;
            counted.judged_false += wrong;
            if time < from + 7 * DAY {
                counted.first_week += 1;
                counted.first_week_false += wrong;
            }
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::super::run::tests::finding;
    use super::super::truth::tests::{attack, truth};
    use super::*;

    const TOLD: &str = "2026-01-20T10:00:00Z";

    fn one_attack() -> Truth {
        let oddity = r#"{"id":"o1","kind":"hotel","events":["o-1"],"title":"a hotel"}"#;
        truth(&attack("a1", "slow-drip", &["x1", "x2", "x3"], TOLD), oddity)
    }

    fn times(seconds: &[i64]) -> Times {
        let base = TOLD.parse::<jiff::Timestamp>().unwrap().as_second();
        Times::from([(0, seconds.iter().map(|second| base + second).collect())])
    }

    fn judged(findings: Vec<Finding>, notices: Vec<Finding>) -> Judged {
        judge(&one_attack(), &times(&[0, 60, 120]), &Output { findings, notices }, 14)
    }

    #[test]
    fn a_finding_tells_an_attack_by_one_of_its_events() {
        let told = judged(vec![finding("f1", "MEDIUM", TOLD, &["ordinary", "x2"])], Vec::new());
        assert!(told.attacks[0].told());
        assert!(told.falsehoods.is_empty());
    }

    #[test]
    fn a_finding_below_medium_tells_nobody_and_is_kept_as_the_nearest() {
        let quiet = judged(vec![finding("f1", "LOW", TOLD, &["x2"])], Vec::new());
        assert!(!quiet.attacks[0].told());
        assert_eq!(quiet.attacks[0].nearest.as_ref().unwrap().severity, Severity::Low);
    }

    #[test]
    fn a_finding_about_ordinary_life_is_false_and_names_the_oddity_it_touches() {
        let findings = vec![
            finding("f1", "HIGH", TOLD, &["o-1", "ordinary"]),
            finding("f2", "LOW", TOLD, &["ordinary"]),
            finding("f3", "MEDIUM", "2026-01-30T10:00:00Z", &["ordinary"]),
        ];
        let wrong = judged(findings, Vec::new());
        assert_eq!(wrong.falsehoods.len(), 2);
        assert_eq!(wrong.falsehoods[0].oddities, BTreeSet::from(["hotel".to_owned()]));
        assert_eq!(wrong.falsehoods[0].day.to_string(), "2026-01-20");
        assert!(wrong.falsehoods[0].first_week && !wrong.falsehoods[1].first_week);
    }

    #[test]
    fn a_false_notice_whose_finding_fell_is_counted_once_and_apart() {
        let notice = finding("f1", "MEDIUM", TOLD, &["ordinary"]);
        let fell = finding("f1", "LOW", TOLD, &["ordinary"]);
        let judged_twice = judged(vec![fell], vec![notice.clone(), notice.clone()]);
        assert_eq!((judged_twice.falsehoods.len(), judged_twice.withdrawn.len()), (0, 1));
        let stands = judged(vec![notice.clone()], vec![notice.clone()]);
        assert_eq!((stands.falsehoods.len(), stands.withdrawn.len()), (1, 0));
        let grew = judged(vec![finding("f1", "LOW", TOLD, &["ordinary", "x1"])], vec![notice]);
        assert_eq!((grew.falsehoods.len(), grew.withdrawn.len()), (0, 0));
    }

    #[test]
    fn a_story_stands_for_the_parts_it_joins() {
        let mut story = finding("s1", "CRITICAL", TOLD, &["x1", "x2"]);
        story.kind = "story.chain".to_owned();
        story.related = vec!["f1".to_owned()];
        let parts = [finding("f1", "HIGH", TOLD, &["x1"]), finding("f2", "HIGH", TOLD, &["x3"])];
        let told = judged(vec![story, parts[0].clone(), parts[1].clone()], Vec::new());
        let outcome = &told.attacks[0];
        assert_eq!((outcome.parts, outcome.stories, outcome.cards), (2, 1, 2));
    }

    #[test]
    fn the_delay_runs_from_the_first_telling_event_to_the_first_notice_that_cites_the_attack() {
        let notices = vec![
            finding("f0", "HIGH", "2026-01-20T09:00:00Z", &["ordinary"]),
            finding("f1", "LOW", TOLD, &["x1"]),
            finding("f1", "MEDIUM", "2026-01-20T10:02:00Z", &["x1", "x2", "x3"]),
            finding("f1", "HIGH", "2026-01-20T10:05:00Z", &["x1", "x2", "x3"]),
        ];
        let told = judged(Vec::new(), notices);
        assert_eq!(told.attacks[0].first, Some(First { delay: 120, between: 1 }));
    }

    #[test]
    fn a_notice_before_the_first_telling_event_has_a_negative_delay() {
        let told = judged(Vec::new(), vec![finding("f1", "MEDIUM", "2026-01-20T09:59:00Z", &["x1"])]);
        assert_eq!(told.attacks[0].first, Some(First { delay: -60, between: 0 }));
    }

    #[test]
    fn notices_are_counted_by_when_they_came() {
        let notices = vec![
            finding("f1", "LOW", "2026-01-10T00:00:00Z", &["ordinary"]),
            finding("f2", "MEDIUM", "2026-01-19T00:00:00Z", &["ordinary"]),
            finding("f3", "MEDIUM", TOLD, &["x1"]),
            finding("f4", "MEDIUM", "2026-01-26T00:00:00Z", &["ordinary"]),
        ];
        let counted = judged(Vec::new(), notices).notices;
        let expected = Notices { learning: 1, judged: 3, judged_false: 2, first_week: 2, first_week_false: 1 };
        assert_eq!(counted, expected);
    }

    #[test]
    fn an_attack_while_learning_is_not_counted() {
        let judged = judge(&one_attack(), &times(&[0]), &Output::default(), 21);
        assert_eq!((judged.attacks.len(), judged.unjudged), (0, 1));
    }
}
