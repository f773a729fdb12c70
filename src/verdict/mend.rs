//! What becomes of the instants of one account when this computer's clock is set back.

use super::{Explanation, Ledger, Owed, Proof, Refill, Returned, Sighting, Standing};
use crate::time::{DAY, SetBack, UtcMillis};

/// How the instants of one account change. Never their order: what was seen later stays later, and so the newest answer
/// stays the newest.
#[derive(Clone, Copy, Debug)]
pub struct Mend {
    back: SetBack,
    /// The newest thing seen that was not stamped later than the present. All else came after it.
    floor: UtcMillis,
    /// The newest due instant, where it cannot be told what was asked for before it and what after.
    in_doubt: Option<UtcMillis>,
}

impl Mend {
    /// Where nothing but the clock is known.
    #[must_use]
    pub fn new(back: SetBack) -> Self {
        Self { back, floor: UtcMillis(i64::MIN), in_doubt: None }
    }

    /// For an account that has seen something at `floor`, and not later by a stamp that is to be believed; `due` is the
    /// newest due instant that has passed.
    #[must_use]
    pub fn after(back: SetBack, floor: UtcMillis, due: Option<UtcMillis>) -> Self {
        Self { back, floor, in_doubt: due.filter(|_| back.slack > 0) }
    }

    /// Whether that was stamped by the clock as it was before.
    #[must_use]
    pub fn is_ahead(&self, at: UtcMillis) -> bool {
        at > self.back.to
    }

    /// Whether that had passed by the clock as it was before, and has not in truth.
    #[must_use]
    pub fn seemed_past(&self, due: UtcMillis) -> bool {
        self.is_ahead(due) && due.since(self.back.to) <= self.back.by
    }

    /// When something was heard that had been stamped with `at`: the latest instant at which it can have been.
    #[must_use]
    pub fn heard(&self, at: UtcMillis) -> UtcMillis {
        if self.is_ahead(at) { self.back.mend(at).max(self.floor) } else { at }
    }

    /// When something was asked for that had been stamped with `at`. What may be from before the due instant as well as
    /// from after it counts from before: a number too many to look at again does less harm than one that is wrong.
    #[must_use]
    pub fn asked(&self, at: UtcMillis) -> UtcMillis {
        let heard = self.heard(at);
        match self.in_doubt.filter(|_| self.is_ahead(at)) {
            Some(due) if (0..self.back.slack).contains(&heard.since(due)) => due.plus(-1).max(self.floor),
            _ => heard,
        }
    }
}

impl Mend {
    /// A refill that came before it was due is none of a clock that was ahead; by more than a day it is one only where
    /// the server's date says so.
    fn refill(&self, refill: Option<Refill>) -> Option<Refill> {
        let is_early = |refill: &Refill| {
            let is_near = refill.due.since(self.back.to) <= DAY || refill.proof == Proof::DateMoved;
            refill.due > refill.seen_at && is_near
        };
        let mut refill = refill.filter(|refill| !self.is_ahead(refill.due) || is_early(refill))?;
        refill.not_before = self.asked(refill.not_before);
        refill.seen_at = self.asked(refill.seen_at);
        Some(refill)
    }

    fn returned(&self, returned: Returned) -> Returned {
        Returned { from: self.asked(returned.from), seen_at: self.asked(returned.seen_at), ..returned }
    }

    fn explanation(&self, explanation: Explanation) -> Explanation {
        let owed = explanation.owed.filter(|owed| !self.is_ahead(owed.due));
        Explanation {
            owed: owed.map(|owed| Owed {
                before_at: self.asked(owed.before_at),
                seen_at: self.asked(owed.seen_at),
                renewed_at: owed.renewed_at.map(|at| self.asked(at)),
                stood_at: owed.stood_at.map(|at| self.asked(at)),
                newest_due: if self.is_ahead(owed.newest_due) { owed.due } else { owed.newest_due },
                ..owed
            }),
            unbooked_at: self.asked(explanation.unbooked_at),
            refill: self.refill(explanation.refill),
            nothing_to_see: explanation.nothing_to_see.filter(|due| !self.is_ahead(*due)),
            returned: explanation.returned.map(|returned| self.returned(returned)),
            ..explanation
        }
    }
}

impl Sighting {
    /// Corrects its instants.
    pub(super) fn mend(&mut self, mend: &Mend) {
        self.heard_at = mend.heard(self.heard_at());
        self.answered_at = mend.asked(self.answered_at);
    }
}

impl Ledger {
    /// Corrects what was learned from things that are in no log any more. Of a due instant that has not passed nothing
    /// can have been seen.
    pub fn mend(&mut self, mend: &Mend) {
        if let Some(last) = &mut self.last {
            last.mend(mend);
        }
        for (_, known) in self.known.iter_mut() {
            known.as_of = mend.asked(known.as_of);
        }
        let dated = self.dated.as_mut().map(|dated| &mut dated.as_of);
        let plan = self.plan_change.as_mut().map(|change| &mut change.seen_at);
        let instants =
            [dated, plan, self.topped_up_at.as_mut(), self.former_as_of.as_mut(), self.full_at.as_mut()];
        for at in instants.into_iter().flatten() {
            *at = mend.asked(*at);
        }
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.from = mend.asked(elsewhere.from);
            elsewhere.to = mend.asked(elsewhere.to);
        }
        for cost in self.costs.iter_mut().chain(&mut self.past) {
            cost.heard_at = mend.heard(cost.heard_at);
            cost.at = mend.asked(cost.at);
        }
        self.nothing_to_see = self.nothing_to_see.filter(|due| !mend.is_ahead(*due));
        self.refill = mend.refill(self.refill.take());
        self.perhaps_early = mend.refill(self.perhaps_early.take());
        if let Some(open) = &mut self.open {
            open.before_at = mend.asked(open.before_at);
            open.seen_at = mend.asked(open.seen_at);
        }
        self.open = self.open.take().filter(|open| {
            !mend.is_ahead(open.due) && (open.standing != Standing::NotCome || open.seen_at >= open.due)
        });
        self.shortfall = self.shortfall.take().filter(|short| !mend.is_ahead(short.due));
        if let Some(short) = &mut self.shortfall {
            short.seen_at = mend.asked(short.seen_at);
        }
        self.returned = self.returned.map(|returned| mend.returned(returned));
        let explanations = std::mem::take(&mut self.explanations);
        self.explanations =
            explanations.into_iter().map(|explanation| mend.explanation(explanation)).collect();
        self.learned.forget(|bracket| mend.is_ahead(bracket.to));
        self.spending.mend(mend);
    }
}
