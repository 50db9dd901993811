//! Logs: one JSON object a line on stderr, never a record's content.

use std::fmt::Display;
use std::io::Write;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

/// Writes a line that is counted or queried by what it says, whatever level is logged; as one, so that none comes between.
///
/// One that cannot be written is one that nobody reads.
pub(crate) fn line(said: &impl Display) {
    let _written = std::io::stderr().lock().write_all(format!("{said}\n").as_bytes());
}

/// Begins to write what the function has to say; `level` as `LOG_LEVEL` names it, `info` where it names none.
pub fn start(level: tracing::Level) {
    // Lambda stamps every line with its own time.
    let lines =
        fmt::layer().json().without_time().with_current_span(false).with_span_list(false).with_writer(std::io::stderr);
    // The runtime says every error again that the function has said in full.
    let wanted = Targets::new().with_default(level).with_target("lambda_runtime", LevelFilter::OFF);
    // A second start in one process keeps the first.
    let started = registry().with(lines).with(wanted).try_init();
    drop(started);
}
