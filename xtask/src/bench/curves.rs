//! How cost grows: ten times the records, the identities, the secrets, and one identity with a million of them.

use std::fs;
use std::path::Path;

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor};
use serde_json::json;

use super::input::deflate;
use super::measure::{self, Figures};

/// What is read in the ground state: records, by identities, of secrets.
const GROUND: Load = Load { records: 20_000, identities: 100, secrets: 200 };
/// The day the reading begins, in seconds since 1970: 2026-03-02.
const BEGIN: i64 = 1_772_409_600;
/// The picture's width and height, and its margin.
const FRAME: (f64, f64, f64) = (560.0, 320.0, 48.0);
const COLOURS: [&str; 4] = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad"];

/// How much is read.
#[derive(Debug, Clone, Copy)]
struct Load {
    records: usize,
    identities: usize,
    secrets: usize,
}

/// What is read where so many times the ground state is.
type Growth = fn(usize) -> Load;

/// One kind of growth, and what it came to at each step.
struct Curve {
    name: &'static str,
    points: Vec<(usize, Figures)>,
}

/// Measures every curve, prints it, and draws it.
pub(super) fn run(program: &Path, folder: &Path, picture: &Path) -> anyhow::Result<()> {
    let grown: [(&str, Growth); 4] = [
        ("records", |times| Load { records: GROUND.records * times, ..GROUND }),
        ("identities", |times| Load { identities: GROUND.identities * times, ..GROUND }),
        ("secrets", |times| Load { secrets: GROUND.secrets * times, ..GROUND }),
        ("one identity, each record another secret", |times| Load {
            records: GROUND.records * times,
            identities: 1,
            secrets: GROUND.records * times,
        }),
    ];
    anstream::println!(
        "\n| what grows | times | records | CPU s | CPU µs a record | memory MB |\n|---|---|---|---|---|---|"
    );
    let mut curves = Vec::new();
    for (name, load) in grown {
        // The last curve goes on to a million secrets.
        let steps: &[usize] = if name.starts_with("one") { &[1, 3, 10, 50] } else { &[1, 3, 10] };
        let mut curve = Curve { name, points: Vec::new() };
        for times in steps {
            let load = load(*times);
            let logs = folder.join(format!("load-{}-{}-{}", load.records, load.identities, load.secrets));
            if !logs.exists() {
                write(&load, &logs)?;
            }
            let figures = measure::replayed_cold(program, &logs)?;
            anstream::println!(
                "| {name} | {times} | {} | {:.2} | {:.1} | {} |",
                load.records,
                figures.cpu,
                figures.cpu * 1e6 / load.records as f64,
                figures.memory >> 20
            );
            curve.points.push((*times, figures));
        }
        curves.push(curve);
    }
    fs::write(picture, draw(&curves)).with_context(|| format!("write {}", picture.display()))
}

/// Writes so many reads of secrets, evenly over four weeks.
fn write(load: &Load, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let mut compressor = Compressor::new(CompressionLvl::default());
    for first in (0..load.records).step_by(5_000) {
        let records: Vec<_> = (first..load.records.min(first + 5_000)).map(|index| record(load, index)).collect();
        let text = json!({ "Records": records }).to_string();
        fs::write(folder.join(format!("{first:09}.json.gz")), deflate(&mut compressor, &text)?)?;
    }
    Ok(())
}

fn record(load: &Load, index: usize) -> serde_json::Value {
    let (who, secret) = (index % load.identities, index / 3 % load.secrets);
    // Where each record is another secret, it is.
    let secret = if load.secrets >= load.records { index } else { secret };
    let second = BEGIN + i64::try_from(index * 28 * 86_400 / load.records).unwrap_or_default();
    let time = jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
    let (name, account) = (format!("app-{who}"), "111122223333");
    json!({
        "eventVersion": "1.11", "eventTime": time, "eventSource": "secretsmanager.amazonaws.com",
        "eventName": "GetSecretValue", "awsRegion": "eu-west-1", "sourceIPAddress": format!("198.51.100.{}", who % 200),
        "userAgent": "Boto3/1.34.0", "eventID": format!("{index:08x}-0000-4000-8000-000000000000"),
        "userIdentity": {
            "type": "AssumedRole", "principalId": format!("AROA{who:016}:session"), "accountId": account,
            "arn": format!("arn:aws:sts::{account}:assumed-role/{name}/session"),
            "accessKeyId": format!("ASIA{who:016}"),
            "sessionContext": { "sessionIssuer": {
                "type": "Role", "principalId": format!("AROA{who:016}"), "accountId": account, "userName": name,
                "arn": format!("arn:aws:iam::{account}:role/{name}"),
            } },
        },
        "requestParameters": { "secretId": format!("arn:aws:secretsmanager:eu-west-1:{account}:secret:prod/{secret}-AbCdEf") },
        "responseElements": null, "readOnly": true, "eventType": "AwsApiCall", "recipientAccountId": account,
    })
}

/// The curves as a picture: processor time over growth, both logarithmic.
fn draw(curves: &[Curve]) -> String {
    let (width, height, margin) = FRAME;
    let x = |times: usize| margin + (times as f64).log10() / 2.0 * (width - 2.0 * margin);
    // From a tenth of a second to a hundred.
    let y = |seconds: f64| height - margin - (seconds.max(0.1).log10() + 1.0) / 3.0 * (height - 2.0 * margin);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for times in [1, 10, 100] {
        let at = x(times);
        picture += &format!(
            "<path d=\"M{at} {margin}V{}\" stroke=\"#ddd\"/><text x=\"{at}\" y=\"{}\">×{times}</text>\n",
            height - margin,
            height - margin + 16.0
        );
    }
    for seconds in [0.1, 1.0, 10.0, 100.0] {
        let at = y(seconds);
        picture += &format!(
            "<path d=\"M{margin} {at}H{}\" stroke=\"#ddd\"/><text x=\"4\" y=\"{at}\">{seconds} s</text>\n",
            width - margin
        );
    }
    for (at, (curve, colour)) in curves.iter().zip(COLOURS).enumerate() {
        let points: Vec<_> =
            curve.points.iter().map(|(times, figures)| format!("{:.1},{:.1}", x(*times), y(figures.cpu))).collect();
        let line = margin + 14.0 * at as f64;
        picture += &format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{line}\" fill=\"{colour}\">{}</text>\n",
            points.join(" "),
            margin + 8.0,
            curve.name
        );
    }
    picture + "</svg>\n"
}
