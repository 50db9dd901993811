//! A message: an event that was not judged, and the function it was meant for.
//!
//! Two services write them, each in its own form:
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>.

use aws_sdk_sqs::types::Message;
use serde_json::Value;
use serde_json::value::RawValue;

/// Which queue a message is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    /// Events functions failed at: a record around each, by Lambda.
    Failures,
    /// Events rules could not deliver: each as it was, with attributes beside it, by `EventBridge`.
    Undelivered,
}

impl Queue {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Undelivered => "undelivered",
        }
    }
}

/// Why nobody can be given a message; no time will mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it holds no event")]
    NoEvent,
    #[error("it does not say which function it was meant for")]
    NoFunction,
    #[error("it was meant for a function that is none of ours")]
    Stranger,
}

/// An event with the function that is to have it.
#[derive(Debug)]
pub(super) struct Meant<'a> {
    /// The function, as the settings name it: the code of today, whichever version failed.
    pub(super) function: &'a str,
    /// The event, byte for byte.
    pub(super) event: &'a RawValue,
}

impl<'a> Meant<'a> {
    pub(super) fn read(queue: Queue, message: &'a Message, ours: &'a [String]) -> Result<Self, Unreadable> {
        let body = message.body().unwrap_or_default();
        let (named, event) = match queue {
            Queue::Failures => failed(body)?,
            Queue::Undelivered => (target(message), serde_json::from_str(body).map_err(|_| Unreadable::NoEvent)?),
        };
        let function = one_of(ours, &named.ok_or(Unreadable::NoFunction)?).ok_or(Unreadable::Stranger)?;
        Ok(Self { function, event })
    }
}

/// The function and the event in what Lambda wrote of a failure.
fn failed(body: &str) -> Result<(Option<String>, &RawValue), Unreadable> {
    let parts: std::collections::BTreeMap<String, &RawValue> =
        serde_json::from_str(body).map_err(|_| Unreadable::NoEvent)?;
    let event = parts.get("requestPayload").copied().ok_or(Unreadable::NoEvent)?;
    let context = parts.get("requestContext").and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    let function = context.and_then(|context| Some(context.get("functionArn")?.as_str()?.to_owned()));
    Ok((function, event))
}

fn target(message: &Message) -> Option<String> {
    message.message_attributes()?.get("TARGET_ARN")?.string_value().map(ToOwned::to_owned)
}

/// The function of ours an ARN names, with a version or alias or without.
fn one_of<'a>(ours: &'a [String], named: &str) -> Option<&'a str> {
    let meant = |own: &&str| named.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    ours.iter().map(String::as_str).find(meant)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::MessageAttributeValue;
    use serde_json::json;

    use super::*;

    const OURS: &str = "arn:aws:lambda:us-east-1:111122223333:function:tw-ConsoleLogin";

    fn ours() -> Vec<String> {
        vec![OURS.to_owned()]
    }

    fn failure(body: &str) -> Result<(String, String), Unreadable> {
        let (message, ours) = (Message::builder().body(body).build(), ours());
        let meant = Meant::read(Queue::Failures, &message, &ours)?;
        Ok((meant.function.to_owned(), meant.event.get().to_owned()))
    }

    fn undelivered(body: &str, target: &str) -> Result<String, Unreadable> {
        let attribute = MessageAttributeValue::builder().data_type("String").string_value(target).build().unwrap();
        let message = Message::builder().body(body).message_attributes("TARGET_ARN", attribute).build();
        let ours = ours();
        Meant::read(Queue::Undelivered, &message, &ours).map(|meant| meant.event.get().to_owned())
    }

    #[test]
    fn an_event_is_handed_on_byte_for_byte_to_the_function_it_was_meant_for() {
        let event = r#"{"detail": {"n":1.10,"n":2}, "z":1e400}"#;
        for version in ["", ":$LATEST", ":7", ":live"] {
            let body = format!(
                r#"{{"version":"1.0","requestContext":{{"functionArn":"{OURS}{version}","condition":"RetriesExhausted"}},"requestPayload":{event}}}"#
            );
            assert_eq!(failure(&body), Ok((OURS.to_owned(), event.to_owned())), "{version}");
        }
        assert_eq!(undelivered(event, OURS), Ok(event.to_owned()));
    }

    #[test]
    fn only_functions_of_this_stack_are_given_anything() {
        for stranger in [
            "arn:aws:lambda:us-east-1:999988887777:function:tw-ConsoleLogin",
            "arn:aws:lambda:eu-west-1:111122223333:function:tw-ConsoleLogin",
            "arn:aws:lambda:us-east-1:111122223333:function:tw-ConsoleLoginX",
            "arn:aws:lambda:us-east-1:111122223333:function:tw-Console",
            "tw-ConsoleLogin",
            "",
        ] {
            assert_eq!(undelivered("{}", stranger), Err(Unreadable::Stranger), "{stranger}");
            let body = json!({ "requestContext": { "functionArn": stranger }, "requestPayload": {} });
            assert_eq!(failure(&body.to_string()), Err(Unreadable::Stranger), "{stranger}");
        }
    }

    #[test]
    fn what_holds_no_event_or_names_no_function_is_told_apart() {
        for body in ["", "not json", "null", "[]", "7", "{", r#"{"requestContext":{}}"#] {
            assert_eq!(failure(body), Err(Unreadable::NoEvent), "{body}");
        }
        for context in [json!(null), json!(1), json!({}), json!({ "functionArn": 7 }), json!([OURS])] {
            let body = json!({ "requestContext": context, "requestPayload": {} }).to_string();
            assert_eq!(failure(&body), Err(Unreadable::NoFunction), "{body}");
        }
        assert_eq!(undelivered("not json", OURS), Err(Unreadable::NoEvent));
        let bare = Message::builder().body("{}").build();
        assert_eq!(Meant::read(Queue::Undelivered, &bare, &ours()).unwrap_err(), Unreadable::NoFunction);
    }

    #[test]
    fn a_deep_event_is_handed_on_and_not_followed() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(undelivered(&deep, OURS).map(|event| event.len()), Ok(deep.len()));
    }
}
