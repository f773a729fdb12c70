//! The world around the engine: people, their computers and pages, and what happens to them in order of time.
//!
//! Each browser is a story of its own, told by [`Browser::live`]; nothing is shared between two of them.

mod agenda;
mod engine;
mod incidents;
mod page;
mod persona;
mod session;

pub use engine::Engine;

use crate::dice::Dice;
use crate::server::{Change, Instant, Owner, Server, Wallet};
use crate::tally::Tally;
use crate::truth;
use agenda::{Agenda, Happening};
pub use persona::Elsewhere;
use persona::{Household, Persona};
use refill_watch::state::Event;
use refill_watch::time::{DAY, MINUTE, parse_timestamp};
use serde_json::Value;

/// How long a story is, and which.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// The seed of all chance.
    pub seed: u64,
    /// Which browser of the population.
    pub number: u64,
    /// Days that it lasts.
    pub days: u32,
}

/// What this browser was told of an account by one answer, here or from a reporting device.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The instant that the engine gave it.
    pub stamped: Instant,
    /// When it truly was.
    pub at: Instant,
    /// What it said.
    pub wallet: Wallet,
}

/// An account, and what this browser was told of it.
pub struct Known {
    /// The truth.
    pub server: Server,
    /// How answers name it.
    pub owner: Owner,
    /// The engine's name for it.
    pub id: Option<String>,
    /// Every answer with balances, oldest first.
    pub told: Vec<Told>,
    /// What could be learned of the hour of its refills.
    pub brackets: truth::Brackets,
    /// The plan when an answer last told of it: a user who set the plan by hand takes that back after a change.
    pub told_plan: String,
    /// What was spent in this browser: when, and how many tokens.
    pub spent_here: Vec<(Instant, u64)>,
    /// This browser has read spending of its own in this account.
    pub spending_was_read: bool,
    /// How often a fall that someone else's spending made could be seen in what was told, and could not have been
    /// unread spending of this browser.
    pub falls_seen: u32,
}

impl Known {
    /// Notes what this browser was told.
    fn tell(&mut self, told: Told) {
        self.brackets.answered(&self.server, &told);
        if let Some(before) = self.told.iter().rev().find(|before| before.at < told.at) {
            let elsewhere = |(at, change): &(Instant, Change)| {
                *change == Change::SpentElsewhere && (before.at..told.at).contains(at)
            };
            let since = |(at, _): &&(Instant, u64)| (before.at..told.at).contains(at);
            let here: u64 = self.spent_here.iter().filter(since).map(|(_, tokens)| tokens).sum();
            if self.spending_was_read
                && told.wallet.total() + here < before.wallet.total()
                && self.server.changes.iter().rev().take(40).any(elsewhere)
            {
                self.falls_seen += 1;
            }
        }
        let place = self.told.partition_point(|other| other.at <= told.at);
        self.told.insert(place, told);
    }

    /// When the answer that the engine stamped so truly came.
    #[must_use]
    pub fn true_time(&self, stamped: Instant) -> Option<Instant> {
        self.told.iter().rev().find(|told| told.stamped == stamped).map(|told| told.at)
    }
}

/// What a page is built on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// When its answer truly came.
    pub at: Instant,
    /// What that said.
    pub wallet: Wallet,
}

/// A tab with the app.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Which account it shows.
    pub account: usize,
    /// Counts its documents.
    pub document: u32,
    /// The newest answer with balances to this document.
    pub answer: Option<Shown>,
    /// The newest answer held none.
    pub failed: bool,
    /// The number that stands on the page.
    pub number: Option<u64>,
    /// The number that stood there before the document was loaded.
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
    undelivered: Vec<(usize, Value)>,
    /// The engine was told the server's clock since the computer's was last set.
    pub clock_told_at: Option<Instant>,
}

impl Browser {
    /// The browser of that number on its first day; `record` keeps its events as the lines of a replay.
    #[must_use]
    pub fn new(plot: Plot, record: bool) -> Self {
        let mut dice = Dice::of(plot.seed, plot.number);
        // Stories begin on any day of two years, one of them a leap year, so that short months come up.
        let first = parse_timestamp("2027-01-01").map_or(0, |at| at.0);
        let start = first + dice.between(0, 730) * DAY + dice.between(0, 1439) * MINUTE;
        let first = persona::account(start, &mut dice);
        let persona = persona::persona(start, i64::from(plot.days), &first, &mut dice);
        let mut servers = vec![(first, false)];
        match persona.household {
            Household::One => {}
            Household::Two => servers.push((persona::account(start, &mut dice), false)),
            Household::WithTeam => servers.push((persona::team(start, &mut dice), true)),
        }
        let accounts = (0_u64..)
            .zip(servers)
            .map(|(nth, (server, team))| Known {
                owner: persona::owner(plot.number, nth, team, &mut dice),
                server,
                id: None,
                told: Vec::new(),
                brackets: truth::Brackets::default(),
                spent_here: Vec::new(),
                spending_was_read: false,
                falls_seen: 0,
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
            clock_told_at: None,
        };
        browser.begin(start);
        browser
    }

    fn begin(&mut self, start: Instant) {
        for account in 0..self.accounts.len() {
            self.schedule_job(account);
            self.schedule_elsewhere(account, start);
            // What befalls an account: about once in two hundred days.
            for day in 0..i64::from(self.plot.days) {
                if self.dice.chance(0.005) {
                    self.agenda
                        .put(start + day * DAY + self.dice.between(0, DAY), Happening::Befall(account));
                }
            }
        }
        self.schedule_session(start);
    }

    /// Lives the story to its end, or until the tally has what it looks for, and judges on the way.
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
            Happening::RunJob(account, job, cycle) => {
                if self.accounts[account].server.cycle_number == cycle {
                    self.run_job(account, job, at);
                }
            }
            Happening::Befall(account) => self.befall(account, at),
            Happening::Elsewhere(account) => self.spend_elsewhere(account, at, tally),
            Happening::Session => self.sit_down(at, tally),
            Happening::Answer(tab, document) => self.take_answer(tab, document, at, tally),
            Happening::Again(tab, document) => self.take_again(tab, document, at, tally),
            Happening::Paint(tab, document) => self.paint(tab, document, at, tally),
            Happening::Generate(tab) => self.generate(tab, at, tally),
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
        let Some(job) = server.jobs.get(number).copied() else { return };
        let cycle = server.cycle_number;
        self.agenda.put(job.due, Happening::PlanJob(account, cycle));
        if let Some(runs_at) = job.runs_at {
            self.agenda.put(runs_at, Happening::RunJob(account, number, cycle));
        }
    }

    fn run_job(&mut self, account: usize, job: usize, at: Instant) {
        let was_paid = !self.accounts[account].server.cycle.is_daily();
        let server = &mut self.accounts[account].server;
        if was_paid && matches!(server.next_offer, Some((crate::server::Offer::Free, _))) {
            let slug = server.next_offer.take().map(|(_, slug)| slug).unwrap_or_default();
            let cycle = persona::daily_cycle(&mut self.dice);
            server.end_plan(slug, cycle, at, &mut self.dice);
            self.schedule_job(account);
        } else {
            server.run_job(job, at);
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
