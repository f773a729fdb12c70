//! Whether a [`World`] fits the events. Each is compared with what this browser was told, and nothing more.

use super::class::{Class, DATE_ALONE, Facts, SLACK};
use super::odds;
use super::worlds::{FAR_OFTENER, World};
use crate::server::{Cycle, Date, Instant, Offer, Shape};
use crate::world::{Browser, Parsed};
use refill_watch::state::Status;
use refill_watch::time::{Basis, DAY, HOUR};

/// This many refills that do not fit an hour show that it is the wrong one.
const TEACH: u32 = 5;

/// One look that worlds are asked about: what was said, and what is true.
pub struct Question<'a, 'b> {
    /// The browser.
    pub browser: &'a Browser,
    /// The true facts.
    pub facts: &'a Facts<'a>,
    /// All that the engine says.
    pub status: &'a Status<'b>,
    /// Its verdict.
    pub said: Class,
    /// What is true instead.
    pub truth: Class,
}

impl Question<'_, '_> {
    /// A world in which a wrong claim is right, be it an alarm or good news.
    #[must_use]
    pub fn where_right(&self) -> Option<World> {
        let holds = |world: World| match world {
            World::NotRunYet => self.not_run_yet(),
            World::RightClock => self.clock_may_be_right(),
            World::OtherSchedule => {
                matches!(self.said, Class::Late | Class::Missed | Class::Stale) && self.may_follow_engine()
            }
            World::OtherPlan => self.plan_may_be_another(),
            World::LessAndUnspent => match self.said {
                Class::Late | Class::Missed => self.nothing_came_instead(),
                Class::Short => self.less_came_instead() || self.nothing_came_instead(),
                _ => false,
            },
            World::MovedBefore => self.said == Class::Short && self.date_may_have_moved_before(),
            World::RiseWasRefill => self.said == Class::Refilled && self.rise_may_be_refill(),
            World::OtherNumber => self.said == Class::Stale && self.number_may_be_old(),
            World::WholeAndSpent => self.said == Class::Refilled && self.whole_came_instead(),
            World::NothingSince | World::CameBefore | World::CameUnseen | World::CameToo => false,
        };
        World::ALL.into_iter().find(|world| holds(*world))
    }

    /// A world in which nothing is wrong, for a trouble that went untold.
    #[must_use]
    pub fn where_well(&self) -> Option<World> {
        let holds = |world: World| match world {
            World::NothingSince => {
                self.truth == Class::Stale && !self.shows_another_number() && !self.due_is_told()
            }
            World::OtherSchedule => {
                let is_owed = !self.facts.owed(self.facts.at).is_empty();
                let shows = self.truth == Class::Short && !is_owed && self.refill_shows();
                self.truth != Class::Stale && !shows && !self.due_is_told()
            }
            World::RightClock => self.clock_may_be_right(),
            World::OtherPlan => self.truth == Class::Short && self.plan_may_be_another(),
            World::CameBefore => self.came_before(),
            World::CameUnseen => self.truth != Class::Stale && self.came_unseen(),
            World::CameToo => matches!(self.truth, Class::Late | Class::Short) && self.came_too(),
            World::WholeAndSpent => self.truth == Class::Short && self.whole_came_instead(),
            World::RiseWasRefill => self.truth != Class::Stale && self.rise_may_be_refill(),
            World::NotRunYet | World::LessAndUnspent | World::MovedBefore | World::OtherNumber => false,
        };
        World::ALL.into_iter().find(|world| holds(*world))
    }

