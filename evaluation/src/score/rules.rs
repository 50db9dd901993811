//! Plain rules: the same logs judged as queries without a memory of habits do, for comparison.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::logs::{Act, ActKind, Logs, Name};
use super::metrics::Ratio;
use super::truth::{Attack, DAY, Truth};

/// How long a read of a secret is remembered: five days.
const REMEMBERED: i64 = 5 * DAY;
/// How long failed sign-ins are counted together: an hour.
const FAILURES_WITHIN: i64 = 3_600;
/// How many failed sign-ins raise a row.
const FAILURES: usize = 5;
/// How many refusals of one identity in a day raise a row.
const REFUSALS: usize = 20;

/// A rule everybody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    FirstRead,
    CredentialForAnother,
    NoSecondFactor,
    FailedLogins,
    Refusals,
}

impl Rule {
    pub(super) const ALL: [Self; 5] =
        [Self::FirstRead, Self::CredentialForAnother, Self::NoSecondFactor, Self::FailedLogins, Self::Refusals];

    /// What it looks for, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::FirstRead => "first read in 5 days",
            Self::CredentialForAnother => "key for another",
            Self::NoSecondFactor => "console without MFA",
            Self::FailedLogins => "5 failures in an hour",
            Self::Refusals => "20 refusals in a day",
        }
    }
}

/// What a rule raises: one for each event that completes it.
#[derive(Debug, Clone)]
struct Row {
    time: i64,
    identity: Name,
    /// The attacks among the events it counted.
    attacks: BTreeSet<usize>,
}

/// What one rule, or several, came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Attacks told, of those judged.
    pub(super) recall: Ratio,
    /// Rows that counted no event of an attack.
    pub(super) false_rows: usize,
    /// Identities and days with such rows, and none about an attack.
    pub(super) false_days: usize,
    /// Hundreds of identities times weeks.
    pub(super) hundred_weeks: f64,
}

impl Tally {
    /// The sum of two, of different organisations.
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            recall: self.recall + other.recall,
            false_rows: self.false_rows + other.false_rows,
            false_days: self.false_days + other.false_days,
            hundred_weeks: self.hundred_weeks + other.hundred_weeks,
        }
    }
}

/// What the rules came to over one organisation, or several.
#[derive(Debug, Clone, Default)]
pub(super) struct Ruled {
    pub(super) each: BTreeMap<Rule, Tally>,
    /// All of them beside each other.
    pub(super) together: Tally,
}

impl Ruled {
    /// The sum of two, of different organisations.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        for (rule, tally) in &other.each {
            let sum = self.each.remove(rule).unwrap_or_default().plus(tally);
            self.each.insert(*rule, sum);
        }
        Self { each: self.each, together: self.together.plus(&other.together) }
    }
}

/// Judges the logs by each rule; rows of the first `learn` days are left out, though what they saw is remembered.
pub(super) fn judge(truth: &Truth, logs: &Logs, learn: u32) -> Ruled {
    let rows: BTreeMap<Rule, Vec<Row>> = Rule::ALL.into_iter().map(|rule| (rule, rows(rule, &logs.acts))).collect();
    Ruled {
        each: rows.iter().map(|(rule, rows)| (*rule, tally(truth, learn, rows))).collect(),
        together: tally(truth, learn, rows.values().flatten()),
    }
}

fn tally<'a>(truth: &Truth, learn: u32, rows: impl IntoIterator<Item = &'a Row>) -> Tally {
    let from = truth.organization.judged_from(learn);
    // An attack nothing can tell happens after learning, as all of them do.
    let after = |attack: &Attack| attack.first_telling.as_ref().is_none_or(|telling| telling.time.as_second() >= from);
    let judged = |attack: usize| truth.attacks.get(attack).is_some_and(after);
    let (mut told, mut true_days, mut false_days) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut false_rows = 0;
    for row in rows.into_iter().filter(|row| row.time >= from) {
        let day = (row.identity, row.time.div_euclid(DAY));
        if row.attacks.is_empty() {
            false_rows += 1;
            false_days.insert(day);
        } else {
            told.extend(row.attacks.iter().copied().filter(|attack| judged(*attack)));
            true_days.insert(day);
        }
    }
    Tally {
        recall: Ratio::new(told.len(), (0..truth.attacks.len()).filter(|attack| judged(*attack)).count()),
        false_rows,
        false_days: false_days.difference(&true_days).count(),
        hundred_weeks: truth.organization.hundred_weeks(learn),
    }
}

