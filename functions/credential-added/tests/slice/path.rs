//! Without faults: one event in, at most one message out, the same finding as without AWS.

use serde_json::{Value, json};
use trailwarden_fixtures::records::{Caller, get_secret_value};

use crate::queue::Queue;
use crate::stack::{Stack, a_key_for_a_privileged_other, locally};
use crate::topic::Fate;

#[tokio::test]
async fn the_function_tells_what_the_pipeline_tells_without_aws() {
    let stack = Stack::deploy().await;
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
    }
    let told = stack.told();
    assert_eq!(told, locally(&a_key_for_a_privileged_other()).await);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["type"], "credential-added.for-another-identity");
    assert_eq!(told[0]["events"][0]["id"], "key");
    let message = &stack.topic.published()[0];
    assert!(
        message.subject.starts_with(&format!("[{}] alice gave user bob", told[0]["severity"].as_str().unwrap())),
        "{}",
        message.subject
    );
    assert!(message.message.starts_with(told[0]["severity"].as_str().unwrap()));
    assert!(message.message.contains("aws iam update-access-key --status Inactive"));
    assert_eq!(message.attributes["type"], "credential-added.for-another-identity");
    assert_eq!(message.attributes["account"], "111122223333");
    assert_eq!(message.attributes["techniques"], r#"["T1098.001"]"#);
}

#[tokio::test]
async fn a_chat_is_told_on_a_topic_of_its_own_in_its_own_form() {
    let chat = "arn:aws:sns:us-east-1:111122223333:chat";
    let stack = Stack::deploy().await.with("CHAT_TOPIC_ARN", chat);
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
    }
    let [mail, chatted] = &stack.topic.published()[..] else { panic!("one message for each topic") };
    assert_eq!(chatted.topic, chat);
    let message: Value = serde_json::from_str(&chatted.message).unwrap();
    assert_eq!(message["metadata"]["threadId"], mail.finding()["id"]);
    assert_eq!(message["content"]["textType"], "client-markdown");
    assert_eq!(chatted.attributes, mail.attributes);
}

#[tokio::test]
async fn a_topic_or_a_hub_that_fails_does_not_keep_the_other_from_being_told() {
    for (fates, takes) in [(&[][..], true), (&[Fate::Refused], true), (&[], false)] {
        let queue = Queue::open(takes);
        let stack = Stack::deploy().await.with("HUB_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/hub");
        let stack = stack.with("AWS_ENDPOINT_URL_SQS", &format!("http://127.0.0.1:{}", queue.port));
        let function = stack.start();
        let [grant, key] = a_key_for_a_privileged_other();
        function.invoke(&grant.event()).unwrap();
        stack.topic.next(fates);
        let all_told = fates.is_empty() && takes;
        assert_eq!(function.invoke(&key.event()).is_ok(), all_told, "what one of them refused comes again");
        assert_eq!(stack.told().len(), usize::from(fates.is_empty()));
        assert_eq!(queue.sent().len(), usize::from(takes));
        let told = queue.sent().into_iter().chain(stack.told()).next().unwrap();
        assert_eq!(told["type"], "credential-added.for-another-identity");
    }
}

#[tokio::test]
async fn a_chat_that_fails_does_not_keep_the_mail_from_being_told() {
    for fates in [[None, Some(Fate::Refused)], [Some(Fate::Refused), None]] {
        let stack = Stack::deploy().await.with("CHAT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:chat");
        let function = stack.start();
        let [grant, key] = a_key_for_a_privileged_other();
        function.invoke(&grant.event()).unwrap();
        stack.topic.next_of(&fates);
        assert!(function.invoke(&key.event()).is_err(), "what one topic refused comes again");
        assert_eq!(stack.topic.published().len(), 1, "the other was told");
        function.invoke(&key.event()).unwrap();
        assert_eq!(stack.topic.published().len(), 3);
    }
}

#[tokio::test]
async fn an_event_delivered_twice_is_told_once_with_the_same_id_and_revision() {
    let stack = Stack::deploy().await;
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
        function.invoke(&record.event()).unwrap();
    }
    assert_eq!(stack.told(), locally(&a_key_for_a_privileged_other()).await);
}

#[tokio::test]
async fn a_bad_record_is_refused_and_not_tried_again() {
    let stack = Stack::deploy().await;
    let function = stack.start();
    for event in [
        json!(null),
        json!([]),
        json!({ "detail": {} }),
        json!({ "detail": { "eventName": 7 } }),
        json!({ "detail": "text" }),
    ] {
        assert_eq!(function.invoke(&event), Ok("null".to_owned()), "{event}");
    }
    assert_eq!(stack.gateway.taken(), Vec::<String>::new());
    let record = &a_key_for_a_privileged_other()[1];
    assert!(function.invoke(&record.event()).is_ok());
}

#[tokio::test]
async fn a_quiet_event_asks_the_table_once_for_each_subject_and_tells_nobody() {
    let stack = Stack::deploy().await;
    let function = stack.start();
    let app = Caller::role("app", "i-0123456789abcdef0");
    let read = |day: u32| {
        get_secret_value(&app, "prod/db").id(&format!("read-{day}")).at(&format!("2026-03-{day:02}T09:15:00Z"))
    };
    for day in 1..=20 {
        function.invoke(&read(day).event()).unwrap();
    }
    stack.gateway.taken();
    function.invoke(&read(21).event()).unwrap();
    let asked = stack.gateway.taken();
    eprintln!("a quiet event asks the table: {asked:?}");
    assert_eq!(asked, vec!["UpdateItem"; 4]);
    assert_eq!(stack.told(), Vec::<Value>::new());
}
