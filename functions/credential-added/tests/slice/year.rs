//! A year in the table: what an item takes stays bounded, and an event asks no more often at the end than at first.

use std::collections::BTreeMap;
use std::env;
use std::time::Instant;

use trailwarden_fixtures::life;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Read};

use crate::cost::{Account, table};
use crate::spending::{Spent, bytes};
use crate::table::{client, emulator, scan};

/// How many identities the long form has, and for how many days they live.
const IDENTITIES: &str = "TRAILWARDEN_YEAR_IDENTITIES";
const DAYS: &str = "TRAILWARDEN_YEAR_DAYS";
/// A row of the table: a month in the long form, a third of the days in the short one.
const MONTH: usize = 30;
/// What an item may take before its own upkeep makes it smaller, in bytes (ADR 0007).
const LARGEST: usize = 192 << 10;

/// The bytes of each item, by what it is about: `identity`, `account` …
async fn items(account: &Account) -> BTreeMap<String, Vec<usize>> {
    let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for item in scan(&client(&emulator()), &account.memory).await {
        let kind = item["id"].as_s().unwrap().split('/').next().unwrap_or_default().to_owned();
        all.entry(kind).or_default().push(bytes(&[item]));
    }
    all
}

/// The mean and the largest.
fn mean_and_largest(sizes: &[usize]) -> (usize, usize) {
    (sizes.iter().sum::<usize>() / sizes.len().max(1), sizes.iter().copied().max().unwrap_or_default())
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long an event takes is shown, and nothing hangs on it")]
async fn an_event_asks_the_table_no_more_often_at_the_end_of_a_year_than_at_its_beginning() {
    let of = |name: &str, other: usize| env::var(name).map_or(other, |value| value.parse().unwrap());
    let (identities, days) = (of(IDENTITIES, 5), of(DAYS, 12));
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let mut account = Account::new().await;
    let (mut events, mut months) = (0, Vec::new());
    let mut began = Instant::now();
    eprintln!(
        "| days | events | requests each | units written | units read | ms | an identity: mean, largest | the account | notices |"
    );
    eprintln!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for today in 0..days {
        for (_, record) in life::day(identities, i64::try_from(today).unwrap()) {
            let Read::Activity(activity) = intake.read(&record.bytes()) else { panic!("no activity") };
            account.live(&activity).await;
            events += 1;
        }
        if (today + 1) % MONTH.min(days / 3) != 0 && today + 1 < days {
            continue;
        }
        let bill = account.meter.taken();
        let spent = Spent::all(&bill);
        let sizes = items(&account).await;
        let (mean, largest) = mean_and_largest(&sizes["identity"]);
        let each = |count: f64| count / f64::from(events);
        eprintln!(
            "| {} | {events} | {:.3} | {:.3} | {:.3} | {:.1} | {mean}, {largest} | {} | {} |",
            today + 1,
            each(spent.requests as f64),
            each(spent.write_units),
            each(spent.read_units),
            each(began.elapsed().as_secs_f64() * 1e3),
            mean_and_largest(&sizes["account"]).1,
            account.notices()
        );
        if today + 1 == days {
            eprintln!("{}", table(&bill, f64::from(events)));
            for (kind, sizes) in &sizes {
                let (mean, largest) = mean_and_largest(sizes);
                eprintln!("{kind}: {} items, {mean} bytes in the mean, {largest} at most", sizes.len());
            }
        }
        for (kind, sizes) in &sizes {
            assert!(mean_and_largest(sizes).1 <= LARGEST, "{kind}: {sizes:?}");
        }
        // Units rise with the items, which are bounded; how often the table is asked must not.
        months.push(each(spent.requests as f64));
        (events, began) = (0, Instant::now());
    }
    assert!(months.last() <= months.first(), "requests an event, month by month: {months:?}");
}
