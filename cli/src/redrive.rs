//! `trailwarden redrive`: what waits in a deployment's queues is tried again now, and not within the hour.

use trailwarden_remote::Redriven;

use crate::args::RedriveArgs;
use crate::reach::reach;

/// Runs the command.
pub(crate) fn run(arguments: &RedriveArgs) -> anyhow::Result<()> {
    let (runtime, deployment) = reach(&arguments.deployment)?;
    let all = runtime.block_on(async {
        let mut all = Redriven::default();
        loop {
            let run = deployment.redrive().await?;
            all = Redriven { redriven: all.redriven + run.redriven, ..run };
            // A run that did nothing leaves nothing to another one.
            if run.left_for_later == 0 || run.redriven == 0 {
                return anyhow::Ok(all);
            }
            anstream::eprintln!("{} tried again, about {} left", all.redriven, run.left_for_later);
        }
    })?;
    tell(all);
    Ok(())
}

fn tell(all: Redriven) {
    let Redriven { redriven, failed, left_for_later, unreadable } = all;
    anstream::println!("{redriven} tried again and taken");
    if failed > 0 {
        anstream::eprintln!(
            "{failed} failed again: the logs of their functions say why; they stay and are tried each hour"
        );
    }
    if left_for_later > 0 {
        anstream::eprintln!("about {left_for_later} not tried yet: run it again, or wait for the hour");
    }
    if unreadable > 0 {
        anstream::eprintln!("{unreadable} are none of ours: look into the queues FailuresQueue and UndeliveredQueue");
    }
}
