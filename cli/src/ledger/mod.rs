//! `ledger`: logs or a deployment in, facts out. Who added which credential, read which secret, signed in, and was it expected.

mod days;
mod deployed;
mod digest;
mod filter;
mod names;
mod table;
mod twins;

use std::io::Write;

use anyhow::Context;
use trailwarden_exports::csv::CsvWriter;
use trailwarden_local::Ordered;
use trailwarden_model::text::{grouped, json};
use trailwarden_model::{Fact, FactKind};
use trailwarden_pipeline::{Counters, Expected};

use crate::args::{LedgerArgs, LedgerFormat};
use crate::input::{self, Input, Progress, Source};
use crate::output::{self, Styling};
pub(crate) use days::Days;
use filter::Filter;
use names::Names;
use table::TableWriter;
use twins::Twins;

/// Runs `ledger`.
pub(crate) fn run(arguments: &LedgerArgs) -> anyhow::Result<()> {
    if arguments.paths.is_empty() {
        return deployed::run(arguments);
    }
    let expected = input::expected(arguments.expected.as_deref())?;
    let format = arguments.format.unwrap_or_else(|| default_format(arguments));
    let filter = Filter::of(arguments);
    let Input { ordered, mut counters, files, progress } = input::read(&Source {
        paths: &arguments.paths,
        coverage: arguments.coverage,
        networks: arguments.networks.as_deref(),
        jobs: arguments.jobs,
    })?;
    let mut told = Told::default();
    output::deliver(arguments.output.as_deref(), |writer, styling| {
        let mut book = Book {
            writer: FactWriter::new(format, arguments.every, writer, styling)?,
            filter: &filter,
            expected: &expected,
            told: &mut told,
        };
        book.keep_all(ordered, &mut counters, &progress)?;
        progress.finish();
        book.writer.finish()
    })?;
    output::account_for(&counters, files, "looked at");
    told.summarise();
    Ok(())
}

fn default_format(arguments: &LedgerArgs) -> LedgerFormat {
    if arguments.output.is_none() && output::to_terminal() { LedgerFormat::Table } else { LedgerFormat::Jsonl }
}

/// How many facts were written, by kind, and how many were not asked for.
#[derive(Debug, Default)]
struct Told {
    kinds: [u64; FactKind::ALL.len()],
    expected: u64,
    left_out: u64,
}

impl Told {
    fn count(&mut self, fact: &Fact) {
        for (count, kind) in self.kinds.iter_mut().zip(FactKind::ALL) {
            *count += u64::from(kind == fact.kind);
        }
        self.expected += u64::from(fact.expected_change.is_some());
    }

    fn summarise(&self) {
        let kinds = self.kinds.iter().zip(FactKind::ALL).filter(|(count, _)| **count > 0);
        let mut parts: Vec<String> =
            kinds.map(|(count, kind)| format!("{} {}", grouped(*count), kind.name())).collect();
        if parts.is_empty() {
            parts.push("none".to_owned());
        }
        let mut line = format!("facts: {}", parts.join(", "));
        if self.expected > 0 {
            line += &format!("; {} of them expected", grouped(self.expected));
        }
        if self.left_out > 0 {
            line += &format!("; {} not asked for", grouped(self.left_out));
        }
        anstream::eprintln!("{line}");
    }
}

/// The facts on their way from the logs to the writer.
struct Book<'a> {
    writer: FactWriter<'a>,
    filter: &'a Filter,
    expected: &'a [Expected],
    told: &'a mut Told,
}

impl Book<'_> {
    fn keep_all(&mut self, mut ordered: Ordered, counters: &mut Counters, progress: &Progress) -> anyhow::Result<()> {
        let (mut names, mut twins) = (Names::default(), Twins::default());
        let mut done: u64 = 0;
        for activity in ordered.by_ref() {
            let activity = activity.context("cannot read back what was sorted")?;
            done += 1;
            progress.judged(done);
            let activity = names.named(activity);
            if !self.filter.spans(activity.time) {
                counters.out_of_scope += 1;
                continue;
            }
            counters.judged += 1;
            if let Some(fact) = Fact::of(&activity) {
                for fact in twins.take(fact) {
                    self.keep(fact)?;
                }
            }
        }
        counters.duplicate += ordered.duplicates();
        for fact in twins.rest() {
            self.keep(fact)?;
        }
        Ok(())
    }

    fn keep(&mut self, mut fact: Fact) -> anyhow::Result<()> {
        if !self.filter.wants(&fact) {
            self.told.left_out += 1;
            return Ok(());
        }
        fact.expected_change = self.expected.iter().find(|change| change.covers_fact(&fact)).map(Expected::note);
        self.told.count(&fact);
        self.writer.write(&fact)
    }
}

/// Where facts go, one by one.
enum FactWriter<'a> {
    Table(TableWriter<'a>),
    Jsonl(&'a mut dyn Write),
    Csv(Box<CsvWriter<'a>>),
}

impl<'a> FactWriter<'a> {
    fn new(format: LedgerFormat, every: bool, writer: &'a mut dyn Write, styling: Styling) -> anyhow::Result<Self> {
        Ok(match format {
            LedgerFormat::Table => Self::Table(TableWriter::new(writer, styling, output::width(), every)),
            LedgerFormat::Jsonl => Self::Jsonl(writer),
            LedgerFormat::Csv => Self::Csv(Box::new(CsvWriter::new(writer)?)),
        })
    }

    fn write(&mut self, fact: &Fact) -> anyhow::Result<()> {
        match self {
            Self::Table(table) => table.write(fact)?,
            Self::Jsonl(writer) => writeln!(writer, "{}", json(fact)?)?,
            Self::Csv(csv) => csv.write(fact)?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Table(table) => table.finish()?,
            Self::Jsonl(writer) => writer.flush()?,
            Self::Csv(csv) => csv.finish()?,
        }
        Ok(())
    }
}
