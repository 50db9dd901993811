//! Attacks: what intruders do, as public reports tell it, one file for a few ways of a kind.
//!
//! Every attack draws its victim, its place, its program, its pace and its hour from dice of its own.
#![expect(clippy::unnecessary_wraps, reason = "a way says by None that it found no victim; some always find one")]

mod campaigns;
mod directory;
mod drips;
mod evasion;
mod factors;
mod federation;
mod guessing;
mod hunt;
mod iam;
mod keys;
mod machines;
mod passwords;
mod persistence;
mod policies;
mod sessions;
mod signing;
mod stolen;
mod sweeps;
mod tampering;
mod thief;
mod tokens;
mod victims;

#[cfg(test)]
mod tests;

use self::hunt::Hunt;
use crate::{
    record::{Attack, Story},
    world::{Moment, World},
};

/// One way to attack.
#[derive(Clone, Copy)]
struct Way {
    family: &'static str,
    technique: &'static str,
    lasts: i64,
    act: fn(Hunt<'_>, &mut Story) -> Option<()>,
}

impl Way {
    /// A way to add a credential that lasts so many days.
    const fn credential(family: &'static str, lasts: i64, act: fn(Hunt<'_>, &mut Story) -> Option<()>) -> Self {
        Self { family, technique: "T1098.001", lasts, act }
    }

    /// A way to read secrets.
    const fn secret(family: &'static str, lasts: i64, act: fn(Hunt<'_>, &mut Story) -> Option<()>) -> Self {
        Self { family, technique: "T1555.006", lasts, act }
    }

    /// A way to use an account.
    const fn account(family: &'static str, lasts: i64, act: fn(Hunt<'_>, &mut Story) -> Option<()>) -> Self {
        Self { family, technique: "T1078.004", lasts, act }
    }
}

impl Attack for Way {
    fn family(&self) -> &'static str {
        self.family
    }

    fn technique(&self) -> &'static str {
        self.technique
    }

    fn lasts(&self) -> i64 {
        self.lasts
    }

    fn act(&self, world: &World, start: Moment, story: &mut Story) -> Option<()> {
        (self.act)(Hunt { world, start, days: self.lasts }, story)
    }
}

/// Every attack there is, in the order in which they choose their victims.
pub(crate) fn all() -> Vec<Box<dyn Attack>> {
    let ways: &[&[Way]] = &[
        campaigns::WAYS,
        evasion::WAYS,
        keys::WAYS,
        sweeps::WAYS,
        sessions::WAYS,
        guessing::WAYS,
        stolen::WAYS,
        passwords::WAYS,
        drips::WAYS,
        signing::WAYS,
        federation::WAYS,
        policies::WAYS,
        factors::WAYS,
        persistence::WAYS,
        tokens::WAYS,
        machines::WAYS,
        directory::WAYS,
        tampering::WAYS,
    ];
    ways.iter().flat_map(|ways| ways.iter()).map(|way| Box::new(*way) as Box<dyn Attack>).collect()
}
