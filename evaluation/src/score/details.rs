//! Details of one setting: each organisation, ordinary life, calibration, and everything that went wrong, by name.

use super::Setting;
use super::block::{Block, Grid};
use super::matching::{Falsehood, Judged, Outcome};
use super::metrics::{Bin, Calibration, Ratio, rate, worst_day};
use super::report::{heading, number, span};

/// How the numbers came about.
pub(super) const COUNTED: [&str; 16] = [
    "An attack is told if a finding of MEDIUM or above, in its final state, cites one of the attacker's events.",
    "The generator names, for each attack, the earliest event that could tell an expert; no detector had run by then.",
    "The delay runs from that event to the event that caused the first notice of MEDIUM or above that cites the attack.",
    "A delay of nothing or less is “at the earliest event”; its share is of all attacks, missed ones too.",
    "Medians and worst delays are of attacks that were noticed; of two middle delays the longer is given.",
    "A finding is false if it is MEDIUM or above and cites no event of any attack; stories count, resolved ones too.",
    "A false notice whose finding fell below MEDIUM afterwards, as a closed rotation does, is listed and counted apart.",
    "Rates are per hundred identities and week of the judged span: all days but those learned from.",
    "Sums over organisations are taken before anything is divided.",
    "The worst day is the UTC day on which one organisation's most false findings were first told.",
    "“Findings” per attack leave stories out; “to read” lets a story stand for the parts it joins.",
    "The interval is Wilson's, at 95 %.",
    "The Brier score is the mean of (confidence − outcome)² over all findings of every severity; 0 is perfect.",
    "The outcome is 1 if the finding cites an attack.",
    "A first read, by the plain rules, is one by the same role or user of the same secret id; accounts come as they are logged.",
    "Plain rules remember what they saw while the program learned, and their rows of that time are not counted.",
];

/// How each organisation did.
pub(super) fn each(setting: &Setting) -> Grid {
    let mut grid = Grid::new(&["seed", "told", "at earliest", "false", "per 100·week", "worst day"]);
    for judged in &setting.judged {
        let attacks = || judged.attacks.iter();
        let earliest = attacks().filter(|attack| attack.first.is_some_and(|first| first.delay <= 0)).count();
        let weeks = judged.organization.hundred_weeks(judged.learn);
        grid.row([
            judged.organization.seed.to_string(),
            Ratio::new(attacks().filter(|attack| attack.told()).count(), judged.attacks.len()).to_string(),
            earliest.to_string(),
            judged.falsehoods.len().to_string(),
            number(rate(judged.falsehoods.len(), weeks)),
            worst_day(judged).map_or(0, |worst| worst.count).to_string(),
        ]);
    }
    grid
}

/// What people were asked to look at who had no attack.
pub(super) fn ordinary_life(setting: &Setting) -> Vec<Block> {
    let metrics = &setting.metrics;
    let worst = metrics.worst_day.map_or_else(
        || "No day had a false finding.".to_owned(),
        |worst| format!("The worst day had {}: {} of seed {}.", worst.count, worst.day, worst.seed),
    );
    let notices = metrics.notices;
    vec![
        heading(3, "Ordinary life"),
        Block::Prose(vec![
            format!(
                "{} false findings in {:.1} weeks of a hundred identities, {} of which closed themselves.",
                metrics.false_findings, metrics.hundred_weeks, metrics.resolved
            ),
            worst,
            format!("{} of them came in the first week after learning.", metrics.first_week_false),
            format!("{} notices were sent while learning.", notices.learning),
            format!(
                "{} notices of MEDIUM or above came in the first week, {} of them false.",
                notices.first_week, notices.first_week_false
            ),
            format!("{} came in all, {} of them false.", notices.judged, notices.judged_false),
        ]),
    ]
}

/// Whether findings know themselves.
pub(super) fn calibration(calibration: &Calibration) -> Vec<Block> {
    let mut bins = Grid::new(&["confidence", "findings", "mean", "cite an attack"]);
    for (place, bin) in calibration.bins.iter().enumerate() {
        let upper = if place + 1 == calibration.bins.len() { 100 } else { place * 10 + 9 };
        bins.row(bin_row(format!("{}–{upper}", place * 10), bin));
    }
    let mut severities = Grid::new(&["severity", "findings", "mean confidence", "cite an attack"]);
    for (severity, bin) in calibration.severities.iter().rev() {
        severities.row(bin_row(severity.name().to_owned(), bin));
    }
    let sentence = format!(
        "The Brier score is {}; always saying the share that cites an attack would score {}.",
        number(calibration.all.brier()),
        number(calibration.all.brier_of_share())
    );
    vec![heading(3, "Calibration"), Block::Prose(vec![sentence]), Block::Grid(bins), Block::Grid(severities)]
}

