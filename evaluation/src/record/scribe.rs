//! A scribe: writes down what one actor does, with the actor's own dice.

use serde_json::Value;

use super::{Call, Caller, Record};
use crate::world::{Dice, Moment, World};

/// Somebody or something whose days leave records.
pub(crate) trait Actor {
    /// Names the actor, and with it the dice that decide its days.
    fn name(&self) -> String;
    /// Lives one day, days being counted from one.
    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe);
}

/// A notable piece of ordinary life.
#[derive(Clone, Debug)]
pub(crate) struct Oddity {
    /// `night-on-call`
    pub(crate) kind: &'static str,
    /// One sentence.
    pub(crate) title: String,
    /// The ids of its records.
    pub(crate) events: Vec<String>,
}

/// Writes one actor's records.
#[derive(Debug)]
pub(crate) struct Scribe {
    pub(crate) dice: Dice,
    records: Vec<Record>,
    oddities: Vec<Oddity>,
}

impl Scribe {
    /// A scribe with an empty book, throwing `dice`.
    pub(crate) const fn new(dice: Dice) -> Self {
        Self { dice, records: Vec::new(), oddities: Vec::new() }
    }

    /// A record to be completed and written.
    pub(crate) fn record(&mut self, at: Moment, caller: &Caller, call: Call<'_>) -> Record {
        Record::new(at, caller, call, &mut self.dice)
    }

    /// Writes a record down.
    pub(crate) fn write(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Writes a call that asks for `parameters` and answers nothing worth logging.
    pub(crate) fn call(&mut self, at: Moment, caller: &Caller, call: Call<'_>, parameters: Value) {
        let record = self.record(at, caller, call).asking(parameters);
        self.write(record);
    }

    /// Writes a call that asks for `parameters` and is answered.
    pub(crate) fn answered(&mut self, at: Moment, caller: &Caller, call: Call<'_>, (ask, answer): (Value, Value)) {
        let record = self.record(at, caller, call).asking(ask).answered(answer);
        self.write(record);
    }

    /// Writes a call that is denied for want of a permission on `resource`.
    pub(crate) fn denied(&mut self, at: Moment, caller: &Caller, (service, name): Call<'_>, resource: &str) {
        let message = format!(
            "User: {} is not authorized to perform: {service}:{name} on resource: {resource} because no \
             identity-based policy allows the {service}:{name} action",
            caller.tells("arn"),
        );
        let code = if service == "ec2" { "Client.UnauthorizedOperation" } else { "AccessDenied" };
        let record = self.record(at, caller, (service, name)).refused(code, &message);
        self.write(record);
    }

    /// Writes what `act` does, and marks all of it as one oddity.
    pub(crate) fn oddity<T>(&mut self, kind: &'static str, title: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let already = self.records.len();
        let done = act(self);
        let events: Vec<String> = self.records.iter().skip(already).map(|record| record.id.clone()).collect();
        if !events.is_empty() {
            self.oddities.push(Oddity { kind, title: title.to_owned(), events });
        }
        done
    }

    /// How many records it has written that nobody has taken.
    pub(crate) fn written(&self) -> &[Record] {
        &self.records
    }

    /// Takes what has been written.
    pub(crate) fn take(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.records)
    }

    /// Takes the oddities told so far.
    pub(crate) fn take_oddities(&mut self) -> Vec<Oddity> {
        std::mem::take(&mut self.oddities)
    }
}
