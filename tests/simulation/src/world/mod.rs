//! The world around the engine: people, their computers and pages, and what happens to them in order of time.
//!
//! Each browser lives a story of its own in [`Browser::live`]; no two share anything.

mod agenda;
mod engine;
mod generate;
mod incidents;
mod known;
mod page;
mod persona;
mod requests;
mod session;

pub use engine::Engine;

use crate::dice::Dice;
use crate::rates::Rates;
use crate::server::Instant;
use crate::tally::Tally;
use crate::truth;
use agenda::{Agenda, Happening};
use generate::Generation;
pub use known::{Known, Own, Parsed, Shown};
pub use persona::{Elsewhere, TeamUse};
use persona::{Household, Persona};
use refill_watch::state::Event;
use refill_watch::time::{DAY, MINUTE, parse_timestamp};
use requests::Request;
use serde_json::Value;
use std::collections::BTreeMap;

/// Which story to live, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// The seed of all chance.
    pub seed: u64,
    /// Which browser of the population.
    pub number: u64,
    /// Days that it lasts.
    pub days: u32,
    /// How common incidents are.
    pub rates: Rates,
}

/// A tab with the app.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Which account it shows.
    pub account: usize,
    /// Counts the documents it has loaded.
    pub document: u32,
    /// The newest answer with a balance that this document got.
    pub answer: Option<Shown>,
    /// When the newest answer without a balance was asked for, if the engine is told; otherwise when it arrived.
    pub failed: Option<Instant>,
    /// The number on the page.
    pub number: Option<u64>,
    /// The number that was there before this document loaded.
    pub former: Option<u64>,
}

/// One browser, its user, and the accounts that are used in it.
pub struct Browser {
    plot: Plot,
    dice: Dice,
    end: Instant,
    agenda: Agenda,
    /// The engine in it.
    pub engine: Engine,
    /// Its user.
    pub persona: Persona,
    /// The accounts.
    pub accounts: Vec<Known>,
    /// The open tabs, oldest first.
    pub tabs: Vec<(i64, Tab)>,
    next_tab: i64,
    signed_in: usize,
    awake: bool,
    undelivered: Vec<(usize, Instant, Value)>,
    requests: BTreeMap<u64, Request>,
    generations: BTreeMap<u64, Generation>,
    next_request: u64,
    /// Spans in which any tab was open; one that still runs ends at `Instant::MAX`.
    pub open_spans: Vec<(Instant, Instant)>,
    /// When an answer last told the engine the server's clock.
    pub clock_told_at: Option<Instant>,
}

impl Browser {
    /// The browser of that number on its first day; `record` keeps its events as the lines of a replay.
    #[must_use]
    pub fn new(plot: Plot, record: bool) -> Self {
        let mut dice = Dice::of(plot.seed, plot.number);
        // Stories begin on any day of 2027 or 2028, a leap year: months of every length come up.
        let first = parse_timestamp("2027-01-01").map_or(0, |at| at.0);
        let start = first + dice.between(0, 730) * DAY + dice.between(0, 1439) * MINUTE;
        let rates = plot.rates;
        let first = persona::account(start, rates, &mut dice);
        let persona = persona::persona(start, i64::from(plot.days), &first, &rates, &mut dice);
        let mut servers = vec![(first, false)];
        match persona.household {
            Household::One => {}
            Household::Two => servers.push((persona::account(start, rates, &mut dice), false)),
            Household::WithTeam => servers.push((persona::team(start, rates, &mut dice), true)),
        }
        let accounts = (0_u64..)
            .zip(servers)
            .map(|(nth, (server, team))| Known {
                owner: persona::owner(plot.number, nth, team, &mut dice),
                server,
                id: None,
                told: Vec::new(),
                brackets: truth::Brackets::default(),
                own: Vec::new(),
                generated_at: 0,
                costs_told: 0,
                falls_seen: 0,
                unread_falls: 0,
                kept: Vec::new(),
                told_plan: String::new(),
            })
            .collect();
        let engine = Engine::new(persona.clock.clone(), record);
        let end = start + i64::from(plot.days) * DAY;
        let mut browser = Self {
            plot,
            dice,
            end,
            agenda: Agenda::default(),
            engine,
            persona,
            accounts,
            tabs: Vec::new(),
            next_tab: 1,
            signed_in: 0,
            awake: false,
            undelivered: Vec::new(),
            requests: BTreeMap::new(),
            generations: BTreeMap::new(),
            next_request: 1,
            open_spans: Vec::new(),
            clock_told_at: None,
        };
        browser.begin(start);
        browser
    }

    fn begin(&mut self, start: Instant) {
        for account in 0..self.accounts.len() {
            self.schedule_job(account);
            self.schedule_elsewhere(account, start);
            // By default something befalls an account about once in 200 days.
            for day in 0..i64::from(self.plot.days) {
                if self.dice.chance(self.plot.rates.befalls) {
                    self.agenda
                        .put(start + day * DAY + self.dice.between(0, DAY), Happening::Befall(account));
                }
            }
        }
        self.schedule_session(start);
    }

