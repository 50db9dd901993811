//! The report: a page of Markdown with everything in it, and a terminal's worth of the same.

use super::ablation::Ablation;
use super::block::{self, Block, Grid};
use super::details;
use super::metrics::{Metrics, Ratio, Told, rate};
use super::rules::{Ruled, Tally};
use super::{Evaluation, Measured, Setting};

impl Evaluation {
    /// A page of Markdown: every number, every missed attack, every false finding, and how it was counted.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut blocks = vec![heading(1, "How well trailwarden does")];
        blocks.push(Block::Prose(vec![
            "Organisations are made up from seeds, with ordinary life and attacks in them, and the program judges their \
             logs as anybody would run it."
                .to_owned(),
            "The generator was written without sight of the detectors, and the program is shown the logs alone.".to_owned(),
        ]));
        blocks.extend(self.made());
        blocks.extend(self.summary());
        blocks.extend(organizations(&self.organizations, &self.settings));
        for setting in &self.settings {
            blocks.push(heading(2, &learned(setting.learn)));
            blocks.extend(attacks(&setting.metrics));
            blocks.extend(details::ordinary_life(setting));
            blocks.extend(details::calibration(&setting.metrics.calibration));
            blocks.extend(details::missed(setting));
            blocks.extend(details::late(setting));
            blocks.extend(details::falsehoods(setting));
            blocks.extend(details::withdrawn(setting));
        }
        blocks.extend(self.rules());
        blocks.extend(self.ablation.iter().flat_map(ablation));
        blocks.push(heading(2, "How it was counted"));
        blocks.push(Block::Prose(sentences(&details::COUNTED)));
        block::markdown(&blocks)
    }

    /// The same for a terminal of 80 columns: the summary, attacks by family, rules, signals, and what went wrong.
    #[must_use]
    pub fn table(&self) -> String {
        let mut blocks = self.summary();
        for setting in &self.settings {
            blocks.push(heading(2, &learned(setting.learn)));
            blocks.push(by_name("family", &setting.metrics));
            blocks.extend(details::missed(setting));
        }
        // A cold start tells a great deal falsely: the page lists it.
        blocks.extend(self.settings.first().into_iter().flat_map(details::falsehoods));
        blocks.extend(self.rules());
        blocks.extend(self.ablation.iter().flat_map(ablation));
        block::terminal(&blocks)
    }

    fn made(&self) -> Vec<Block> {
        let seeds =
            self.organizations.iter().map(|one| one.organization.seed.to_string()).collect::<Vec<_>>().join(", ");
        let records: u64 = self.organizations.iter().map(|one| one.records).sum();
        let identities: u64 = self.organizations.iter().map(|one| one.organization.identities).sum();
        let mut items = Vec::new();
        if !self.about.machine.is_empty() {
            items.push(format!("Machine: {}", self.about.machine));
        }
        if !self.about.command.is_empty() {
            items.push(format!("Command: {}", self.about.command));
        }
        items.extend(self.about.versions.iter().map(|version| format!("Version: {version}")));
        items.push(format!("Seeds: {seeds}"));
        items.push(format!(
            "Size: {} organisations, {identities} identities, {records} records",
            self.organizations.len()
        ));
        vec![Block::List(items)]
    }

    fn summary(&self) -> Vec<Block> {
        let mut header = vec!["measure".to_owned()];
        header.extend(self.settings.iter().map(|setting| learned_short(setting.learn)));
        let mut grid = Grid::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
        for (name, value) in MEASURES {
            let mut row = vec![(*name).to_owned()];
            row.extend(self.settings.iter().map(|setting| value(&setting.metrics)));
            grid.push(row);
        }
        vec![heading(2, "In short"), Block::Grid(grid)]
    }

    fn rules(&self) -> Vec<Block> {
        let ruled: Vec<(&Setting, &Ruled)> =
            self.settings.iter().filter_map(|setting| Some((setting, setting.ruled.as_ref()?))).collect();
        if ruled.is_empty() {
            return Vec::new();
        }
        let mut blocks = vec![heading(2, "Plain rules over the same logs"), Block::Prose(sentences(&RULED))];
        for (setting, ruled) in ruled {
            blocks.push(heading(3, &format!("Rules, {}", learned(setting.learn).to_lowercase())));
            blocks.push(Block::Grid(rules(setting, ruled)));
        }
        blocks
    }
}

