//! The ports: what the pipeline asks of a store and of a publisher, and nothing more.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::Observation;
use trailwarden_model::{Activity, Finding, FindingId};

use crate::episode::Episode;

/// A failure at the edge, which knows whether trying again may help.
pub trait Failure: Error + Send + Sync + 'static {
    /// Whether the same call may succeed later.
    fn is_retryable(&self) -> bool;
}

/// The failure of what cannot fail: a store or publisher in memory.
impl Failure for Infallible {
    fn is_retryable(&self) -> bool {
        match *self {}
    }
}

/// Where the memory and the open episodes live.
///
/// Every store passes the contract suite in `trailwarden-fixtures`.
pub trait Store: Send + Sync {
    /// What can go wrong.
    type Error: Failure;

    /// Writes what one activity showed and returns what is remembered about each subject, in one request.
    ///
    /// The answer includes what was just written; a subject asked about with nothing to add is only
    /// read. Writing the same observations again changes nothing, in any order, by any number of writers.
    fn exchange(&self, observations: &[Observation]) -> impl Future<Output = Result<Recalled, Self::Error>> + Send;

    /// Of what was just exchanged, the subjects answered from a copy that others may have written past since, as
    /// questions: exchanged, they are answered by the memory itself. Most stores keep no copies.
    fn copied(&self, _observations: &[Observation]) -> Vec<Observation> {
        Vec::new()
    }

    /// The episodes of these ids that exist, in the order of the ids; shared, since they are large and mostly only read.
    fn episodes(&self, ids: &[FindingId]) -> impl Future<Output = Result<Vec<Arc<Episode>>, Self::Error>> + Send;

    /// Keeps an episode if nobody changed it since it was read; `false` where somebody did.
    ///
    /// `read_revision` is the revision it had when read, or `None` where it did not exist.
    fn keep(
        &self,
        episode: &Arc<Episode>,
        read_revision: Option<u32>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Marks a revision as told. Marking an older one than is marked changes nothing.
    fn mark_told(&self, id: &FindingId, revision: u32) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Where findings are told.
pub trait Publisher: Send + Sync {
    /// What can go wrong.
    type Error: Failure;

    /// Tells one revision of a finding. Telling it twice must be recognisable by (id, revision).
    fn publish(&self, finding: &Finding) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Hears of an activity that leaves a fact in a ledger ([`trailwarden_model::Fact`]), before anything is told
    /// about it; most publishers have no use for that. Hearing it twice must change nothing.
    /// Where it fails what is to be told is told all the same, and the activity comes again.
    fn note(&self, _activity: &Activity) -> impl Future<Output = Result<(), Self::Error>> + Send {
        async { Ok(()) }
    }

    /// Hears of a revision, whether or not it deserves a notice; most publishers have no use for that.
    /// A revision may be heard of again, and an older one after a newer one.
    fn follow(&self, _finding: &Finding) -> impl Future<Output = Result<(), Self::Error>> + Send {
        async { Ok(()) }
    }
}

/// Nobody is told: whoever only learns has nothing to say.
impl Publisher for () {
    type Error = Infallible;

    async fn publish(&self, _finding: &Finding) -> Result<(), Infallible> {
        Ok(())
    }
}

/// One store for several.
impl<S: Store> Store for Arc<S> {
    type Error = S::Error;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, S::Error> {
        S::exchange(self, observations).await
    }

    fn copied(&self, observations: &[Observation]) -> Vec<Observation> {
        S::copied(self, observations)
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, S::Error> {
        S::episodes(self, ids).await
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, S::Error> {
        S::keep(self, episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), S::Error> {
        S::mark_told(self, id, revision).await
    }
}

/// Where there is nobody to tell, nobody is told.
impl<P: Publisher> Publisher for Option<P> {
    type Error = P::Error;

    async fn publish(&self, finding: &Finding) -> Result<(), P::Error> {
        match self {
            Some(publisher) => publisher.publish(finding).await,
            None => Ok(()),
        }
    }

    async fn note(&self, activity: &Activity) -> Result<(), P::Error> {
        match self {
            Some(publisher) => publisher.note(activity).await,
            None => Ok(()),
        }
    }

    async fn follow(&self, finding: &Finding) -> Result<(), P::Error> {
        match self {
            Some(publisher) => publisher.follow(finding).await,
            None => Ok(()),
        }
    }
}
