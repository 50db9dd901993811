//! A story: what one attack leaves, which of its records is the first telling, and why.

use serde::Serialize;

use super::{Record, Scribe};
use crate::world::{Dice, Moment, Person, User, Workload, World};

/// An attack: one way of one family.
pub(crate) trait Attack {
    /// The family it belongs to: `slow-drip`.
    fn family(&self) -> &'static str;
    /// The technique of ATT&CK it is: `T1555.006`.
    fn technique(&self) -> &'static str;
    /// How many days it may last from its start; the schedule leaves room for them.
    fn lasts(&self) -> i64 {
        1
    }
    /// Does it from about `start` on; `None` where this world has no victim for it.
    fn act(&self, world: &World, start: Moment, story: &mut Story) -> Option<()>;
}

/// The first telling event of an attack.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Telling {
    pub(crate) event_id: String,
    pub(crate) time: String,
}

/// One line of `attacks.jsonl`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) family: String,
    pub(crate) technique: String,
    pub(crate) title: String,
    pub(crate) events: Vec<String>,
    pub(crate) first_telling: Option<Telling>,
    pub(crate) why: String,
    pub(crate) stated_blind_spot: Option<String>,
}

/// What one attack leaves behind.
#[derive(Debug)]
pub(crate) struct Story {
    /// Writes the attacker's records: all of them are labelled.
    pub(crate) scribe: Scribe,
    /// Writes what others do because of it: none of it is labelled.
    pub(crate) bystander: Scribe,
    /// One sentence.
    pub(crate) title: String,
    /// Why nobody could tell from the log, where nobody could.
    pub(crate) blind_spot: Option<&'static str>,
    telling: Option<(Telling, String)>,
    taken: Vec<String>,
}

impl Story {
    /// An empty story; `taken` names victims of other attacks.
    pub(crate) fn new(dice: Dice, taken: Vec<String>) -> Self {
        let mut dice = dice;
        let bystander = Scribe::new(Dice::named(dice.between(0, i64::MAX).unsigned_abs(), "bystander"));
        Self { scribe: Scribe::new(dice), bystander, title: String::new(), blind_spot: None, telling: None, taken }
    }

    /// Does `act`; the earliest record written in it is the first telling one, for the reason `why`.
    pub(crate) fn telling<T>(&mut self, why: &str, act: impl FnOnce(&mut Scribe) -> T) -> T {
        let already = self.scribe.written().len();
        let done = act(&mut self.scribe);
        let first = self.scribe.written().iter().skip(already).min_by_key(|record| record.at);
        if let (None, Some(first)) = (&self.telling, first) {
            let telling = Telling { event_id: first.id.clone(), time: first.at.iso() };
            self.telling = Some((telling, why.to_owned()));
        }
        done
    }

    /// A person nobody has attacked yet, who fits.
    pub(crate) fn person<'a>(&mut self, world: &'a World, fits: impl Fn(&Person) -> bool) -> Option<&'a Person> {
        let free = |person: &&Person| fits(person) && !self.taken.contains(&person.handle);
        let found: Vec<&'a Person> = world.people.iter().filter(free).collect();
        let victim = self.scribe.dice.choose(&found).copied()?;
        self.taken.push(victim.handle.clone());
        Some(victim)
    }

    /// An IAM user that is a program nobody has attacked yet, who fits.
    pub(crate) fn service<'a>(&mut self, world: &'a World, fits: impl Fn(&User) -> bool) -> Option<&'a User> {
        let free = |user: &&User| fits(user) && !self.taken.contains(&user.arn());
        let found: Vec<&'a User> = world.services.iter().filter(free).collect();
        let victim = self.scribe.dice.choose(&found).copied()?;
        self.taken.push(victim.arn());
        Some(victim)
    }

    /// A workload nobody has attacked yet, which fits.
    pub(crate) fn workload<'a>(&mut self, world: &'a World, fits: impl Fn(&Workload) -> bool) -> Option<&'a Workload> {
        let free = |workload: &&Workload| fits(workload) && !self.taken.contains(&workload.role.arn());
        let found: Vec<&'a Workload> = world.workloads.iter().filter(free).collect();
        let victim = self.scribe.dice.choose(&found).copied()?;
        self.taken.push(victim.role.arn());
        Some(victim)
    }

    /// Marks anything else as a victim, so that no later attack takes it; false if one already has.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        let free = !self.taken.iter().any(|known| known == name);
        if free {
            self.taken.push(name.to_owned());
        }
        free
    }

    /// Ends it: its label, its records and those of bystanders, and who has been a victim so far.
    pub(crate) fn end(mut self, id: String, attack: &dyn Attack) -> (Label, Vec<Record>, Vec<String>) {
        let mut records = self.scribe.take();
        records.sort_by_key(|record| record.at);
        let events = records.iter().map(|record| record.id.clone()).collect();
        let (first_telling, why) = self.telling.map_or((None, String::new()), |(told, why)| (Some(told), why));
        let label = Label {
            id,
            family: attack.family().to_owned(),
            technique: attack.technique().to_owned(),
            title: self.title,
            events,
            first_telling,
            why,
            stated_blind_spot: self.blind_spot.map(str::to_owned),
        };
        records.extend(self.bystander.take());
        (label, records, self.taken)
    }
}
