//! Pages: what the ledger holds of some days, a part at a time.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trailwarden_model::{Fact, FactKind};

use super::digest::Cell;
use super::{LedgerError, LedgerTable, PARTITION_KEY, SORT_KEY};
use crate::call::CallError;

/// What the partition of findings is called.
pub(crate) const FINDING: &str = "finding";
/// After how many bytes a part is full; a function may answer with six megabytes.
const FULL: usize = 2 * 1024 * 1024;
/// How many requests one part takes at most, so that it is there in time.
const REQUESTS: usize = 100;

/// Where the next part begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    day: Date,
    kind: String,
    /// After which row of it.
    after: Option<String>,
}

/// What is asked for: these kinds of rows, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    kinds: Vec<String>,
    from: Date,
    to: Date,
    #[serde(default)]
    begin: Option<Place>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Part {
    /// Each with its `kind` and its `body`; of a day of acts also with `object`, which of what the body names it is
    /// about, `first`, `last`, `hours`, `outcomes` and `networks`.
    rows: Vec<Value>,
    /// Where the next one begins, if there is one.
    next: Option<Place>,
}

impl Wanted {
    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self) -> Option<String> {
        let known = |kind: &String| kind == FINDING || FactKind::ALL.iter().any(|known| known.name() == kind);
        let unknown = self.kinds.iter().find(|kind| !known(kind));
        unknown.map(|kind| format!("the ledger has no `{kind}`: use the version that was deployed"))
    }

    fn next(&self, place: &Place) -> Option<Place> {
        let mut kinds = self.kinds.iter().skip_while(|kind| **kind != place.kind).skip(1);
        let (day, kind) = match kinds.next() {
            Some(kind) => (place.day, kind),
            None => (place.day.tomorrow().ok()?, self.kinds.first()?),
        };
        (day <= self.to).then(|| Place { day, kind: kind.clone(), after: None })
    }

    fn begin(&self) -> Option<Place> {
        let first = || Some(Place { day: self.from, kind: self.kinds.first()?.clone(), after: None });
        self.begin.clone().or_else(first).filter(|place| place.day <= self.to)
    }
}

impl LedgerTable {
    /// The rows of these days and kinds, as many as one answer holds.
    pub(crate) async fn part(&self, wanted: &Wanted) -> Result<Part, LedgerError> {
        let (mut part, mut bytes) = (Part { rows: Vec::new(), next: wanted.begin() }, 0);
        for _ in 0..REQUESTS {
            let Some(place) = part.next.clone().filter(|_| bytes < FULL) else { break };
            let text = |text: &str| AttributeValue::S(text.to_owned());
            let partition = format!("{}/{}", place.kind, place.day);
            let mut request = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("#pk = :partition")
                .expression_attribute_names("#pk", PARTITION_KEY)
                .expression_attribute_values(":partition", text(&partition));
            if let Some(after) = &place.after {
                request = request
                    .exclusive_start_key(PARTITION_KEY, text(&partition))
                    .exclusive_start_key(SORT_KEY, text(after));
            }
            let page = request.send().await.map_err(|error| CallError::of("Query", error))?;
            for row in page.items.iter().flatten() {
                let Some(body) = row.get("body").and_then(|body| body.as_s().ok()) else { continue };
                bytes += body.len();
                let Ok(body) = serde_json::from_str::<Value>(body) else { continue };
                part.rows.push(plain(&place.kind, body, row));
            }
            let last = page.last_evaluated_key.as_ref().and_then(|key| key.get(SORT_KEY)?.as_s().ok().cloned());
            part.next = match last {
                Some(last) => Some(Place { after: Some(last), ..place }),
                None => wanted.next(&place),
            };
        }
        Ok(part)
    }
}

/// A row as whoever asked reads it.
fn plain(kind: &str, body: Value, row: &std::collections::HashMap<String, AttributeValue>) -> Value {
    let mut plain = Map::from_iter([("kind".to_owned(), kind.into()), ("body".to_owned(), body)]);
    for name in ["first", "last", "hours", "outcomes", "networks"] {
        let value = match row.get(name) {
            Some(AttributeValue::S(text)) => text.clone().into(),
            Some(AttributeValue::Ss(texts)) => {
                let mut texts = texts.clone();
                texts.sort();
                texts.into()
            }
            Some(AttributeValue::Ns(numbers)) => {
                let mut numbers: Vec<i64> = numbers.iter().filter_map(|number| number.parse().ok()).collect();
                numbers.sort_unstable();
                numbers.into()
            }
            _ => continue,
        };
        plain.insert(name.to_owned(), value);
    }
    let object = plain.get("body").and_then(|body| object(body, row.get(SORT_KEY)?.as_s().ok()?));
    plain.extend(object.map(|object| ("object".to_owned(), object.into())));
    plain.into()
}

/// Which of the things that were read or opened a day's row is about.
fn object(body: &Value, sort: &str) -> Option<String> {
    let fact = Fact::deserialize(body).ok().filter(|fact| fact.kind.is_frequent())?;
    let object = fact.objects().into_iter().find(|object| Cell::of(&fact, object).is_at(sort))?;
    Some(object.to_owned())
}
