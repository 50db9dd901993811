//! `trailwarden ack` and `trailwarden expect`: what people decide and what they know will come, said to a deployment.

use anyhow::bail;
use jiff::Timestamp;
use serde_json::{Value, json};
use trailwarden_remote::Heard;

use crate::args::{AckArgs, DeploymentArgs, ExpectAddArgs, ExpectArgs, ExpectCommand};
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
            format!("{finding} is open again")
        } else {
            format!("{finding} is suppressed; the same is expected to come again, for as long as the settings say")
        }
    );
    Ok(())
}

/// Runs `expect`.
pub(crate) fn expect(arguments: &ExpectArgs) -> anyhow::Result<()> {
    let ExpectCommand::Add(ExpectAddArgs { who, target, what, until, by, reference, deployment }) = &arguments.command;
    let detail = json!({
        "who": who, "target": target, "what": what, "until": until, "by": by, "reference": reference,
    });
    let heard = said("Trailwarden Expected Change", &detail, deployment)?;
    if heard.expected == 0 {
        bail!("{} does not understand what an expected change is: use the version that was deployed", deployment.stack);
    }
    anstream::println!("expected from now on until {until}");
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
fn now() -> Timestamp {
    Timestamp::now()
}
