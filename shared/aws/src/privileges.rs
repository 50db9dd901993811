//! Privileges: what the identities of the account may do, learned from IAM twice a day.
//!
//! Between two ticks, grants are seen as they happen; judging asks IAM nothing.
//! One call answers with everybody and every policy, page by page
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>).

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{AttachedPolicy, ManagedPolicyDetail, PolicyDetail};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use trailwarden_detectors::Settings;
use trailwarden_model::aws::authorization;
use trailwarden_model::{Privilege, Severity};
use trailwarden_pipeline::{Pipeline, Publisher, Store};

use crate::call::CallError;
use crate::ledger::LedgerTable;
use crate::settings::Form;
use crate::store::DynamoStore;
use crate::{clients, logs};

/// How many identities are written at a time: each is a request, and they run at once.
const AT_ONCE: usize = 25;
/// Only what was so before today counts for judging, and what IAM says today was so yesterday as far as anybody knows.
const HELD: SignedDuration = SignedDuration::from_hours(24);

/// Gets ready, and learns at each tick until Lambda ends the process.
///
/// # Errors
///
/// What is missing in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    let mut form = Form::new(|name: &str| std::env::var(name).ok());
    let read = (form.required("TABLE_NAME", "the table of the memory"), form.log_level());
    let (table, log_level) = form.finish(read)?;
    logs::start(log_level);
    let config = clients::config().await;
    let iam = Client::new(&config);
    let pipeline = Pipeline {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), &table),
        publisher: None::<LedgerTable>,
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    Box::pin(run(service_fn(|tick| learn(&iam, &pipeline, tick)))).await
}

/// Learns what everybody may do. Learning it again changes nothing, so a tick that died half-way is made good by the next.
async fn learn<S: Store, P: Publisher>(
    iam: &Client,
    pipeline: &Pipeline<S, P>,
    tick: LambdaEvent<Value>,
) -> Result<Value, Error> {
    let time = tick.payload.get("time").and_then(Value::as_str).and_then(|time| time.parse::<Timestamp>().ok());
    let now = time.ok_or("the tick says no `time`: give one, as EventBridge does")?;
    let held = now.saturating_sub(HELD).unwrap_or(Timestamp::MIN);
    let known = snapshot(iam).await.inspect_err(|error| tracing::error!(%error, "IAM not read"))?;
    for some in known.chunks(AT_ONCE) {
        pipeline.know_privileges(some, held).await.map_err(|error| error.to_string())?;
    }
    Ok(json!({ "identities": known.len() }))
}

/// What everybody may do, by their ARN.
async fn snapshot(iam: &Client) -> Result<Vec<(String, Privilege)>, CallError> {
    let mut pages = iam.get_account_authorization_details().into_paginator().send();
    let mut snapshot = Snapshot::default();
    while let Some(page) = pages.next().await {
        snapshot.add(&page.map_err(|error| CallError::of("GetAccountAuthorizationDetails", error))?);
    }
    // The model reads what the command line writes; this is written here, so it can be read.
    Ok(authorization::privileges(&snapshot.text()).unwrap_or_default())
}

/// The pages in the form `aws iam get-account-authorization-details` writes them.
#[derive(Debug, Default)]
struct Snapshot {
    users: Vec<Value>,
    groups: Vec<Value>,
    roles: Vec<Value>,
    policies: Vec<Value>,
}

impl Snapshot {
    fn add(&mut self, page: &GetAccountAuthorizationDetailsOutput) {
        self.users.extend(page.user_detail_list().iter().map(|user| {
            json!({ "Arn": user.arn(), "GroupList": user.group_list(),
                "AttachedManagedPolicies": attached(user.attached_managed_policies()),
                "UserPolicyList": inline(user.user_policy_list()) })
        }));
        self.groups.extend(page.group_detail_list().iter().map(|group| {
            json!({ "Arn": group.arn(), "GroupName": group.group_name(),
                "AttachedManagedPolicies": attached(group.attached_managed_policies()),
                "GroupPolicyList": inline(group.group_policy_list()) })
        }));
        self.roles.extend(page.role_detail_list().iter().map(|role| {
            json!({ "Arn": role.arn(), "AttachedManagedPolicies": attached(role.attached_managed_policies()),
                "RolePolicyList": inline(role.role_policy_list()) })
        }));
        self.policies.extend(page.policies().iter().filter_map(in_force));
    }

    fn text(&self) -> String {
        json!({ "UserDetailList": self.users, "GroupDetailList": self.groups, "RoleDetailList": self.roles,
            "Policies": self.policies })
        .to_string()
    }
}

fn attached(policies: &[AttachedPolicy]) -> Vec<Value> {
    policies.iter().map(|policy| json!({ "PolicyArn": policy.policy_arn() })).collect()
}

fn inline(policies: &[PolicyDetail]) -> Vec<Value> {
    policies.iter().map(|policy| json!({ "PolicyDocument": decoded(policy.policy_document()) })).collect()
}

/// A policy with the one version that holds.
fn in_force(policy: &ManagedPolicyDetail) -> Option<Value> {
    let version = policy.policy_version_list().iter().find(|version| version.is_default_version())?;
    let version = json!({ "IsDefaultVersion": true, "Document": decoded(version.document()) });
    Some(json!({ "Arn": policy.arn(), "PolicyVersionList": [version] }))
}

/// A document as IAM sends it: percent-encoded, as RFC 3986 has it.
fn decoded(document: Option<&str>) -> String {
    percent_decode_str(document.unwrap_or_default()).decode_utf8_lossy().into_owned()
}
