//! Drawing a world: accounts, networks and machines from a plan's seed.

use super::{
    Account, Agent, Dice, Kind, Moment, Office, Pipeline, Plan, Profile, Purpose, Role, Rotator, Runner, Runs, Secret,
    Size, User, Vendor, Workload, World, agent, aws_address, names, names_of, provider,
};

/// Countries a company may be at home in: the country, its clock, its region.
const HOMES: &[(&str, i64, &str)] = &[
    ("DE", 1, "eu-central-1"),
    ("GB", 0, "eu-west-2"),
    ("FR", 1, "eu-west-1"),
    ("US", -5, "us-east-1"),
    ("US", -8, "us-west-2"),
    ("US", -6, "us-east-2"),
    ("JP", 9, "ap-northeast-1"),
    ("BR", -3, "sa-east-1"),
    ("AU", 10, "ap-southeast-2"),
    ("PT", 0, "eu-west-1"),
    ("IN", 5, "ap-southeast-1"),
];

/// Countries more people of a company may be in.
pub(super) const ABROAD: &[(&str, i64)] = &[
    ("PT", 0),
    ("PL", 1),
    ("ES", 1),
    ("RO", 2),
    ("IN", 5),
    ("US", -5),
    ("US", -8),
    ("BR", -3),
    ("GB", 0),
    ("NL", 1),
    ("CA", -5),
    ("SE", 1),
    ("MX", -6),
    ("PH", 8),
    ("AU", 10),
    ("FR", 1),
    ("IT", 1),
    ("DE", 1),
    ("SG", 8),
];

/// How many there are of everything.
pub(super) struct Count {
    accounts: i64,
    pub(super) people: i64,
    programs: i64,
    workloads: i64,
    pipelines: i64,
    vendors: i64,
}

impl Count {
    fn of(size: Size, profile: Profile) -> Self {
        let (accounts, people, programs, workloads, pipelines, vendors) = match size {
            Size::Small => (3, 13, 2, 10, 3, 1),
            Size::Medium => (8, 48, 7, 52, 9, 3),
            Size::Large => (25, 160, 24, 175, 32, 5),
        };
        let (people, programs, workloads) = match profile {
            Profile::Legacy => (people, programs * 2, workloads * 4 / 5),
            Profile::Platform => (people / 2, programs, workloads * 3 / 2),
            _ => (people, programs, workloads),
        };
        Self { accounts, people, programs, workloads, pipelines, vendors }
    }
}

impl World {
    /// The world of `plan`.
    pub(crate) fn draw(plan: &Plan) -> anyhow::Result<Self> {
        let start = plan.starts()?;
        let seed = plan.seed.wrapping_mul(31).wrapping_add(plan.size as u64);
        let mut dice = Dice::named(seed, "world");
        let profile = plan.profile.or_else(|| dice.choose(&Profile::ALL).copied()).unwrap_or(Profile::SingleSignOn);
        let count = Count::of(plan.size, profile);
        let name = dice.choose(names::COMPANIES).copied().unwrap_or("kestrel").to_owned();
        let home = dice.choose(HOMES).copied().unwrap_or(("US", -5, "us-east-1"));
        let mut world = Self {
            seed,
            size: plan.size,
            profile,
            start,
            days: plan.days,
            learn_days: plan.learn_days,
            id: format!("o-{}", dice.alphanumeric(10).to_lowercase()),
            domain: format!("{name}.example"),
            name,
            home: home.2,
            external_idp: dice.chance(35),
            directory: format!("d-{}", dice.hex(10)),
            accounts: Vec::new(),
            people: Vec::new(),
            services: Vec::new(),
            workloads: Vec::new(),
            secrets: Vec::new(),
            pipelines: Vec::new(),
            vendors: Vec::new(),
            offices: Vec::new(),
            egress: None,
            new_egress: None,
            holidays: Vec::new(),
        };
        world.draw_accounts(&count, &mut dice);
        world.draw_networks(home, &mut dice);
        world.draw_workloads(&count, &mut dice);
        world.draw_services(&count, &mut dice);
        world.draw_staff(&count, (home.0, home.1), &mut dice);
        Ok(world)
    }

