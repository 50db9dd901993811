//! What acts beside people and workloads: pipelines that deploy, and vendors that look in from outside.

use super::{Account, Agent, Dice, Moment, Role, User, network};

/// Where a pipeline runs.
#[derive(Clone, Debug)]
pub(crate) enum Runner {
    /// GitHub's, with a token: another address each time.
    GitHub,
    /// GitLab's, likewise.
    GitLab,
    /// A server of the company's own, with the key of an IAM user.
    Own(User, String),
}

/// Something that builds and ships.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) seed: u64,
    /// The repository it belongs to.
    pub(crate) repository: String,
    pub(crate) account: Account,
    /// The role it deploys with.
    pub(crate) role: Role,
    pub(crate) runner: Runner,
    /// How many times it runs on a working day, in a hundred.
    pub(crate) runs: i64,
    /// The day of its first run; nought for one that always ran.
    pub(crate) since: i64,
    /// Whether it builds infrastructure, and so may make identities.
    pub(crate) infrastructure: bool,
    pub(crate) agent: Agent,
}

impl Pipeline {
    /// Who issues its tokens.
    pub(crate) const fn issuer(&self) -> &'static str {
        match self.runner {
            Runner::GitLab => "gitlab.com",
            _ => "token.actions.githubusercontent.com",
        }
    }

    /// The subject of its tokens.
    pub(crate) fn subject(&self, organization: &str) -> String {
        match self.runner {
            Runner::GitLab => {
                format!("project_path:{organization}/{}:ref_type:branch:ref:main", self.repository)
            }
            _ => format!("repo:{organization}/{}:ref:refs/heads/main", self.repository),
        }
    }

    /// Where the run that begins at `at` calls from.
    pub(crate) fn address(&self, at: Moment) -> String {
        let mut dice = Dice::named(self.seed, &format!("runner {} {}", self.repository, at.seconds()));
        let mut hosted = |name: &str| network::named(name).map(|provider| provider.address(&mut dice));
        match &self.runner {
            Runner::GitHub => hosted("Azure runners"),
            Runner::GitLab => hosted("Google runners"),
            Runner::Own(_, address) => Some(address.clone()),
        }
        .unwrap_or_default()
    }
}

/// An outside account that looks in.
#[derive(Clone, Debug)]
pub(crate) struct Vendor {
    /// `cloudguard`
    pub(crate) name: &'static str,
    /// Its own account, no part of the organisation.
    pub(crate) account: Account,
    /// The name of the role each of our accounts has for it.
    pub(crate) role: String,
    pub(crate) external_id: String,
    /// The addresses it calls from.
    pub(crate) addresses: Vec<String>,
    pub(crate) agent: Agent,
    /// The day of its first visit; nought for one that always came.
    pub(crate) since: i64,
    /// Hours between two visits to an account.
    pub(crate) every: i64,
}
