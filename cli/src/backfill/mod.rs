//! `trailwarden backfill`: a deployment's memory seeded from a history of logs.
//!
//! Everything is learned on this machine first and then sent subject by subject: a subject of a thousand events
//! is written once. What was learned, and how far it was sent, is kept in a file, so that a run goes on where it
//! was; without that file it begins anew, which changes nothing (`docs/decisions/0020-backfill.md`).

mod batch;
mod pace;
mod work;

use std::ops::ControlFlow;

use anyhow::Context;
use tokio::runtime::Runtime;
use trailwarden_detectors::memory::{Baseline, Subject, still_speaks};
use trailwarden_model::text::grouped;
use trailwarden_remote::{Deployment, Merged};

use crate::args::BackfillArgs;
use crate::input::Progress;
use crate::output::account_for;
use crate::reach::reach;
use batch::Batch;
use pace::Pace;
use work::{Learned, Work};

/// What sending came to.
#[derive(Debug, Default)]
struct Sent {
    /// Subjects that are in the memory now.
    subjects: u64,
    /// Subjects nobody will ask about any more.
    over: u64,
    batches: u64,
    requests: u64,
    units: f64,
}

/// Runs the command.
pub(crate) fn run(arguments: &BackfillArgs) -> anyhow::Result<()> {
    let (runtime, deployment) = reach(&arguments.deployment)?;
    let work = Work::open(arguments, &deployment.place())?;
    let learned = work.learned(arguments)?;
    account_for(&learned.counters, learned.files, "judged");
    let sending = Sending { runtime: &runtime, deployment, pace: Pace::of(arguments.rate.get()), work: &work };
    let sent = sending.all(&learned).with_context(|| {
        format!("not everything was sent; what was stays, and the same command goes on from {}", work.path().display())
    })?;
    work.done()?;
    tell(&sent);
    Ok(())
}

fn tell(sent: &Sent) {
    anstream::println!(
        "{} subjects are in the memory: {} write units by {} requests in {} batches",
        grouped(sent.subjects),
        sent.units,
        grouped(sent.requests),
        grouped(sent.batches)
    );
    if sent.over > 0 {
        anstream::eprintln!("{} more were left behind: nothing that is to come asks about them", grouped(sent.over));
    }
    anstream::eprintln!(
        "learned, not judged: `trailwarden replay` over the same logs says what is to be found in them"
    );
}

/// What is on its way.
struct Sending<'a> {
    runtime: &'a Runtime,
    deployment: Deployment,
    pace: Pace,
    work: &'a Work,
}

impl Sending<'_> {
    /// Sends everything after what was sent before, batch by batch.
    fn all(mut self, learned: &Learned) -> anyhow::Result<Sent> {
        let mut sent = Sent::default();
        let Some(newest) = learned.newest else { return Ok(sent) };
        let (size, cursor) = (self.work.size()?, self.work.cursor()?);
        if cursor.is_some() {
            anstream::eprintln!("going on where the last run was");
        }
        let progress = Progress::of_steps();
        let mut batch = Batch::default();
        let mut seen: u64 = 0;
        self.work.walk(cursor.as_ref(), |subject: Subject, memory: Baseline| {
            seen += 1;
            match still_speaks(&subject, memory, newest) {
                Some(memory) => batch.add(&subject, &memory)?,
                None => sent.over += 1,
            }
            if batch.is_full(self.pace.rate()) {
                self.send(&mut batch, &mut sent)?;
                progress.said(&format!("{} of {} subjects sent", grouped(seen), grouped(size)));
            }
            anyhow::Ok(ControlFlow::Continue(()))
        })?;
        self.send(&mut batch, &mut sent)?;
        progress.finish();
        Ok(sent)
    }

    /// Sends a batch, however many invocations it takes.
    fn send(&mut self, batch: &mut Batch, sent: &mut Sent) -> anyhow::Result<()> {
        while !batch.is_empty() {
            self.runtime.block_on(self.pace.wait());
            let answer = self.runtime.block_on(self.deployment.backfill(batch.text()));
            let merged = match answer {
                Ok(merged) => merged,
                Err(error) if error.is_passing() && self.pace.may_try_again() => {
                    anstream::eprintln!("{error}; trying again");
                    Merged::default()
                }
                Err(error) => return Err(error.into()),
            };
            self.pace.spent(merged.units, merged.merged > 0, merged.stopped.as_deref() == Some("busy"))?;
            sent.batches += 1;
            sent.requests += merged.requests;
            sent.units += merged.units;
            sent.subjects += u64::try_from(merged.merged)?;
            if let Some(last) = batch.take(merged.merged) {
                self.work.sent_until(&last)?;
            }
        }
        Ok(())
    }
}
