//! The workloads: functions, tasks, pods and instances that read their secrets at start and as long as they run.

use crate::{
    record::{Actor, Caller, Scribe, by_service, read, read_path, web_identity_session},
    world::{Agent, CLI_OLD, Moment, Runs, SSM_AGENT, Workload, World},
};

/// Everything that runs.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    world.workloads.iter().map(|workload| Box::new(Running(workload.clone())) as Box<dyn Actor>).collect()
}

/// The days of one workload.
struct Running(Workload);

impl Actor for Running {
    fn name(&self) -> String {
        format!("workload {} {}", self.0.name, self.0.account.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(workload) = self;
        if day < workload.since {
            return;
        }
        for copy in 0..workload.copies_on(day) {
            let (dawn, dusk) = (world.day(day).max(workload.shipped), world.day(day + 1));
            let mut now = dawn;
            while now < dusk {
                let run = workload.run(copy, now);
                if run.since >= dawn {
                    start(workload, (copy, run.since), scribe);
                }
                reads(workload, copy, (run.since, now, run.until.min(dusk)), scribe);
                now = run.until.max(now.plus(60));
            }
        }
    }
}

/// It starts: it gets its session, and reads the parameters it boots with.
fn start(workload: &Workload, (copy, at): (i64, Moment), scribe: &mut Scribe) {
    let session = Caller::workload(workload, copy, at);
    let name = workload.run(copy, at).name;
    match workload.runs {
        Runs::Function | Runs::FunctionInside => {
            by_service(at, "lambda.amazonaws.com", (&workload.role, &name), &session, scribe);
        }
        Runs::Task => by_service(at, "ecs-tasks.amazonaws.com", (&workload.role, &name), &session, scribe),
        Runs::Fleet => by_service(at, "ec2.amazonaws.com", (&workload.role, &name), &session, scribe),
        Runs::Pod => {
            let subject = format!("system:serviceaccount:{}:{}", workload.account.stage(), workload.name);
            web_identity_session(at, (&workload.issuer(), &subject), (&workload.role, &name), &session, scribe);
        }
    }
    if let Some(path) = &workload.parameters {
        let mut program = session.clone();
        if workload.runs == Runs::Fleet && workload.nature("boot").chance(40) {
            program.agent = Agent::program(CLI_OLD);
        }
        read_path(at.plus(scribe.dice.between(2, 20)), &program, (path, workload.parameter_names()), scribe);
    }
    if workload.runs == Runs::Fleet {
        let mut agent = session;
        agent.agent = Agent::program(SSM_AGENT);
        let asked = serde_json::json!({ "instanceId": name, "agentVersion": "3.3.3270.0", "agentStatus": "Active" });
        scribe.call(at.plus(30), &agent, ("ssm", "UpdateInstanceInformation"), asked);
    }
}

/// It reads its secrets when it starts, and again when its cache is old.
fn reads(workload: &Workload, copy: i64, (since, from, to): (Moment, Moment, Moment), scribe: &mut Scribe) {
    let every = workload.every.max(15) * 60;
    let passed = since.until(from);
    let first = if passed <= 0 { 0 } else { (passed + every - 1) / every };
    let mut at = since.plus(first * every);
    while at < to {
        let session = Caller::workload(workload, copy, at);
        for secret in &workload.secrets {
            // A cache is asked only when something needs what it holds.
            if at > since && scribe.dice.chance(12) {
                continue;
            }
            let at = at.plus(scribe.dice.between(1, 8));
            if scribe.dice.rarely(6) {
                let record = scribe.record(at, &session, ("secretsmanager", "GetSecretValue"));
                let asked = serde_json::json!({ "secretId": secret.arn() });
                scribe.write(record.asking(asked).refused("ThrottlingException", "Rate exceeded"));
            }
            read(at, &session, secret, scribe);
        }
        at = at.plus(every);
    }
}
