//! The people: who works here, as what, where, and from which networks.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::Zone,
    dice::Dice,
    organization::{Account, DOMAIN, IDENTITY_STORE},
    pages::{self, Page},
};

/// What somebody works on, which decides what they may do and what they look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Team {
    Platform,
    Backend,
    Data,
    Support,
    Finance,
}

impl Team {
    /// The accounts a member opens, the usual ones repeated, each with the permission set held there.
    pub(super) const fn grants(self) -> &'static [Grant] {
        use Account::{Management, Production, Staging};
        match self {
            Self::Platform => &[
                Grant(Production, "AdministratorAccess"),
                Grant(Production, "AdministratorAccess"),
                Grant(Staging, "AdministratorAccess"),
                Grant(Management, "AdministratorAccess"),
            ],
            Self::Backend => &[
                Grant(Staging, "DeveloperAccess"),
                Grant(Staging, "DeveloperAccess"),
                Grant(Production, "DeveloperAccess"),
            ],
            Self::Data => &[Grant(Production, "AnalystAccess"), Grant(Staging, "AnalystAccess")],
            Self::Support => &[Grant(Production, "ReadOnlyAccess")],
            Self::Finance => &[Grant(Management, "Billing")],
        }
    }

    pub(super) const fn pages(self) -> &'static [Page] {
        match self {
            Self::Platform => pages::PLATFORM,
            Self::Backend => pages::BACKEND,
            Self::Data => pages::DATA,
            Self::Support => pages::SUPPORT,
            Self::Finance => pages::FINANCE,
        }
    }

    /// How often in a hundred sittings a member works on the command line.
    pub(super) const fn types(self) -> i64 {
        match self {
            Self::Platform | Self::Backend => 55,
            Self::Data => 25,
            Self::Support | Self::Finance => 0,
        }
    }
}

/// A permission set held in an account.
#[derive(Clone, Copy)]
pub(super) struct Grant(pub(super) Account, pub(super) &'static str);

/// Somebody who works here.
pub(super) struct Person {
    pub(super) handle: &'static str,
    pub(super) team: Team,
    pub(super) zone: Zone,
    /// The first two numbers of the address their provider gives them at home.
    network: &'static str,
    /// The day of the fortnight they joined on; the first for everybody who was here before.
    pub(super) joined: i64,
}

impl Person {
    pub(super) fn mail(&self) -> String {
        format!("{}@{DOMAIN}", self.handle)
    }

    /// Dice that decide what is lasting about them.
    fn nature(&self, of: &str) -> Dice {
        Dice::named(&format!("{of} of {}", self.handle))
    }

    /// Their id in the directory.
    pub(super) fn user_id(&self) -> String {
        self.nature("user id").uuid()
    }

    /// The address of their home; some providers give a new one in the second week.
    pub(super) fn home(&self, day: i64) -> String {
        let mut dice = self.nature("home");
        let moves = dice.chance(35) && day > 7;
        let street = dice.between(3, 250) + i64::from(moves);
        format!("{}.{street}.{}", self.network, dice.between(2, 250))
    }

    pub(super) fn browser(&self) -> &'static str {
        let known = match self.team {
            Team::Platform => [agents::FIREFOX_LINUX, agents::CHROME_MAC],
            Team::Backend | Team::Data => [agents::CHROME_MAC, agents::SAFARI],
            Team::Support | Team::Finance => [agents::EDGE_WINDOWS, agents::CHROME_WINDOWS],
        };
        self.nature("browser").choose(&known).copied().unwrap_or(agents::CHROME_MAC)
    }

    pub(super) fn command_line(&self) -> &'static str {
        if self.browser() == agents::FIREFOX_LINUX { agents::CLI_LINUX } else { agents::CLI_MAC }
    }

    /// Their `userIdentity` in what Identity Center tells of them.
    pub(super) fn identity(&self, credential: &str) -> Value {
        let management = Account::Management.id();
        json!({
            "type": "IdentityCenterUser",
            "accountId": management,
            "onBehalfOf": {
                "userId": self.user_id(),
                "identityStoreArn": format!("arn:aws:identitystore::{management}:identitystore/{IDENTITY_STORE}"),
            },
            "credentialId": credential,
        })
    }
}

/// Everybody, the newcomer last.
pub(super) const ROSTER: &[Person] = &[
    berlin("anna.vogel", Team::Platform, "87.158"),
    berlin("katrin.sommer", Team::Platform, "91.16"),
    berlin("miriam.scholz", Team::Platform, "95.91"),
    berlin("jonas.weber", Team::Backend, "84.160"),
    berlin("clara.brandt", Team::Backend, "93.220"),
    berlin("felix.arnold", Team::Backend, "77.20"),
    berlin("lena.hofmann", Team::Backend, "79.224"),
    berlin("max.engel", Team::Backend, "88.130"),
    berlin("paul.richter", Team::Data, "92.217"),
    berlin("sophie.kern", Team::Data, "37.201"),
    berlin("david.lang", Team::Support, "77.181"),
    berlin("nina.busch", Team::Support, "178.2"),
    berlin("julia.peters", Team::Support, "46.223"),
    berlin("oliver.franke", Team::Finance, "88.66"),
    lisbon("ines.matos", Team::Platform, "85.243"),
    lisbon("rui.carvalho", Team::Backend, "81.193"),
    lisbon("tiago.lopes", Team::Backend, "94.132"),
    lisbon("beatriz.sousa", Team::Backend, "82.155"),
    lisbon("andre.dias", Team::Backend, "2.82"),
    lisbon("marta.fonseca", Team::Data, "89.154"),
    lisbon("joao.pinto", Team::Support, "188.37"),
    lisbon("carla.reis", Team::Finance, "85.139"),
    Person { zone: Zone::SaoPaulo, ..lisbon("gabriela.moraes", Team::Backend, "189.18") },
    lisbon("pedro.nunes", Team::Backend, "188.81"),
    Person { joined: 9, ..lisbon("tomas.pereira", Team::Backend, "85.246") },
];

/// The person of that handle.
pub(super) fn person(handle: &str) -> Option<&'static Person> {
    ROSTER.iter().find(|person| person.handle == handle)
}

const fn berlin(handle: &'static str, team: Team, network: &'static str) -> Person {
    Person { handle, team, zone: Zone::Berlin, network, joined: 1 }
}

const fn lisbon(handle: &'static str, team: Team, network: &'static str) -> Person {
    Person { handle, team, zone: Zone::Lisbon, network, joined: 1 }
}
