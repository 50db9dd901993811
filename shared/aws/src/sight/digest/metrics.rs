//! Metrics: what `CloudWatch` counted over a span, summed.
//!
//! Asked by the Query protocol
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>).

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use jiff::Timestamp;

use crate::call::CallError;
use crate::sight::bare::{self, Bare, Refusal};

/// The form of the requests.
const VERSION: &str = "2010-08-01";
/// How many metrics one request may ask for.
const AT_ONCE: usize = 500;
/// By the hour: it divides every day, and is kept for fifteen months.
const PERIOD: &str = "3600";

/// One metric of one resource, to be summed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Metric {
    pub(super) namespace: &'static str,
    pub(super) name: &'static str,
    /// Names and values of its dimensions.
    pub(super) of: Vec<(&'static str, String)>,
}

/// From when to when, in whole hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// One page of an answer: sums by the place of the metric among those asked for, and where the next one begins.
#[derive(Debug, Default)]
struct Page {
    sums: BTreeMap<usize, f64>,
    next: Option<String>,
}

/// The sum of each metric over the span; what nobody counted anything of is 0.
pub(super) async fn sums(config: &SdkConfig, metrics: &[Metric], span: Span) -> Result<Vec<f64>, CallError> {
    let mut all = Vec::with_capacity(metrics.len());
    for metrics in metrics.chunks(AT_ONCE) {
        let mut sums = vec![0.0; metrics.len()];
        let mut next = None;
        loop {
            let page = query(metrics, span, next.as_deref()).ask(config, read).await?;
            for (place, sum) in page.sums {
                if let Some(known) = sums.get_mut(place) {
                    *known += sum;
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        all.extend(sums);
    }
    Ok(all)
}

/// One request.
fn query(metrics: &[Metric], span: Span, next: Option<&str>) -> Bare {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "GetMetricData").append_pair("Version", VERSION);
    form.append_pair("StartTime", &span.from.to_string()).append_pair("EndTime", &span.until.to_string());
    if let Some(next) = next {
        form.append_pair("NextToken", next);
    }
    for (place, metric) in metrics.iter().enumerate() {
        let asked = format!("MetricDataQueries.member.{}", place + 1);
        let stat = format!("{asked}.MetricStat");
        form.append_pair(&format!("{asked}.Id"), &format!("m{place}"));
        form.append_pair(&format!("{stat}.Stat"), "Sum").append_pair(&format!("{stat}.Period"), PERIOD);
        form.append_pair(&format!("{stat}.Metric.Namespace"), metric.namespace);
        form.append_pair(&format!("{stat}.Metric.MetricName"), metric.name);
        for (nth, (name, value)) in metric.of.iter().enumerate() {
            let dimension = format!("{stat}.Metric.Dimensions.member.{}", nth + 1);
            form.append_pair(&format!("{dimension}.Name"), name).append_pair(&format!("{dimension}.Value"), value);
        }
    }
    Bare {
        service: "monitoring",
        operation: "GetMetricData",
        method: "POST",
        path: "/".to_owned(),
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body: form.finish(),
    }
}

fn read(response: &HttpResponse) -> Result<Page, OrchestratorError<Refusal>> {
    page(bare::text(response)?).map_err(OrchestratorError::other)
}

fn page(text: &str) -> Result<Page, XmlDecodeError> {
    let (mut page, mut document) = (Page::default(), Document::new(text));
    let mut root = document.root_element()?;
    while let Some(mut result) = root.next_tag() {
        while let Some(mut tag) = result.next_tag() {
            match tag.start_el().local() {
                "NextToken" => page.next = Some(try_data(&mut tag)?.into_owned()).filter(|token| !token.is_empty()),
                "MetricDataResults" => {
                    while let Some(mut member) = tag.next_tag() {
                        let (place, sum) = summed(&mut member)?;
                        *page.sums.entry(place).or_default() += sum;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(page)
}

/// One metric's values, summed, and its place among those asked for.
fn summed(member: &mut ScopedDecoder<'_, '_>) -> Result<(usize, f64), XmlDecodeError> {
    let (mut place, mut sum) = (None, 0.0);
    while let Some(mut tag) = member.next_tag() {
        match tag.start_el().local() {
            "Id" => place = try_data(&mut tag)?.strip_prefix('m').and_then(|place| place.parse().ok()),
            "Values" => {
                while let Some(mut value) = tag.next_tag() {
                    sum += try_data(&mut value)?.parse::<f64>().map_err(XmlDecodeError::unhandled)?;
                }
            }
            _ => {}
        }
    }
    place.map(|place| (place, sum)).ok_or_else(|| XmlDecodeError::custom("a metric nobody asked for"))
}
