//! How cost grows: ten times the records, the identities, the secrets, and one identity with a million of them.

use std::fs;
use std::path::Path;

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor};
use plotters::prelude::*;
use serde_json::json;

use super::input::deflate;
use super::measure::{self, Figures};

/// What is read in the ground state: records, by identities, of secrets.
const GROUND: Load = Load { records: 20_000, identities: 100, secrets: 200 };
/// The day the reading begins, in seconds since 1970: 2026-03-02.
const BEGIN: i64 = 1_772_409_600;
/// The picture's width and height.
const SIZE: (u32, u32) = (720, 420);
/// The picture's letters.
const TEXT: (&str, u32) = ("sans-serif", 13);

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
    draw(&curves, picture)
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
fn draw(curves: &[Curve], picture: &Path) -> anyhow::Result<()> {
    let seconds = curves.iter().flat_map(|curve| &curve.points).map(|(_, figures)| figures.cpu);
    let (least, most) = seconds.fold((f64::INFINITY, 0.0_f64), |(least, most), cpu| (least.min(cpu), most.max(cpu)));
    let times = curves.iter().flat_map(|curve| &curve.points).map(|(times, _)| *times as f64).fold(1.0, f64::max);
    let area = SVGBackend::new(picture, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d((1.0..times * 1.2).log_scale(), (least / 1.5..most * 1.5).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("times as much")
        .y_desc("seconds of processor")
        .x_label_formatter(&|times| format!("×{times}"))
        .light_line_style(WHITE)
        .label_style(TEXT)
        .draw()?;
    for (at, curve) in curves.iter().enumerate() {
        let points = || curve.points.iter().map(|(times, figures)| (*times as f64, figures.cpu));
        let style = Palette99::pick(at).stroke_width(2);
        chart
            .draw_series(LineSeries::new(points(), style).point_size(3))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.2))
        .label_font(TEXT)
        .draw()?;
    area.present().with_context(|| format!("write {}", picture.display()))
}
