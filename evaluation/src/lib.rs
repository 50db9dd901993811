//! The evaluation: organisations made up from seeds, ordinary life and attacks in them, and how well a detector does.
//!
//! It shares no code with the detectors, and drives the program as anybody would: by its command line.

mod attacks;
pub mod cloudtrail;
mod life;
mod record;
pub mod score;
mod world;

pub use self::{
    life::{Summary, generate},
    world::{Plan, Profile, Size},
};
