//! What is kept: a memory or an episode read back from bytes that something else may have written.

use std::sync::{Arc, LazyLock};

use trailwarden_detectors::memory::{Baseline, closer, observe};
use trailwarden_detectors::{Case, Recalled, Settings, judge};
use trailwarden_fixtures::records::{Caller, console_login, create_access_key, get_secret_value};
use trailwarden_model::Activity;
use trailwarden_pipeline::{Episode, Expected};

/// Reads bytes as a baseline, an episode and an announced change, and judges by the baseline.
pub(crate) fn memory(bytes: &[u8]) {
    if let Ok(baseline) = postcard::from_bytes::<Baseline>(bytes) {
        let written = postcard::to_stdvec(&baseline).expect("a baseline can be written");
        assert_eq!(postcard::from_bytes::<Baseline>(&written).expect("and read"), baseline);
        judged_by(&baseline);
        // Taken apart and put together it is the same, where it was within its limits.
        let together = Baseline::from_kept(baseline.kept());
        assert_eq!(Baseline::from_kept(together.kept()), together);
    }
    if let Ok(episode) = serde_json::from_slice::<Episode>(bytes) {
        let written = serde_json::to_vec(&episode).expect("an episode can be written");
        assert_eq!(serde_json::from_slice::<Episode>(&written).expect("and read").finding, episode.finding);
    }
    if let Ok(expected) = serde_json::from_slice::<Expected>(bytes) {
        assert_eq!(expected.id(), expected.id());
    }
}

/// Judges by it as what is remembered about everybody.
fn judged_by(baseline: &Baseline) {
    static ACTIVITIES: LazyLock<Vec<Activity>> = LazyLock::new(|| {
        let ann = Caller::user("ann");
        let records = [
            console_login(&ann, true, false),
            create_access_key(&ann, "bob", "AKIABOB"),
            get_secret_value(&Caller::role("app", "i-0123"), "app/db"),
        ];
        records.iter().map(trailwarden_fixtures::records::RecordBuilder::activity).collect()
    });
    let settings = Settings::default();
    let known = Arc::new(baseline.clone());
    for activity in ACTIVITIES.iter() {
        let subjects = observe(activity).into_iter().chain(closer(activity)).map(|observation| observation.subject);
        let recalled: Recalled = subjects.map(|subject| (subject, Arc::clone(&known))).collect();
        for signal in judge(&Case::new(activity, &recalled, &settings)) {
            assert!(signal.bits().is_finite(), "{signal:?}");
        }
        let mut grown = baseline.clone();
        for observation in observe(activity) {
            grown.remember(&observation);
        }
    }
}
