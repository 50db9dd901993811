//! The pipeline: parse → remember and recall → judge → join → publish, over ports.
//!
//! The same pipeline runs in a function and in `replay`; only what is behind the ports differs.
//! What is learned is written first and judging leaves it out, so a retry judges as the first
//! attempt did; what is told is marked only after it was told, so a crash in between tells again.

mod acts;
mod announced;
mod answer;
mod chain;
mod cited;
mod counters;
mod episode;
mod expected;
mod gathering;
mod intake;
mod lesson;
mod pipeline;
mod ports;
mod remembering;
mod story;
mod ties;
mod weave;

pub use answer::{Answer, Decision};
pub use counters::Counters;
pub use episode::Episode;
pub use expected::Expected;
pub use gathering::Gathering;
pub use intake::{Intake, Read};
pub use lesson::Lesson;
pub use pipeline::{Pipeline, PipelineError, Verdict};
pub use ports::{Failure, Publisher, Store};
pub use remembering::Remembering;
