//! Metrics: what `CloudWatch` counted over a span, summed.
//!
//! Asked by the Query protocol, signed and retried by the parts every client of ours is made of: the service's own
//! client would bring a second HTTP stack and a compressor into every function for this one call
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>).

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_dynamodb::error::{ErrorMetadata, ProvideErrorMetadata};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use jiff::Timestamp;

use crate::call::CallError;

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

/// What the service did not answer, in its words.
#[derive(Debug)]
struct Refusal(ErrorMetadata);

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Refusal {}

impl ProvideErrorMetadata for Refusal {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
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
            let page = ask(config, query(metrics, span, next.as_deref())).await?;
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

/// A request's body.
fn query(metrics: &[Metric], span: Span, next: Option<&str>) -> String {
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
    form.finish()
}

async fn ask(config: &SdkConfig, body: String) -> Result<Page, CallError> {
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let usual = format!("https://monitoring.{region}.{suffix}");
    let url = config.endpoint_url().map_or(usual, ToOwned::to_owned);
    let identity = identity(config).await;
    let mut operation = Operation::builder()
        .service_name("CloudWatch")
        .operation_name("GetMetricData")
        .endpoint_url(&url)
        .no_auth()
        .standard_retry(config.retry_config().unwrap_or(&RetryConfig::standard()))
        .retry_classifier(TransientErrorClassifier::<Refusal>::new())
        .retry_classifier(HttpStatusCodeClassifier::default());
    if let Some(timeouts) = config.timeout_config() {
        operation = operation.timeout_config(timeouts.clone());
    }
    if let Some(client) = config.http_client() {
        operation = operation.http_client(client);
    }
    if let Some(sleep) = config.sleep_impl() {
        operation = operation.sleep_impl(sleep);
    }
    let clock = config.time_source();
    let operation = operation
        .serializer(move |body: String| {
            let clock = clock.as_ref().ok_or("there is no clock to sign by")?;
            let identity = identity.as_ref().ok_or("there are no credentials to sign by")?;
            signed((&url, &region, body), identity, clock.now())
        })
        .deserializer(read)
        .build();
    operation.invoke(body).await.map_err(|error| CallError::of("GetMetricData", error))
}

async fn identity(config: &SdkConfig) -> Option<Identity> {
    config.credentials_provider()?.provide_credentials().await.ok().map(Into::into)
}

fn signed(
    (url, region, body): (&str, &str, String),
    identity: &Identity,
    now: std::time::SystemTime,
) -> Result<HttpRequest, BoxError> {
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
    let parameters = v4::SigningParams::builder()
        .identity(identity)
        .region(region)
        .name("monitoring")
        .time(now)
        .settings(SigningSettings::default())
        .build()?
        .into();
    let signable = SignableRequest::new("POST", url, [FORM].into_iter(), SignableBody::Bytes(body.as_bytes()))?;
    let (headers, _) = sign(signable, &parameters)?.into_parts().0.into_parts();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri(url)?;
    request.headers_mut().insert(FORM.0, FORM.1);
    for header in headers {
        request.headers_mut().insert(header.name(), header.value().to_owned());
    }
    Ok(request)
}

fn read(response: &HttpResponse) -> Result<Page, OrchestratorError<Refusal>> {
    let text = std::str::from_utf8(response.body().bytes().unwrap_or_default()).map_err(OrchestratorError::other)?;
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(Refusal(refusal(text).unwrap_or_default())));
    }
    page(text).map_err(OrchestratorError::other)
}

/// The code and the message of an answer that refuses.
fn refusal(text: &str) -> Result<ErrorMetadata, XmlDecodeError> {
    let mut metadata = ErrorMetadata::builder();
    let mut document = Document::new(text);
    let mut root = document.root_element()?;
    while let Some(mut error) = root.next_tag() {
        while let Some(mut tag) = error.next_tag() {
            match tag.start_el().local() {
                "Code" => metadata = metadata.code(try_data(&mut tag)?),
                "Message" => metadata = metadata.message(try_data(&mut tag)?),
                _ => {}
            }
        }
    }
    Ok(metadata.build())
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
