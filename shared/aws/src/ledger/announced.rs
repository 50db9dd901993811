//! The register: what was announced and what was suppressed, so that it can be listed and taken back.
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `pk`, `sk` | S | [`REGISTER`], and the announcement's id |
//! | `body` | S | the announcement, as the memory keeps it |
//! | `withdrawn`, `withdrawn_by` | S | from when on it holds no longer, and by whose word |
//!
//! The memory decides what holds; it is written first, so whatever stands here is in the memory.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use trailwarden_pipeline::Expected;

use super::digest::stamp;
use super::{LedgerError, LedgerTable, PARTITION_KEY, SORT_KEY, TTL};
use crate::call::{CallError, held};

/// The partition all of it lies in.
pub(crate) const REGISTER: &str = "announced";

/// One announcement as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Announcement {
    /// What it is called.
    pub(crate) id: String,
    /// What was announced.
    pub(crate) announced: Expected,
    /// From when on it holds no longer, where somebody took it back.
    pub(crate) withdrawn: Option<Timestamp>,
    /// Who did.
    pub(crate) withdrawn_by: Option<String>,
}

impl Announcement {
    /// Whether it holds at a moment, or will.
    pub(crate) fn stands(&self, at: Timestamp) -> bool {
        self.withdrawn.is_none() && self.announced.until.is_none_or(|until| at <= until)
    }
}

impl LedgerTable {
    /// Enters what was announced, unless it stands there; what was taken back before it was said is entered anew.
    pub(crate) async fn announce(&self, announced: &Expected) -> Result<(), LedgerError> {
        let (text, id) = (|text: &str| AttributeValue::S(text.to_owned()), announced.id());
        let body = serde_json::to_string(announced).map_err(|error| LedgerError::Unwritable(id.clone(), error))?;
        let said = announced.said.unwrap_or_default();
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(PARTITION_KEY, text(REGISTER))
            .item(SORT_KEY, text(&id))
            .item("time", text(&said.to_string()))
            .item("who", text(&announced.by))
            .item("body", text(&body))
            .item(TTL, self.expiry(announced.until.unwrap_or(said)))
            .condition_expression("attribute_not_exists(#pk) OR withdrawn < :said")
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_values(":said", text(&stamp(said)))
            .send()
            .await;
        Ok(held("PutItem", sent).map(|_| ())?)
    }

    /// Notes that it was taken back; the first to do so counts.
    pub(crate) async fn withdraw(&self, id: &str, at: Timestamp, by: &str) -> Result<(), LedgerError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PARTITION_KEY, text(REGISTER))
            .key(SORT_KEY, text(id))
            .update_expression("SET withdrawn = :at, withdrawn_by = :by")
            .condition_expression("attribute_exists(#pk) AND attribute_not_exists(withdrawn)")
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_values(":at", text(&stamp(at)))
            .expression_attribute_values(":by", text(by))
            .send()
            .await;
        Ok(held("UpdateItem", sent).map(|_| ())?)
    }

    /// Everything that was announced, of that id or all, in order of what it is called.
    pub(crate) async fn announcements(&self, id: Option<&str>) -> Result<Vec<Announcement>, LedgerError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let condition = if id.is_some() { "#pk = :register AND #sk = :id" } else { "#pk = :register" };
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let mut request = self
                .client
                .query()
                .table_name(&self.table)
                // What was just said must be there.
                .consistent_read(true)
                .key_condition_expression(condition)
                .expression_attribute_names("#pk", PARTITION_KEY)
                .expression_attribute_values(":register", text(REGISTER))
                .set_exclusive_start_key(after);
            if let Some(id) = id {
                request =
                    request.expression_attribute_names("#sk", SORT_KEY).expression_attribute_values(":id", text(id));
            }
            let page = request.send().await.map_err(|error| CallError::of("Query", error))?;
            found.extend(page.items.iter().flatten().filter_map(|row| {
                let value = |name: &str| row.get(name)?.as_s().ok();
                Some(Announcement {
                    id: value(SORT_KEY)?.clone(),
                    announced: serde_json::from_str(value("body")?).ok()?,
                    withdrawn: value("withdrawn").and_then(|at| at.parse().ok()),
                    withdrawn_by: value("withdrawn_by").cloned(),
                })
            }));
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}
