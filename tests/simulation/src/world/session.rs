//! What people do at the computer: sit down, look, reload, generate, leave.

use super::Browser;
use super::agenda::Happening;
use super::persona::{Household, TeamUse};
use crate::server::Instant;
use crate::tally::Tally;
use refill_watch::state::{Event, TabChange, TabId};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};
use serde_json::{Map, Value};

impl Browser {
    /// Schedules the user's next usual look after `now`, a little early or late. Some are skipped.
    pub(super) fn schedule_session(&mut self, now: Instant) {
        let mut after = now + 20 * MINUTE;
        for _ in 0..30 {
            let midnight = after.div_euclid(DAY) * DAY;
            let next = (0..3)
                .flat_map(|day| {
                    self.persona.habits.iter().map(move |minute| midnight + day * DAY + minute * MINUTE)
                })
                .filter(|at| *at > after)
                .min();
            let Some(next) = next else { return };
            after = next;
            if !self.dice.chance(self.persona.skips) {
                let at = next + self.dice.between(-15 * MINUTE, 15 * MINUTE);
                self.agenda.put(at.max(now + MINUTE), Happening::Session);
                return;
            }
        }
    }

    /// The computer wakes and the user sits down.
    pub(super) fn sit_down(&mut self, at: Instant, tally: &mut Tally) {
        self.awake = true;
        if self.engine.alarm.is_some_and(|alarm| alarm <= at) {
            // An alarm that was due during sleep goes off on waking.
            self.send(Event::Tick, at);
            self.judge_all(at, tally);
        } else if let Some(alarm) = self.engine.alarm {
            self.agenda.put(alarm, Happening::Alarm);
        }
        self.deliver(at, tally);
        let can_change = match self.persona.household {
            Household::One => false,
            Household::Two => true,
            Household::WithTeam => self.persona.team == TeamUse::Header,
        };
        if can_change && self.dice.chance(0.4) {
            self.signed_in = 1 - self.signed_in;
        }
        let mine = self.tabs.iter().rev().find(|(_, tab)| tab.account == self.signed_in).map(|(id, _)| *id);
        let other = self.tabs.last().map(|(id, _)| *id);
        let mut tab = match (mine, other) {
            (Some(tab), _) => {
                self.judge(tab, at, tally);
                tab
            }
            // The user switches accounts in the tab that is open.
            (None, Some(tab)) if self.dice.chance(0.6) => {
                self.load(tab, at, tally);
                tab
            }
            (None, _) => self.open_tab(at, tally),
        };
        let begins = at + self.dice.between(10 * SECOND, 40 * SECOND);
        if mine.is_some() {
            if self.dice.chance(0.25) {
                // Some people close the tab and open a new one.
                self.close(tab, at + SECOND);
                tab = self.open_tab(at + 2 * SECOND, tally);
            } else {
                self.consider(tab, at, tally);
            }
        }
        self.work(tab, begins);
        self.schedule_session(at);
    }

    /// Schedules what the user does in this session.
    fn work(&mut self, tab: i64, begins: Instant) {
        let mut at = begins;
        if self.dice.chance(self.persona.second_tab) {
            let opens = at + self.dice.between(5 * SECOND, 5 * MINUTE);
            self.agenda.put(opens, Happening::SecondTab(self.signed_in));
        }
        for _ in 0..self.dice.between(0, self.persona.generations) {
            at += self.dice.between(20 * SECOND, 5 * MINUTE);
            self.agenda.put(at, Happening::Generate(tab));
        }
        self.agenda.put(begins + self.dice.between(SECOND, 10 * MINUTE), Happening::Look);
        self.agenda.put(at + self.dice.between(30 * SECOND, 10 * MINUTE), Happening::Leave);
        // A glance in passing, later. It counts only if the computer is awake and a tab is open.
        self.agenda.put(at + self.dice.between(20 * MINUTE, 12 * HOUR), Happening::Look);
        if self.dice.chance(0.3) {
            // Another in the hours after the next refill is due, where it matters.
            let next = self.accounts[self.signed_in].server.cycle.next_due(at);
            self.agenda.put(next + self.dice.between(0, 5 * HOUR), Happening::Look);
        }
    }

    /// The user looks at the screen, and may act on the newest tab.
    pub(super) fn look(&mut self, at: Instant, tally: &mut Tally) {
        if !self.awake {
            return;
        }
        self.judge_all(at, tally);
        if let Some(tab) = self.tabs.last().map(|(id, _)| *id) {
            self.consider(tab, at, tally);
        }
    }

    /// The user reads the banner, and may do what it says.
    fn consider(&mut self, tab: i64, at: Instant, tally: &mut Tally) {
        let word = self.engine.status(tab, at).judgement.verdict.word();
        let share = match word {
            "stale" => self.persona.heeds,
            "unknown" | "late" | "missed" => 0.5 * self.persona.heeds,
            _ => 0.05,
        };
        if !self.dice.chance(share) {
            return;
        }
        if word == "stale" || self.dice.chance(0.5) {
            let clicked = at + self.dice.between(2 * SECOND, 8 * SECOND);
            self.send(Event::FreshReload { tab: TabId(tab) }, clicked);
            self.judge(tab, clicked, tally);
        }
        self.agenda.put(at + self.dice.between(8 * SECOND, 9 * SECOND), Happening::Reload(tab));
    }

    pub(super) fn reload(&mut self, tab: i64, at: Instant, tally: &mut Tally) {
        if self.awake && self.tabs.iter().any(|(id, _)| *id == tab) {
            self.load(tab, at, tally);
        }
    }

    /// The user gets up: tabs may close, the computer may go to sleep.
    pub(super) fn leave(&mut self, at: Instant, tally: &mut Tally) {
        if !self.dice.chance(self.persona.leaves_open) {
            let all: Vec<i64> = self.tabs.iter().map(|(id, _)| *id).collect();
            let kept = usize::from(self.dice.chance(0.2));
            for tab in all.iter().skip(kept) {
                self.close(*tab, at);
            }
        } else if self.tabs.len() > 4 {
            let oldest = self.tabs[0].0;
            self.close(oldest, at);
        }
        self.judge_all(at, tally);
        if self.dice.chance(self.persona.sleeps) {
            self.awake = false;
        }
    }

    fn close(&mut self, tab: i64, at: Instant) {
        self.tabs.retain(|(id, _)| *id != tab);
        if self.tabs.is_empty()
            && let Some(span) = self.open_spans.last_mut()
        {
            span.1 = at;
        }
        self.send(Event::Tab { tab: TabId(tab), state: TabChange::Closed }, at);
    }

    /// The user sets what they know better once the account is known, and takes it back when the plan changes.
    pub(super) fn tell_settings(&mut self, at: Instant) {
        let server = &self.accounts[0].server;
        let plan = format!("{:?} {}", server.offer, server.slug);
        let former = std::mem::replace(&mut self.accounts[0].told_plan, plan);
        if former == self.accounts[0].told_plan {
            return;
        }
        let first = former.is_empty();
        // A plan that changed before the account was seen here makes the drawn settings wrong.
        if first && !self.accounts[0].server.plans.is_empty() {
            return;
        }
        let settings = self.persona.settings.iter();
        let set: Map<String, Value> = settings
            .map(|(key, value)| ((*key).to_owned(), if first { value.clone() } else { Value::Null }))
            .collect();
        if !set.is_empty() {
            self.send(Event::Settings { set }, at);
        }
    }
}
