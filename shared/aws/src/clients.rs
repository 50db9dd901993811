//! Clients: connections to AWS, opened before the first event arrives.

use std::time::Duration;

use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::settings::FunctionSettings;

/// How long opening a connection may take: longer, and another attempt is quicker.
const CONNECT: Duration = Duration::from_secs(2);
/// How long one attempt of a call may take.
const ATTEMPT: Duration = Duration::from_secs(5);
/// How long a write to the ledger may take, with every attempt: it must leave time for telling.
const LEDGER: Duration = Duration::from_secs(4);

/// The clients of one function.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Where the memory lives.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Where the ledger lives: the same, sooner given up.
    pub ledger: aws_sdk_dynamodb::Client,
    /// Where findings are told.
    pub sns: aws_sdk_sns::Client,
    /// Where findings wait for Security Hub.
    pub sqs: aws_sdk_sqs::Client,
}

impl Clients {
    /// Opens a connection to each service the function speaks to.
    pub async fn connect(config: &SdkConfig, settings: &FunctionSettings) -> Self {
        let clients = Self {
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            ledger: aws_sdk_dynamodb::Client::from_conf(
                aws_sdk_dynamodb::config::Builder::from(config)
                    .timeout_config(timeouts().operation_timeout(LEDGER).build())
                    .build(),
            ),
            sns: aws_sdk_sns::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
        };
        clients.warm(settings).await;
        clients
    }

    /// Only the connection is wanted, so the answers do not matter: a fault here shows at the first event,
    /// where it can be retried and is counted.
    async fn warm(&self, settings: &FunctionSettings) {
        let memory = crate::store::touch(&self.dynamodb, &settings.table);
        let topic = self.sns.get_topic_attributes().topic_arn(&settings.topic).send();
        let (memory, topic) = futures_util::future::join(memory, topic).await;
        tracing::debug!(memory = memory.is_ok(), topic = topic.is_ok(), "connections opened");
    }
}

/// How every client of ours reaches AWS.
///
/// Region, credentials and endpoints come from the environment Lambda sets, and from nowhere
/// else: looking for profiles, containers or instances would cost a cold start its time.
pub async fn config() -> SdkConfig {
    let https = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https)
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .timeout_config(timeouts().build())
        .load()
        .await
}

fn timeouts() -> TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT)
}
