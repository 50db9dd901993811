//! A record, from bytes to an activity and what is remembered and written down of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use trailwarden_detectors::memory::{Baseline, closer, observe};
use trailwarden_detectors::{Case, Recalled, Settings, judge};
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Activity, Fact};

/// Reads bytes as a record, and promises of it what everything after relies on.
pub(crate) fn record(bytes: &[u8]) {
    let catalog = read(bytes, Coverage::Catalog);
    let wide = read(bytes, Coverage::Wide);
    let rest = read(bytes, Coverage::Rest);
    match (&catalog, &wide, &rest) {
        (Reading::Refused(one), Reading::Refused(two), Reading::Refused(three)) => assert!(one == two && two == three),
        (Reading::Activity(one), Reading::Activity(two), Reading::OutOfScope) => assert_eq!(one, two),
        (
            Reading::OutOfScope,
            Reading::OutOfScope | Reading::Activity(_),
            Reading::OutOfScope | Reading::Activity(_),
        ) => {}
        other => panic!("what is wanted is said in three ways: {other:?}"),
    }
    let Reading::Activity(activity) = wide else { return };
    same_in_an_envelope(bytes, &activity);
    understood(&activity, bytes.len());
}

/// A record is the same in EventBridge's envelope.
fn same_in_an_envelope(bytes: &[u8], activity: &Activity) {
    let bare =
        serde_json::from_slice::<Value>(bytes).is_ok_and(|value| value.get("eventName").is_some_and(Value::is_string));
    if !bare {
        return;
    }
    let enveloped =
        [br#"{"detail-type":"AWS API Call via CloudTrail","source":"aws.x","detail":"#, bytes, b"}"].concat();
    match read(&enveloped, Coverage::Wide) {
        Reading::Activity(other) if activity.id.as_str().starts_with("sha256-") => {
            assert_eq!(other.deed, activity.deed);
        }
        Reading::Activity(other) => assert_eq!(*other, *activity),
        other => panic!("within an envelope it is {other:?}"),
    }
}

/// Goes to the sorter and back, is bounded, and leaves what is bounded, whatever is remembered.
pub(crate) fn understood(activity: &Activity, read_from: usize) {
    let encoded = postcard::to_stdvec(activity).expect("an activity can spill to disk");
    assert!(encoded.len() <= (64 << 10) + 16 * read_from, "{} bytes of {read_from}", encoded.len());
    let back: Activity = postcard::from_bytes(&encoded).expect("and come back");
    assert_eq!(&back, activity);
    if let Some(fact) = Fact::of(activity) {
        let written = serde_json::to_string(&fact).expect("a fact is JSON");
        assert_eq!(serde_json::from_str::<Fact>(&written).expect("which can be read"), fact);
    }
    let mut memory: BTreeMap<_, Baseline> = BTreeMap::new();
    for observation in observe(activity).iter().chain(&closer(activity)) {
        let baseline = memory.entry(observation.subject.clone()).or_default();
        baseline.remember(observation);
        let once = baseline.clone();
        baseline.remember(observation);
        assert_eq!(*baseline, once, "what is seen twice is remembered once");
    }
    let recalled: Recalled = memory.into_iter().map(|(subject, memory)| (subject, Arc::new(memory))).collect();
    let settings = Settings::default();
    for signal in judge(&Case::new(activity, &recalled, &settings)) {
        assert!(signal.bits().is_finite(), "{signal:?}");
    }
}
