//! What becomes of an account's instants when this computer's clock is set back.
//!
//! Only instants change here. Facts go if they rest on a due instant that has not passed in truth; none is
//! added.

use super::{Explanation, Ledger, Owed, Proof, Refill, Returned, Sighting, Standing};
use crate::time::{DAY, SetBack, UtcMillis};

/// How an account's instants change. Their order never does: what was seen later stays later, so the newest
/// answer stays the newest.
#[derive(Clone, Copy, Debug)]
pub struct Mend {
    back: SetBack,
    /// The newest thing with a stamp no later than the present. Everything stamped later came after it.
    floor: UtcMillis,
    /// The newest due instant, if nobody can tell what was asked for before it and what after.
    in_doubt: Option<UtcMillis>,
}

impl Mend {
    /// For when nothing but the clock is known.
    #[must_use]
    pub fn new(back: SetBack) -> Self {
        Self { back, floor: UtcMillis(i64::MIN), in_doubt: None }
    }

    /// For an account whose newest believable stamp is `floor`. `due` is the newest due instant that has
    /// passed.
    #[must_use]
    pub fn after(back: SetBack, floor: UtcMillis, due: Option<UtcMillis>) -> Self {
        Self { back, floor, in_doubt: due.filter(|_| back.slack > 0) }
    }

    /// Whether the clock stamped this before it was set back.
    #[must_use]
    pub fn is_ahead(&self, at: UtcMillis) -> bool {
        at > self.back.to
    }

    /// Whether this due instant had passed by the old clock, but in truth has not.
    #[must_use]
    pub fn seemed_past(&self, due: UtcMillis) -> bool {
        self.is_ahead(due) && due.since(self.back.to) <= self.back.by
    }

    /// When something stamped with `at` was heard: the latest possible instant.
    #[must_use]
    pub fn heard(&self, at: UtcMillis) -> UtcMillis {
        if self.is_ahead(at) { self.back.mend(at).max(self.floor) } else { at }
    }

    /// When something stamped with `at` was asked for. If that may be before or after the due instant, it
    /// counts as before: to look again at a right number does less harm than to trust a wrong one.
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
    /// A refill that is due in the future stays only if it came early: by a day at most, or by more if the
    /// server's date says so. Any other came from the clock that was ahead.
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
    /// Corrects the sighting's instants.
    pub(super) fn mend(&mut self, mend: &Mend) {
        self.heard_at = mend.heard(self.heard_at());
        self.answered_at = mend.asked(self.answered_at);
    }
}

impl Ledger {
    /// Corrects what was learned from things that no log holds any more. Nothing can have been seen of a due
    /// instant that has not passed.
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
