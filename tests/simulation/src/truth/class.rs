//! What is true of a tab, according to the server alone.

use crate::server::{Change, Instant, Job, Offer, Server};
use crate::world::{Browser, Known, Parsed, Shown, Tab};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};

/// Instants this close, in milliseconds, count as the same: jobs take minutes, and few clocks are better.
pub const SLACK: i64 = 2 * MINUTE;
/// This long after the date alone moved, in milliseconds, the refill counts as short and no longer as late.
pub const DATE_ALONE: i64 = 4 * HOUR;

/// The longest that a page takes to show an answer.
const PAINTS: i64 = 10 * SECOND;

/// What is true of a tab, in the verdicts' words, so that the two can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// None of the others applies.
    Fresh,
    /// A refill ran, and the first answer after it came within the last hour.
    Refilled,
    /// The newest refill gave less than 80 %, and its rest is not on its way.
    Short,
    /// A refill is owed.
    Late,
    /// A refill was owed for a day when the newest answer was asked for, or more than one is owed.
    Missed,
    /// The number on the page is not the server's, or a refill was due or ran since the page's answer.
    Stale,
    /// The tab's newest answer held no balance, or there is none.
    Unknown,
}

impl Class {
    /// All classes, in the order of the policy.
    pub const ALL: [Self; 7] =
        [Self::Unknown, Self::Stale, Self::Missed, Self::Late, Self::Short, Self::Refilled, Self::Fresh];

    /// What a user has to be told, in the order of the policy.
    pub const TROUBLES: [Self; 4] = [Self::Stale, Self::Missed, Self::Late, Self::Short];

    /// The verdict's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Refilled => "refilled",
            Self::Short => "short",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
        }
    }

    /// When a claim of this verdict is right, in one line for the legend.
    #[must_use]
    pub fn right_when(self) -> &'static str {
        match self {
            Self::Unknown => "the tab's newest answer held no balance, or there is none",
            Self::Stale => {
                "a refill was due or ran since the tab's answer was asked for, or the page's number is not the server's"
            }
            Self::Missed => {
                "tokens are owed: for a day when the newest answer was asked for, or for two refills"
            }
            Self::Late => "tokens are owed: due, none of them come, and none of a later refill either",
            Self::Short => {
                "the newest refill has brought less than 80 % so far, or its date alone moved 4 h ago"
            }
            Self::Refilled => {
                "tokens of a refill came, or another plan began, between the answers of the last hour and the one before"
            }
            Self::Fresh => "none of stale, missed, late and short is true",
        }
    }

    /// Whether the user has to be told.
    #[must_use]
    pub fn is_trouble(self) -> bool {
        Self::TROUBLES.contains(&self)
    }

    /// The class with this word; [`Class::Unknown`] if no class has it.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|class| class.word() == word).unwrap_or(Self::Unknown)
    }

    /// Its place in [`Class::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|class| *class == self).unwrap_or(0)
    }

    /// Whether a note with this word warns that this class may be true.
    #[must_use]
    pub fn concerns(self, note: &str) -> bool {
        match self {
            Self::Stale => {
                matches!(note, "refill-unconfirmed" | "at-or-above-allotment" | "clock-off")
            }
            Self::Missed | Self::Late => {
                matches!(
                    note,
                    "refill-unconfirmed" | "below-allotment" | "at-or-above-allotment" | "clock-off"
                )
            }
            Self::Short => matches!(note, "below-allotment" | "refill-unconfirmed"),
            _ => false,
        }
    }
}

/// The true facts about one tab at one instant.
pub struct Facts<'a> {
    /// The instant.
    pub at: Instant,
    /// The tab.
    pub tab: &'a Tab,
    /// Its account.
    pub known: &'a Known,
    /// What the page is built on; `None` when the tab's newest answer held no balance.
    pub shown: Option<Shown>,
    /// The number on the page; until it is painted, the number that its answer gives.
    pub number: u64,
    /// The number that the server would give now.
    pub true_number: u64,
}