    /// Runs the story to its end, or until the tally has found what it seeks, and judges on the way.
    pub fn live(&mut self, tally: &mut Tally) {
        while let Some((at, happening)) = self.agenda.next() {
            if at > self.end {
                break;
            }
            self.happen(at, happening, tally);
            if tally.is_done() {
                break;
            }
        }
        if !tally.is_done() {
            let rows: Vec<_> = (0..self.accounts.len()).map(|account| self.shown_schedule(account)).collect();
            truth::judge_learning(self, &rows, tally);
        }
    }

    /// Which story this is, and how common incidents are in it.
    #[must_use]
    pub fn plot(&self) -> &Plot {
        &self.plot
    }

    /// Which browser this is.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.plot.number
    }

    fn happen(&mut self, at: Instant, happening: Happening, tally: &mut Tally) {
        match happening {
            Happening::PlanJob(account, cycle) => {
                if self.accounts[account].server.cycle_number == cycle {
                    self.accounts[account].server.plan_job(at, &mut self.dice);
                    self.schedule_job(account);
                }
            }
            Happening::RunJob(account, job, step, cycle) => {
                if self.accounts[account].server.cycle_number == cycle {
                    self.run_job(account, job, step, at);
                }
            }
            Happening::Befall(account) => self.befall(account, at),
            Happening::Elsewhere(account) => self.spend_elsewhere(account, at, tally),
            Happening::Session => self.sit_down(at, tally),
            Happening::Ask(tab, document) => {
                if self.awake {
                    self.ask(tab, document, at);
                }
            }
            Happening::Serve(request) => self.serve(request, at),
            Happening::Arrive(request) => self.arrive(request, at, tally),
            Happening::Book(generation) => self.book(generation, at),
            Happening::TellCost(generation) => self.tell_cost(generation, at, tally),
            Happening::GiveBack(generation) => self.give_back(generation, at),
            Happening::Paint(tab, document) => self.paint(tab, document, at, tally),
            Happening::Generate(tab) => {
                if self.awake {
                    self.generate(tab, at);
                }
            }
            Happening::SecondTab(account) => {
                if account == self.signed_in {
                    self.open_tab(at, tally);
                }
            }
            Happening::Reload(tab) => self.reload(tab, at, tally),
            Happening::Look => self.look(at, tally),
            Happening::Leave => self.leave(at, tally),
            Happening::Alarm => {
                if self.awake && self.engine.alarm == Some(at) {
                    self.send(Event::Tick, at);
                    self.judge_all(at, tally);
                }
            }
        }
    }

    fn schedule_job(&mut self, account: usize) {
        let server = &self.accounts[account].server;
        let number = server.jobs.len().saturating_sub(1);
        let Some(job) = server.jobs.get(number) else { return };
        let cycle = server.cycle_number;
        self.agenda.put(job.due, Happening::PlanJob(account, cycle));
        for (step, (at, _)) in job.steps.iter().enumerate() {
            self.agenda.put(*at, Happening::RunJob(account, number, step, cycle));
        }
    }

    fn run_job(&mut self, account: usize, job: usize, step: usize, at: Instant) {
        let server = &mut self.accounts[account].server;
        let Some((_, step)) = server.jobs.get(job).and_then(|job| job.steps.get(step)).copied() else {
            return;
        };
        let first = server.jobs.get(job).is_some_and(|job| job.ran_at.is_none());
        let cycle_before = server.cycle_number;
        let ends =
            !server.cycle.is_daily() && matches!(server.next_offer, Some((crate::server::Offer::Free, _)));
        if ends {
            let slug = server.next_offer.take().map(|(_, slug)| slug).unwrap_or_default();
            let cycle = persona::daily_cycle(&mut self.dice);
            server.end_plan(slug, cycle, at, &mut self.dice);
        } else {
            server.step(job, step, at, &mut self.dice);
        }
        if server.cycle_number != cycle_before {
            self.schedule_job(account);
        } else if first && self.dice.chance(self.plot.rates.at_the_same_time) {
            self.befall(account, at);
        }
    }

    fn send(&mut self, event: Event, at: Instant) {
        self.engine.send(event, at);
        if let Some(alarm) = self.engine.alarm {
            self.agenda.put(alarm, Happening::Alarm);
        }
    }

    fn judge(&self, tab: i64, at: Instant, tally: &mut Tally) {
        truth::judge(self, tab, at, tally);
    }

    fn judge_all(&self, at: Instant, tally: &mut Tally) {
        for (tab, _) in &self.tabs {
            self.judge(*tab, at, tally);
        }
    }
}

#[cfg(test)]
mod tests;
