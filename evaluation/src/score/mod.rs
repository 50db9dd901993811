//! Scoring: what the program found, held against what really happened.
//!
//! The program is a black box: it is run by its command line over the logs alone, and what it wrote is read back.

mod ablation;
mod block;
mod details;
mod logs;
mod matching;
mod metrics;
mod report;
mod rules;
mod run;
mod truth;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use self::ablation::Ablation;
use self::logs::Logs;
use self::matching::{Judged, Times};
use self::metrics::Metrics;
use self::rules::Ruled;
use self::run::Invocation;
use self::truth::Truth;

pub use self::truth::Organization;

/// What is to be evaluated, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The program.
    pub binary: PathBuf,
    /// Settings to run it with.
    pub config: Option<PathBuf>,
    /// How many days it learns from in silence; one evaluation each. Zero is a cold start.
    pub learn: Vec<u32>,
    /// Whether each signal is left out in turn, under the first of `learn`: a run for each signal and folder.
    pub ablation: bool,
    /// Whether plain rules judge the same logs.
    pub rules: bool,
    /// What the page says of how it was made.
    pub about: About,
    /// Told, in a few words, what is done next.
    pub progress: fn(&str),
}

impl Options {
    /// Everything but the ablation, after learning for thirty days and from a cold start.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            config: None,
            learn: vec![30, 0],
            ablation: false,
            rules: true,
            about: About::default(),
            progress: |_| (),
        }
    }
}

/// How an evaluation was made, in words.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The machine: processor, cores, memory, system.
    pub machine: String,
    /// The command that makes it again.
    pub command: String,
    /// Versions of whatever matters, the program's first.
    pub versions: Vec<String>,
}

/// What an evaluation came to.
#[derive(Debug, Clone)]
pub struct Evaluation {
    about: About,
    organizations: Vec<Measured>,
    settings: Vec<Setting>,
    ablation: Option<Ablation>,
}

/// The numbers a promise can be held to, over all organisations under one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headline {
    /// How many days were learned from.
    pub learn: u32,
    /// How many attacks were judged.
    pub attacks: usize,
    /// Of those, such as a finding of MEDIUM or above cites.
    pub told: usize,
    /// Of those, such as were noticed at the earliest event that could tell.
    pub at_earliest: usize,
    /// False findings of MEDIUM or above.
    pub false_findings: usize,
    /// Findings told falsely by a notice, and lowered below MEDIUM afterwards; not among the former.
    pub withdrawn: usize,
    /// False findings per hundred identities and week; none where nothing was judged.
    pub false_rate: Option<f64>,
    /// The most false findings of one day in one organisation.
    pub worst_day: usize,
    /// Notices while learning: there should be none.
    pub notices_while_learning: usize,
}

impl Evaluation {
    /// The numbers a promise can be held to, one for each setting.
    #[must_use]
    pub fn headlines(&self) -> Vec<Headline> {
        let headline = |setting: &Setting| Headline {
            learn: setting.learn,
            attacks: setting.metrics.all.recall.of,
            told: setting.metrics.all.recall.hit,
            at_earliest: setting.metrics.all.earliest.hit,
            false_findings: setting.metrics.false_findings,
            withdrawn: setting.metrics.withdrawn,
            false_rate: metrics::rate(setting.metrics.false_findings, setting.metrics.hundred_weeks),
            worst_day: setting.metrics.worst_day.map_or(0, |worst| worst.count),
            notices_while_learning: setting.metrics.notices.learning,
        };
        self.settings.iter().map(headline).collect()
    }
}

/// An organisation, and how many records its logs hold.
#[derive(Debug, Clone)]
struct Measured {
    organization: Organization,
    records: u64,
}

/// Everything measured after learning for so many days.
#[derive(Debug, Clone)]
struct Setting {
    learn: u32,
    judged: Vec<Judged>,
    metrics: Metrics,
    ruled: Option<Ruled>,
}

/// A generated folder, read.
struct Case<'a> {
    folder: &'a Path,
    truth: Truth,
    times: Times,
    records: u64,
    /// One for each span of learning, where rules are asked for.
    ruled: Vec<Ruled>,
}

impl<'a> Case<'a> {
    fn read(folder: &'a Path, options: &Options) -> Result<Self> {
        (options.progress)(&format!("reading {}", folder.display()));
        let truth = Truth::read(folder)?;
        if let Some(learn) = options.learn.iter().find(|learn| **learn >= truth.organization.days) {
            let days = truth.organization.days;
            bail!("{} holds {days} days: learning for {learn} leaves nothing to judge", folder.display());
        }
        let logs = Logs::read(folder, &truth)?;
        let spans = options.learn.iter().filter(|_| options.rules);
        let ruled = spans.map(|learn| rules::judge(&truth, &logs, *learn)).collect();
        Ok(Self { folder, records: logs.records, times: logs.times, truth, ruled })
    }

    fn judge(&self, options: &Options, learn: u32, ignored: Option<&str>) -> Result<Judged> {
        let without = ignored.map(|signal| format!(", without {signal}")).unwrap_or_default();
        (options.progress)(&format!("judging {}, {learn} days learned{without}", self.folder.display()));
        let config = options.config.as_deref();
        let output = run::run(&Invocation { binary: &options.binary, config, learn, ignored }, self.folder)?;
        Ok(matching::judge(&self.truth, &self.times, &output, learn))
    }
}

/// Runs the program over generated folders, and holds what it found against what really happened.
pub fn evaluate(folders: &[PathBuf], options: &Options) -> Result<Evaluation> {
    if folders.is_empty() || options.learn.is_empty() {
        bail!("nothing to evaluate: name at least one folder and one number of days to learn from");
    }
    let cases = folders.iter().map(|folder| Case::read(folder, options)).collect::<Result<Vec<_>>>()?;
    let mut settings = Vec::new();
    for (place, learn) in options.learn.iter().enumerate() {
        let judged = cases.iter().map(|case| case.judge(options, *learn, None)).collect::<Result<Vec<_>>>()?;
        let ruled = cases.iter().filter_map(|case| case.ruled.get(place)).cloned();
        settings.push(Setting {
            learn: *learn,
            metrics: Metrics::of(&judged),
            judged,
            ruled: ruled.reduce(|sum, one| sum.plus(&one)),
        });
    }
    let ablation = match settings.first() {
        Some(first) if options.ablation => Some(ablate(&cases, options, first)?),
        _ => None,
    };
    let measured = |case: Case<'_>| Measured { organization: case.truth.organization, records: case.records };
    let organizations = cases.into_iter().map(measured).collect();
    Ok(Evaluation { about: options.about.clone(), organizations, settings, ablation })
}

fn ablate(cases: &[Case<'_>], options: &Options, whole: &Setting) -> Result<Ablation> {
    let mut without = BTreeMap::new();
    for signal in ablation::signals(&whole.judged).into_keys() {
        let judged = cases.iter().map(|case| case.judge(options, whole.learn, Some(&signal)));
        let judged = judged.collect::<Result<Vec<_>>>()?;
        without.insert(signal, judged);
    }
    Ok(ablation::compare(whole.learn, &whole.judged, without))
}