    /// Whether the truth is so plain that the verdict itself has to say it: a renewal date is in the past, or the
    /// number is the same to the digit although a refill was due and all own costs are told.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let facts = self.facts;
        let Some(shown) = facts.shown else { return false };
        let exact = matches!(facts.server().date, Date::Parsed);
        match self.truth {
            Class::Stale => {
                exact && shown.date.is_some_and(|date| date > shown.asked + SLACK && date <= facts.at - SLACK)
            }
            Class::Late | Class::Missed => {
                let Some(newest) = facts.newest() else { return false };
                let date_is_past = newest.date.is_some_and(|date| date <= newest.asked - SLACK);
                (exact && date_is_past) || self.is_the_same()
            }
            Class::Short => !facts.owed(facts.at).is_empty() && self.is_the_same(),
            _ => false,
        }
    }

    /// The newest answer from before the refill in question was due, and the newest answer since.
    fn around_due(&self) -> Option<(&Parsed, &Parsed)> {
        let due = self.job_in_question()?;
        let newest = self.facts.newest().filter(|told| told.served >= due)?;
        let before = self.facts.known.told.iter().rev().find(|told| told.served < due)?;
        Some((before, newest))
    }

    /// When the refill in question was due, or came if it came early: the oldest that is owed,
    /// otherwise the newest that ran.
    fn job_in_question(&self) -> Option<Instant> {
        let owed = self.facts.owed(self.facts.at);
        let ran = || self.facts.jobs().find(|job| job.has_run(self.facts.at));
        owed.last().copied().or_else(ran).map(|job| job.due.min(job.ran_at.unwrap_or(job.due)))
    }

    fn is_the_same(&self) -> bool {
        let Some((before, newest)) = self.around_due() else { return false };
        let known = self.facts.known;
        // If others are known to spend, the same number may come again by chance.
        let tells_all = self.browser.persona.tells >= 1.0 && known.costs_told > 0 && known.falls_seen == 0;
        let told = self.facts.known.told_costs(before.served, newest.served);
        tells_all
            && before.wallet.rollover == newest.wallet.rollover
            && before.wallet.top_up == newest.wallet.top_up
            && before.wallet.fast == newest.wallet.fast + told
            && newest.asked - before.asked < 3 * DAY
    }

    /// Whether the claim was right at the newest answer, and what made it wrong came later.
    fn not_run_yet(&self) -> bool {
        let facts = self.facts;
        let Some(newest) = facts.newest() else { return false };
        let came_since = facts.came_between(newest.served, facts.at).next().is_some()
            || facts.plan_began_between(newest.served, facts.at);
        match self.said {
            Class::Late | Class::Missed => came_since && !facts.owed_about(newest.served).is_empty(),
            Class::Short => came_since && facts.has_brought_little(newest.wallet.fast, newest.served),
            _ => false,
        }
    }

    /// Whether an answer told, a setting said or refills taught the due instant that the truth rests on.
    fn due_is_told(&self) -> bool {
        let facts = self.facts;
        let server = facts.server();
        let Some(shown) = facts.shown else { return false };
        let due = if self.truth == Class::Stale {
            facts.due_between(shown.asked + SLACK, facts.at - SLACK).map(|job| job.due)
        } else {
            self.job_in_question()
        };
        let Some(due) = due else { return false };
        let known = facts.known;
        let is_set =
            self.browser.persona.settings.iter().any(|(key, _)| *key != "plan") && tab_is_first(self);
        let dated = |told: &Parsed| told.date.is_some_and(|date| (date - due).abs() <= SLACK);
        // Older answers count: they named this due instant before the date moved on.
        let by_date = known.told.iter().rev().take(12).any(dated) && exact(server.date);
        // On the free plan a past date is the last refill's. On others it takes two dates to see that it moves.
        let moved = known.told.iter().rev().take(12).any(|told| {
            told.date.is_some() && newest_date(facts).is_some_and(|newest| told.date < Some(newest))
        });
        let by_past =
            server.date == Date::Past && (server.slug == "FREE" || moved) && newest_date(facts).is_some();
        let by_hour = match server.cycle {
            Cycle::Daily(time) => {
                let named = server.slug == "FREE" && self.browser.persona.shapes.0 != Shape::Rest;
                (time == 0 && named && server.date == Date::Null) || known.brackets.against_midnight >= TEACH
            }
            Cycle::Monthly(..) => false,
        };
        is_set || by_date || by_past || by_hour
    }

    /// Whether, by what was told, the account may refill when the engine thinks it does.
    fn may_follow_engine(&self) -> bool {
        let server = self.facts.server();
        let Some(row) = self.status.primary() else { return false };
        let by_server = row.basis == Some(Basis::Server);
        let misleads = matches!(server.date, Date::Midnight | Date::Past | Date::Left(_) | Date::Yearly(_));
        let brackets = &self.facts.known.brackets;
        let Cycle::Daily(time) = server.cycle else {
            return !exact(server.date) && (!by_server || misleads);
        };
        let has_changed = brackets.against_former.is_some_and(|count| count < TEACH);
        let not_taught = brackets.against_midnight < TEACH;
        ((misleads || !by_server) && time != 0 && not_taught) || (has_changed && !exact(server.date))
    }

    /// Whether, by what was told, the wrong clock that the claim rests on may be right.
    fn clock_may_be_right(&self) -> bool {
        let (browser, facts) = (self.browser, self.facts);
        let error = |at: Instant| browser.engine.clock_error(at);
        let told_at = browser.clock_told_at;
        let untold =
            |at: Instant| error(at).abs() > SLACK && told_at.is_none_or(|told| error(told) != error(at));
        let of_answer =
            facts.shown.is_some_and(|shown| untold(shown.heard) && error(shown.heard) == error(facts.at));
        let newest = facts.newest();
        let device = newest.is_some_and(|told| told.is_from_device && (told.stamped - told.served) < -SLACK);
        untold(facts.at) && (of_answer || facts.shown.is_none_or(|shown| facts.at - shown.heard < DAY))
            || device
    }

    /// Whether answers leave open which plan this is, or was.
    fn plan_may_be_another(&self) -> bool {
        let facts = self.facts;
        let server = facts.server();
        let newest = facts.newest().map_or(0, |told| told.served);
        let slug = facts.known.told.iter().rev().find_map(|told| told.slug.as_deref());
        let is_set =
            self.browser.persona.settings.iter().any(|(key, _)| *key == "plan") && tab_is_first(self);
        let unnamed = !is_set
            && (slug.is_none_or(|slug| matches!(slug, "BASIC" | "STUDIO_24" | "TEAMS_V1"))
                || matches!(server.offer, Offer::Team(_)));
        let lately = |at: &Instant| *at > newest || (unnamed && facts.at - at < 35 * DAY);
        let changed = server.plans.iter().any(lately);
        changed || (unnamed && matches!(self.said, Class::Short | Class::Fresh | Class::Refilled))
    }

    /// Whether the refill may have come before the first answer, and no past date says that it is missing.
    fn came_before(&self) -> bool {
        let Some(due) = self.job_in_question() else { return false };
        let known = self.facts.known;
        let has_before = known.told.iter().any(|told| told.served < due && !told.is_from_device);
        let date_is_past = exact(self.facts.server().date)
            && self.facts.newest().is_some_and(|told| told.date.is_some_and(|date| date <= told.asked));
        self.truth != Class::Stale && !has_before && !date_is_past
    }

    /// Whether the refill may have come and changed nothing: a daily pool was full when it was due, or has been
    /// since. Dates lag by up to an hour; one that still names the due instant later than that says that the refill
    /// is missing, unless the pool is full now.
    fn came_unseen(&self) -> bool {
        let facts = self.facts;
        let full = facts.server().offer.allotment();
        let Some(due) = self.job_in_question().filter(|_| facts.server().cycle.is_daily()) else {
            return false;
        };
        let costs = |from: Instant, to: Instant| facts.known.told_costs(from, to);
        let since = facts.known.told.iter().rev().take_while(|told| told.served >= due);
        let was_full = since.into_iter().any(|told| told.wallet.fast + costs(due, told.served) >= full);
        let before = facts.known.told.iter().rev().find(|told| told.served < due);
        let stood_full = before.is_some_and(|told| told.wallet.fast >= full + costs(told.served, due));
        let newest = facts.newest();
        let date_stands = exact(facts.server().date)
            && newest.is_some_and(|told| told.date == Some(due) && told.asked - due > HOUR);
        let is_full = newest.is_some_and(|told| told.served >= due && told.wallet.fast >= full);
        is_full || ((was_full || stood_full) && !date_stands)
    }

    /// Whether this refill may have come between the same two answers as an earlier one.
    fn came_too(&self) -> bool {
        let facts = self.facts;
        let Some((before, newest)) = self.around_due() else { return false };
        let Some(due) = self.job_in_question() else { return false };
        let costs = facts.known.told_costs(before.served, newest.served);
        let rose = newest.wallet.fast + costs > before.wallet.fast;
        let dated = newest.date.is_some() && exact(facts.server().date);
        let not_come = odds::not_come(self.browser, newest.asked - due);
        let earlier = facts.came_between(before.served, due).next().is_some();
        rose && earlier && !dated && 1.0 - not_come >= FAR_OFTENER * not_come
    }

    /// Whether the number on the page does not fit what was told, as far as the page can be read.
    fn shows_another_number(&self) -> bool {
        let (browser, facts) = (self.browser, self.facts);
        let (Some(shown), Some(newest)) = (facts.shown, facts.newest()) else { return false };
        let own = browser.number_for(shown.wallet);
        // Costs that the page takes off itself make its number smaller than its answer's, never larger.
        if newest.served == shown.served {
            return browser.persona.counter_is_read && facts.number > own;
        }
        let costs = facts.known.told_costs(newest.served - BOOKED_LATE, facts.at);
        let now = browser.number_for(newest.wallet);
        let tells_all = browser.persona.tells >= 1.0;
        if browser.persona.counter_is_read {
            // Costs told since may be in the answer, or taken off by the page, or neither.
            let fits = facts.number <= now && (facts.number + costs >= now || (!tells_all && own >= now));
            return !fits && facts.number != facts.true_number;
        }
        let since = facts.known.told_costs(shown.served - BOOKED_LATE, facts.at);
        let may_be = own >= now && (own <= now + since || !tells_all);
        newest.served > shown.served && newest.heard >= shown.heard && !may_be
    }

    /// Whether a page whose counter is not read may still show its answer's number, which is out of date.
    fn number_may_be_old(&self) -> bool {
        let (browser, facts) = (self.browser, self.facts);
        let own = facts.shown.map(|shown| browser.number_for(shown.wallet));
        !browser.persona.counter_is_read && own.is_some_and(|own| own != facts.true_number)
    }

    /// Whether a rise within the last hour ends at just what a refill brings, and no date says otherwise.
    fn rise_may_be_refill(&self) -> bool {
        let facts = self.facts;
        let Some(newest) = facts.newest() else { return false };
        let news = facts.known.told.iter().rev().take_while(|told| facts.at - told.heard <= HOUR + SLACK);
        self.rise_to_may_be_refill(newest) || news.into_iter().any(|told| self.rise_to_may_be_refill(told))
    }

    fn rise_to_may_be_refill(&self, newest: &Parsed) -> bool {
        let facts = self.facts;
        let server = facts.server();
        let before = facts
            .known
            .told
            .iter()
            .rev()
            .filter(|told| told.served < newest.served)
            .find(|told| newest.heard - told.heard > HOUR || told.served + HOUR < newest.served);
        let allotment = server.offer.allotment();
        // A cost asked for a moment before the earlier answer may not be in that answer yet.
        let costs_since = |lag: Instant| {
            before.map_or(0, |before| facts.known.told_costs(before.served - lag, newest.served))
        };
        let costs = costs_since(BOOKED_LATE);
        let is_full = newest.wallet.fast >= allotment
            || [0, BOOKED_LATE].iter().any(|lag| newest.wallet.fast + costs_since(*lag) == allotment);
        let rose = before.is_none_or(|before| before.wallet.fast < newest.wallet.fast + costs);
        let has_moved = before.is_some_and(|before| before.date < newest.date);
        let dated = exact(server.date) && newest.date.is_some() && !has_moved;
        rose && is_full && !dated
    }

    /// Whether it fits that nothing came and less was spent: no answer shows the refill that did come.
    fn nothing_came_instead(&self) -> bool {
        let facts = self.facts;
        let Some(job) = facts.jobs().find(|job| job.has_run(facts.at)) else { return false };
        let ran = job.ran_at.unwrap_or(job.due);
        let before = facts.known.told.iter().rev().find(|told| told.served < ran);
        let after = facts.known.told.iter().find(|told| told.served >= ran);
        let (Some(before), Some(after)) = (before, after) else { return false };
        let costs = facts.known.told_costs(before.served, after.served);
        let dated =
            before.date.is_some() && after.date > before.date && (job.changed || after.date > Some(job.due));
        let shows = after.wallet.fast + costs > before.wallet.fast
            || after.wallet.rollover > before.wallet.rollover
            || (dated && self.said != Class::Short);
        let gone = server_brought(facts, job).saturating_sub(after.wallet.fast);
        let late = if dated {
            odds::date_alone(self.browser, after.asked - job.due)
        } else {
            odds::not_come(self.browser, after.asked - job.due)
        };
        let fell = before.wallet.fast.saturating_sub(after.wallet.fast + costs);
        let said = late * odds::spent(self, (before.served, after.served), fell);
        !shows && said >= FAR_OFTENER * odds::spent(self, (ran, after.served), gone)
    }

    /// Whether the date, which alone has moved, may have done so right after the last answer with the old one.
    fn date_may_have_moved_before(&self) -> bool {
        let facts = self.facts;
        let owed = facts.owed(facts.at);
        let moved = owed.first().and_then(|job| job.is_renewed(facts.at));
        let before = moved.and_then(|moved| facts.known.told.iter().rev().find(|told| told.served < moved));
        before.is_some_and(|told| facts.at - told.served >= DATE_ALONE)
            && facts.is_short_with(facts.server().wallet.fast, facts.at + DATE_ALONE)
    }

    /// Whether it fits that less came, although in truth all came and part of it was spent.
    fn less_came_instead(&self) -> bool {
        let Some((ran, first, missing)) = self.first_after() else { return false };
        let rates = &self.browser.plot().rates;
        let least = 40 * self.facts.server().offer.allotment() / 100;
        let fits = first.wallet.fast >= least && self.facts.at - ran > 3 * HOUR;
        let said = odds::short(rates, first.served - ran);
        fits && said >= FAR_OFTENER * odds::spent(self, (ran, first.served), missing)
    }

    /// Whether it fits that all came and part of it was spent, although in truth less came.
    fn whole_came_instead(&self) -> bool {
        let Some((ran, first, missing)) = self.first_after() else { return false };
        if !self.facts.owed(self.facts.at).is_empty() {
            // Only the date came. If the bank has not taken the leftovers, anyone can see that no tokens did.
            let bank = self.around_due().is_some_and(|(before, _)| {
                before.wallet.fast > 0 && before.wallet.rollover < self.facts.server().offer.rollover_cap()
            });
            if bank || self.is_the_same() {
                return false;
            }
        }
        let rates = &self.browser.plot().rates;
        let truth = odds::short(rates, first.served - ran);
        odds::spent(self, (ran, first.served), missing) >= FAR_OFTENER * truth
    }

    /// Whether the answers show the newest refill, whenever it was due: the pool or the bank rose.
    fn refill_shows(&self) -> bool {
        let facts = self.facts;
        let Some(ran) = facts.jobs().find(|job| job.has_run(facts.at)).and_then(|job| job.ran_at) else {
            return false;
        };
        let before = facts.known.told.iter().rev().find(|told| told.served < ran);
        let after = facts.known.told.iter().find(|told| told.served >= ran);
        before.zip(after).is_some_and(|(before, after)| {
            let costs = facts.known.told_costs(before.served, after.served);
            after.wallet.fast + costs > before.wallet.fast || after.wallet.rollover > before.wallet.rollover
        })
    }

    /// When the newest refill ran, or its date moved; the first answer after that; how many tokens that one lacks.
    fn first_after(&self) -> Option<(Instant, &Parsed, u64)> {
        let facts = self.facts;
        let job = facts.jobs().find(|job| job.has_run(facts.at) || job.is_renewed(facts.at).is_some())?;
        let ran = job.ran_at.or(job.date_moved_at)?;
        let first = facts.known.told.iter().find(|told| told.served >= ran)?;
        let costs = facts.known.told_costs(ran, first.served);
        Some((ran, first, facts.server().offer.allotment().saturating_sub(first.wallet.fast + costs)))
    }
}

/// A generation's cost is in the balance at most this many milliseconds after the generation was asked for.
const BOOKED_LATE: Instant = 30_000;

/// Whether a date names the due instant itself.
fn exact(date: Date) -> bool {
    matches!(date, Date::Parsed)
}

fn newest_date(facts: &Facts<'_>) -> Option<Instant> {
    facts.newest().and_then(|told| told.date)
}

/// Whether the settings apply: they are for the first account, as long as its plan has not changed.
fn tab_is_first(question: &Question<'_, '_>) -> bool {
    question.facts.tab.account == 0 && !question.facts.plan_began_between(0, question.facts.at)
}

fn server_brought(facts: &Facts<'_>, job: &crate::server::Job) -> u64 {
    facts.server().offer.allotment() * job.percent(facts.at).unwrap_or(100) / 100
}
