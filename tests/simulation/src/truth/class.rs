//! What is true of a tab, by the server alone.

use crate::server::{Change, Fate, Instant, Job, Offer, Server};
use crate::world::{Browser, Known, Shown, Tab};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};

/// Instants this close are the same: jobs take minutes, and no computer's clock is asked to be better.
pub const SLACK: i64 = 2 * MINUTE;

/// A page may take this long to show what was just spent in it.
const CATCHES_UP: i64 = 10 * SECOND;

/// What is true. The words are the verdicts', so that the two can be laid side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing milder applies.
    Fresh,
    /// A refill ran, and the first answer after it came within the last hour.
    Refilled,
    /// The newest refill gave less than 80 %.
    Short,
    /// A refill is owed.
    Late,
    /// A refill has been owed for a day, or more than one is.
    Missed,
    /// The number on the page is not what the server has, or a refill was due or ran since it was answered.
    Stale,
    /// The tab's newest answer held no balance, or there is none.
    Unknown,
}

impl Class {
    /// All, in the order of the policy.
    pub const ALL: [Self; 7] =
        [Self::Unknown, Self::Stale, Self::Missed, Self::Late, Self::Short, Self::Refilled, Self::Fresh];

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
                "a refill was due or ran since the tab's answer; the page's number is not the server's; or not its answer's"
            }
            Self::Missed => {
                "when its answer came, a refill had been owed for a day, two were, or it never came"
            }
            Self::Late => "when its answer came, a refill was owed: due, not run, no later one run",
            Self::Short => "a refill ran between the answers it names, and gave less than 80 %",
            Self::Refilled => {
                "a refill ran or another plan began between the answers it names, or in the 4 hours before the second"
            }
            Self::Fresh => {
                "no refill that changed the pool has run since the tab's answer, or its number is right all the same"
            }
        }
    }

    /// The class of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|class| class.word() == word).unwrap_or(Self::Unknown)
    }

    /// Its place in [`Class::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|class| *class == self).unwrap_or(0)
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
    /// The number on the page; what its answer gives before it is painted.
    pub number: u64,
    /// The number that the server would give now.
    pub true_number: u64,
}

impl<'a> Facts<'a> {
    /// The facts about `tab` at `at`.
    #[must_use]
    pub fn of(browser: &'a Browser, tab: &'a Tab, at: Instant) -> Self {
        let known = &browser.accounts[tab.account];
        let shown = tab.answer.filter(|_| !tab.failed);
        let true_number = browser.number_for(known.server.wallet);
        let answered = shown.map_or(true_number, |shown| browser.number_for(shown.wallet));
        Self { at, tab, known, shown, number: tab.number.unwrap_or(answered), true_number }
    }

    fn server(&self) -> &'a Server {
        &self.known.server
    }

    /// The jobs that matter now, newest first: no story looks further back than that.
    pub fn jobs(&self) -> impl Iterator<Item = &'a Job> + use<'a> {
        self.known.server.jobs.iter().rev().take(12)
    }

    /// The refills that changed something and ran in `(from, to]`.
    pub fn ran_between(&self, from: Instant, to: Instant) -> impl Iterator<Item = &'a Job> + use<'a> {
        self.jobs().filter(move |job| job.changed && job.ran_at.is_some_and(|ran| ran > from && ran <= to))
    }

    /// Whether a refill was due in `(from, to]`.
    #[must_use]
    pub fn due_between(&self, from: Instant, to: Instant) -> bool {
        self.jobs().any(|job| !job.void && job.due > from && job.due <= to)
    }

    /// Whether another plan began in `(from, to]`, with tokens of its own.
    #[must_use]
    pub fn plan_began_between(&self, from: Instant, to: Instant) -> bool {
        let began = |(at, change): &(Instant, Change)| *change == Change::Plan && *at > from && *at <= to;
        self.known.server.changes.iter().rev().take(40).any(began)
    }

    /// Whether a refill was owed at `at`, give or take the slack.
    #[must_use]
    pub fn owed_about(&self, at: Instant) -> bool {
        [at - SLACK, at, at + SLACK].into_iter().any(|at| !self.owed(at).is_empty())
            || self.jobs().any(|job| {
                let is_about = |instant: Instant| (instant - at).abs() <= SLACK;
                !job.void && is_about(job.due) && job.ran_at.is_some_and(is_about)
            })
    }

    /// The refills owed at `at`: due, not run, and no later one has run either.
    #[must_use]
    pub fn owed(&self, at: Instant) -> Vec<&'a Job> {
        self.jobs()
            .take_while(|job| !(job.ran_at.is_some_and(|ran| ran <= at) && job.due <= at))
            .filter(|job| job.is_owed(at))
            .collect()
    }

    /// Whether the tokens owed would change anything: a full free account is owed nothing.
    #[must_use]
    pub fn would_change(&self) -> bool {
        let server = self.server();
        server.offer != Offer::Free || server.wallet.fast < Offer::Free.allotment()
    }

    /// Whether the number on the page is another than the server's, and has had the time to be the same.
    #[must_use]
    pub fn is_out_of_date(&self) -> bool {
        let changed_at = self.server().changes.last().map_or(Instant::MIN, |(at, _)| *at);
        self.number != self.true_number && self.at - CATCHES_UP >= changed_at
    }

    /// The class.
    #[must_use]
    pub fn class(&self) -> Class {
        let Some(shown) = self.shown else { return Class::Unknown };
        let settled = self.at - SLACK;
        // An answer within the slack around a due instant is neither before nor after it.
        let due_since = self.due_between(shown.at + SLACK, settled);
        if due_since || self.ran_between(shown.at, settled).next().is_some() || self.is_out_of_date() {
            return Class::Stale;
        }
        let owed = self.owed(settled);
        if let Some(oldest) = owed.last().filter(|_| self.would_change()) {
            return if self.at - oldest.due >= DAY || owed.len() > 1 { Class::Missed } else { Class::Late };
        }
        let newest = self.jobs().find(|job| job.ran_at.is_some_and(|ran| ran <= self.at));
        if let Some(job) = newest.filter(|job| job.changed)
            && let Some(ran) = job.ran_at
        {
            if job.fate == Fate::Partial && job.percent < 80 {
                return Class::Short;
            }
            let confirmed = self.known.told.iter().find(|told| told.at > ran).map(|told| told.at);
            if confirmed.is_some_and(|confirmed| self.at - confirmed < HOUR) {
                return Class::Refilled;
            }
        }
        Class::Fresh
    }
}
