//! Ordinary life: what people and machines do all day, and what is odd and yet ordinary.

mod access;
mod apps;
mod background;
mod batch;
mod central;
mod errands;
mod joiners;
mod mishaps;
mod outside;
mod pages;
mod pipelines;
mod rotation;
mod run;
mod workday;
mod workloads;
mod yearly;

pub use self::run::{Summary, generate};
use crate::{record::Actor, world::World};

#[cfg(test)]
mod tests;

/// Draws the actors that have one habit.
type Habit = fn(&World) -> Vec<Box<dyn Actor>>;

/// Everybody and everything that lives in `world`.
fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    const HABITS: [Habit; 12] = [
        workday::actors,
        workloads::actors,
        batch::actors,
        rotation::actors,
        pipelines::actors,
        central::actors,
        joiners::actors,
        mishaps::actors,
        outside::actors,
        apps::actors,
        yearly::actors,
        background::actors,
    ];
    HABITS.iter().flat_map(|habit| habit(world)).collect()
}
