//! The claim: of several runs at once one tells what changed, and the others leave it to that one.
//!
//! A claim ends by itself, so that a run that died with it keeps the next one from nothing; a run that is given
//! again holds the claim it had.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::call::{CallError, held};
use crate::heartbeat::{KEPT, item};
use crate::store::KEY;

/// The name of the claim, where an account's heartbeats have the account's.
const TELLING: &str = "telling";
/// After how many seconds a claim is over: no run lasts longer.
const LASTS: i64 = 16 * 60;

/// Claims the right to tell for a run; `false` where another one has it.
pub(super) async fn claim(client: &Client, table: &str, run: &str, now: i64) -> Result<bool, CallError> {
    let number = |second: i64| AttributeValue::N(second.to_string());
    let request = client
        .update_item()
        .table_name(table)
        .key(KEY, AttributeValue::S(item(TELLING)))
        .update_expression("SET #run = :run, #over = :over, expires = :expires")
        .condition_expression("attribute_not_exists(#run) OR #over < :now OR #run = :run")
        .expression_attribute_names("#run", "run")
        .expression_attribute_names("#over", "over")
        .expression_attribute_values(":run", AttributeValue::S(run.to_owned()))
        .expression_attribute_values(":over", number(now + LASTS))
        .expression_attribute_values(":now", number(now))
        .expression_attribute_values(":expires", number(now + KEPT));
    held("UpdateItem", request.send().await)
}

/// Gives it back.
pub(super) async fn release(client: &Client, table: &str, run: &str) -> Result<(), CallError> {
    let request = client
        .update_item()
        .table_name(table)
        .key(KEY, AttributeValue::S(item(TELLING)))
        .update_expression("REMOVE #run, #over")
        .condition_expression("#run = :run")
        .expression_attribute_names("#run", "run")
        .expression_attribute_names("#over", "over")
        .expression_attribute_values(":run", AttributeValue::S(run.to_owned()));
    held("UpdateItem", request.send().await).map(|_| ())
}
