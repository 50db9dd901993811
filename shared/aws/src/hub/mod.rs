//! Security Hub: findings imported in batches, all into one account and region, or each where it is about.
//!
//! A finding belongs to the account that imports it, so each account imports its own: by the role of the deployment
//! there, in the region of the finding.
//!
//! Limits of a batch, and why a finding in it may fail alone:
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html>.

mod desk;
mod document;
pub mod queue;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_securityhub::types::ImportFindingsError;
use trailwarden_exports::{Asff, Import};
use trailwarden_model::{AccountId, Finding, FindingId, Region};
use trailwarden_pipeline::Failure;

use desk::{Desk, Desks};
pub use settings::HubSettings;

use crate::call::CallError;

/// How many findings a batch may hold.
const BATCH: usize = 100;
/// How many bytes a batch may hold; the service takes 6 MB, the frame around the findings included.
const BATCH_BYTES: usize = 5_900_000;
/// What the service says of one finding when another time may be better.
const PASSING: [&str; 4] = ["InternalError", "InternalException", "LimitExceeded", "Throttl"];

/// Why a finding was not imported.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// There is nobody to import into.
    #[error(
        "Security Hub CSPM is not enabled in account {account}, region {region} ({said}): \
         enable it with `aws securityhub enable-security-hub --region {region}`, \
         or deploy without the Security Hub publisher"
    )]
    NotEnabled {
        /// The account that imports.
        account: String,
        /// The region it imports in.
        region: String,
        /// What the service said.
        said: String,
    },
    /// It may not import; the service says the same where the finding belongs to another account.
    #[error(
        "account {account} may not import into Security Hub in {region} ({said}): allow securityhub:BatchImportFindings \
         on product/{account}/default, and let ACCOUNT_ID be the account the function runs in; of another account, deploy \
         the forwarder of this version there"
    )]
    NotAllowed {
        /// The account that imports.
        account: String,
        /// The region it imports in.
        region: String,
        /// What the service said.
        said: String,
    },
    /// The role that imports there cannot be taken.
    #[error("account {account} could not be entered to import its finding, is its forwarder deployed? {source}")]
    NotEntered {
        /// The account of the finding.
        account: String,
        /// Why not.
        source: CallError,
    },
    /// This finding alone was refused.
    #[error("Security Hub refused the finding: {code}: {said}")]
    Refused {
        /// The service's name for what is wrong.
        code: String,
        /// What the service said.
        said: String,
    },
}

impl Failure for HubError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) | Self::NotEntered { source: error, .. } => error.is_retryable(),
            Self::NotEnabled { .. } | Self::NotAllowed { .. } => false,
            Self::Refused { code, .. } => PASSING.iter().any(|passing| code.starts_with(passing)),
        }
    }
}

/// What was not imported, and why; everything else was.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Why, by finding.
    pub failed: BTreeMap<FindingId, Arc<HubError>>,
}

/// Imports findings into Security Hub.
#[derive(Debug, Clone)]
pub struct SecurityHub {
    import: Import,
    desks: Desks,
}

/// A finding on its way.
struct Parcel {
    finding: FindingId,
    asff: Asff,
}

impl SecurityHub {
    /// An importer as the environment describes it.
    pub async fn connect(settings: &HubSettings) -> Self {
        let config = crate::clients::config().await;
        Self { import: settings.import(), desks: Desks::new(config, settings) }
    }

