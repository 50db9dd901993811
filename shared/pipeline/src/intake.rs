//! Intake: raw records in, activities and rejects out. A bad record never stops its neighbours.

use trailwarden_model::Activity;
use trailwarden_model::aws::{Coverage, Reading, Refusal, read};
use trailwarden_networks::NetworkTable;

/// What one raw record turned out to be.
#[derive(Debug)]
pub enum Read {
    /// An activity, its network looked up.
    Activity(Box<Activity>),
    /// A good record no detector wants.
    OutOfScope,
    /// A bad record.
    Refused(Refusal),
}

/// Reads records and looks their networks up.
#[derive(Debug)]
pub struct Intake {
    /// Which records are wanted.
    pub coverage: Coverage,
    /// The address table.
    pub networks: NetworkTable,
}

impl Intake {
    /// Reads one record: one JSON object, bare or in an envelope.
    #[must_use]
    pub fn read(&self, bytes: &[u8]) -> Read {
        match read(bytes, self.coverage) {
            Reading::Activity(mut activity) => {
                if let Some(ip) = activity.origin.address.ip() {
                    activity.origin.network = self.networks.lookup(ip).to_network();
                }
                Read::Activity(activity)
            }
            Reading::OutOfScope => Read::OutOfScope,
            Reading::Refused(refusal) => Read::Refused(refusal),
        }
    }
}
