//! A plan: which organisation to make, for how long, and what happens in it.

use super::Moment;

/// How large an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// Some thirty identities in two or three accounts.
    Small,
    /// Some hundred and twenty identities in eight accounts.
    Medium,
    /// Some four hundred identities in twenty-five accounts.
    Large,
}

impl Size {
    /// Its name, as it is written in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The size of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Small, Self::Medium, Self::Large].into_iter().find(|size| size.name() == name)
    }
}

/// What kind of company it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Everybody comes through Identity Center.
    SingleSignOn,
    /// Most people are IAM users with keys of their own.
    Legacy,
    /// Few people, many machines.
    Platform,
    /// People all over the world, behind VPNs and relays.
    Remote,
    /// An enterprise whose own identity provider signs people into roles.
    Federated,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [Self::SingleSignOn, Self::Legacy, Self::Platform, Self::Remote, Self::Federated];

    /// Its name, as it is written in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleSignOn => "single-sign-on",
            Self::Legacy => "legacy",
            Self::Platform => "platform",
            Self::Remote => "remote",
            Self::Federated => "federated",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// Which organisation to make, for how long, and what happens in it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What everything is drawn from.
    pub seed: u64,
    /// How large the organisation is.
    pub size: Size,
    /// What kind of company it is; drawn from the seed where none is given.
    pub profile: Option<Profile>,
    /// Midnight UTC of the first day, as `2026-01-05T00:00:00Z`.
    pub start: String,
    /// How many days the log lasts.
    pub days: i64,
    /// How many of them are for learning: no attack happens in them.
    pub learn_days: i64,
    /// The families of attacks to run; all of them where there is no list, none where it is empty.
    pub families: Option<Vec<String>>,
    /// How many attacks there may be at most; which, is drawn from the seed.
    pub most_attacks: Option<usize>,
}

impl Plan {
    /// Eight weeks and a bit of the organisation of that seed and size, with every attack, the first thirty days quiet.
    #[must_use]
    pub fn new(seed: u64, size: Size) -> Self {
        Self {
            seed,
            size,
            profile: None,
            start: "2026-01-05T00:00:00Z".to_owned(),
            days: 58,
            learn_days: 30,
            families: None,
            most_attacks: None,
        }
    }

    /// When the first day begins.
    pub(crate) fn starts(&self) -> anyhow::Result<Moment> {
        Moment::read(&self.start)
    }
}