    fn draw_accounts(&mut self, count: &Count, dice: &mut Dice) {
        let mut add = |name: String, purpose, region| {
            let account = Account::drawn(&name, purpose, region, dice);
            self.accounts.push(account);
        };
        let name = &self.name;
        add(format!("{name}-root"), Purpose::Management, self.home);
        add(format!("{name}-prod"), Purpose::Production, self.home);
        add(format!("{name}-staging"), Purpose::Staging, self.home);
        if count.accounts > 3 {
            add(format!("{name}-security"), Purpose::Security, self.home);
            add(format!("{name}-shared"), Purpose::Shared, self.home);
            add(format!("{name}-dev"), Purpose::Development, self.home);
        }
        let elsewhere = if self.home == "us-east-1" { "eu-west-1" } else { "us-east-1" };
        for extra in 6..count.accounts {
            let purpose = match extra % 4 {
                0 | 2 => Purpose::Production,
                1 => Purpose::Development,
                _ => Purpose::Staging,
            };
            let region = if extra % 5 == 0 { elsewhere } else { self.home };
            add(format!("{name}-unit-{extra}"), purpose, region);
        }
    }

    fn draw_networks(&mut self, (country, zone, _): (&'static str, i64, &str), dice: &mut Dice) {
        let mut places = vec![(country, zone)];
        if self.size != Size::Small {
            places.extend(dice.some(ABROAD, if self.size == Size::Large { 3 } else { 1 }));
        }
        for (country, zone) in places {
            let provider = provider(Kind::Business, country, dice);
            let address = provider.address(dice);
            let moved = dice.chance(15).then(|| (dice.between(20, self.days), provider.address(dice)));
            self.offices.push(Office { country, zone, provider, address, moved });
        }
        let odds = if self.profile == Profile::Remote { 60 } else { 20 };
        self.egress = dice.chance(odds).then(|| provider(Kind::Gateway, "", dice));
        if dice.chance(20) && self.size != Size::Small {
            let new = provider(Kind::Gateway, "", dice);
            let day = self.workday(dice.between(self.learn_days + 5, self.days - 3));
            self.new_egress = (self.egress != Some(new)).then_some((day, new));
        }
        let countries = ABROAD.iter().map(|(country, _)| *country).chain([country]);
        self.holidays = countries.map(|country| (country, dice.between(1, self.days))).collect();
    }

    fn draw_workloads(&mut self, count: &Count, dice: &mut Dice) {
        let running: Vec<Account> =
            self.accounts.iter().filter(|account| account.purpose >= Purpose::Shared).cloned().collect();
        let known = dice.some(names::SERVICES, names::SERVICES.len());
        let mut services: Vec<(String, Vec<String>)> = Vec::new();
        for turn in 0..count.workloads {
            if services.len() < known.len() && (turn < 3 || dice.chance(70)) {
                let service = known.get(services.len()).copied().unwrap_or("core").to_owned();
                let secrets = names_of(&service, dice);
                services.push((service, secrets));
            }
            let Some((service, names)) = dice.choose(&services).cloned() else { continue };
            let Some(account) = dice.choose(&running).cloned() else { continue };
            let part = dice.choose(names::PARTS).copied().unwrap_or("api");
            let name = format!("{service}-{part}");
            if self.workloads.iter().any(|known| known.name == name && known.account == account) {
                continue;
            }
            let mut workload = self.workload(name, &account, &names, dice);
            if dice.chance(8) && turn > 3 {
                workload.since = self.workday(dice.between(6, self.days - 1));
                workload.shipped = self.day(workload.since).hours(9).minutes(dice.between(0, 480));
            }
            // What is not there yet, nobody else reads.
            for secret in workload.secrets.iter().filter(|_| workload.since == 0) {
                if !self.secrets.contains(secret) {
                    self.secrets.push(secret.clone());
                }
            }
            self.workloads.push(workload);
        }
    }

    /// What something in `account` runs on.
    fn runs(account: &Account, dice: &mut Dice) -> Runs {
        match (dice.between(0, 9), account.nature("platform").between(0, 1)) {
            (0..=1, _) => Runs::Function,
            (2..=3, _) => Runs::FunctionInside,
            (4..=7, 0) => Runs::Task,
            (4..=7, _) => Runs::Pod,
            _ => Runs::Fleet,
        }
    }

    /// How many minutes one session of it lasts, and how many pass from one reading to the next.
    fn pace(runs: Runs, dice: &mut Dice) -> (i64, i64) {
        // Many read once, when they start.
        let cached = dice.chance(50);
        let (lives, every) = match runs {
            Runs::Function | Runs::FunctionInside => (dice.between(120, 600), dice.between(90, 300)),
            Runs::Task => (dice.between(600, 4_300), dice.between(60, 720)),
            Runs::Pod => (60 * dice.between(3, 12), dice.between(90, 500)),
            Runs::Fleet => (360, dice.between(120, 720)),
        };
        (lives, if cached { lives } else { every })
    }

    fn workload(&self, name: String, account: &Account, names: &[String], dice: &mut Dice) -> Workload {
        let runs = Self::runs(account, dice);
        let environment = match runs {
            Runs::Function | Runs::FunctionInside => "AWS_Lambda_python3.13",
            Runs::Task => "AWS_ECS_FARGATE",
            Runs::Pod => "AWS_EKS",
            Runs::Fleet => "EC2",
        };
        let (lives, every) = Self::pace(runs, dice);
        let copies = if runs == Runs::Fleet { dice.between(2, 5) } else { dice.between(1, 2) };
        // Who reads much reads it seldom; a few do not care.
        let load = copies * i64::try_from(names.len()).unwrap_or(1);
        let every = every.max(load * if dice.chance(8) { 12 } else { dice.between(25, 70) });
        let lives = lives.max(load * 20);
        let stage = account.stage();
        let mut network = account.nature("gateways");
        let mut nat = || (0..network.between(1, 3)).map(|_| aws_address(account.region, &mut network)).collect();
        let gateways: Vec<String> = nat();
        let others: Vec<String> = nat();
        let rebuilt = self.day(network.between(3, self.days)).hours(network.between(6, 18));
        let new_gateways = network.chance(25).then_some((rebuilt, others));
        let endpoint =
            (network.chance(40) && !matches!(runs, Runs::Function)).then(|| format!("vpce-0{}", network.hex(16)));
        let extra = if dice.chance(25) { Some("platform/telemetry".to_owned()) } else { None };
        Workload {
            seed: self.seed,
            role: Role::new(account, &format!("{stage}-{name}")),
            runs,
            copies,
            lives,
            every,
            secrets: names
                .iter()
                .cloned()
                .chain(extra)
                .map(|of| Secret::new(account, &format!("{stage}/{of}")))
                .collect(),
            parameters: (runs == Runs::Fleet || dice.chance(20)).then(|| format!("/{stage}/{name}")),
            since: 0,
            shipped: self.start.days(-400),
            agent: agent::sdk(environment, dice),
            // Some fleets stand in public networks, each instance with an address of its own.
            gateways: if runs == Runs::Fleet && dice.chance(35) { Vec::new() } else { gateways },
            new_gateways,
            endpoint,
            name,
            account: account.clone(),
        }
    }

    fn draw_services(&mut self, count: &Count, dice: &mut Dice) {
        const JOBS: [&str; 10] = [
            "svc-backup",
            "svc-mail-relay",
            "svc-legacy-export",
            "svc-erp-bridge",
            "svc-datacenter-sync",
            "svc-bi",
            "svc-fax",
            "svc-partner-sftp",
            "svc-printer-hub",
            "svc-monitoring",
        ];
        let used: Vec<Account> =
            self.accounts.iter().filter(|account| account.purpose >= Purpose::Production).cloned().collect();
        for turn in 0..count.programs {
            let job = JOBS.get(usize::try_from(turn).unwrap_or_default() % JOBS.len()).copied().unwrap_or("svc-backup");
            let Some(account) = dice.choose(&used) else { continue };
            let name = if turn < 10 { job.to_owned() } else { format!("{job}-{}", turn / 10) };
            let created = self.start.days(-dice.between(20, 900));
            let program = User::new(account, &name).with_key(created, dice);
            let program = self.rotations(program, dice);
            self.services.push(program);
        }
        for turn in 0..count.pipelines {
            self.draw_pipeline(turn, &used, dice);
        }
        for (turn, name) in ["cloudguard", "costwise", "logharbor", "auditly", "backupbay"].into_iter().enumerate() {
            if turn < usize::try_from(count.vendors).unwrap_or_default() {
                let account = Account::drawn(name, Purpose::Shared, "us-east-1", dice);
                let addresses = (0..dice.between(1, 4)).map(|_| aws_address("us-east-1", dice)).collect();
                let role = format!("{}-{}", name, if dice.chance(50) { "integration" } else { "readonly" });
                let external_id = dice.uuid();
                let every = dice.between(3, 24);
                let agent = agent::sdk("EC2", dice);
                let new = dice.chance(20);
                let since = if new { self.workday(dice.between(8, self.days - 4)) } else { 0 };
                self.vendors.push(Vendor { name, account, role, external_id, addresses, agent, since, every });
            }
        }
    }

    fn draw_pipeline(&mut self, turn: i64, used: &[Account], dice: &mut Dice) {
        let Some(account) = dice.choose(used).cloned() else { return };
        let infrastructure = turn % 3 == 0;
        let repository = if infrastructure {
            format!("infrastructure-{}", account.name)
        } else {
            let at = usize::try_from(turn).unwrap_or_default();
            names::SERVICES.get(at).copied().unwrap_or("core").to_owned()
        };
        if self.pipelines.iter().any(|known| known.repository == repository) {
            return;
        }
        let new = turn > 1 && dice.chance(12);
        let since = if new { self.workday(dice.between(8, self.days - 6)) } else { 0 };
        let own = if self.profile == Profile::Legacy { 60 } else { 10 };
        let runner = if !new && dice.chance(own) {
            let created = self.start.days(-dice.between(30, 500));
            let builder = User::new(&account, &format!("ci-{repository}")).with_key(created, dice);
            let address = self.offices.first().map(|office| office.address.clone()).unwrap_or_default();
            Runner::Own(builder, if dice.chance(50) { address } else { aws_address(account.region, dice) })
        } else if self.seed.is_multiple_of(3) == (since == 0 || !infrastructure) {
            // New infrastructure comes with a CI that is new to the company.
            Runner::GitLab
        } else {
            Runner::GitHub
        };
        self.pipelines.push(Pipeline {
            seed: self.seed,
            role: Role::new(&account, &format!("ci-{repository}-deploy")),
            account,
            repository,
            runner,
            runs: dice.between(30, 400),
            since,
            infrastructure,
            agent: if infrastructure { agent::terraform(dice) } else { agent::runner_cli() },
        });
    }

    /// `user` with the keys it gets while the log lasts.
    pub(super) fn rotations(&self, user: User, dice: &mut Dice) -> User {
        let by = match dice.between(0, 99) {
            0..30 => Rotator::Administrator,
            30..45 => Rotator::Automation,
            _ => return user,
        };
        let day = self.workday(dice.between(2, self.days - 4));
        let hour = self.offices.first().map_or(0, |office| office.zone);
        let at = self.day(day).hours(10 - hour).minutes(dice.between(0, 360));
        let user = user.rotated(at, by, dice);
        let again = at.days(30);
        let monthly = by == Rotator::Automation && again < self.day(self.days - 4);
        if monthly { user.rotated(again, by, dice) } else { user }
    }

    /// When something of the past happened: so many days before the log began.
    pub(super) fn ago(&self, days: i64) -> Moment {
        self.start.days(-days)
    }

    /// The program an organisation's older servers use.
    pub(crate) fn old_program() -> Agent {
        Agent::program(agent::CLI_OLD)
    }
}
