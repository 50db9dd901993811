//! Every fault at every call of a tick: after its retries, or the ticks that follow, everybody's privileges are known.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::moment::Moment;
use crate::plan::Plan;
use crate::stage::{Stage, withstands};
use crate::table::block_on;

impl Stage for Deployment {
    const TICKS: bool = true;

    fn set() -> Self {
        block_on(Self::at(&Moment::default()))
    }

    fn plan(&self) -> &Plan {
        &self.outside.plan
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment().to_vec()
    }

    fn end(self) -> BTreeMap<String, String> {
        let moment = block_on(self.moment());
        block_on(Deployment::end(self));
        moment.in_words()
    }
}

fn tick(time: &str) -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "time": time, "detail": {} })
}

#[test]
fn whatever_call_fails_the_next_ticks_learn_what_everybody_may_do() {
    withstands::<Deployment>(&[tick("2026-03-04T06:00:00Z"), tick("2026-03-04T18:00:00Z")]);
}
