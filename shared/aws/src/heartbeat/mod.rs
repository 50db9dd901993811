//! The heartbeat: two calls that nobody may make, made so that their arrival proves the way they took.
//!
//! The proof of sight makes them in each account and region; the function they reach knows them by who made
//! them and by what they name, judges nothing, and notes when they were made. Only a refusal counts: what
//! succeeded, or was made by anybody else, is judged as any other event.
//!
//! | attribute of `heartbeat/ACCOUNT` | type | what |
//! |---|---|---|
//! | `id` | S | `heartbeat/ACCOUNT` |
//! | `arrived PATH REGION` | N | when the last one that arrived was made, in seconds since 1970 |
//! | `sent PATH REGION` | N | when the oldest one that has no answer yet was made |
//! | `told PATH REGION` | N | since when somebody knows that the path is blind; absent where it sees |
//! | `expires` | N | when DynamoDB may forget it: a month after the last one |

mod hearing;

use jiff::Timestamp;
use trailwarden_model::aws::arn;
use trailwarden_model::aws::delivery::Behaviour;
use trailwarden_model::{Activity, CredentialChange, CredentialKind, Deed};

pub(crate) use hearing::Hearing;

/// What an item's attribute says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "sight"),
    expect(dead_code, reason = "only the proof of sight sends heartbeats and tells of them")
)]
pub(crate) enum Mark {
    Arrived,
    Sent,
    Told,
}

impl Mark {
    /// The attribute's name.
    pub(crate) fn attribute(self, path: Behaviour, region: &str) -> String {
        let mark = match self {
            Self::Arrived => "arrived",
            Self::Sent => "sent",
            Self::Told => "told",
        };
        format!("{mark} {} {region}", path.name())
    }
}

/// The item of an account.
pub(crate) fn item(account: &str) -> String {
    format!("heartbeat/{account}")
}

/// For how long an item outlives the last heartbeat, in seconds.
pub(crate) const KEPT: i64 = 30 * 86_400;

/// The secret that does not exist, of a deployment.
pub(crate) fn secret(stack: &str) -> String {
    format!("{stack}/heartbeat")
}

/// The user that does not exist, of a deployment.
pub(crate) fn user(stack: &str) -> String {
    format!("{stack}-heartbeat")
}

/// The role of the deployment in each account.
pub(crate) fn member_role(stack: &str) -> String {
    format!("{stack}-member")
}

/// A heartbeat that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beat {
    /// The account it was made in.
    pub(crate) account: String,
    /// The region it was made in.
    pub(crate) region: String,
    /// The path it took.
    pub(crate) path: Behaviour,
    /// When it was made.
    pub(crate) time: Timestamp,
}

/// Whose heartbeats are known.
#[derive(Debug, Clone)]
pub(crate) struct Senders {
    /// The deployment's stack.
    pub(crate) stack: String,
    /// The role of the deployment in other accounts.
    pub(crate) member: String,
    /// The role of the proof of sight in its own account.
    pub(crate) own: Option<String>,
}

impl Senders {
    /// The heartbeat an activity is, if it is one.
    pub(crate) fn heartbeat(&self, activity: &Activity) -> Option<Beat> {
        if !activity.outcome.denied() || !self.sent(activity) {
            return None;
        }
        let account = activity.recorded_in.as_str();
        let path = match &activity.deed {
            Deed::SecretRead { secrets, echo: None }
                if activity.action.name == "GetSecretValue"
                    && matches!(secrets.as_slice(), [one] if one.as_str()
                        == format!("aws:secretsmanager:{account}:{}", secret(&self.stack))) =>
            {
                Behaviour::SecretAccessed
            }
            Deed::CredentialChanged { change: CredentialChange::Added, credential, target }
                if credential.kind == CredentialKind::AccessKey
                    && target.key.as_str() == own(activity, "user", &user(&self.stack)) =>
            {
                Behaviour::CredentialAdded
            }
            _ => return None,
        };
        let (account, region) = (account.to_owned(), activity.region.as_str().to_owned());
        Some(Beat { account, region, path, time: activity.time })
    }

