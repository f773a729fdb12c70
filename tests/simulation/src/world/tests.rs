//! The rates do what they say: at 0 the incident never happens, and the rest of the world goes on.

use super::*;
use crate::server::{Change, Fate, Server, Shape};
use refill_watch::state::{TabChange, TabId};
use std::collections::BTreeSet;

impl Browser {
    /// A browser with one tab and one account. Its clock is right, its page tells every cost, its counter is read.
    pub(crate) fn scene(server: Server, at: Instant) -> Self {
        let rates = Rates { teams: 0.0, clock_off: 0.0, clock_set: 0.0, ..Rates::default() };
        let number = (0..).find(|number| {
            let browser = Self::new(Plot { seed: 1, number: *number, days: 40, rates }, false);
            browser.accounts.len() == 1
        });
        let plot = Plot { seed: 1, number: number.unwrap_or(0), days: 40, rates };
        let mut browser = Self::new(plot, false);
        browser.persona.elsewhere = Elsewhere::No;
        browser.persona.tells = 1.0;
        browser.persona.asked_is_told = true;
        browser.persona.server_date = false;
        browser.persona.counter_is_read = true;
        browser.persona.counter_shows = (false, false);
        browser.persona.settings = Vec::new();
        browser.persona.shapes = (Shape::Flat, Shape::Flat);
        browser.accounts[0].server = server;
        browser.awake = true;
        let tab = Tab { account: 0, document: 1, answer: None, failed: None, number: None, former: None };
        browser.tabs.push((1, tab));
        browser.send(Event::Tab { tab: TabId(1), state: TabChange::Loaded }, at);
        browser
    }

    /// The tab asks for the balance, gets it at once, and shows it.
    pub(crate) fn asks(&mut self, at: Instant) {
        let served = self.read(0, Shape::Flat, at);
        self.deliver_answer(1, 0, at, served, None, at + 100);
        let number = self.number_for(self.accounts[0].server.wallet);
        if let Some(tab) = self.tab_mut(1) {
            tab.number = Some(number);
        }
    }

    /// This browser spends, and the page tells the cost.
    pub(crate) fn pays(&mut self, tokens: u64, at: Instant) {
        let known = &mut self.accounts[0];
        known.server.spend(tokens, at, Change::SpentHere);
        known.own.push(Own { asked: at, booked: at, tokens, is_told: true });
        known.costs_told += 1;
    }
}

/// Runs forty browsers to the end of their stories.
fn live(rates: Rates) -> Vec<Browser> {
    (0..40)
        .map(|number| {
            let mut browser = Browser::new(Plot { seed: 11, number, days: 40, rates }, true);
            browser.live(&mut Tally::default());
            browser
        })
        .collect()
}

fn fates(browsers: &[Browser]) -> BTreeSet<&'static str> {
    let jobs = browsers.iter().flat_map(|browser| &browser.accounts).flat_map(|known| &known.server.jobs);
    jobs.filter(|job| job.fate != Fate::OnTime).map(|job| job.fate.word()).collect()
}

fn changes(browsers: &[Browser], sought: Change) -> usize {
    let accounts = browsers.iter().flat_map(|browser| &browser.accounts);
    accounts.flat_map(|known| &known.server.changes).filter(|(_, change)| *change == sought).count()
}

/// Every line of every replay.
fn lines(browsers: &[Browser]) -> Vec<String> {
    browsers.iter().flat_map(|browser| browser.engine.replay(u64::MAX)).collect()
}

#[test]
fn every_incident_happens_at_the_usual_rates() {
    // More teams than usual, because forty browsers are few.
    let usual = live(Rates { teams: 0.4, ..Rates::default() });
    for fate in ["late", "very-late", "skipped", "date-first", "in-parts", "short", "early", "twice"] {
        assert!(fates(&usual).contains(fate), "{fate}");
    }
    for change in [
        Change::Returned,
        Change::Rest,
        Change::SpentHere,
        Change::SpentElsewhere,
        Change::TopUp,
        Change::Grant,
        Change::Plan,
    ] {
        assert!(changes(&usual, change) > 0, "{change:?}");
    }
    let lines = lines(&usual);
    for part in [
        r#""cost":{"amount":""#,
        r#""cost":null"#,
        r#""age_s":"#,
        r#""asked_at":"#,
        r#""team":"#,
        r#""sub":"#,
    ] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part}");
    }
    assert!(usual.iter().any(|browser| browser.persona.team == TeamUse::Header));
    assert!(usual.iter().any(|browser| browser.persona.clock.len() > 1));
}

#[test]
fn refills_all_run_on_time_with_the_job_rates_at_0() {
    let well = live(Rates {
        late: 0.0,
        very_late: 0.0,
        skipped: 0.0,
        date_first: 0.0,
        parts: 0.0,
        short: 0.0,
        early: 0.0,
        twice: 0.0,
        ..Rates::default()
    });
    assert_eq!(fates(&well), BTreeSet::new());
    assert_eq!(changes(&well, Change::Rest), 0);
}

#[test]
fn nothing_comes_back_and_nobody_else_spends_with_those_rates_at_0() {
    let rates = Rates { returned: 0.0, phones: 0.0, shared: 0.0, befalls: 0.0, ..Rates::default() };
    let alone = live(Rates { at_the_same_time: 0.0, ..rates });
    for change in [Change::Returned, Change::SpentElsewhere, Change::TopUp, Change::Grant, Change::Plan] {
        assert_eq!(changes(&alone, change), 0, "{change:?}");
    }
    assert!(changes(&alone, Change::SpentHere) > 0);
}

#[test]
fn all_or_no_costs_are_told_with_their_rates_at_0_or_1() {
    let told = |rates: Rates| {
        let browsers = live(Rates { teams: 0.0, asleep: 0.0, ..rates });
        let accounts = browsers.iter().flat_map(|browser| &browser.accounts);
        let own: Vec<bool> = accounts.flat_map(|known| &known.own).map(|own| own.is_told).collect();
        let told = own.iter().filter(|told| **told).count();
        (told, own.len())
    };
    let (none, all) = told(Rates { untold: 1.0, ..Rates::default() });
    assert!(none == 0 && all > 0);
    let (most, all) = told(Rates { untold: 0.0, partly_told: 0.0, ..Rates::default() });
    // A page that closes while a generation is under way does not hear its cost.
    assert!(most * 100 > all * 98, "{most} of {all}");
}

#[test]
fn answers_are_quick_and_uncached_with_the_network_rates_at_0() {
    let rates =
        Rates { slow: 0.0, cached: 0.0, unbooked: 0.0, clock_off: 0.0, clock_set: 0.0, ..Rates::default() };
    let browsers = live(rates);
    assert!(!lines(&browsers).iter().any(|line| line.contains(r#""age_s":"#)));
    let told = browsers.iter().flat_map(|browser| &browser.accounts).flat_map(|known| &known.told);
    for told in told.filter(|told| !told.is_from_device) {
        assert!(told.heard - told.asked <= 3_000 && (told.stamped - told.asked).abs() <= 3_000, "{told:?}");
    }
}
