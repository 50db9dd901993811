//! Privileges: what the identities of every account may do, learned from IAM twice a day.
//!
//! Between two ticks, grants are seen as they happen; judging asks IAM nothing.
//! One call answers with everybody and every policy, page by page
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>).

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{AttachedPolicy, ManagedPolicyDetail, PolicyDetail};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Value, json};
use trailwarden_detectors::Settings;
use trailwarden_model::aws::authorization;
use trailwarden_model::{Privilege, Severity};
use trailwarden_pipeline::{Pipeline, Publisher, Store};

use crate::call::CallError;
use crate::clock::left_until;
use crate::ledger::LedgerTable;
use crate::settings::Form;
use crate::store::DynamoStore;
use crate::{clients, logs, members};

/// How many identities are written at a time: each is a request, and they run at once.
const AT_ONCE: usize = 25;
/// Only what was so before today counts for judging, and what IAM says today was so yesterday as far as anybody knows.
const HELD: SignedDuration = SignedDuration::from_hours(24);

/// What must be left of a run to begin with another account: some hundred pages and some ten thousand writes.
const ENOUGH: Duration = Duration::from_secs(90);
/// The name of the session in every other account.
const SESSION: &str = "trailwarden-privileges";
/// What stands for an account's number in the name of the role.
const ACCOUNT: &str = "ACCOUNT";

/// The other accounts, where there are any.
#[derive(Debug, Clone)]
struct Members {
    /// `ACCOUNT_ID`: the deployment's own account.
    own: String,
    /// `MEMBER_ROLE_ARN`: the role in each of them, `ACCOUNT` standing for its number.
    role: String,
    /// `ACCOUNTS`: which they are, with commas between them; those of the organisation where it is not set.
    named: Vec<String>,
}

/// Gets ready, and learns at each tick until Lambda ends the process.
///
/// # Errors
///
/// What is missing in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    let mut form = Form::new(|name: &str| std::env::var(name).ok());
    let members = Members::from_form(&mut form);
    let read = (form.required("TABLE_NAME", "the table of the memory"), form.log_level());
    let (table, log_level) = form.finish(read)?;
    logs::start(log_level);
    let config = clients::config().await;
    let pipeline = Pipeline {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), &table),
        publisher: None::<LedgerTable>,
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    // Boxed, or it is a type too deep for the compiler.
    let learn = |tick| Box::pin(learn(&config, members.as_ref(), &pipeline, tick));
    Box::pin(run(service_fn(learn))).await
}

impl Members {
    /// None where the deployment is alone.
    fn from_form(form: &mut Form<impl Fn(&str) -> Option<String>>) -> Option<Self> {
        let role = form.given("MEMBER_ROLE_ARN")?;
        let own = form.required("ACCOUNT_ID", "the deployment's own account");
        let named = form.given("ACCOUNTS").unwrap_or_default();
        let named = named.split(',').map(str::trim).filter(|account| !account.is_empty());
        Some(Self { own, role, named: named.map(ToOwned::to_owned).collect() })
    }

    /// Which they are.
    async fn all(&self, config: &SdkConfig) -> Result<Vec<String>, CallError> {
        let mut all = if self.named.is_empty() { members::listed(config).await? } else { self.named.clone() };
        all.retain(|account| *account != self.own);
        Ok(all)
    }

    /// What everybody in one of them may do.
    async fn snapshot(&self, config: &SdkConfig, account: &str) -> Result<Vec<(String, Privilege)>, CallError> {
        let entered = members::entered(config, &self.role.replace(ACCOUNT, account), SESSION).await?;
        snapshot(&Client::new(&entered)).await
    }
}

/// What a tick learned.
#[derive(Debug, Default, Serialize)]
struct Learned {
    /// Of how many identities, in all accounts.
    identities: usize,
    /// From how many accounts.
    accounts: usize,
    /// Which others could not be read, and why.
    refused: BTreeMap<String, String>,
}

impl Learned {
    /// Says that an account could not be read; it keeps no other from being read.
    fn refuse(&mut self, account: &str, why: impl Display) {
        let why = why.to_string();
        tracing::error!(account, why, "privileges not read: is the forwarder of this version deployed there?");
        self.refused.insert(account.to_owned(), why);
    }
}

/// Learns what everybody may do, the deployment's own account first, then each other one after another.
///
/// Learning it again changes nothing, so a tick that died half-way is made good by the next.
async fn learn<S: Store, P: Publisher>(
    config: &SdkConfig,
    members: Option<&Members>,
    pipeline: &Pipeline<S, P>,
    tick: LambdaEvent<Value>,
) -> Result<Learned, Error> {
    let time = tick.payload.get("time").and_then(Value::as_str).and_then(|time| time.parse::<Timestamp>().ok());
    let now = time.ok_or("the tick says no `time`: give one, as EventBridge does")?;
    let held = now.saturating_sub(HELD).unwrap_or(Timestamp::MIN);
    let mut learned = Learned::default();
    let own = snapshot(&Client::new(config)).await.inspect_err(|error| tracing::error!(%error, "IAM not read"))?;
    keep(pipeline, &own, held, &mut learned).await?;
    let Some(members) = members else { return Ok(learned) };
    let others = members.all(config).await.unwrap_or_else(|error| {
        learned.refuse("organization", error);
        Vec::new()
    });
    for account in others {
        if left_until(tick.context.deadline()) < ENOUGH {
            learned.refuse(&account, "there was no time left");
            continue;
        }
        match Box::pin(members.snapshot(config, &account)).await {
            Ok(known) => keep(pipeline, &known, held, &mut learned).await?,
            Err(error) => learned.refuse(&account, error),
        }
    }
    Ok(learned)
}

/// Keeps what an account's identities may do.
async fn keep<S: Store, P: Publisher>(
    pipeline: &Pipeline<S, P>,
    known: &[(String, Privilege)],
    held: Timestamp,
    learned: &mut Learned,
) -> Result<(), Error> {
    for some in known.chunks(AT_ONCE) {
        pipeline.know_privileges(some, held).await.map_err(|error| error.to_string())?;
    }
    learned.identities += known.len();
    learned.accounts += 1;
    Ok(())
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
