//! Every fault at every call: after retries, or a redrive days later, every answer and every announced change is kept.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};
use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::RecordBuilder;
use trailwarden_model::Severity;
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_pipeline::{Expected, Pipeline};

use crate::asked::taken_back;
use crate::deployment::Deployment;
use crate::intrusion::intrusion;
use crate::lambda::Function;
use crate::moment::Moment;
use crate::plan::Plan;
use crate::stage::{Stage, withstands};
use crate::table::block_on;

/// What is remembered after an intrusion, before anybody said anything but that carol is expected to change something.
pub(crate) static FOUND: LazyLock<Moment> = LazyLock::new(|| {
    block_on(async {
        let deployment = Deployment::at(&Moment::default()).await;
        let pipeline = Pipeline {
            store: deployment.store(),
            publisher: deployment.ledger(),
            settings: Settings::default(),
            expected: Vec::new(),
            tell_from: Severity::Medium,
        };
        for record in intrusion().iter().map(RecordBuilder::bytes) {
            let Reading::Activity(activity) = read(&record, Coverage::Catalog) else { continue };
            pipeline.judge(&activity).await.unwrap();
        }
        // What is taken back must be known by then: whoever takes it back is told if it is not.
        let function = Function::start(&deployment.environment());
        function.invoke(&announced("carol", "2026-03-04T08:00:00Z")).unwrap();
        function.kill();
        let moment = deployment.moment().await;
        Deployment::end(deployment).await;
        moment
    })
});

impl Stage for Deployment {
    const TICKS: bool = false;

    fn set() -> Self {
        block_on(Self::at(&FOUND))
    }

    fn plan(&self) -> &Plan {
        &self.outside.plan
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment().to_vec()
    }

    fn end(self) -> BTreeMap<String, String> {
        let moment = block_on(self.moment());
        block_on(Deployment::end(self));
        moment.in_words()
    }
}

fn answered(id: &str, status: &str, time: &str) -> Value {
    let finding = json!({
        "Id": format!("trailwarden/{id}"), "AwsAccountId": "111122223333",
        "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
        "Workflow": { "Status": status }, "Note": { "Text": "our new pipeline", "UpdatedBy": "ann" },
    });
    json!({
        "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
        "time": time, "detail": { "findings": [finding] },
    })
}

pub(crate) fn announced(who: &str, time: &str) -> Value {
    json!({
        "source": "tickets", "detail-type": "Trailwarden Expected Change", "time": time,
        "detail": { "who": who, "until": "2026-03-20T00:00:00Z", "by": "board", "reference": "CHG-1" },
    })
}

/// What that announces, as far as it names it.
fn change(who: &str) -> Expected {
    Expected {
        who: Some(who.to_owned()),
        until: Some("2026-03-20T00:00:00Z".parse().unwrap()),
        by: "board".to_owned(),
        reference: Some("CHG-1".to_owned()),
        ..Expected::default()
    }
}

#[test]
fn whatever_call_fails_what_people_said_is_kept_in_the_memory_and_in_the_ledger() {
    let states = FOUND.states();
    let story = states.iter().find(|(_, state)| state.kind == "story.intrusion").unwrap().0;
    let single = states.iter().find(|(_, state)| state.kind == "credential-added.for-another-identity").unwrap().0;
    withstands::<Deployment>(&[
        answered(story, "SUPPRESSED", "2026-03-04T10:00:00Z"),
        answered(single, "RESOLVED", "2026-03-04T11:00:00Z"),
        announced("alice", "2026-03-04T12:00:00Z"),
        taken_back(&change("carol").id(), "2026-03-08T12:00:00Z"),
    ]);
}
