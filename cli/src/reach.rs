//! Reaching a deployment: which one the arguments name, and what waits for its answers.

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use trailwarden_remote::Deployment;

use crate::args::DeploymentArgs;

/// The deployment, with credentials as the AWS command line finds them.
pub(crate) fn reach(at: &DeploymentArgs) -> anyhow::Result<(Runtime, Deployment)> {
    let runtime = Builder::new_current_thread().enable_all().build().context("cannot start")?;
    let deployment = runtime.block_on(Deployment::of(&at.stack, at.region.clone(), at.profile.clone()))?;
    Ok((runtime, deployment))
}
