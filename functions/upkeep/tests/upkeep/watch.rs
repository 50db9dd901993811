//! Watching: whoever is added last is named, whatever happens meanwhile.

use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::Builder;
use jiff::Timestamp;
use trailwarden_aws::presence::{NOBODY, Presence, RuleName};

use crate::rule::{Fate, RULE, Rule};
use crate::table::{client, emulator, new_table};

/// A key's id.
pub(crate) fn key(nth: usize) -> String {
    format!("AKIA{nth:016}")
}

/// A moment, in seconds from some other.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_600_000 + second).unwrap()
}

/// The watch over a table and a rule.
pub(crate) fn presence(rule: &Rule, table: &str) -> Presence {
    let events = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .retry_config(aws_sdk_eventbridge::config::retry::RetryConfig::disabled())
        .http_client(Builder::new().build_http())
        .endpoint_url(format!("http://127.0.0.1:{}", rule.port));
    let events = aws_sdk_eventbridge::Client::from_conf(events.build());
    Presence::new(client(&emulator()), events, table, RuleName::parse(RULE))
}

async fn stage() -> (Rule, String, Presence) {
    let rule = Rule::open();
    let table = new_table(&client(&emulator())).await;
    let presence = presence(&rule, &table);
    (rule, table, presence)
}

/// Lets another writer do something, while the one at hand waits.
fn another(rule: &Rule, table: &str, what: impl AsyncFnOnce(Presence) + Send + 'static) -> Fate {
    let (rule, table) = (rule.clone(), table.to_owned());
    Fate::After(Box::new(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(what(presence(&rule, &table)));
    }))
}

#[tokio::test]
async fn a_watched_key_is_named_and_the_rest_of_the_rule_stays_as_it_was() {
    let (rule, _, presence) = stage().await;
    let before = ["State", "Description"].map(|name| rule.text(name));
    let watch = presence.watch(&key(1), at(100)).await.unwrap();
    assert_eq!((watch.watching, watch.left_out, watch.rule_changed), (1, 0, true));
    assert_eq!(rule.names(), [key(1)]);
    assert_eq!(["State", "Description"].map(|name| rule.text(name)), before);
    assert!(rule.text("EventPattern").contains("AWS Service Event via CloudTrail"));
}

#[tokio::test]
async fn watching_a_key_again_changes_nothing() {
    let (rule, _, presence) = stage().await;
    presence.watch(&key(1), at(100)).await.unwrap();
    assert!(!presence.watch(&key(1), at(100)).await.unwrap().rule_changed);
    assert_eq!((rule.names(), rule.puts()), (vec![key(1)], 1));
}

#[tokio::test]
async fn a_writer_that_was_overtaken_does_not_leave_an_older_rule_behind() {
    let (rule, table, presence) = stage().await;
    rule.next(another(&rule, &table, async |other| {
        other.watch(&key(2), at(200)).await.unwrap();
    }));
    presence.watch(&key(1), at(100)).await.unwrap();
    assert_eq!(rule.names(), [key(2), key(1)]);
}

#[tokio::test]
async fn a_key_watched_while_others_end_is_named() {
    let (rule, table, presence) = stage().await;
    presence.watch(&key(1), at(100)).await.unwrap();
    rule.next(another(&rule, &table, async |other| {
        other.watch(&key(2), at(200)).await.unwrap();
    }));
    assert_eq!(presence.expire(at(150)).await.unwrap().ended, 1);
    assert_eq!(rule.names(), [key(2)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_writers_at_once_no_key_is_lost() {
    let (rule, _, presence) = stage().await;
    let writers: Vec<_> = (0..6)
        .map(|nth| {
            let presence = presence.clone();
            tokio::spawn(async move {
                // A writer that gives up has its event delivered again.
                while presence.watch(&key(nth), at(100)).await.is_err() {}
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(rule.names(), (0..6).map(key).collect::<Vec<_>>());
}

#[tokio::test]
async fn of_more_keys_than_fit_the_newest_are_named_and_the_others_counted() {
    let (rule, _, presence) = stage().await;
    let mut watch = None;
    for nth in 0..100 {
        watch = Some(presence.watch(&key(nth), at(i64::try_from(nth).unwrap())).await.unwrap());
    }
    let (watch, names) = (watch.unwrap(), rule.names());
    assert_eq!((watch.watching, watch.watching + watch.left_out), (names.len(), 100));
    assert!((60..100).contains(&names.len()), "{}", names.len());
    let newest: Vec<String> = (0..100).rev().take(names.len()).map(key).collect();
    assert_eq!(names, newest);
    // As the newest end, those there was no room for have theirs.
    let watch = presence.expire(at(98)).await.unwrap();
    assert_eq!((watch.watching, watch.left_out, watch.ended), (1, 0, 99));
    assert_eq!(rule.names(), [key(99)]);
}

#[tokio::test]
async fn what_is_over_is_named_no_longer_and_what_is_not_stays() {
    let (rule, _, presence) = stage().await;
    presence.watch(&key(1), at(100)).await.unwrap();
    presence.watch(&key(2), at(200)).await.unwrap();
    let puts = rule.puts();
    assert!(!presence.expire(at(99)).await.unwrap().rule_changed);
    assert_eq!(rule.puts(), puts, "nothing ended, nothing is put");
    let watch = presence.expire(at(100)).await.unwrap();
    assert_eq!((watch.watching, watch.ended, watch.rule_changed), (1, 1, true));
    assert_eq!(rule.names(), [key(2)]);
    presence.expire(at(200)).await.unwrap();
    assert_eq!(rule.names(), [NOBODY]);
}

#[tokio::test]
async fn a_put_that_fails_is_made_good_by_the_retry() {
    for fate in [Fate::Broken, Fate::Unanswered] {
        let (rule, _, presence) = stage().await;
        rule.next(fate);
        presence.watch(&key(1), at(100)).await.unwrap_err();
        presence.watch(&key(1), at(100)).await.unwrap();
        assert_eq!(rule.names(), [key(1)]);
    }
}

#[tokio::test]
async fn a_put_that_collides_with_anothers_is_made_again() {
    let (rule, _, presence) = stage().await;
    rule.next(Fate::Collides);
    rule.next(Fate::Collides);
    presence.watch(&key(1), at(100)).await.unwrap();
    assert_eq!(rule.names(), [key(1)]);
}

#[tokio::test]
async fn whoever_is_never_let_through_gives_the_event_back() {
    let (rule, _, presence) = stage().await;
    (0..10).for_each(|_| rule.next(Fate::Collides));
    let error = presence.watch(&key(1), at(100)).await.unwrap_err();
    assert!(trailwarden_pipeline::Failure::is_retryable(&error), "{error}");
}

#[tokio::test]
async fn a_rule_that_is_not_the_templates_is_left_alone() {
    let (rule, _, presence) = stage().await;
    rule.deploy(r#"{"source":["aws.ec2"]}"#);
    let error = presence.watch(&key(1), at(100)).await.unwrap_err().to_string();
    assert!(error.contains("deploy it again"), "{error}");
    assert_eq!((rule.text("EventPattern").as_str(), rule.puts()), (r#"{"source":["aws.ec2"]}"#, 0));
}
