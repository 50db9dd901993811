//! A scribe: writes down what one actor does, with the actor's own dice.

use serde_json::Value;

use super::{
    attack::Step,
    calendar::{DAYS, Moment},
    caller::Caller,
    dice::Dice,
    record::{Call, Record},
};

/// Somebody or something whose days leave records.
pub(super) trait Actor {
    /// Names the actor, and with it the dice that decide its days.
    fn name(&self) -> String;
    /// Lives one day of the fortnight.
    fn live(&self, day: i64, scribe: &mut Scribe);
}

/// Writes one actor's records.
pub(super) struct Scribe {
    pub(super) dice: Dice,
    records: Vec<Record>,
}

impl Scribe {
    /// The records `actor` leaves in the whole fortnight.
    pub(super) fn follow(actor: &impl Actor) -> Vec<Record> {
        let mut scribe = Self { dice: Dice::named(&actor.name()), records: Vec::new() };
        for day in DAYS {
            actor.live(day, &mut scribe);
        }
        scribe.records
    }

    /// A record to be completed and written.
    pub(super) fn record(&mut self, at: Moment, caller: &Caller, call: Call<'_>) -> Record {
        Record::new(at, caller, call, &mut self.dice)
    }

    /// Writes a record down.
    pub(super) fn write(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Writes a call that asks for `parameters` and answers nothing worth logging.
    pub(super) fn call(&mut self, at: Moment, caller: &Caller, call: Call<'_>, parameters: Value) {
        let record = self.record(at, caller, call).asking(parameters);
        self.write(record);
    }

    /// Writes what `act` does, and marks all of it as one step of the attack.
    pub(super) fn during<T>(&mut self, step: &'static Step, act: impl FnOnce(&mut Self) -> T) -> T {
        let already = self.records.len();
        let done = act(self);
        for record in self.records.iter_mut().skip(already) {
            record.step = Some(step);
        }
        done
    }
}
