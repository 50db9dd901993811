//! Unheard: a publisher for functions that tell nobody.

use std::convert::Infallible;

use trailwarden_model::Finding;
use trailwarden_pipeline::Publisher;

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unheard;

impl Publisher for Unheard {
    type Error = Infallible;

    async fn publish(&self, _finding: &Finding) -> Result<(), Infallible> {
        Ok(())
    }
}
