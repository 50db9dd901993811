//! Workloads: functions, tasks, pods and instances that read their secrets day and night, each with a role of its own.

use super::{Account, Agent, Dice, Moment, Role, Secret, network};

/// What a workload runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runs {
    /// Lambda, outside any network of its own: its addresses are the service's.
    Function,
    /// Lambda in the company's network: it leaves by a gateway.
    FunctionInside,
    /// ECS, through a VPC endpoint or a gateway.
    Task,
    /// EKS with roles for service accounts.
    Pod,
    /// An autoscaled group of instances.
    Fleet,
}

/// Something that runs.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    pub(crate) seed: u64,
    pub(crate) name: String,
    pub(crate) account: Account,
    pub(crate) role: Role,
    pub(crate) runs: Runs,
    /// How many of it run at once.
    pub(crate) copies: i64,
    /// Minutes one session lasts before it is taken anew.
    pub(crate) lives: i64,
    /// Minutes from one reading of the secrets to the next, while they are cached.
    pub(crate) every: i64,
    pub(crate) secrets: Vec<Secret>,
    /// The path of the parameters it reads when it boots.
    pub(crate) parameters: Option<String>,
    /// The day it is shipped; nought for what ran before.
    pub(crate) since: i64,
    /// The moment of that day from which it runs.
    pub(crate) shipped: Moment,
    pub(crate) agent: Agent,
    /// Where its traffic leaves: addresses of its gateways.
    pub(crate) gateways: Vec<String>,
    /// Other gateways from that moment on.
    pub(crate) new_gateways: Option<(Moment, Vec<String>)>,
    /// The VPC endpoint its calls go through.
    pub(crate) endpoint: Option<String>,
}

/// One session of a workload: when it began, under which name and key.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) since: Moment,
    pub(crate) until: Moment,
    /// The session's name: a task, an instance, a function.
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) address: String,
}

impl Workload {
    /// Dice that decide what is lasting about it.
    pub(crate) fn nature(&self, of: &str) -> Dice {
        Dice::named(self.seed, &format!("{of} of {} in {}", self.name, self.account.id))
    }

    /// The session the `copy`th of it holds at `at`: the same for whoever asks.
    pub(crate) fn run(&self, copy: i64, at: Moment) -> Run {
        let span = self.lives * 60;
        let shift = self.nature(&format!("shift {copy}")).between(0, span - 1);
        let until = at.plus(-shift).floor(span).plus(shift + span);
        let since = until.plus(-span).max(self.shipped.plus(copy * 7));
        let mut dice = self.nature(&format!("run {copy} {}", since.seconds()));
        // Instances keep their name for some days, then the group replaces them.
        let mut lasting = self.nature(&format!("machine {copy} {}", since.seconds() / (86_400 * 3)));
        let name = match self.runs {
            Runs::Function | Runs::FunctionInside => self.name.clone(),
            Runs::Task => dice.hex(32),
            Runs::Pod => self.token_session(since),
            Runs::Fleet => format!("i-0{}", lasting.hex(16)),
        };
        let address = match (self.runs, &self.endpoint) {
            (Runs::Function, _) => network::aws_address(self.account.region, &mut dice),
            (Runs::Fleet, _) if self.gateways.is_empty() => network::aws_address(self.account.region, &mut lasting),
            (_, Some(_)) => format!("10.{}.{}.{}", self.network(), dice.between(1, 6), dice.between(10, 250)),
            _ => {
                let moved = self.new_gateways.as_ref().filter(|(from, _)| since >= *from).map(|(_, gateways)| gateways);
                dice.choose(moved.unwrap_or(&self.gateways)).cloned().unwrap_or_default()
            }
        };
        let key = dice.access_key("ASIA", self.account.number());
        Run { since, until, name, key, address }
    }

    /// The second byte of the private network of its account.
    fn network(&self) -> i64 {
        self.account.nature("network").between(16, 120)
    }

    /// What its SDK calls a session it gets for a token.
    fn token_session(&self, since: Moment) -> String {
        let program = self.agent.text("", "");
        let (kind, seconds) = (program.split('/').next().unwrap_or_default(), since.seconds());
        match kind {
            "Boto3" => format!("botocore-session-{seconds}"),
            "aws-sdk-java" => format!("aws-sdk-java-{seconds}417"),
            "aws-sdk-js" => format!("aws-sdk-js-session-{seconds}417"),
            _ => format!("{seconds}417203955"),
        }
    }

    /// How many of it run on `day`: groups grow and shrink.
    pub(crate) fn copies_on(&self, day: i64) -> i64 {
        let more = if self.runs == Runs::Fleet { 2 } else { 0 };
        self.copies + self.nature(&format!("size {day}")).between(0, more)
    }

    /// What calls itself the provider of its pods' tokens.
    pub(crate) fn issuer(&self) -> String {
        let region = self.account.region;
        format!("oidc.eks.{region}.amazonaws.com/id/{}", self.account.nature("cluster").hex(32).to_uppercase())
    }

    /// The names of its parameters, under its path.
    pub(crate) fn parameter_names(&self) -> &'static [&'static str] {
        const SETS: [&[&str]; 4] = [
            &["database-url", "log-level", "feature-flags"],
            &["api-key", "endpoint"],
            &["tls-key", "tls-chain", "join-token", "license"],
            &["config"],
        ];
        self.nature("parameters").choose(&SETS).copied().unwrap_or(&["config"])
    }
}
