//! The tally: one short line in the log for each event a judging function dealt with.
//!
//! The template's metric filters count these lines, by what came of the event; what was given back leaves none,
//! since Lambda counts that itself. So what AWS says a function received can be held against what the function
//! says it did with it.

use serde_json::{Value, json};

use crate::logs;
use crate::trigger::Handled;

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
    pub(crate) fn count(&self, handled: Handled) {
        if let Some(stack) = &self.stack {
            logs::line(&said(stack, handled));
        }
    }
}

fn said(stack: &str, handled: Handled) -> Value {
    json!({ "stack": stack, "counted": handled.name() })
}

#[cfg(test)]
mod tests {
    use trailwarden_pipeline::Verdict;

    use super::*;

    #[test]
    fn a_line_says_what_came_of_an_event_and_nothing_of_the_event() {
        let outcomes = [Handled::Judged(Verdict::default()), Handled::Noted, Handled::OutOfScope, Handled::Refused];
        let lines = outcomes.map(|handled| said("tw", handled).to_string());
        assert_eq!(lines[0], "{\"counted\":\"judged\",\"stack\":\"tw\"}");
        let counted = ["judged", "heartbeat", "out-of-scope", "rejected"];
        assert!(lines.iter().zip(counted).all(|(line, counted)| line.contains(counted)), "{lines:?}");
    }
}
