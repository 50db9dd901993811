//! Every fault at every call of a tick: the ticks that follow end what is over, and the rule names who is watched.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::deployment::Deployment;
use crate::moment::Moment;
use crate::plan::Plan;
use crate::rule::Rule;
use crate::stage::{Stage, withstands};
use crate::table::{block_on, client, emulator, new_table, scan};
use crate::ticks::tick;
use crate::watch::{at, key, presence};

impl Stage for Deployment {
    const TICKS: bool = true;

    /// Three keys are watched, and the rule still names only the first two: the put for the third had failed.
    fn set() -> Self {
        block_on(async {
            let (rule, table) = (Rule::open(), new_table(&client(&emulator())).await);
            presence(&rule, &table).watch(&key(1), at(100)).await.unwrap();
            presence(&rule, &table).watch(&key(2), at(200)).await.unwrap();
            let behind = rule.state();
            presence(&rule, &table).watch(&key(3), at(2000)).await.unwrap();
            let items = scan(&client(&emulator()), &table).await;
            Self::at(&Moment { items, rule: behind, ..Moment::default() }).await
        })
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

#[test]
fn whatever_call_fails_the_next_ticks_end_what_is_over_and_put_the_rule_right() {
    // The first ends one watch, the second nothing, the third another.
    let ticks: Vec<Value> = [150, 160, 1050].into_iter().map(tick).collect();
    withstands::<Deployment>(&ticks);
}
