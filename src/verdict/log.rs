//! What was seen of one account, in order of time.

use crate::balance::{Amount, Pools, Reading};
use crate::stored::{Stored, from_value, put, read_fields, stored_struct, write_fields};
use crate::time::{HOUR, UtcMillis};
use serde_json::Value;

/// Where a sighting comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Source {
    /// A tab of this browser.
    #[default]
    Here,
    /// Another device, by its name.
    Device(String),
}

/// A device's name; nothing for this browser.
impl Stored for Source {
    fn write(&self, out: &mut String) {
        match self {
            Self::Here => out.push_str("null"),
            Self::Device(name) => name.write(out),
        }
    }
    fn read(&mut self, value: &Value) -> bool {
        let name = from_value::<Option<String>>(value);
        put(self, name.map(|name| name.map_or(Self::Here, Self::Device)))
    }
}

/// Balances as one answer gave them, with the instant they were true.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sighting {
    /// When the answer came.
    pub answered_at: UtcMillis,
    /// Who saw it.
    pub source: Source,
    /// What each pool held.
    pub pools: Pools,
    /// The plan's slug.
    pub plan: Option<String>,
    /// The server's renewal date.
    pub renewal: Option<UtcMillis>,
    /// The server's renewal date of the API plan.
    pub api_renewal: Option<UtcMillis>,
    /// No tab of this browser was open between the sighting before and this one, so what was spent in
    /// between was spent elsewhere.
    pub alone: bool,
}

stored_struct!(Sighting { answered_at, source, pools, plan, renewal, api_renewal, alone });

impl Sighting {
    /// What this browser read at `answered_at`.
    #[must_use]
    pub fn here(reading: &Reading, answered_at: UtcMillis, alone: bool) -> Self {
        Self {
            answered_at,
            source: Source::Here,
            pools: reading.pools.clone(),
            plan: reading.plan.clone(),
            renewal: reading.renewal,
            api_renewal: reading.api_renewal,
            alone,
        }
    }

    fn tells_the_same_as(&self, other: &Self) -> bool {
        self.pools == other.pools && self.renewal == other.renewal && self.plan == other.plan
    }
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Balances.
    Balance(Sighting),
    /// This browser spent tokens.
    Spent {
        /// When.
        at: UtcMillis,
        /// How many.
        tokens: Amount,
    },
}

impl Seen {
    /// When it was seen.
    #[must_use]
    pub fn at(&self) -> UtcMillis {
        match self {
            Self::Balance(sighting) => sighting.answered_at,
            Self::Spent { at, .. } => *at,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            // A generation's cost is told before the balance that already contains it.
            Self::Spent { .. } => 0,
            Self::Balance(_) => 1,
        }
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::Balance(Sighting::default())
    }
}

/// Spending has `tokens`; a balance is written as its sighting.
impl Stored for Seen {
    fn write(&self, out: &mut String) {
        match self {
            Self::Balance(sighting) => sighting.write(out),
            Self::Spent { at, tokens } => write_fields(out, &[("at", at), ("tokens", tokens)]),
        }
    }
    fn read(&mut self, value: &Value) -> bool {
        if value.get("tokens").is_none() {
            return put(self, from_value(value).map(Self::Balance));
        }
        let (mut at, mut spent) = (UtcMillis::default(), Amount::ZERO);
        let read = read_fields(value, &mut [("at", &mut at), ("tokens", &mut spent)]);
        *self = Self::Spent { at, tokens: spent };
        read
    }
}

/// The newest things seen, sorted by time whatever order they arrived in. What leaves it at the old end is
/// handed out to be folded away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log(Vec<Seen>);

/// How many are kept unfolded: more than a day of busy use sends within the span that answers overtake
/// each other.
const KEPT: usize = 48;

impl Log {
    /// Everything kept, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Seen> {
        self.0.iter()
    }

    /// Puts `seen` in its place in time and returns what has to be folded away for it, oldest first.
    /// What is known already, or older than everything that was folded away (`folded_up_to`), changes nothing.
    pub fn insert(&mut self, seen: Seen, folded_up_to: Option<UtcMillis>) -> Vec<Seen> {
        if folded_up_to.is_some_and(|folded| seen.at() <= folded) {
            return Vec::new();
        }
        let key = |seen: &Seen| (seen.at(), seen.rank());
        let place = self.0.partition_point(|other| key(other) <= key(&seen));
        if let Seen::Balance(sighting) = &seen {
            let twin = self.0[..place]
                .iter()
                .rev()
                .take_while(|other| other.at() == seen.at())
                .any(|other| matches!(other, Seen::Balance(known) if known.tells_the_same_as(sighting)));
            if twin {
                return Vec::new();
            }
        }
        self.0.insert(place, seen);
        if self.0.len() <= KEPT {
            return Vec::new();
        }
        // Of three balances in a row that tell the same, the middle one says nothing new. Only old ones are
        // thinned: a late arrival could still fall between young ones.
        let newest = self.0.last().map_or(UtcMillis(0), Seen::at);
        let middle = (1..self.0.len() - 1).find(|&i| match (&self.0[i - 1], &self.0[i], &self.0[i + 1]) {
            (Seen::Balance(a), Seen::Balance(b), Seen::Balance(c)) => {
                newest.since(c.answered_at) > HOUR
                    && a.tells_the_same_as(b)
                    && b.tells_the_same_as(c)
                    && !b.alone
            }
            _ => false,
        });
        match middle {
            Some(middle) => {
                self.0.remove(middle);
                Vec::new()
            }
            None => vec![self.0.remove(0)],
        }
    }
}

impl Stored for Log {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
    fn read(&mut self, value: &Value) -> bool {
        self.0.read(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::{from_text, to_text};

    #[test]
    fn a_device_is_stored_by_its_name_and_this_browser_without_one() {
        for source in [Source::Here, Source::Device("phone".into())] {
            assert_eq!(from_text(&to_text(&source)), Some(source));
        }
        assert_eq!(from_text::<Source>("7"), None);
    }

    #[test]
    fn of_one_instant_spending_stands_before_the_balance() {
        let at = UtcMillis(1_763_769_600_000);
        let spent = Seen::Spent { at, tokens: Amount::whole(8) };
        let balance = Seen::Balance(Sighting { answered_at: at, ..Sighting::default() });
        for order in [[&spent, &balance], [&balance, &spent]] {
            let mut log = Log::default();
            for seen in order {
                log.insert(seen.clone(), None);
            }
            assert!(log.iter().eq([&spent, &balance]));
        }
    }
}
