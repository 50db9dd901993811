//! What is asked for: the parts of the deployment whose week is told, as the weekly tick names them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the template's weekly rule says of the deployment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sight) struct Asked {
    /// Every function, by the last part of its log group's name.
    pub(super) functions: BTreeMap<String, Function>,
    /// Those of them that judge.
    pub(super) judges: Vec<String>,
    /// The ledger's table.
    pub(super) ledger: String,
    /// The topic findings are told on, by its name.
    pub(super) findings_topic: String,
    /// The topic of alarms, by its name.
    pub(super) alarms_topic: String,
    /// Every queue, by its name.
    pub(super) queues: Vec<String>,
    /// `customer-managed` where there is a key to pay for.
    pub(super) encryption: String,
    /// `on` where the tables can be restored.
    pub(super) recovery: String,
    /// How many metrics the alarms look at.
    pub(super) alarm_metrics: u32,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// Its memory, in MB.
    pub(super) memory: u32,
}

impl Asked {
    /// Every function that judges, by its name.
    pub(super) fn judging(&self) -> impl Iterator<Item = &str> {
        self.judges.iter().filter_map(|judge| self.functions.get(judge)).map(|function| function.name.as_str())
    }
}
