//! The schedule of an account's primary pool, and how it is known.
//!
//! Only which source to believe is decided here. Whether a refill has come is no question for this module.

use super::{LearnedMinute, Sighting};
use crate::balance::{Amount, Cadence, Plan};
use crate::time::{Basis, DAY, HOUR, MINUTE, MinuteOfDay, Schedule, UtcMillis};
use serde::{Deserialize, Serialize};

/// What the user set by hand for an account. What is absent is automatic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    /// The plan. It beats every slug.
    pub plan: Option<Plan>,
    /// The UTC minute of the daily refill.
    pub daily_reset_utc: Option<MinuteOfDay>,
    /// The day of the month of the monthly refill, 1 to 31.
    pub billing_day: Option<u8>,
}

/// A schedule, and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When refills are due.
    pub schedule: Schedule,
    /// How that is known.
    pub basis: Basis,
    /// How far the due instants may be off either way, in milliseconds. A refill counts as due once the last
    /// possible instant has passed; a number is from before it only if it is older than the first.
    pub slack: i64,
}

/// When an account's primary pool refills and by how much, as known from one sighting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The plan, if the user set it, the slug names it or the refills show it.
    pub plan: Option<Plan>,
    /// The schedule; `None` if nothing speaks for one.
    pub planned: Option<Planned>,
    /// Which refill the server's date names; `None` if the date does not move on with the refills.
    pub date: Option<DateNames>,
}

/// Which refill the server's date names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateNames {
    /// The next one. It then moves on to the one after.
    Next,
    /// The last one that ran. It then moves on to today's.
    Last,
}

/// What the account's own past says about its plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanHistory {
    /// The plan has changed.
    pub has_changed: bool,
    /// The account's refills are those of the free plan, though no slug says so.
    pub refills_like_free: bool,
    /// The renewal date before the present one.
    pub former_renewal: Option<UtcMillis>,
    /// A daily plan's date has lain ahead: it names the next refill, not the last one.
    pub names_next: bool,
    /// The renewal date that was told beside a full pool.
    pub full_until: Option<UtcMillis>,
    /// The account's own refills speak against the time of day of its date.
    pub contradicts_date: bool,
}

impl PlanHistory {
    /// Whether the date moves on with the refills and is not left over from another plan.
    fn is_kept_up(&self, due: UtcMillis) -> bool {
        let has_moved = |former: UtcMillis| (DAY / 2..=LONGEST_LATE).contains(&due.since(former));
        self.names_next || (!self.has_changed && self.former_renewal.is_some_and(has_moved))
    }
}

impl Calendar {
    /// The calendar as of `seen`.
    ///
    /// What the user set beats everything. Next comes the server's renewal date, then the day of the month of
    /// a paid year, then the minute that the account's own refills taught. For the free plan 00:00 UTC is
    /// assumed if nothing better is known. A paid or unknown plan without a date has no schedule: none is
    /// invented.
    ///
    /// The end of a paid year names the day of the month only while the plan has not changed. If neither the
    /// user nor the slug names the plan, refills that fill up to 150, day after day, are the free plan's.
    #[must_use]
    pub fn of(
        seen: &Sighting,
        manual: &Manual,
        learned: Option<LearnedMinute>,
        history: PlanHistory,
    ) -> Self {
        let by_slug = || seen.plan.as_deref().and_then(Plan::from_slug);
        let plan = manual.plan.or_else(by_slug).or(history.refills_like_free.then_some(Plan::Free));
        let cadence = plan.map(Plan::cadence);
        let set_by_hand = match cadence {
            Some(Cadence::Daily) => manual.daily_reset_utc.map(Schedule::Daily),
            Some(Cadence::Monthly) => {
                manual.billing_day.map(|day| Schedule::Monthly { day, minute: MinuteOfDay::MIDNIGHT })
            }
            None => None,
        };
        let by_hand = set_by_hand.map(|schedule| Planned { schedule, basis: Basis::Manual, slack: 0 });
        // A full pool has had its refill. If its date is only weeks beyond the next, that is the next one:
        // the last came early.
        let came_early = |due: UtcMillis| {
            cadence == Some(Cadence::Monthly)
                && history.full_until == Some(due)
                && (0..=LONGEST_MONTH + EARLIEST).contains(&due.since(seen.answered_at))
        };
        // A date that moved on by a month is the next refill's, however early it moved.
        let moved_by_month = |due: UtcMillis| {
            let moved = history.former_renewal.map(|former| due.since(former));
            cadence != Some(Cadence::Daily)
                && moved.is_some_and(|moved| (27 * DAY..=LONGEST_MONTH).contains(&moved))
        };
        let by_server = seen
            .renewal
            .filter(|due| {
                is_believable(*due, seen.answered_at, cadence, history.is_kept_up(*due))
                    || moved_by_month(*due)
                    || came_early(*due)
            })
            .map(|due| match cadence {
                // Some of the free plan's answers name the last refill, and no date of the next one.
                Some(Cadence::Daily) if due <= seen.answered_at && !history.names_next => Planned {
                    schedule: Schedule::Daily(MinuteOfDay::of(due)),
                    basis: Basis::Assumed,
                    slack: 0,
                },
                _ => Planned { schedule: Schedule::At(due), basis: Basis::Server, slack: 0 },
            });
        // Five own refills or more correct a date that they contradict: through the minute they teach or,
        // while that is rough, because they cannot have run at the time that the date names.
        let is_contradicted = |planned: &Planned| {
            let due = match planned.schedule {
                Schedule::At(due) => due.time_of_day(),
                Schedule::Daily(minute) => i64::from(minute.minutes()) * MINUTE,
                _ => return false,
            };
            learned.filter(|_| cadence == Some(Cadence::Daily)).is_some_and(|known| {
                let off = (due - i64::from(known.minute.minutes()) * MINUTE).rem_euclid(DAY);
                known.samples >= CONTRADICTED && off.min(DAY - off) > known.slack.max(HOUR / 2)
            })
        };
        let contradicts_date =
            history.contradicts_date && cadence == Some(Cadence::Daily) && learned.is_some();
        let by_server = by_server.filter(|planned| !contradicts_date && !is_contradicted(planned));
        let by_refills = learned.filter(|_| cadence == Some(Cadence::Daily)).map(|known| Planned {
            schedule: Schedule::Daily(known.minute),
            // A rough hour beats 00:00 UTC, which the refills speak against, but nothing else.
            basis: if known.is_sharp { Basis::Learned } else { Basis::Assumed },
            slack: known.slack,
        });
        let by_custom = (cadence == Some(Cadence::Daily)).then_some(Planned {
            schedule: Schedule::Daily(MinuteOfDay::MIDNIGHT),
            basis: Basis::Assumed,
            slack: 0,
        });
        let by_year = seen
            .renewal
            .filter(|_| cadence == Some(Cadence::Monthly) && !history.has_changed)
            .and_then(|due| yearly(due, seen));
        let planned = by_hand.or(by_server).or(by_year).or(by_refills).or(by_custom);
        let is_due = |planned: &Planned, date: UtcMillis| {
            planned.slack == 0 && planned.schedule.last_due(date) == Some(date)
        };
        let is_of_schedule = |planned: &Planned| {
            seen.renewal.is_some_and(|date| history.is_kept_up(date) && is_due(planned, date))
        };
        let date = planned.filter(|planned| planned.basis == Basis::Server || is_of_schedule(planned));
        let date = date.map(|planned| {
            let is_next = planned.basis == Basis::Server || history.names_next;
            if is_next { DateNames::Next } else { DateNames::Last }
        });
        Self { plan, planned, date }
    }