const RULED: [&str; 5] = [
    "Each rule raises a row for each event that completes it, as queries do.",
    "A row tells an attack if one of the events it counted belongs to it; the rows shown are those that tell none.",
    "The days shown are identities and days with such rows, and none about an attack: the rows, deduplicated.",
    "Rates are per hundred identities and week.",
    "The program's own line counts its false findings in both columns, for a finding is an episode already.",
];

/// A measure's name, and its value in words.
type Measure = (&'static str, fn(&Metrics) -> String);

const MEASURES: &[Measure] = &[
    ("attacks told", |metrics| metrics.all.recall.to_string()),
    ("  95 % interval", |metrics| interval(metrics.all.recall)),
    ("  outside stated blind spots", |metrics| metrics.all.seeable.to_string()),
    ("noticed at the earliest event", |metrics| metrics.all.earliest.to_string()),
    ("  median delay", |metrics| span(metrics.all.median())),
    ("  worst delay", |metrics| span(metrics.all.worst())),
    ("  found, and no notice sent", |metrics| metrics.all.unnoticed.to_string()),
    ("false findings", |metrics| metrics.false_findings.to_string()),
    ("  per 100 identities and week", |metrics| number(rate(metrics.false_findings, metrics.hundred_weeks))),
    ("  in the first week, the same", |metrics| number(rate(metrics.first_week_false, metrics.first_hundred_weeks))),
    ("  on the worst day", |metrics| metrics.worst_day.map_or(0, |worst| worst.count).to_string()),
    ("  told by a notice, then lowered", |metrics| metrics.withdrawn.to_string()),
    ("false notices, per 100 and week", |metrics| number(rate(metrics.notices.judged_false, metrics.hundred_weeks))),
    ("findings per attack told", |metrics| number(metrics.all.per_attack(metrics.all.parts))),
    ("  stories per attack told", |metrics| number(metrics.all.per_attack(metrics.all.stories))),
    ("  to read, a story for its parts", |metrics| number(metrics.all.per_attack(metrics.all.cards))),
    ("notices while learning", |metrics| metrics.notices.learning.to_string()),
    ("notices in the first week", |metrics| metrics.notices.first_week.to_string()),
    ("Brier score of confidence", |metrics| number(metrics.calibration.all.brier())),
];

fn organizations(measured: &[Measured], settings: &[Setting]) -> Vec<Block> {
    let mut blocks = vec![heading(2, "Organisations")];
    let mut grid = Grid::new(&["seed", "size", "identities", "accounts", "days", "records"]);
    for Measured { organization, records } in measured {
        grid.row([
            organization.seed.to_string(),
            organization.size.clone(),
            organization.identities.to_string(),
            organization.accounts.to_string(),
            organization.days.to_string(),
            records.to_string(),
        ]);
    }
    blocks.push(Block::Grid(grid));
    let profile = |one: &Measured| format!("Seed {}: {}", one.organization.seed, one.organization.profile);
    blocks.push(Block::List(measured.iter().filter(|one| !one.organization.profile.is_empty()).map(profile).collect()));
    for setting in settings {
        blocks.push(heading(3, &format!("Each of them, {}", learned(setting.learn).to_lowercase())));
        blocks.push(Block::Grid(details::each(setting)));
    }
    blocks
}

fn attacks(metrics: &Metrics) -> Vec<Block> {
    let mut blocks = vec![heading(3, "Attacks"), by_name("family", metrics), by_name("technique", metrics)];
    let all = &metrics.all;
    let mut sentences = vec![
        format!(
            "An attack told is told by {} findings and {} stories; with a story for its parts, {} remain to be read.",
            number(all.per_attack(all.parts)),
            number(all.per_attack(all.stories)),
            number(all.per_attack(all.cards))
        ),
        format!("{} attacks were noticed before the event that was thought to tell.", all.earlier),
        format!(
            "An attacker got in at most {} more events between the first that could tell and the first notice.",
            all.most_between
        ),
    ];
    if metrics.unjudged > 0 {
        sentences
            .push(format!("{} attacks began while the program was learning, and are not counted.", metrics.unjudged));
    }
    blocks.push(Block::Prose(sentences));
    blocks
}

fn by_name(what: &str, metrics: &Metrics) -> Block {
    let named = if what == "family" { &metrics.families } else { &metrics.techniques };
    let mut grid = Grid::new(&[what, "told", "at earliest", "median", "worst"]);
    let total = [("all".to_owned(), &metrics.all)];
    for (name, told) in named.iter().map(|(name, told)| (name.clone(), told)).chain(total) {
        grid.row(told_row(name, told));
    }
    Block::Grid(grid)
}

fn told_row(name: String, told: &Told) -> [String; 5] {
    [name, told.recall.to_string(), told.earliest.to_string(), span(told.median()), span(told.worst())]
}

fn rules(setting: &Setting, ruled: &Ruled) -> Grid {
    let mut grid = Grid::new(&["rule", "told", "rows", "rate", "days", "rate"]);
    let mut add = |name: &str, tally: &Tally| {
        grid.row([
            name.to_owned(),
            tally.recall.to_string(),
            tally.false_rows.to_string(),
            number(rate(tally.false_rows, tally.hundred_weeks)),
            tally.false_days.to_string(),
            number(rate(tally.false_days, tally.hundred_weeks)),
        ]);
    };
    for (rule, tally) in &ruled.each {
        add(rule.words(), tally);
    }
    add("all five", &ruled.together);
    let metrics = &setting.metrics;
    let (recall, found, hundred_weeks) = (metrics.all.recall, metrics.false_findings, metrics.hundred_weeks);
    add("trailwarden", &Tally { recall, false_rows: found, false_days: found, hundred_weeks });
    grid
}

fn ablation(ablation: &Ablation) -> Vec<Block> {
    let mut grid = Grid::new(&["without", "findings", "told", "lost", "earliest", "false"]);
    let change = |count: usize, whole: usize| {
        let sign = if count < whole { "−" } else { "+" };
        if count == whole { count.to_string() } else { format!("{count} ({sign}{})", count.abs_diff(whole)) }
    };
    let whole = ablation.whole;
    grid.row([
        "(nothing)".to_owned(),
        String::new(),
        whole.recall.to_string(),
        String::new(),
        whole.earliest.to_string(),
        whole.false_findings.to_string(),
    ]);
    for row in &ablation.rows {
        grid.row([
            row.signal.clone(),
            row.findings.to_string(),
            row.count.recall.to_string(),
            row.lost.len().to_string(),
            change(row.count.earliest, whole.earliest),
            change(row.count.false_findings, whole.false_findings),
        ]);
    }
    let lost = ablation.rows.iter().filter(|row| !row.lost.is_empty());
    let lost = lost.map(|row| format!("Without {}: {}", row.signal, row.lost.join(", "))).collect();
    vec![
        heading(2, "What each signal is worth"),
        Block::Prose(vec![
            format!(
                "The runs were made again, {}, with each signal weighing nothing.",
                learned(ablation.learn).to_lowercase()
            ),
            "Findings are those of MEDIUM or above that rest on the signal when it weighs.".to_owned(),
            "Lost are the attacks told with the signal and not without it, named by seed and id.".to_owned(),
        ]),
        Block::Grid(grid),
        Block::List(lost),
    ]
}

pub(super) fn heading(level: usize, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

pub(super) fn sentences(sentences: &[&str]) -> Vec<String> {
    sentences.iter().map(|sentence| (*sentence).to_owned()).collect()
}

fn learned(days: u32) -> String {
    match days {
        0 => "From a cold start".to_owned(),
        1 => "After learning for a day".to_owned(),
        days => format!("After learning for {days} days"),
    }
}

fn learned_short(days: u32) -> String {
    if days == 0 { "cold start".to_owned() } else { format!("learned {days} d") }
}

/// Two places after the point, or a dash.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn interval(ratio: Ratio) -> String {
    ratio.interval().map_or_else(|| "–".to_owned(), |(low, high)| format!("{:.0}–{:.0} %", low * 100.0, high * 100.0))
}

/// Seconds in the unit a person would say them in.
pub(super) fn span(seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return "–".to_owned() };
    let sign = if seconds < 0 { "−" } else { "" };
    match seconds.unsigned_abs() {
        0 => "at once".to_owned(),
        short @ ..120 => format!("{sign}{short} s"),
        minutes @ ..7_200 => format!("{sign}{} min", minutes / 60),
        hours @ ..172_800 => format!("{sign}{}.{} h", hours / 3_600, hours % 3_600 / 360),
        days => format!("{sign}{}.{} d", days / 86_400, days % 86_400 / 8_640),
    }
}

#[cfg(test)]
mod tests;
