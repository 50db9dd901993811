//! A change to an item: an update expression with its names and values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Elements, TRACE};

/// What one `UpdateItem` does.
///
/// Every attribute goes by a placeholder: values come from records, and may hold anything.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The attributes by placeholder.
    pub(super) names: HashMap<String, String>,
    /// The values by placeholder.
    pub(super) values: HashMap<String, AttributeValue>,
    set: Vec<String>,
    sets: Vec<String>,
    verb: &'static str,
}

impl Change {
    /// Adds elements to an item's sets (`ADD`), or takes them away (`DELETE`).
    pub(super) fn new(verb: &'static str, elements: &Elements) -> Self {
        let mut change = Self { verb, ..Self::default() };
        // One activity adds one day to many attributes: the value is sent once.
        let mut sent: BTreeMap<&BTreeSet<i128>, String> = BTreeMap::new();
        for (name, numbers) in elements.sets() {
            let value = sent.entry(numbers).or_insert_with(|| {
                let numbers = numbers.iter().map(ToString::to_string).collect();
                change.value(AttributeValue::Ns(numbers))
            });
            let value = value.clone();
            change.touch(name, &value);
        }
        if !elements.trace.is_empty() {
            let value = change.value(AttributeValue::Ss(elements.trace.iter().cloned().collect()));
            change.touch(TRACE, &value);
        }
        change
    }

    /// Sets a number where the item has none yet.
    pub(super) fn initially(mut self, name: &str, number: i64) -> Self {
        let (name, value) = (self.name(name), self.value(AttributeValue::N(number.to_string())));
        self.set.push(format!("{name} = if_not_exists({name}, {value})"));
        self
    }

    /// Sets a number.
    pub(super) fn anew(mut self, name: &str, number: i64) -> Self {
        let (name, value) = (self.name(name), self.value(AttributeValue::N(number.to_string())));
        self.set.push(format!("{name} = {value}"));
        self
    }

    /// Whether it does nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The update expression.
    pub(super) fn expression(&self) -> String {
        let clause = |verb: &str, parts: &[String]| (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(",")));
        let clauses: Vec<String> =
            [clause("SET", &self.set), clause(self.verb, &self.sets)].into_iter().flatten().collect();
        clauses.join(" ")
    }

    fn touch(&mut self, name: &str, value: &str) {
        let name = self.name(name);
        self.sets.push(format!("{name} {value}"));
    }

    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }
}
