//! The desk: each event is heard for what it is, and whoever waits is told what became of it.

use std::fmt::Display;

use lambda_runtime::{Error, LambdaEvent};
use serde::Serialize;
use serde_json::Value;
use trailwarden_pipeline::{Answer, Expected, Pipeline};

use super::question::{Question, question};
use super::withdrawal::{Withdrawn, withdrawn};
use super::{analyst, change, said, silence};
use crate::ledger::LedgerTable;
use crate::ledger::announced::Announcement;
use crate::ledger::pages::Part;
use crate::store::DynamoStore;

/// What a question about the ledger is answered with where there is none.
const NO_LEDGER: &str = "this deployment keeps no ledger, where it would stand";

/// What the function works with.
pub(super) struct Desk {
    pub(super) pipeline: Pipeline<DynamoStore, Option<LedgerTable>>,
    pub(super) ledger: Option<LedgerTable>,
}

/// What became of an event; whoever invokes the function and waits is told.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Heard {
    /// Findings whose answer is kept.
    answered: usize,
    /// Findings, or announcements, that are not known.
    unknown: usize,
    /// Changes that are expected now, and suppressions that hold.
    expected: usize,
    /// Announcements that hold no longer.
    withdrawn: usize,
    /// What was announced is called so.
    id: Option<String>,
    /// Why something in it was not believed.
    refused: Option<String>,
    /// Everything that was announced, where somebody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced: Option<Vec<Announcement>>,
    /// What the ledger holds, where somebody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<Part>,
}

impl Heard {
    fn refused(why: impl Display) -> Self {
        Self { refused: Some(why.to_string()), ..Self::default() }
    }
}

impl Desk {
    /// Hears one event: of Security Hub, of whoever announces changes, or of the command line.
    ///
    /// An error gives the event back. What is none of these, or makes no sense, is logged and never tried again.
    pub(super) async fn attend(&self, event: LambdaEvent<Value>) -> Result<Heard, Error> {
        let request = event.context.request_id.as_str();
        let heard = self.hear(&event.payload).await.inspect_err(|error| {
            tracing::error!(request, retryable = true, %error, "answer given back");
        })?;
        if let Some(problem) = &heard.refused {
            tracing::warn!(request, %problem, "what was said is refused");
        }
        Ok(heard)
    }

    async fn hear(&self, event: &Value) -> Result<Heard, Error> {
        if let Some(question) = question(event) {
            return match question {
                Ok(question) => self.tell(&question).await,
                Err(problem) => Ok(Heard::refused(problem)),
            };
        }
        let announced = change::announced(event).map(|change| change.map_err(|problem| problem.to_string()));
        if let Some(announced) = announced.or_else(|| silence::silence(event)) {
            return match announced {
                Ok(announced) => self.expect(&announced).await,
                Err(problem) => Ok(Heard::refused(problem)),
            };
        }
        match withdrawn(event) {
            Some(Ok(withdrawn)) => return self.withdraw(&withdrawn).await,
            Some(Err(problem)) => return Ok(Heard::refused(problem)),
            None => {}
        }
        match said::said(event) {
            Some(Ok(answer)) => self.answer(&[answer]).await,
            Some(Err(problem)) => Ok(Heard::refused(problem)),
            None => self.answer(&analyst::answers(event)).await,
        }
    }

    async fn answer(&self, answers: &[Answer]) -> Result<Heard, Error> {
        let mut heard = Heard::default();
        for answer in answers {
            let known = self.pipeline.hear(answer).await?;
            tracing::debug!(finding = %answer.finding_id, known, "an analyst answered");
            *(if known { &mut heard.answered } else { &mut heard.unknown }) += 1;
        }
        Ok(heard)
    }

    /// Remembers it first and registers it then: what stands in the register holds. Said again, it changes nothing.
    async fn expect(&self, announced: &Expected) -> Result<Heard, Error> {
        let (id, at) = (announced.id(), announced.said.unwrap_or_default());
        let heard = Heard { expected: 1, id: Some(id.clone()), ..Heard::default() };
        if let Some(ledger) = &self.ledger
            && ledger.announcements(Some(&id)).await?.iter().any(|known| known.stands(at))
        {
            return Ok(heard);
        }
        self.pipeline.expect(announced, at).await?;
        if let Some(ledger) = &self.ledger {
            ledger.announce(announced).await?;
        }
        Ok(heard)
    }

    /// Remembers that it holds no longer first, and registers it then.
    async fn withdraw(&self, withdrawn: &Withdrawn) -> Result<Heard, Error> {
        let Some(ledger) = &self.ledger else { return Ok(Heard::refused(NO_LEDGER)) };
        let Withdrawn { id, by, at } = withdrawn;
        let Some(known) = ledger.announcements(Some(id)).await?.pop() else {
            return Ok(Heard { unknown: 1, ..Heard::default() });
        };
        if known.stands(*at) {
            self.pipeline.withdraw(&known.announced, *at).await?;
            ledger.withdraw(id, *at, by).await?;
        }
        Ok(Heard { withdrawn: 1, id: Some(id.clone()), ..Heard::default() })
    }

    async fn tell(&self, question: &Question) -> Result<Heard, Error> {
        let Some(ledger) = &self.ledger else { return Ok(Heard::refused(NO_LEDGER)) };
        Ok(match question {
            Question::Announced => Heard { announced: Some(ledger.announcements(None).await?), ..Heard::default() },
            Question::Ledger(wanted) => Heard { ledger: Some(ledger.part(wanted).await?), ..Heard::default() },
        })
    }
}
