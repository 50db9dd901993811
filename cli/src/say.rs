//! `trailwarden ack`, `expect` and `suppress`: what people decide and what they know will come, said to a deployment.

use anyhow::bail;
use jiff::Timestamp;
use serde_json::{Value, json};
use trailwarden_remote::Heard;

use crate::announced::{Kind, list};
use crate::args::{
    AckArgs, DeploymentArgs, ExpectAddArgs, ExpectArgs, ExpectCommand, SuppressAddArgs, SuppressArgs, SuppressCommand,
    WithdrawArgs,
};
use crate::reach::reach;

/// Runs `ack`.
pub(crate) fn acknowledge(arguments: &AckArgs) -> anyhow::Result<()> {
    let AckArgs { finding, by, note, take_back, deployment } = arguments;
    let decision = if *take_back { "taken-back" } else { "legitimate" };
    let detail = json!({ "finding": finding, "decision": decision, "by": by, "note": note });
    let heard = said("Trailwarden Answer", &detail, deployment)?;
    if heard.answered == 0 {
        bail!("{} knows no finding {finding}: give its whole id, as notices and the ledger have it", deployment.stack);
    }
    anstream::println!(
        "{}",
        if *take_back {
            format!("{finding} is open again, and the same is told when it comes again")
        } else {
            format!("{finding} is suppressed; the same is expected to come again, for as long as the settings say")
        }
    );
    Ok(())
}

/// Runs `expect`.
pub(crate) fn expect(arguments: &ExpectArgs) -> anyhow::Result<()> {
    match &arguments.command {
        ExpectCommand::Add(arguments) => expect_add(arguments),
        ExpectCommand::List(arguments) => list(Kind::Change, arguments),
        ExpectCommand::Revoke(arguments) => withdraw(Kind::Change, arguments),
    }
}

/// Runs `suppress`.
pub(crate) fn suppress(arguments: &SuppressArgs) -> anyhow::Result<()> {
    match &arguments.command {
        SuppressCommand::Add(arguments) => suppress_add(arguments),
        SuppressCommand::List(arguments) => list(Kind::Suppression, arguments),
        SuppressCommand::Remove(arguments) => withdraw(Kind::Suppression, arguments),
    }
}

fn expect_add(arguments: &ExpectAddArgs) -> anyhow::Result<()> {
    let ExpectAddArgs { who, target, what, until, by, reference, deployment } = arguments;
    let detail = json!({
        "who": who, "target": target, "what": what, "until": until, "by": by, "reference": reference,
    });
    let id = announce("Trailwarden Expected Change", &detail, deployment)?;
    anstream::println!("{id}: expected from now on until {until}");
    Ok(())
}

fn suppress_add(arguments: &SuppressAddArgs) -> anyhow::Result<()> {
    let SuppressAddArgs { who, target, account, what, up_to, until, reason, by, deployment } = arguments;
    let detail = json!({
        "who": who, "target": target, "account": account, "what": what, "up_to": up_to, "until": until,
        "reason": reason, "by": by,
    });
    let id = announce("Trailwarden Suppression", &detail, deployment)?;
    anstream::println!("{id}: nobody is told of it up to {}, from now on until {until}", up_to.name());
    Ok(())
}

/// Announces something, and what it is called from now on.
fn announce(kind: &str, detail: &Value, at: &DeploymentArgs) -> anyhow::Result<String> {
    let heard = said(kind, detail, at)?;
    match heard.id.filter(|_| heard.expected > 0) {
        Some(id) => Ok(id),
        None => bail!("{} does not understand what it was told: deploy this version's template", at.stack),
    }
}

fn withdraw(kind: Kind, arguments: &WithdrawArgs) -> anyhow::Result<()> {
    let WithdrawArgs { id, by, deployment } = arguments;
    if !id.starts_with(kind.prefix()) {
        bail!("{id} is no {}: give an id as `trailwarden {} list` shows it", kind.name(), kind.command());
    }
    let heard = said("Trailwarden Withdrawal", &json!({ "id": id, "by": by }), deployment)?;
    if heard.withdrawn == 0 {
        bail!(
            "{} knows no {} {id}: `trailwarden {} list` shows what it knows",
            deployment.stack,
            kind.name(),
            kind.command()
        );
    }
    anstream::println!("{id} holds no longer");
    Ok(())
}

/// Says something to a deployment, and what became of it.
fn said(kind: &str, detail: &Value, at: &DeploymentArgs) -> anyhow::Result<Heard> {
    let event = json!({ "source": "trailwarden", "detail-type": kind, "time": now(), "detail": detail });
    let (runtime, deployment) = reach(at)?;
    let heard = runtime.block_on(deployment.say(serde_json::to_vec(&event)?))?;
    match heard.refused {
        Some(problem) => bail!("not believed: {problem}"),
        None => Ok(heard),
    }
}

#[expect(clippy::disallowed_methods, reason = "what a person says now holds from now; nothing is judged by it")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