impl<'a> Facts<'a> {
    /// The facts about `tab` at `at`.
    #[must_use]
    pub fn of(browser: &'a Browser, tab: &'a Tab, at: Instant) -> Self {
        let known = &browser.accounts[tab.account];
        let shown = tab.answer.filter(|answer| tab.failed.is_none_or(|failed| failed < answer.requested));
        let true_number = browser.number_for(known.server.wallet);
        let answered = shown.map_or(true_number, |shown| browser.number_for(shown.wallet));
        Self { at, tab, known, shown, number: tab.number.unwrap_or(answered), true_number }
    }

    /// The account's server.
    #[must_use]
    pub fn server(&self) -> &'a Server {
        &self.known.server
    }

    /// The jobs that matter now, newest first: nothing looks further back than 12 of them.
    pub fn jobs(&self) -> impl Iterator<Item = &'a Job> + use<'a> {
        self.known.server.jobs.iter().rev().take(12)
    }

    /// The newest refill that was due or has come.
    #[must_use]
    pub fn newest_due(&self) -> Option<&'a Job> {
        self.jobs().find(|job| job.due <= self.at || job.has_run(self.at))
    }

    /// The newest answer about the account, by when the server read it.
    #[must_use]
    pub fn newest(&self) -> Option<&'a Parsed> {
        self.known.told.last()
    }

    /// The refills that brought tokens in `(from, to]` and changed something.
    pub fn came_between(&self, from: Instant, to: Instant) -> impl Iterator<Item = &'a Job> + use<'a> {
        self.jobs().filter(move |job| job.brought_between(from, to))
    }

    /// The newest refill that was due in `(from, to]` and had not come early, by `from`.
    #[must_use]
    pub fn due_between(&self, from: Instant, to: Instant) -> Option<&'a Job> {
        self.jobs().find(|job| !job.void && job.due > from && job.due <= to && !job.has_run(from))
    }

    /// Whether another plan began in `(from, to]`.
    #[must_use]
    pub fn plan_began_between(&self, from: Instant, to: Instant) -> bool {
        self.known.server.plans.iter().any(|at| *at > from && *at <= to)
    }

    /// The refills owed at `at`, newest first: due, without tokens so far, and no later refill has come.
    #[must_use]
    pub fn owed(&self, at: Instant) -> Vec<&'a Job> {
        self.jobs()
            .take_while(|job| !(job.has_run(at) && job.due <= at))
            .filter(|job| job.is_owed(at))
            .collect()
    }

    /// Like [`Facts::owed`], give or take [`SLACK`].
    #[must_use]
    pub fn owed_about(&self, at: Instant) -> Vec<&'a Job> {
        [at, at - SLACK, at + SLACK]
            .into_iter()
            .map(|at| self.owed(at))
            .find(|owed| !owed.is_empty())
            .unwrap_or_default()
    }

    /// Whether the owed tokens would change anything: they add nothing to a full free account.
    #[must_use]
    pub fn would_change(&self) -> bool {
        let server = self.server();
        server.offer != Offer::Free || server.wallet.fast < Offer::Free.allotment()
    }

    /// Whether the number on the page is not the server's, although it had time to catch up.
    #[must_use]
    pub fn is_out_of_date(&self) -> bool {
        // A page takes a moment to show an answer. It takes up to two minutes to show what was just spent in it, or
        // to hear that the cost is booked.
        let settled = self.at - SLACK;
        let moves = |(at, change): &(Instant, Change)| {
            matches!(change, Change::SpentHere | Change::Returned) && *at > settled
        };
        let lately = self.known.generated_at > settled
            || self.server().changes.iter().rev().take(40).any(moves)
            || self.shown.is_some_and(|shown| self.at - shown.heard < PAINTS);
        let last = self.server().changes.last().map_or(0, |(at, _)| *at);
        self.number != self.true_number && !lately && self.at - last > PAINTS
    }

    /// Whether tokens of the plan are missing at `at` because a refill brought only its date, or only a part.
    #[must_use]
    pub fn is_short(&self, at: Instant) -> bool {
        self.is_short_with(self.server().wallet.fast, at)
    }

    /// Like [`Facts::is_short`], if the pool held `fast` tokens.
    #[must_use]
    pub fn is_short_with(&self, fast: u64, at: Instant) -> bool {
        let low = fast * 100 < 80 * self.server().offer.allotment();
        let renewed = self.owed(at).first().and_then(|job| job.is_renewed(at));
        if renewed.is_some_and(|moved| at - moved >= DATE_ALONE) {
            return low;
        }
        self.has_brought_little(fast, at)
            && !self.jobs().find(|job| job.has_run(at)).is_some_and(|job| job.rest_is_near(at))
    }

    /// Whether the newest refill has brought less than 80 % so far, and the pool with `fast` tokens is below that
    /// too.
    #[must_use]
    pub fn has_brought_little(&self, fast: u64, at: Instant) -> bool {
        let low = fast * 100 < 80 * self.server().offer.allotment();
        let Some(job) = self.jobs().find(|job| job.has_run(at)) else { return false };
        let since = job.ran_at.unwrap_or(at);
        job.percent(at).is_some_and(|percent| percent < 80) && !self.plan_began_between(since - 1, at) && low
    }

    /// What is true of the tab.
    #[must_use]
    pub fn class(&self) -> Class {
        let Some(shown) = self.shown else { return Class::Unknown };
        let settled = self.at - SLACK;
        // An answer within the slack around a due instant is neither before nor after it.
        let due_since = self.due_between(shown.asked + SLACK, settled);
        // A number that a newer answer in another tab confirms is not out of date.
        let is_confirmed = |job: &&Job| {
            self.number == self.true_number && self.newest().is_some_and(|told| told.served >= job.due)
        };
        let due_since = due_since.filter(|job| !job.has_run(shown.served) && !is_confirmed(job));
        let due_since = due_since.is_some() && self.would_change();
        if due_since || self.came_between(shown.served, settled).next().is_some() || self.is_out_of_date() {
            return Class::Stale;
        }
        let newest = self.newest().map_or(shown.asked, |told| told.asked.max(shown.asked));
        let owed = if self.owed(self.at).is_empty() { Vec::new() } else { self.owed(settled) };
        if let Some(oldest) = owed.last().filter(|_| self.would_change() && newest >= owed[0].due) {
            let alone = owed.first().and_then(|job| job.is_renewed(self.at));
            if alone.is_some_and(|moved| settled - moved >= DATE_ALONE) && self.is_short(settled) {
                return Class::Short;
            }
            return if newest - oldest.due >= DAY || owed.len() > 1 { Class::Missed } else { Class::Late };
        }
        if self.is_short(self.at) {
            return Class::Short;
        }
        let newest = self.jobs().find(|job| job.has_run(self.at));
        if let Some(ran) = newest.filter(|job| job.changed).and_then(|job| job.ran_at) {
            let confirmed = self.known.told.iter().find(|told| told.served > ran).map(|told| told.heard);
            if confirmed.is_some_and(|confirmed| self.at - confirmed < HOUR) {
                return Class::Refilled;
            }
        }
        Class::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_concerns_the_classes_it_warns_of() {
        for (class, note, concerns) in [
            (Class::Late, "refill-unconfirmed", true),
            (Class::Missed, "below-allotment", true),
            (Class::Short, "below-allotment", true),
            (Class::Short, "spent-elsewhere", false),
            (Class::Stale, "clock-off", true),
            (Class::Stale, "wrong-pool", false),
            (Class::Late, "old-answer", false),
            (Class::Fresh, "refill-unconfirmed", false),
        ] {
            assert_eq!(class.concerns(note), concerns, "{class:?} {note}");
        }
    }

    #[test]
    fn every_class_is_found_by_its_word_and_its_place() {
        for class in Class::ALL {
            assert_eq!(Class::of_word(class.word()), class);
            assert_eq!(Class::ALL[class.place()], class);
        }
        assert_eq!(Class::of_word("no such verdict"), Class::Unknown);
    }
}
