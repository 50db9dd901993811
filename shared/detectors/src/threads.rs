//! Threads: what ties one signal to another, so that a chain of them is told as one story.
//!
//! A thread has a subject: a credential, an identity, a source, a secret. What a signal gave away or
//! broke open leads on through it; what a signal was done with follows from it. A credential made and
//! then used, a role put on, a target that becomes an actor, an address that failed and then got in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trailwarden_model::{Activity, Deed, PrincipalKind, Signal};

use crate::memory::Subject;

/// Which end of a thread a signal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum End {
    /// It opened, gave away or attacked the subject.
    Leads,
    /// It was done with, or as, the subject.
    Follows,
}

/// One end of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Thread {
    /// What it runs through.
    pub subject: Subject,
    /// Which end of it this is.
    pub end: End,
}

impl End {
    /// The end as the memory writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Follows => "follows",
        }
    }

    /// The end of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Leads, Self::Follows].into_iter().find(|end| end.name() == name)
    }
}

impl Thread {
    fn leads(what: &str, name: &str) -> Self {
        Self { subject: Subject::thread(what, name), end: End::Leads }
    }

    fn follows(what: &str, name: &str) -> Self {
        Self { subject: Subject::thread(what, name), end: End::Follows }
    }

    /// Whether it is cut when a session ends, at the latest: what follows from a sign-in or a source does so soon.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.subject.is_thread_of(SIGN_IN) || self.subject.is_thread_of(SOURCE)
    }

    /// Whether two ends of this thread that are alike belong together: one credential, one session.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.end == End::Follows && self.subject.is_thread_of(CREDENTIAL)
    }
}

const CREDENTIAL: &str = "credential";
const IDENTITY: &str = "identity";
const SIGN_IN: &str = "sign-in";
const SOURCE: &str = "source";
const SECRET: &str = "secret";

/// The ends of threads one signal holds.
#[must_use]
pub fn threads(signal: &Signal, activity: &Activity) -> BTreeSet<Thread> {
    let mut all = BTreeSet::new();
    let nobody = matches!(activity.actor.kind, PrincipalKind::Unknown | PrincipalKind::Service);
    // The name others act on it by; people of one directory share its ARN.
    let by_arn = matches!(activity.actor.kind, PrincipalKind::User | PrincipalKind::Role | PrincipalKind::Root);
    let who = activity.actor.arn.as_deref().filter(|_| by_arn).unwrap_or(activity.actor.key.as_str());
    if let Some(credential) = &activity.session.credential {
        all.insert(Thread::follows(CREDENTIAL, credential));
    }
    match &activity.deed {
        Deed::SignIn { .. } => {
            if let Some(ip) = activity.origin.address.ip() {
                let source = ip.to_string();
                let failed = !activity.outcome.succeeded();
                all.insert(if failed { Thread::leads(SOURCE, &source) } else { Thread::follows(SOURCE, &source) });
            }
            // Whoever got in strangely is whoever acts next.
            if !nobody {
                all.insert(Thread::leads(SIGN_IN, who));
            }
        }
        Deed::CredentialChanged { change, credential, target } if change.opens() => {
            all.extend(credential.id.as_deref().map(|id| Thread::leads(CREDENTIAL, id)));
            all.insert(Thread::leads(IDENTITY, target.key.as_str()));
        }
        Deed::TrustChanged { target, .. } => {
            all.insert(Thread::leads(IDENTITY, target.key.as_str()));
        }
        Deed::RoleAssumed { role, issued, .. } => {
            all.insert(Thread::follows(IDENTITY, role.key.as_str()));
            all.extend(issued.as_deref().map(|id| Thread::leads(CREDENTIAL, id)));
        }
        Deed::SecretShared { secret, .. } => {
            all.insert(Thread::leads(SECRET, secret.as_str()));
        }
        // Only outsiders: the owner's own people read an opened secret as they did before.
        Deed::SecretRead { .. } if activity.actor.account.as_ref() != Some(&activity.account) => {
            all.extend(signal.secrets.iter().take(1).map(|secret| Thread::follows(SECRET, secret.as_str())));
        }
        _ => {}
    }
    if !nobody {
        all.insert(Thread::follows(IDENTITY, who));
        all.insert(Thread::follows(SIGN_IN, who));
    }
    all
}