fn bin_row(name: String, bin: &Bin) -> [String; 4] {
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0));
    [name, bin.telling.of.to_string(), percent(bin.confidence()), bin.telling.to_string()]
}

/// Every attack nobody was asked to look at.
pub(super) fn missed(setting: &Setting) -> Vec<Block> {
    let missed = |judged: &Judged| {
        let seed = judged.organization.seed;
        let missed = judged.attacks.iter().filter(|attack| !attack.told());
        missed.map(|attack| missed_item(seed, attack)).collect::<Vec<_>>()
    };
    list("Missed attacks", setting.judged.iter().flat_map(missed).collect())
}

fn missed_item(seed: u64, attack: &Outcome) -> String {
    let mut item =
        format!("{seed}/{}, {}, {}: {}", attack.id, attack.family, attack.technique, sentence(&attack.title));
    if let Some(reason) = &attack.blind_spot {
        item += &format!(" A stated blind spot: {}", sentence(reason));
    }
    match &attack.nearest {
        Some(nearest) => {
            item += &format!(" Nearest: {} {}, {}", nearest.severity.name(), nearest.score, sentence(&nearest.title));
        }
        None => item += " No finding cites it.",
    }
    if attack.first.is_some() {
        item += " A notice had told it, and its finding fell below MEDIUM afterwards.";
    }
    item
}

/// Every attack told later than it could have been, or without a notice.
pub(super) fn late(setting: &Setting) -> Vec<Block> {
    let late = |judged: &Judged| {
        let seed = judged.organization.seed;
        let told = judged.attacks.iter().filter(|attack| attack.told());
        told.filter_map(|attack| late_item(seed, attack)).collect::<Vec<_>>()
    };
    list("Late notices", setting.judged.iter().flat_map(late).collect())
}

fn late_item(seed: u64, attack: &Outcome) -> Option<String> {
    let name = format!("{seed}/{}, {}: {}", attack.id, attack.family, sentence(&attack.title));
    match attack.first {
        None => Some(format!("{name} It was found, and no notice of MEDIUM or above cites it.")),
        Some(first) if first.delay > 0 => {
            Some(format!("{name} {} late, {} events in between.", span(Some(first.delay)), first.between))
        }
        Some(_) => None,
    }
}

/// Every finding that asked for a look at ordinary life.
pub(super) fn falsehoods(setting: &Setting) -> Vec<Block> {
    list("False findings", setting.judged.iter().flat_map(|judged| items(judged, &judged.falsehoods)).collect())
}

/// Every finding a notice told falsely, that fell below MEDIUM afterwards.
pub(super) fn withdrawn(setting: &Setting) -> Vec<Block> {
    let withdrawn = setting.judged.iter().flat_map(|judged| items(judged, &judged.withdrawn));
    list("False notices whose findings were lowered", withdrawn.collect())
}

fn items(judged: &Judged, falsehoods: &[Falsehood]) -> Vec<String> {
    falsehoods.iter().map(|falsehood| falsehood_item(judged.organization.seed, falsehood)).collect()
}

fn falsehood_item(seed: u64, falsehood: &Falsehood) -> String {
    let weighed = |(signal, weight): &(String, f64)| format!("{signal} {weight:.1}");
    let signals = falsehood.signals.iter().map(weighed).collect::<Vec<_>>().join(", ");
    let severity = falsehood.severity.name();
    let mut item = format!("{seed}, {}, {severity}: {} {}", falsehood.day, sentence(&falsehood.title), falsehood.kind);
    if !signals.is_empty() {
        item += &format!(": {signals}");
    }
    if !falsehood.oddities.is_empty() {
        let oddities = falsehood.oddities.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        item += &format!("; oddity: {oddities}");
    }
    item + if falsehood.resolved { "; closed itself" } else { "" }
}

fn list(title: &str, items: Vec<String>) -> Vec<Block> {
    let title = heading(3, &format!("{title}: {}", items.len()));
    if items.is_empty() { vec![title] } else { vec![title, Block::List(items)] }
}

/// The text with a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}