    /// How much a refill brings; `None` if the plan is not known.
    #[must_use]
    pub fn allotment(&self) -> Option<Amount> {
        self.plan.map(Plan::allotment)
    }

    /// Whether refills only fill the pool up to the allotment.
    #[must_use]
    pub fn tops_up(&self) -> bool {
        self.plan.map(Plan::cadence) == Some(Cadence::Daily)
    }

    /// The newest due instant that has surely passed at `now`.
    #[must_use]
    pub fn last_due(&self, now: UtcMillis) -> Option<UtcMillis> {
        let planned = self.planned?;
        planned.schedule.last_due(now.plus(-planned.slack))
    }

    /// How far the due instants may be off either way, in milliseconds.
    #[must_use]
    pub fn slack(&self) -> i64 {
        self.planned.map_or(0, |planned| planned.slack)
    }

    /// When the next due instant will surely have passed.
    #[must_use]
    pub fn next_boundary(&self, now: UtcMillis) -> Option<UtcMillis> {
        let planned = self.planned?;
        Some(planned.schedule.next_due(now.plus(-planned.slack))?.plus(planned.slack))
    }

    /// The first due instant after `now`.
    #[must_use]
    pub fn next_due(&self, now: UtcMillis) -> Option<UtcMillis> {
        self.planned?.schedule.next_due(now)
    }
}

/// A schedule that may be off by more than this many milliseconds is hardly a schedule.
pub(super) const ROUGHLY: i64 = HOUR / 2;
/// This many own refills at another hour correct the server's date.
const CONTRADICTED: u32 = 5;
/// The next daily refill is no further ahead than this, in milliseconds. The hours are for jobs that run
/// early.
pub(super) const LONGEST_DAY: i64 = DAY + 4 * HOUR;
/// The next monthly refill is no further ahead than this. The two hours are for clocks and jobs.
const LONGEST_MONTH: i64 = 31 * DAY + 2 * HOUR;

/// A monthly refill comes no earlier than this before it is due.
const EARLIEST: i64 = 21 * DAY;
/// A date that has not moved for longer than this is left over.
const LONGEST_LATE: i64 = 35 * DAY;

/// Whether a renewal date can be the next refill of such a plan.
///
/// A daily plan's lies within about a day of the answer, a monthly one's within about a month; a plan paid by
/// the year refills monthly too. A date further off is left over or belongs to another clock, such as the
/// billing day of a plan that ended. To take it for the refill would mix up the two. A past date within reach
/// is kept: that refill was due, and the date has not moved.
fn is_believable(due: UtcMillis, answered_at: UtcMillis, cadence: Option<Cadence>, is_kept_up: bool) -> bool {
    let (past, future) = match cadence {
        Some(Cadence::Daily) => (if is_kept_up { LONGEST_LATE } else { DAY }, LONGEST_DAY),
        Some(Cadence::Monthly) | None => (LONGEST_LATE, LONGEST_MONTH),
    };
    let ahead = due.since(answered_at);
    (-past..=future).contains(&ahead)
}

/// The monthly schedule of a plan paid by the year. Its date, up to a year ahead, gives the day of the month.
/// That every month's refill falls on that day is an assumption.
fn yearly(due: UtcMillis, seen: &Sighting) -> Option<Planned> {
    let ahead = due.since(seen.answered_at);
    if !(LONGEST_MONTH..=367 * DAY).contains(&ahead) {
        return None;
    }
    let schedule = Schedule::Monthly { day: due.day_of_month()?, minute: MinuteOfDay::of(due) };
    Some(Planned { schedule, basis: Basis::Assumed, slack: 0 })
}

#[cfg(test)]
mod tests;