fn rows(rule: Rule, acts: &[Act]) -> Vec<Row> {
    match rule {
        Rule::FirstRead => first_reads(acts),
        Rule::CredentialForAnother => every(acts, ActKind::CredentialForAnother),
        Rule::NoSecondFactor => every(acts, ActKind::LoginWithoutMfa),
        Rule::FailedLogins => failed_logins(acts),
        Rule::Refusals => refusals(acts),
    }
}

fn row(act: &Act, counted: impl IntoIterator<Item = Option<usize>>) -> Row {
    Row { time: act.time, identity: act.identity, attacks: counted.into_iter().flatten().collect() }
}

fn every(acts: &[Act], kind: ActKind) -> Vec<Row> {
    acts.iter().filter(|act| act.kind == kind).map(|act| row(act, [act.attack])).collect()
}

fn first_reads(acts: &[Act]) -> Vec<Row> {
    let mut last = BTreeMap::new();
    let mut rows = Vec::new();
    for act in acts {
        if let ActKind::SecretRead { secret } = act.kind {
            let before = last.insert((act.identity, secret), act.time);
            if before.is_none_or(|before| act.time - before > REMEMBERED) {
                rows.push(row(act, [act.attack]));
            }
        }
    }
    rows
}

/// What failed sign-ins are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    Source(Name),
    User(Name),
}

fn failed_logins(acts: &[Act]) -> Vec<Row> {
    let mut windows: BTreeMap<Counted, VecDeque<(i64, Option<usize>)>> = BTreeMap::new();
    let mut rows = Vec::new();
    for act in acts {
        let ActKind::LoginFailed { user, source } = act.kind else { continue };
        let mut counted = Vec::new();
        for key in [Some(Counted::Source(source)), user.map(Counted::User)].into_iter().flatten() {
            let window = windows.entry(key).or_default();
            window.push_back((act.time, act.attack));
            while window.front().is_some_and(|(time, _)| act.time - time >= FAILURES_WITHIN) {
                window.pop_front();
            }
            if window.len() >= FAILURES {
                counted.extend(window.iter().map(|(_, attack)| *attack));
            }
        }
        // One event is one row, whichever count it completed.
        if !counted.is_empty() {
            rows.push(row(act, counted));
        }
    }
    rows
}