    /// Imports findings, of each the latest revision: an older one says nothing more, and would be ignored.
    ///
    /// One that fails harms no other, and neither does an account that cannot be entered.
    pub async fn import(&self, findings: &[Finding]) -> Imported {
        let mut latest: BTreeMap<&FindingId, &Finding> = BTreeMap::new();
        for finding in findings {
            let known = latest.entry(&finding.id).or_insert(finding);
            if known.revision < finding.revision {
                *known = finding;
            }
        }
        let mut places: BTreeMap<(AccountId, Region), Vec<Parcel>> = BTreeMap::new();
        for finding in latest.into_values() {
            let asff = Asff::of(finding, &self.import);
            let place = (AccountId::new(&asff.aws_account_id), Region::new(&asff.region));
            places.entry(place).or_default().push(Parcel { finding: finding.id.clone(), asff });
        }
        let mut imported = Imported::default();
        for ((account, region), parcels) in places {
            match self.desks.at(&account, &region).await {
                Ok(desk) => imported.failed.extend(desk.import(parcels).await),
                Err(source) => {
                    let error = Arc::new(HubError::NotEntered { account: account.to_string(), source });
                    imported.failed.extend(parcels.into_iter().map(|parcel| (parcel.finding, Arc::clone(&error))));
                }
            }
        }
        imported
    }
}

impl Desk {
    /// Imports what belongs here, and answers with what failed: a batch refused as a whole is halved until the culprit
    /// stands alone.
    async fn import(&self, parcels: Vec<Parcel>) -> BTreeMap<FindingId, Arc<HubError>> {
        let (mut failed, mut waiting) = (BTreeMap::new(), batches(parcels.into_iter()));
        while let Some(batch) = waiting.pop() {
            match self.send(&batch).await {
                Ok(refused) => failed.extend(self.of_each(&batch, &refused)),
                Err(error) if is_input(&error) && batch.len() > 1 => {
                    let mut batch = batch;
                    let rest = batch.split_off(batch.len() / 2);
                    waiting.extend([batch, rest]);
                }
                Err(error) => {
                    let error = Arc::new(self.explained(error));
                    failed.extend(batch.into_iter().map(|parcel| (parcel.finding, Arc::clone(&error))));
                }
            }
        }
        failed
    }

    async fn send(&self, batch: &[Parcel]) -> Result<Vec<ImportFindingsError>, CallError> {
        let findings = batch.iter().map(|parcel| document::of(&parcel.asff)).collect();
        let sent = self.client.batch_import_findings().set_findings(Some(findings)).send().await;
        let answer = sent.map_err(|error| CallError::of("BatchImportFindings", error))?;
        Ok(answer.failed_findings.unwrap_or_default())
    }

    /// What to do about a call that failed, where that is known.
    fn explained(&self, error: CallError) -> HubError {
        self.known(error.code(), error.message()).unwrap_or(HubError::Call(error))
    }

    /// What somebody must mend before anything is imported, in a whole call or in a finding's own failure.
    fn known(&self, code: &str, message: &str) -> Option<HubError> {
        let (account, region) = (self.account.to_string(), self.region.to_string());
        let said = format!("{code}: {message}");
        match code {
            "InvalidAccess" | "InvalidAccessException" => Some(HubError::NotEnabled { account, region, said }),
            "AccessDenied" | "AccessDeniedException" if message.contains("not subscribed") => {
                Some(HubError::NotEnabled { account, region, said })
            }
            "AccessDenied" | "AccessDeniedException" => Some(HubError::NotAllowed { account, region, said }),
            _ => None,
        }
    }

    /// The findings of a batch that failed, each with its reason.
    fn of_each(&self, batch: &[Parcel], refused: &[ImportFindingsError]) -> BTreeMap<FindingId, Arc<HubError>> {
        let mut failed = BTreeMap::new();
        for error in refused {
            let (code, said) = (error.error_code().unwrap_or("unknown"), error.error_message().unwrap_or_default());
            let reason = self.known(code, said);
            let reason = reason.unwrap_or_else(|| HubError::Refused { code: code.to_owned(), said: said.to_owned() });
            let reason = Arc::new(reason);
            let named: Vec<&Parcel> =
                batch.iter().filter(|parcel| Some(parcel.asff.id.as_str()) == error.id()).collect();
            // A failure that names nothing of ours: take none of the batch for imported.
            let concerned = if named.is_empty() { batch.iter().collect() } else { named };
            failed.extend(concerned.into_iter().map(|parcel| (parcel.finding.clone(), Arc::clone(&reason))));
        }
        failed
    }
}

