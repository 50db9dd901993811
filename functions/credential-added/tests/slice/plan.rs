//! A plan: which outward call suffers what.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};

use crate::http::Reply;
use crate::lambda::Process;

/// What one outward call suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The service says it is asked too much.
    Throttled,
    /// The service fails.
    Broken,
    /// Nobody answers, and nothing happened.
    LostBefore,
    /// Nobody answers, and it happened.
    LostAfter,
    /// The process is killed before it happens.
    KilledBefore,
    /// The process is killed once it happened.
    KilledAfter,
    /// It hangs until the invocation's time is up, and nothing happened.
    ExpiredBefore,
    /// It happened, and the answer hangs until the invocation's time is up.
    ExpiredAfter,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Broken,
        Self::LostBefore,
        Self::LostAfter,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::ExpiredBefore,
        Self::ExpiredAfter,
    ];

    /// What the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Broken => "5xx",
            Self::LostBefore => "lost before",
            Self::LostAfter => "lost after",
            Self::KilledBefore => "kill before",
            Self::KilledAfter => "kill after",
            Self::ExpiredBefore => "time up before",
            Self::ExpiredAfter => "time up after",
        }
    }

    /// Whether the call takes effect.
    pub(crate) fn takes_effect(self) -> bool {
        matches!(self, Self::LostAfter | Self::KilledAfter | Self::ExpiredAfter)
    }

    /// Whether the invocation's time is to run out.
    pub(crate) fn expires(self) -> bool {
        matches!(self, Self::ExpiredBefore | Self::ExpiredAfter)
    }
}

/// How a service refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is asked too much.
    Throttled,
    /// It fails.
    Broken,
}

/// One outward call among those of one delivery: its kind, and the how manieth of its kind, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) kind: String,
    pub(crate) nth: usize,
}

#[derive(Debug, Default)]
struct Inner {
    asked: Vec<String>,
    fault: Option<(Place, Fault)>,
    suffered: usize,
    victim: Option<Process>,
    hanging: Vec<Sender<()>>,
}

/// What is to befall the calls of one delivery.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan(Arc<(Mutex<Inner>, Condvar)>);

impl Plan {
    /// A new delivery, or a start, begins: one call of it suffers a fault, or none does.
    pub(crate) fn begin(&self, fault: Option<(Place, Fault)>) {
        let mut plan = self.0.0.lock().unwrap();
        plan.asked.clear();
        plan.fault = fault;
    }

    /// Names the process that is killed where one is to be.
    pub(crate) fn by(&self, process: Process) {
        self.0.0.lock().unwrap().victim = Some(process);
        self.0.1.notify_all();
    }

    /// The delivery ended: what hangs is let go. Answers which calls there were, by their kinds.
    pub(crate) fn end(&self) -> Vec<String> {
        let mut plan = self.0.0.lock().unwrap();
        plan.hanging.clear();
        (plan.victim, plan.fault) = (None, None);
        std::mem::take(&mut plan.asked)
    }

    /// How many calls suffered their fault since this was last asked.
    pub(crate) fn suffered(&self) -> usize {
        std::mem::take(&mut self.0.0.lock().unwrap().suffered)
    }

    /// Notes a call, and answers what it is to suffer.
    pub(crate) fn note(&self, kind: &str) -> Option<Fault> {
        let mut plan = self.0.0.lock().unwrap();
        plan.asked.push(kind.to_owned());
        let nth = plan.asked.iter().filter(|asked| *asked == kind).count();
        let meant = |(place, _): &&(Place, Fault)| place.kind == kind && place.nth == nth;
        let fault = plan.fault.as_ref().filter(meant).map(|(_, fault)| *fault)?;
        plan.suffered += 1;
        Some(fault)
    }

    /// Lets a call suffer what it is to: whether it takes effect, and what its caller hears of it.
    pub(crate) fn suffer(
        &self,
        kind: &str,
        effect: impl FnOnce() -> Reply,
        refusal: impl FnOnce(Refusal) -> Reply,
    ) -> Reply {
        let fault = self.note(kind);
        let reply = fault.is_none_or(Fault::takes_effect).then(effect);
        match fault {
            None => reply.unwrap_or(Reply::Cut),
            Some(Fault::Throttled) => refusal(Refusal::Throttled),
            Some(Fault::Broken) => refusal(Refusal::Broken),
            Some(Fault::LostBefore | Fault::LostAfter) => Reply::Cut,
            Some(Fault::KilledBefore | Fault::KilledAfter) => {
                self.kill();
                Reply::Cut
            }
            Some(Fault::ExpiredBefore | Fault::ExpiredAfter) => {
                // Until the delivery has ended: the sender is only ever dropped.
                let _ended = self.hang().recv();
                Reply::Cut
            }
        }
    }

    /// Ends the process whose delivery it is.
    pub(crate) fn kill(&self) {
        let (plan, named) = &*self.0;
        // A process may call before whoever started it could name it.
        let plan = named.wait_while(plan.lock().unwrap(), |plan| plan.victim.is_none()).unwrap();
        let victim = plan.victim.clone();
        drop(plan);
        victim.unwrap().kill();
    }

    /// What is never sent anything and is closed with the delivery.
    pub(crate) fn hang(&self) -> Receiver<()> {
        let (until, hanging) = channel();
        self.0.0.lock().unwrap().hanging.push(until);
        hanging
    }
}
