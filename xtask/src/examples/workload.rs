//! The workloads: functions, tasks and instances that read their secrets on a schedule, day and night.

use super::{
    agents,
    calendar::Moment,
    caller::{Agent, Caller},
    dice::Dice,
    organization::{Account, Role},
    scribe::{Actor, Scribe},
    store::{self, Secret},
    sts,
};

/// The gateway through which a network's own functions reach the world.
const GATEWAY: &str = "3.121.214.77";
/// Where the service keeps its addresses for functions outside any network of ours.
const SERVICE_ADDRESSES: [&str; 5] = ["3.66", "18.157", "18.196", "35.158", "52.29"];

/// What a workload runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// Lambda, outside any network of ours.
    Function,
    /// Lambda, in our network.
    FunctionInside,
    /// ECS on Fargate, reading through a VPC endpoint.
    Task,
}

/// A workload and its habit.
pub(super) struct Workload {
    account: Account,
    service: &'static str,
    runs: Runs,
    /// Minutes from one reading to the next.
    every: i64,
    secrets: &'static [&'static str],
    /// The day it was shipped.
    since: i64,
}

/// Everything that runs, the service shipped in the second week last.
pub(super) const RUNNING: &[Workload] = &[
    production("label-printer", Runs::Function, 30, &["labels/printer-token"]),
    production("notifications", Runs::FunctionInside, 60, &["notifications/twilio", "notifications/sendgrid"]),
    production("orders-api", Runs::Task, 360, &["orders/database", "payments/stripe", "search/opensearch"]),
    production(
        "tracking-poller",
        Runs::Task,
        60,
        &["tracking/database", "tracking/carrier-dhl", "tracking/carrier-ups"],
    ),
    production("customs-export", Runs::Task, 240, &["customs/database", "customs/atlas-certificate"]),
    production("billing-run", Runs::Task, 720, &["billing/database", "billing/datev", "payments/adyen"]),
    staging("label-printer", Runs::Function, 120, &["labels/printer-token"]),
    staging("tracking-poller", Runs::Task, 240, &["tracking/database", "tracking/carrier-dhl"]),
    Workload {
        since: 10,
        ..production("tracking-webhooks", Runs::Task, 180, &["webhooks/signing-key", "webhooks/customer-tokens"])
    },
];

const fn production(service: &'static str, runs: Runs, every: i64, secrets: &'static [&'static str]) -> Workload {
    Workload { account: Account::Production, service, runs, every, secrets, since: 1 }
}

const fn staging(service: &'static str, runs: Runs, every: i64, secrets: &'static [&'static str]) -> Workload {
    Workload { account: Account::Staging, ..production(service, runs, every, secrets) }
}

impl Actor for Workload {
    fn name(&self) -> String {
        format!("workload {} {}", self.service, self.account.id())
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        // What is shipped that day is shipped at noon.
        let (opens, offset) = if day == self.since && day > 1 { (12, 25) } else { (0, self.offset()) };
        if day < self.since {
            return;
        }
        let mut next = Moment::on(day, opens, offset);
        let midnight = Moment::on(day + 1, 0, 0);
        let mut holding: Option<(Moment, Caller)> = None;
        while next.until(midnight) > 0 {
            let kept = holding.take().filter(|(since, _)| since.until(next) < self.lives());
            let (since, caller) = kept.unwrap_or_else(|| (next, self.start(next, scribe)));
            for secret in self.secrets {
                let at = next.plus(scribe.dice.between(1, 6));
                store::read(at, &caller, &Secret::new(self.account, secret), scribe);
            }
            holding = Some((since, caller));
            next = next.minutes(self.every).plus(scribe.dice.between(-20, 20));
        }
    }
}

impl Workload {
    /// Minutes past midnight of its first run: its own, so that not everything runs on the hour.
    fn offset(&self) -> i64 {
        Dice::named(&self.name()).between(1, self.every.min(55))
    }

    /// The seconds after which it starts anew: a task with each run, a function a few times a day.
    fn lives(&self) -> i64 {
        if self.runs == Runs::Task { 0 } else { 9_000 }
    }

    /// Starts it: the service assumes its role.
    fn start(&self, at: Moment, scribe: &mut Scribe) -> Caller {
        let role = Role::new(self.account, &format!("{}-{}", self.account.stage(), self.service));
        match self.runs {
            Runs::Task => {
                let task = format!("{}{}", scribe.dice.hex(16), scribe.dice.hex(16));
                let address = format!("10.40.{}.{}", scribe.dice.between(1, 3), scribe.dice.between(10, 250));
                let agent = if self.every > 200 { agents::JAVA_ECS } else { agents::BOTO_ECS };
                let endpoint = match self.account {
                    Account::Production => "vpce-0b7e4c1a95d2f3860",
                    _ => "vpce-04d1f7a2c8e6b9350",
                };
                sts::by_service(at, "ecs-tasks.amazonaws.com", (&role, &task), scribe)
                    .from(&address, Agent::Program(agent))
                    .behind(Some(endpoint))
            }
            Runs::Function | Runs::FunctionInside => {
                let name = format!("{}-{}", self.account.stage(), self.service);
                let mut caller = sts::by_service(at, "lambda.amazonaws.com", (&role, &name), scribe);
                sts::in_scope(&mut caller, "AWS::Lambda::Function", &name, self.account);
                caller.from(&self.egress(scribe), Agent::Program(agents::NODE_LAMBDA))
            }
        }
    }

    fn egress(&self, scribe: &mut Scribe) -> String {
        if self.runs == Runs::FunctionInside {
            return GATEWAY.to_owned();
        }
        let network = scribe.dice.choose(&SERVICE_ADDRESSES).copied().unwrap_or(GATEWAY);
        format!("{network}.{}.{}", scribe.dice.between(16, 220), scribe.dice.between(2, 250))
    }
}