fn refusals(acts: &[Act]) -> Vec<Row> {
    let mut days: BTreeMap<(Name, i64), Vec<Option<usize>>> = BTreeMap::new();
    let mut rows = Vec::new();
    for act in acts.iter().filter(|act| act.kind == ActKind::Denied) {
        let day = days.entry((act.identity, act.time.div_euclid(DAY))).or_default();
        day.push(act.attack);
        if day.len() >= REFUSALS {
            rows.push(row(act, day.iter().copied()));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::logs::tests::{logs, record};
    use super::super::truth::tests::{attack, truth};
    use super::*;

    /// How a rule does over these records, where `x…` belongs to an attack.
    fn tally_of(rule: Rule, records: &[Value]) -> Tally {
        let truth = truth(&attack("a1", "f", &["x1", "x5", "x20"], "2026-01-20T00:00:00Z"), "");
        judge(&truth, &logs(&truth, records), 14).each.remove(&rule).unwrap()
    }

    #[track_caller]
    fn check(rule: Rule, records: &[Value], told: usize, false_rows: usize, false_days: usize) {
        let tally = tally_of(rule, records);
        assert_eq!((tally.recall.hit, tally.false_rows, tally.false_days), (told, false_rows, false_days));
    }

    fn read(event: &str, time: &str) -> Value {
        record(event, time, "secretsmanager", "GetSecretValue", &json!({"requestParameters": {"secretId": "db"}}))
    }

    #[test]
    fn the_first_read_in_five_days_raises_a_row_and_the_next_one_does_not() {
        check(Rule::FirstRead, &[read("x1", "2026-01-20T10:00:00Z")], 1, 0, 0);
        let habit = [read("e1", "2026-01-17T10:00:00Z"), read("x1", "2026-01-20T10:00:00Z")];
        check(Rule::FirstRead, &habit, 0, 0, 0);
        let weekly = [read("e1", "2026-01-20T10:00:00Z"), read("e2", "2026-01-27T10:00:00Z")];
        check(Rule::FirstRead, &weekly, 0, 2, 2);
    }

    #[test]
    fn a_key_for_another_raises_a_row_and_ones_own_does_not() {
        let key = |event: &str, user: &str| {
            let changes = json!({"requestParameters": {"userName": user}});
            record(event, "2026-01-20T10:00:00Z", "iam", "CreateAccessKey", &changes)
        };
        check(Rule::CredentialForAnother, &[key("x1", "ben"), key("e1", "carl")], 1, 1, 0);
        check(Rule::CredentialForAnother, &[key("x1", "ana")], 0, 0, 0);
        let unnamed = record("e1", "2026-01-20T10:00:00Z", "iam", "CreateAccessKey", &json!({}));
        check(Rule::CredentialForAnother, &[unnamed], 0, 0, 0);
    }

    #[test]
    fn a_console_login_without_mfa_raises_a_row_for_a_user_and_none_under_single_sign_on() {
        let login = |mfa: &str, kind: &str| {
            let changes = json!({"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": mfa},
                "userIdentity": {"type": kind, "arn": "arn:aws:iam::1:user/ana"}});
            record("e1", "2026-01-20T10:00:00Z", "signin", "ConsoleLogin", &changes)
        };
        check(Rule::NoSecondFactor, &[login("No", "IAMUser")], 0, 1, 1);
        check(Rule::NoSecondFactor, &[login("Yes", "IAMUser")], 0, 0, 0);
        check(Rule::NoSecondFactor, &[login("No", "AssumedRole")], 0, 0, 0);
    }

    fn failures(count: usize, minutes: usize, user: impl Fn(usize) -> String) -> Vec<Value> {
        let failure = |index: usize| {
            let changes = json!({"responseElements": {"ConsoleLogin": "Failure"},
                "userIdentity": {"type": "IAMUser", "accountId": "1", "userName": user(index)}});
            let time = format!("2026-01-20T{:02}:{:02}:00Z", 8 + index * minutes / 60, index * minutes % 60);
            record(&format!("x{}", index + 1), &time, "signin", "ConsoleLogin", &changes)
        };
        (0..count).map(failure).collect()
    }

    #[test]
    fn five_failures_in_an_hour_raise_a_row_by_user_or_source_and_slower_ones_do_not() {
        let same = |_| "ana".to_owned();
        check(Rule::FailedLogins, &failures(5, 10, same), 1, 0, 0);
        check(Rule::FailedLogins, &failures(5, 10, |index| format!("user{index}")), 1, 0, 0);
        check(Rule::FailedLogins, &failures(4, 10, same), 0, 0, 0);
        check(Rule::FailedLogins, &failures(5, 15, same), 0, 0, 0);
    }

    #[test]
    fn twenty_refusals_in_a_day_raise_a_row_and_nineteen_do_not() {
        let refusals = |count: usize| {
            let refused = |index: usize| {
                let time = format!("2026-01-20T10:{index:02}:00Z");
                record(&format!("e{index}"), &time, "s3", "ListBuckets", &json!({"errorCode": "AccessDenied"}))
            };
            (1..=count).map(refused).collect::<Vec<_>>()
        };
        check(Rule::Refusals, &refusals(22), 0, 3, 1);
        check(Rule::Refusals, &refusals(19), 0, 0, 0);
    }

    #[test]
    fn a_day_with_an_attack_in_it_is_no_false_day() {
        let other = json!({"requestParameters": {"secretId": "other"}});
        let other = record("e1", "2026-01-20T11:00:00Z", "secretsmanager", "GetSecretValue", &other);
        check(Rule::FirstRead, &[read("x1", "2026-01-20T10:00:00Z"), other], 1, 1, 0);
    }

    #[test]
    fn what_was_learned_from_raises_nothing_and_sums_add_up() {
        check(Rule::FirstRead, &[read("e1", "2026-01-10T10:00:00Z")], 0, 0, 0);
        let one = tally_of(Rule::FirstRead, &[read("x1", "2026-01-20T10:00:00Z")]);
        let two = one.clone().plus(&one);
        assert_eq!((two.recall.hit, two.recall.of), (2, 2));
        assert!((two.hundred_weeks - 4.0).abs() < 1e-12);
    }
}
