//! The tally: one short line in the log for each event a judging function dealt with.
//!
//! The template's metric filters count these lines, by what came of the event; what was given back leaves none,
//! since Lambda counts that itself. So what AWS says a function received can be held against what the function
//! says it did with it, and what a trail has against what was dealt with, event by event.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use trailwarden_model::text::json;

use crate::logs;
use crate::trigger::Dealt;

/// Counts what came of events, in the name of a stack; of a function that knows none, nobody counts anything.
#[derive(Debug)]
pub(crate) struct Tally {
    stack: Option<String>,
}

impl Tally {
    pub(crate) fn of(stack: Option<&str>) -> Self {
        Self { stack: stack.map(ToOwned::to_owned) }
    }

    /// Counts one event.
    pub(crate) fn count(&self, dealt: &Dealt) {
        if let Some(line) = self.line(dealt) {
            logs::line(&line);
        }
    }

    fn line(&self, dealt: &Dealt) -> Option<String> {
        let event = dealt.record.as_ref().map(|id| id.as_str().to_owned());
        let line = Line { counted: dealt.handled.name().into(), event, stack: self.stack.clone()? };
        json(&line).ok()
    }
}

/// The line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    counted: Cow<'static, str>,
    /// CloudTrail's `eventID`, of what was judged or noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    stack: String,
}

/// Which event a line counts, if it counts one.
#[cfg(feature = "sight")]
pub(crate) fn counted(line: &str) -> Option<String> {
    serde_json::from_str::<Line>(line.trim_end()).ok()?.event
}

#[cfg(test)]
mod tests {
    use trailwarden_model::EventId;
    use trailwarden_pipeline::Verdict;

    use super::*;
    use crate::trigger::Handled;

    #[test]
    fn a_line_says_which_event_and_what_came_of_it_and_nothing_else_of_it() {
        let tally = Tally::of(Some("tw"));
        let outcomes = [Handled::Judged(Verdict::default()), Handled::Noted, Handled::OutOfScope, Handled::Refused];
        let lines = outcomes.map(|handled| {
            let record = matches!(handled, Handled::Judged(_) | Handled::Noted).then(|| EventId::new("e-1"));
            tally.line(&Dealt { record, handled }).unwrap()
        });
        assert_eq!(lines[0], "{\"counted\":\"judged\",\"event\":\"e-1\",\"stack\":\"tw\"}");
        assert_eq!(lines[2], "{\"counted\":\"out-of-scope\",\"stack\":\"tw\"}");
        let names = ["judged", "heartbeat", "out-of-scope", "rejected"];
        assert!(lines.iter().zip(names).all(|(line, name)| line.contains(name)), "{lines:?}");
        assert_eq!(Tally::of(None).line(&Dealt { record: None, handled: Handled::Refused }), None);
    }

    #[cfg(feature = "sight")]
    #[test]
    fn a_line_is_read_as_it_was_written_and_every_other_counts_nothing() {
        let dealt = Dealt { record: Some(EventId::new("e-1")), handled: Handled::Noted };
        let line = Tally::of(Some("tw")).line(&dealt).unwrap();
        assert_eq!(counted(&format!("{line}\n")).as_deref(), Some("e-1"));
        for other in ["{\"event\":\"e-1\"}", "START RequestId: e-1", "{\"counted\":\"rejected\",\"stack\":\"tw\"}"] {
            assert_eq!(counted(other), None);
        }
    }
}
