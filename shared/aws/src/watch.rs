//! The watch: what a function does beside judging, for what an activity shows.

use std::convert::Infallible;

use trailwarden_model::Activity;
use trailwarden_pipeline::Failure;

/// Looks at each activity beside its judging. Looking again must change nothing: a retry does.
pub trait Watch {
    /// Why it could not do what the activity asks for.
    type Error: Failure;

    /// Looks at one activity.
    fn look(&self, activity: &Activity) -> impl Future<Output = Result<(), Self::Error>>;

    /// Takes an activity that is not for judging, and says whether it did.
    fn takes(&self, _: &Activity) -> impl Future<Output = Result<bool, Self::Error>> {
        async { Ok(false) }
    }
}

/// Most functions judge, and do nothing beside it.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Watch for Nothing {
    type Error = Infallible;

    async fn look(&self, _: &Activity) -> Result<(), Infallible> {
        Ok(())
    }
}

/// What is turned off looks at nothing.
impl<W: Watch> Watch for Option<W> {
    type Error = W::Error;

    async fn look(&self, activity: &Activity) -> Result<(), W::Error> {
        match self {
            Some(watch) => watch.look(activity).await,
            None => Ok(()),
        }
    }

    async fn takes(&self, activity: &Activity) -> Result<bool, W::Error> {
        match self {
            Some(watch) => watch.takes(activity).await,
            None => Ok(false),
        }
    }
}