/// Batches within the limits, in order.
fn batches(parcels: impl Iterator<Item = Parcel>) -> Vec<Vec<Parcel>> {
    let mut all: Vec<Vec<Parcel>> = Vec::new();
    let mut bytes = 0;
    for parcel in parcels {
        let size = parcel.asff.size();
        match all.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + size <= BATCH_BYTES => {
                bytes += size;
                batch.push(parcel);
            }
            _ => {
                bytes = size;
                all.push(vec![parcel]);
            }
        }
    }
    all
}

/// Whether the input is at fault, and so perhaps only a part of it.
fn is_input(error: &CallError) -> bool {
    matches!(error.code(), "InvalidInputException" | "ValidationException")
}

#[cfg(test)]
mod tests {
    use aws_sdk_securityhub::Client;
    use aws_sdk_securityhub::config::http::HttpResponse;
    use aws_sdk_securityhub::config::{BehaviorVersion, Config};
    use aws_sdk_securityhub::error::{ErrorMetadata, SdkError};
    use aws_sdk_securityhub::operation::batch_import_findings::BatchImportFindingsError;
    use trailwarden_fixtures::findings::ordinary;

    use super::*;

    fn explained(status: u16, code: &str, message: &str) -> HubError {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        let error = BatchImportFindingsError::generic(ErrorMetadata::builder().code(code).message(message).build());
        let response = HttpResponse::new(status.try_into().unwrap(), "".into());
        let call = CallError::of("BatchImportFindings", SdkError::service_error(error, response));
        Desk { client: Client::from_conf(config), account, region }.explained(call)
    }

    #[test]
    fn a_hub_that_is_not_enabled_says_how_to_enable_it() {
        for (status, code) in [(401, "InvalidAccessException"), (403, "AccessDeniedException"), (200, "InvalidAccess")]
        {
            let error = explained(status, code, "Account 111122223333 is not subscribed to AWS Security Hub");
            assert!(matches!(error, HubError::NotEnabled { .. }), "{error}");
            assert!(error.to_string().contains("aws securityhub enable-security-hub --region eu-west-1"), "{error}");
            assert!(!error.is_retryable());
        }
    }

    #[test]
    fn a_denial_names_the_permission_and_the_account_it_must_be() {
        let error = explained(403, "AccessDeniedException", "not authorized").to_string();
        assert!(error.contains("securityhub:BatchImportFindings on product/111122223333/default"), "{error}");
        assert!(error.contains("ACCOUNT_ID"), "{error}");
    }

    #[test]
    fn a_throttle_is_tried_again_and_bad_input_is_not() {
        assert!(explained(429, "LimitExceededException", "slower").is_retryable());
        assert!(explained(500, "InternalException", "planned").is_retryable());
        assert!(!explained(400, "InvalidInputException", "planned").is_retryable());
        let refused = |code: &str| HubError::Refused { code: code.to_owned(), said: String::new() };
        assert!(refused("InternalError").is_retryable());
        assert!(!refused("InvalidInput").is_retryable());
    }

    #[test]
    fn batches_keep_the_limits_of_count_and_size() {
        let parcel = |title: &str| Parcel {
            finding: FindingId::new("tw-1"),
            asff: Asff { title: title.to_owned(), ..Asff::of(&ordinary("x.y"), &Import::PerMember) },
        };
        let small = batches((0..201).map(|_| parcel("small")));
        assert_eq!(small.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 1]);
        let large = "x".repeat(230_000);
        let large = batches((0..30).map(|_| parcel(&large)));
        assert!(large.iter().all(|batch| batch.iter().map(|parcel| parcel.asff.size()).sum::<usize>() <= BATCH_BYTES));
        assert_eq!(large.iter().map(Vec::len).sum::<usize>(), 30);
    }
}
