//! Why a verdict says what it says: the observations that it rests on, and what would decide an open case.
//!
//! Nothing is judged here. [`Grounds`] only traces a finished judgement back to the ledger.

use super::{Judgement, Ledger, Note, Proof, Shown, StaleReason, Verdict};
use crate::balance::Amount;
use crate::time::UtcMillis;

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// What the pool held before the refill was due.
    Before {
        /// How much.
        amount: Amount,
        /// When that answer was asked for.
        at: UtcMillis,
    },
    /// What the pool held in an answer that was asked for after the refill was due.
    After {
        /// How much.
        amount: Amount,
        /// When that answer was asked for.
        at: UtcMillis,
    },
    /// The number that the tab shows.
    Shown {
        /// How much.
        amount: Amount,
        /// When its answer was asked for.
        at: UtcMillis,
    },
    /// A newer number that another tab or device read.
    Newer {
        /// How much.
        amount: Amount,
        /// When its answer was asked for.
        at: UtcMillis,
    },
    /// The refill was due.
    Due {
        /// When.
        at: UtcMillis,
    },
    /// The server still names a date that has passed.
    DateStands {
        /// Which date.
        date: UtcMillis,
    },
    /// The server names a later date.
    DateMoved {
        /// Which date.
        date: UtcMillis,
    },
    /// What this browser spent in between.
    Spent {
        /// How much.
        tokens: Amount,
    },
    /// What the plan gives.
    Expected {
        /// How much.
        amount: Amount,
    },
    /// A cost came back.
    Returned {
        /// How much.
        tokens: Amount,
        /// The answer that shows it.
        at: UtcMillis,
    },
}

/// What would decide an open case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decider {
    /// An answer with a fuller pool, or with a later date.
    FullerPool {
        /// What a refill fills the pool up to, if known.
        allotment: Option<Amount>,
    },
    /// The user's own list of generations: were these tokens spent?
    OwnGenerations {
        /// How many are missing.
        missing: Amount,
    },
}

/// What verdict and notes rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// What was seen, in the order in which to show it.
    pub observations: Vec<Observation>,
    /// What would decide the case, if it is open.
    pub decider: Option<Decider>,
}

impl Grounds {
    /// The grounds of a judgement, from the facts that it rests on.
    #[must_use]
    pub fn of(judgement: &Judgement, ledger: &Ledger, shown: Shown<'_>, allotment: Option<Amount>) -> Self {
        let mut grounds = Self::default();
        let number = match shown {
            Shown::Answer { answered_at, pools, .. } => {
                pools.primary_amount().map(|amount| (amount, answered_at))
            }
            Shown::Nothing(_) => None,
        };
        match &judgement.verdict {
            Verdict::Stale { reason } => grounds.stale(reason, ledger, number),
            Verdict::Late { .. } | Verdict::Missed { .. } => grounds.owed(ledger),
            Verdict::Short { due, .. } | Verdict::Refilled { due, .. } => {
                grounds.came(*due, ledger, allotment)
            }
            Verdict::Fresh { .. } | Verdict::Unknown { .. } => {}
        }
        for note in &judgement.notes {
            match note {
                Note::RefillUnconfirmed { .. } => {
                    if grounds.observations.is_empty() {
                        grounds.owed(ledger);
                    }
                    grounds.decider = Some(Decider::FullerPool { allotment });
                }
                Note::BelowAllotment { missing, due, .. } => {
                    if grounds.observations.is_empty() {
                        grounds.came(*due, ledger, allotment);
                    }
                    grounds.decider = Some(Decider::OwnGenerations { missing: *missing });
                }
                Note::Returned { tokens, seen_at, .. } if !grounds.observations.is_empty() => {
                    grounds.see(Observation::Returned { tokens: *tokens, at: *seen_at });
                }
                _ => {}
            }
        }
        grounds
    }

    fn see(&mut self, observation: Observation) {
        self.observations.push(observation);
    }

    /// Sees a number of the pool on its side of the due instant: the sighting before a refill may be from
    /// after that instant, the one after an early refill from before it.
    fn see_number(&mut self, amount: Amount, at: UtcMillis, due: UtcMillis) {
        self.see(if at < due {
            Observation::Before { amount, at }
        } else {
            Observation::After { amount, at }
        });
    }

    fn stale(&mut self, reason: &StaleReason, ledger: &Ledger, number: Option<(Amount, UtcMillis)>) {
        if let Some((amount, at)) = number {
            self.see(Observation::Shown { amount, at });
        }
        match reason {
            StaleReason::BeforeRefill { due } => self.see(Observation::Due { at: *due }),
            StaleReason::NewerElsewhere { .. } | StaleReason::CounterBehind { .. } => {
                let newest = ledger.last.as_ref();
                let newest = newest.and_then(|last| Some((last.pools.primary_amount()?, last.answered_at)));
                if let Some((amount, at)) = newest.filter(|newest| Some(*newest) != number) {
                    self.see(Observation::Newer { amount, at });
                }
                if !ledger.spent_since.is_zero() {
                    self.see(Observation::Spent { tokens: ledger.spent_since });
                }
            }
        }
    }

    fn owed(&mut self, ledger: &Ledger) {
        let (Some(open), Some(last)) = (&ledger.open, &ledger.last) else { return };
        if let Some(amount) = open.before {
            self.see_number(amount, open.before_at, open.due);
        }
        self.see(Observation::Due { at: open.due });
        if let Some(amount) = last.pools.primary_amount() {
            self.see_number(amount, last.answered_at, open.due);
        }
        match last.renewal {
            Some(date) if date <= last.answered_at => self.see(Observation::DateStands { date }),
            Some(date) if open.renewed_at.is_some() => self.see(Observation::DateMoved { date }),
            _ => {}
        }
    }

    fn came(&mut self, due: UtcMillis, ledger: &Ledger, allotment: Option<Amount>) {
        let short = ledger.shortfall.as_ref().filter(|short| short.due == due);
        let Some(refill) = ledger.refill.as_ref().filter(|refill| refill.due == due) else {
            if let Some(short) = short {
                if due <= short.seen_at {
                    self.see(Observation::Due { at: due });
                }
                // Where only the date moved, the pool holds what it held before.
                let held = ledger.last.as_ref().filter(|_| short.came.is_zero());
                match held.and_then(|last| Some((last.pools.primary_amount()?, last))) {
                    Some((amount, last)) => {
                        self.see_number(amount, last.answered_at, due);
                        if let Some(date) = last.renewal {
                            self.see(Observation::DateMoved { date });
                        }
                    }
                    None => self.see_number(short.came, short.seen_at, due),
                }
            }
            return;
        };
        if let Some(amount) = refill.before {
            self.see_number(amount, refill.not_before, refill.due);
        }
        if let Some(amount) = refill.after {
            self.see_number(amount, refill.seen_at, refill.due);
        }
        // For a refill in parts it leaves out what was spent between them.
        if !refill.spent_between.is_zero() && refill.further_parts == 0 {
            self.see(Observation::Spent { tokens: refill.spent_between });
        }
        let date = ledger.last.as_ref().and_then(|last| last.renewal);
        if let Some(date) = date.filter(|_| refill.proof == Proof::DateMoved) {
            self.see(Observation::DateMoved { date });
        }
        if let (Some(_), Some(amount)) = (short, allotment) {
            self.see(Observation::Expected { amount });
        }
    }
}
