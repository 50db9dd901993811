//! A year in the table: what an item takes stays bounded, and an event asks for no more at the end than at first.

use std::collections::HashMap;
use std::env;
use std::time::Instant;

use aws_sdk_dynamodb::types::AttributeValue;
use trailwarden_fixtures::life;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Read};

use crate::cost::Account;
use crate::spending::{Spent, bytes};
use crate::table::{client, emulator, scan};

/// How many identities the long form has, and for how many days they live.
const IDENTITIES: &str = "TRAILWARDEN_YEAR_IDENTITIES";
const DAYS: &str = "TRAILWARDEN_YEAR_DAYS";
/// A row of the table: a month in the long form, a third of the days in the short one.
const MONTH: usize = 30;
/// What an item may take before its own upkeep makes it smaller, in bytes (ADR 0007).
const LARGEST: usize = 192 << 10;

/// The bytes of each identity's item.
async fn items(account: &Account) -> Vec<usize> {
    let all = scan(&client(&emulator()), &account.memory).await;
    let of_identity = |item: &&HashMap<String, AttributeValue>| item["id"].as_s().unwrap().starts_with("identity/");
    all.iter().filter(of_identity).map(|item| bytes(std::slice::from_ref(item))).collect()
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long an event takes is shown, and nothing hangs on it")]
async fn an_event_asks_for_no_more_at_the_end_of_a_year_than_at_its_beginning() {
    let of = |name: &str, other: usize| env::var(name).map_or(other, |value| value.parse().unwrap());
    let (identities, days) = (of(IDENTITIES, 5), of(DAYS, 12));
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let mut account = Account::new().await;
    let (mut events, mut months) = (0, Vec::new());
    let mut began = Instant::now();
    eprintln!("| days | events | requests each | units written | units read | ms | items: mean, largest | notices |");
    eprintln!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    for today in 0..days {
        for (_, record) in life::day(identities, i64::try_from(today).unwrap()) {
            let Read::Activity(activity) = intake.read(&record.bytes()) else { panic!("no activity") };
            account.live(&activity).await;
            events += 1;
        }
        if (today + 1) % MONTH.min(days / 3) != 0 && today + 1 < days {
            continue;
        }
        let spent = account.meter.taken().into_values().fold(Spent::default(), Spent::and);
        let sizes = items(&account).await;
        let (number, sum, largest) = (sizes.len(), sizes.iter().sum::<usize>(), sizes.iter().max().unwrap());
        let each = |count: f64| count / f64::from(events);
        eprintln!(
            "| {} | {events} | {:.3} | {:.3} | {:.3} | {:.1} | {number}: {}, {largest} | {} |",
            today + 1,
            each(spent.requests as f64),
            each(spent.write_units),
            each(spent.read_units),
            each(began.elapsed().as_secs_f64() * 1e3),
            sum / number,
            account.notices()
        );
        assert!(*largest <= LARGEST, "{largest} bytes");
        months.push(each(spent.write_units + spent.read_units));
        (events, began) = (0, Instant::now());
    }
    assert!(months.last() <= months.first(), "units an event, month by month: {months:?}");
}
