//! A bare call: one call of a service, signed and retried by the parts every client of ours is made of.
//!
//! The services' own clients would bring a second HTTP stack, a compressor and checksums into every function for
//! the one call each of them is asked for (`docs/decisions/0021-weekly-digest.md`).

use std::fmt::{self, Display, Formatter};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_dynamodb::error::{ErrorMetadata, ProvideErrorMetadata};
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::Builder;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use serde_json::Value;

use crate::call::CallError;

/// One call.
#[derive(Debug, Clone)]
pub(super) struct Bare {
    /// The service, as its endpoint and its signatures call it.
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
    pub(super) method: &'static str,
    /// Path and query, from the endpoint on.
    pub(super) path: String,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: String,
}

/// What the service did not answer, in its words.
#[derive(Debug)]
pub(super) struct Refusal(ErrorMetadata);

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

/// What reads an answer.
type Read<T> = fn(&HttpResponse) -> Result<T, OrchestratorError<Refusal>>;

impl Bare {
    /// Makes the call in the region of that configuration.
    pub(super) async fn ask<T>(self, config: &SdkConfig, read: Read<T>) -> Result<T, CallError>
    where
        T: fmt::Debug + Send + Sync + 'static,
    {
        let called = self.operation;
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let url = self.endpoint(config, &region);
        let identity = identity(config).await;
        let mut operation = Operation::builder()
            .service_name(self.service)
            .operation_name(called)
            .endpoint_url(&url)
            .no_auth()
            .standard_retry(config.retry_config().unwrap_or(&RetryConfig::standard()))
            .retry_classifier(TransientErrorClassifier::<Refusal>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            // Whoever is asked too much may say so with status 400.
            .retry_classifier(AwsErrorCodeClassifier::<Refusal>::new());
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
            .serializer(move |call: Self| {
                let clock = clock.as_ref().ok_or("there is no clock to sign by")?;
                let identity = identity.as_ref().ok_or("there are no credentials to sign by")?;
                call.signed((&url, &region), identity, clock.now())
            })
            .deserializer(read)
            .build();
        operation.invoke(self).await.map_err(|error| CallError::of(called, error))
    }

    fn endpoint(&self, config: &SdkConfig, region: &str) -> String {
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let usual = format!("https://{}.{region}.{suffix}", self.service);
        config.endpoint_url().map_or(usual, ToOwned::to_owned)
    }

    fn signed(
        self,
        (endpoint, region): (&str, &str),
        identity: &Identity,
        now: std::time::SystemTime,
    ) -> Result<HttpRequest, BoxError> {
        let url = format!("{endpoint}{}", self.path);
        // S3 wants the digest of the body in a header; nobody else minds.
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let parameters = v4::SigningParams::builder()
            .identity(identity)
            .region(region)
            .name(self.service)
            .time(now)
            .settings(settings)
            .build()?
            .into();
        let body = SignableBody::Bytes(self.body.as_bytes());
        let signable = SignableRequest::new(self.method, &url, self.headers.iter().copied(), body)?;
        let (headers, _) = sign(signable, &parameters)?.into_parts().0.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(self.body));
        request.set_method(self.method)?;
        request.set_uri(url)?;
        for (name, value) in self.headers {
            request.headers_mut().insert(*name, *value);
        }
        for header in headers {
            request.headers_mut().insert(header.name(), header.value().to_owned());
        }
        Ok(request)
    }
}

async fn identity(config: &SdkConfig) -> Option<Identity> {
    config.credentials_provider()?.provide_credentials().await.ok().map(Into::into)
}

/// The text of an answer, if it is one.
pub(super) fn text(response: &HttpResponse) -> Result<&str, OrchestratorError<Refusal>> {
    let text = std::str::from_utf8(response.body().bytes().unwrap_or_default()).map_err(OrchestratorError::other)?;
    if response.status().is_success() { Ok(text) } else { Err(OrchestratorError::operation(Refusal(refusal(text)))) }
}

/// The code and the message of an answer that refuses.
fn refusal(text: &str) -> ErrorMetadata {
    let (code, message) =
        serde_json::from_str(text).map_or_else(|_| in_xml(text).unwrap_or_default(), |said| in_json(&said));
    let coded = code.into_iter().fold(ErrorMetadata::builder(), Builder::code);
    message.into_iter().fold(coded, Builder::message).build()
}

/// A code and a message, as far as they are given.
type Said = (Option<String>, Option<String>);

fn in_json(said: &Value) -> Said {
    let word = |name: &str| said.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    // `com.amazonaws.SERVICE#CODE`, where a service spells it out.
    let code = word("__type").and_then(|kind| kind.rsplit('#').next().map(ToOwned::to_owned));
    (code, word("message").or_else(|| word("Message")))
}

/// S3 answers with the error itself, others with a document around it.
fn in_xml(text: &str) -> Result<Said, XmlDecodeError> {
    let (mut said, mut document) = (Said::default(), Document::new(text));
    let mut root = document.root_element()?;
    let itself = root.start_el().local() == "Error";
    while let Some(mut error) = root.next_tag() {
        if itself {
            hear(&mut error, &mut said)?;
            continue;
        }
        while let Some(mut tag) = error.next_tag() {
            hear(&mut tag, &mut said)?;
        }
    }
    Ok(said)
}

fn hear(tag: &mut ScopedDecoder<'_, '_>, said: &mut Said) -> Result<(), XmlDecodeError> {
    match tag.start_el().local() {
        "Code" => said.0 = Some(try_data(tag)?.into_owned()),
        "Message" => said.1 = Some(try_data(tag)?.into_owned()),
        _ => {}
    }
    Ok(())
}