    /// Whether the role of the deployment in that very account made it.
    fn sent(&self, activity: &Activity) -> bool {
        let sender = activity.actor.arn.as_deref().unwrap_or_default();
        let roles = [Some(self.member.as_str()), self.own.as_deref()];
        roles.into_iter().flatten().any(|role| sender == own(activity, "role", role))
    }
}

/// The ARN of an identity of the account that logged an activity.
fn own(activity: &Activity, kind: &str, name: &str) -> String {
    arn::iam(&activity.partition, activity.recorded_in.as_str(), kind, name)
}

#[cfg(test)]
mod tests {
    use trailwarden_fixtures::records::{ACCOUNT, Caller, RecordBuilder, call, get_secret_value};
    use trailwarden_model::aws::Coverage;
    use trailwarden_networks::NetworkTable;
    use trailwarden_pipeline::{Intake, Read};

    use super::*;

    const SECRET: &str = "arn:aws:secretsmanager:us-east-1:111122223333:secret:tw/heartbeat";

    fn heard(record: &RecordBuilder) -> Option<Beat> {
        let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::empty() };
        let Read::Activity(activity) = intake.read(&record.bytes()) else { panic!("not an activity") };
        let own = Some("tw-SightRole-1A2B".to_owned());
        Senders { stack: "tw".to_owned(), member: "tw-member".to_owned(), own }.heartbeat(&activity)
    }

    fn member() -> Caller {
        Caller::role("tw-member", "trailwarden-sight")
    }

    /// As Secrets Manager refuses: what was asked for is left out, and the message names it.
    fn refused_secret(caller: &Caller, named: &str) -> RecordBuilder {
        let message = format!(
            "User: arn is not authorized to perform: secretsmanager:GetSecretValue on resource: {named} because no \
             identity-based policy allows the secretsmanager:GetSecretValue action"
        );
        call(caller, "secretsmanager.amazonaws.com", "GetSecretValue").denied(&message)
    }

    fn refused_key(caller: &Caller, user: &str) -> RecordBuilder {
        let message = format!(
            "User: arn is not authorized to perform: iam:CreateAccessKey on resource: user {user} because no \
             identity-based policy allows the iam:CreateAccessKey action"
        );
        call(caller, "iam.amazonaws.com", "CreateAccessKey").denied(&message)
    }

    #[test]
    fn the_two_refused_calls_of_our_own_roles_are_heartbeats() {
        for caller in [member(), Caller::role("tw-SightRole-1A2B", "trailwarden-sight")] {
            let beat = heard(&refused_secret(&caller, SECRET)).unwrap();
            assert_eq!((beat.path, beat.account.as_str()), (Behaviour::SecretAccessed, ACCOUNT));
            assert_eq!(beat.time, "2026-03-03T09:15:00Z".parse().unwrap());
            // With its parameters, it is the same.
            assert!(heard(&get_secret_value(&caller, SECRET).denied("no")).is_some());
            let beat = heard(&refused_key(&caller, "tw-heartbeat")).unwrap();
            assert_eq!((beat.path, beat.region.as_str()), (Behaviour::CredentialAdded, "us-east-1"));
        }
    }

    #[test]
    fn what_only_looks_like_a_heartbeat_is_none() {
        let others = [
            // Somebody else, and a namesake of another account.
            refused_secret(&Caller::role("tw-other", "x"), SECRET),
            refused_secret(&Caller::user("tw-member"), SECRET),
            refused_secret(&member(), SECRET).with("recipientAccountId", "444455556666".into()),
            refused_key(&Caller::role("admin", "x"), "tw-heartbeat"),
            // Another secret, another user, another call.
            refused_secret(&member(), "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db"),
            refused_secret(&member(), "arn:aws:secretsmanager:us-east-1:444455556666:secret:tw/heartbeat"),
            refused_key(&member(), "alice"),
            refused_key(&member(), "tw-heartbeat2"),
            call(&member(), "iam.amazonaws.com", "UpdateAccessKey").denied("on resource: user tw-heartbeat"),
            // It worked, or failed for another reason.
            get_secret_value(&member(), SECRET),
            get_secret_value(&member(), SECRET).with("errorCode", "ResourceNotFoundException".into()),
        ];
        for record in others {
            assert_eq!(heard(&record), None, "{}", record.record());
        }
    }
}
