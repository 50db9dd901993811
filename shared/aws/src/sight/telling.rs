//! Telling: what became blind or sees again is told by one run, once, and then remembered as told.

use std::collections::BTreeSet;

use jiff::Timestamp;
use trailwarden_model::aws::delivery::Behaviour;

use super::claim::{claim, release};
use super::news::{Mail, News};
use super::pulse::{self, Marks};
use super::report::{Found, Report, State};
use super::{Sight, Visited};
use crate::call::CallError;
use crate::heartbeat::Mark;

/// What of an account is to be remembered as told, and what no longer is.
type Changes = (String, Vec<String>, Vec<String>);

impl Sight {
    /// Tells what became blind or sees again since somebody was told, and remembers that it was told.
    pub(super) async fn tell(
        &self,
        (now, run): (Timestamp, &str),
        visited: &[Visited],
        report: &mut Report,
    ) -> Result<(), CallError> {
        let marks = visited.iter().map(|visit| (visit.account.as_str(), &visit.marks));
        let (_, changes) = news(marks, report);
        let (table, second) = (&self.settings.table, now.as_second());
        let none = changes.iter().all(|(_, set, removed)| set.is_empty() && removed.is_empty());
        if none || !claim(&self.dynamodb, table, run, second).await? {
            return Ok(());
        }
        // Another run may have told it since these accounts were looked at.
        let mut anew = Vec::with_capacity(visited.len());
        for visit in visited {
            anew.push((visit.account.as_str(), pulse::read(&self.dynamodb, table, &visit.account).await?));
        }
        let (news, changes) = news(anew.iter().map(|(account, marks)| (*account, marks)), report);
        if self.mailed(&news, report).await {
            for (account, set, removed) in changes {
                pulse::write(&self.dynamodb, table, &account, (set.as_slice(), removed.as_slice()), second).await?;
            }
        }
        release(&self.dynamodb, table, run).await
    }

    /// Mails it, if there is anything; where that fails, the report says so, and the next run tries again.
    async fn mailed(&self, news: &News, report: &mut Report) -> bool {
        let Some(mail) = news.mail(report) else { return true };
        if let Err(error) = self.publish(mail).await {
            tracing::error!(retryable = error.is_retryable(), %error, "news not told");
            let mut found = Found::at(&self.settings.home);
            let says = format!("nobody could be told what became blind or sees again: {error}");
            let mend = "see whether the topic AlarmsTopic and its key are there".to_owned();
            found.fault("alarm.untold", &[], says, mend);
            report.faults.append(&mut found.faults);
            return false;
        }
        tracing::info!(blind = news.blind.len(), sees = news.sees.len(), "news told");
        true
    }

    pub(super) async fn publish(&self, mail: Mail) -> Result<(), CallError> {
        let client = aws_sdk_sns::Client::new(&self.config);
        let request = client.publish().topic_arn(&self.settings.alarms_topic).subject(mail.subject).message(mail.body);
        request.send().await.map(drop).map_err(|error| CallError::of("Publish", error))
    }
}

/// What changed since somebody was told, by what is remembered of each account.
fn news<'a>(accounts: impl Iterator<Item = (&'a str, &'a Marks)>, report: &Report) -> (News, Vec<Changes>) {
    let (mut news, mut changes) = (News::default(), Vec::new());
    for (account, marks) in accounts {
        let (mut set, mut removed, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
        let rows = report.rows.iter().filter(|row| row.place.account == account);
        for (row, path) in rows.flat_map(|row| Behaviour::ALL.map(|path| (row, path))) {
            let attribute = Mark::Told.attribute(path, &row.place.region);
            let told = marks.get(Mark::Told, path, &row.place.region).is_some();
            let about = (row.place.clone(), path);
            match row.paths.get(path.name()).map(|sighting| sighting.state) {
                Some(State::Blind) if !told => {
                    set.push(attribute.clone());
                    news.blind.insert(about);
                }
                Some(State::Seen | State::Configured) if told => {
                    removed.push(attribute.clone());
                    news.sees.insert(about);
                }
                _ => {}
            }
            known.insert(attribute);
        }
        // Of a region that is no longer looked at, nobody is told anything more.
        removed.extend(marks.told().filter(|name| !known.contains(*name)).map(ToOwned::to_owned));
        changes.push((account.to_owned(), set, removed));
    }
    (news, changes)
}
