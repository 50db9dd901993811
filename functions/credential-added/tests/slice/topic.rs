//! The topic: an SNS endpoint that keeps what was published, and fails when it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use trailwarden_exports::mail::FINDING_LINE;

use crate::http::{Reply, Request, serve};

/// What becomes of one `Publish`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is refused.
    Refused,
    /// The connection is cut before it is read.
    Cut,
    /// It is published, and the answer is lost.
    Unanswered,
    /// It hangs for ever, and is not published.
    Hangs,
}

/// A message as a subscriber gets it.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) topic: String,
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Published {
    /// The finding in it.
    pub(crate) fn finding(&self) -> Value {
        let (_, finding) = self.message.split_once(&format!("{FINDING_LINE}\n")).unwrap();
        serde_json::from_str(finding).unwrap()
    }
}

#[derive(Debug, Default)]
struct Kept {
    published: Vec<Published>,
    fates: VecDeque<Option<Fate>>,
}

/// A topic.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
    hanging: Receiver<()>,
    _release: Sender<()>,
}

/// The topic of people.
pub(crate) const FINDING_TOPIC: &str = "arn:aws:sns:us-east-1:111122223333:findings";
pub(crate) const PUBLISHED: &str = r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>"#;
pub(crate) const ATTRIBUTES: &str = r#"<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes/></GetTopicAttributesResult><ResponseMetadata><RequestId>r-2</RequestId></ResponseMetadata></GetTopicAttributesResponse>"#;
const FAULT: &str = r#"<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type><Code>InternalError</Code><Message>planned</Message></Error><RequestId>r-3</RequestId></ErrorResponse>"#;

impl Topic {
    pub(crate) fn open() -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (hangs, hanging) = channel();
        let (release, released) = channel::<()>();
        let (within, released) = (Arc::clone(&kept), Mutex::new(released));
        let port = serve(move |request| {
            let form = form(&request);
            if form.get("Action").map(String::as_str) != Some("Publish") {
                return Reply::of(200, "text/xml", ATTRIBUTES);
            }
            let fate = within.lock().unwrap().fates.pop_front().flatten();
            if matches!(fate, None | Some(Fate::Unanswered)) {
                within.lock().unwrap().published.push(published(&form));
            }
            match fate {
                None => Reply::of(200, "text/xml", PUBLISHED),
                Some(Fate::Refused) => Reply::of(500, "text/xml", FAULT),
                Some(Fate::Cut | Fate::Unanswered) => Reply::Cut,
                Some(Fate::Hangs) => {
                    let _told = hangs.send(());
                    // Until the topic is closed: the sender is only ever dropped.
                    let _closed = released.lock().unwrap().recv();
                    Reply::Cut
                }
            }
        });
        Self { port, kept, hanging, _release: release }
    }

    /// What becomes of the next messages, one after the other.
    pub(crate) fn next(&self, fates: &[Fate]) {
        self.kept.lock().unwrap().fates.extend(fates.iter().copied().map(Some));
    }

    /// The same, where some are simply published.
    pub(crate) fn next_of(&self, fates: &[Option<Fate>]) {
        self.kept.lock().unwrap().fates.extend(fates);
    }

    /// Waits until a message hangs.
    pub(crate) fn wait_until_one_hangs(&self) {
        self.hanging.recv_timeout(crate::lambda::PATIENCE).expect("a message that hangs");
    }

    /// What was published so far.
    pub(crate) fn published(&self) -> Vec<Published> {
        self.kept.lock().unwrap().published.clone()
    }
}

pub(crate) fn published(form: &BTreeMap<String, String>) -> Published {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let attributes = (1..).map_while(|index| {
        let entry = format!("MessageAttributes.entry.{index}");
        let name = form.get(&format!("{entry}.Name"))?;
        Some((name.clone(), field(&format!("{entry}.Value.StringValue"))))
    });
    Published {
        topic: field("TopicArn"),
        subject: field("Subject"),
        message: field("Message"),
        attributes: attributes.collect(),
    }
}

pub(crate) fn form(request: &Request) -> BTreeMap<String, String> {
    let body = String::from_utf8(request.body.clone()).unwrap();
    body.split('&').filter_map(|field| field.split_once('=')).map(|(name, value)| (plain(name), plain(value))).collect()
}

/// Takes the percent signs out.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}
