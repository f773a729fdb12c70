//! A computer with the extension: storage, one alarm, a time zone, and notifications. It can sleep, and the
//! background can end at any time.

use refill_watch::state::{Action, Answer, Area, Effect, Event, Notice, State, TabChange, TabId};
use refill_watch::time::UtcMillis;
use refill_watch::view::{self, Locale, Notification};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::English;
use super::scenes::at;

/// The tab in which everything happens.
pub const TAB: TabId = TabId(1);

pub struct Machine {
    pub now: UtcMillis,
    pub state: State,
    pub local: BTreeMap<String, String>,
    session: BTreeMap<String, String>,
    pub alarm: Option<UtcMillis>,
    /// Every notification shown, and when.
    pub told: Vec<(UtcMillis, Notice)>,
    /// Everything else the browser was asked to do, and when.
    pub asked: Vec<(UtcMillis, Effect)>,
    /// Whether the page holds text that was typed and not sent.
    pub has_unsent: bool,
    reader: English,
}

impl Machine {
    pub fn new(zone: chrono_tz::Tz, now: UtcMillis) -> Self {
        let mut machine = Self {
            now,
            state: State::default(),
            local: BTreeMap::new(),
            session: BTreeMap::new(),
            alarm: None,
            told: Vec::new(),
            asked: Vec::new(),
            has_unsent: false,
            reader: English::in_zone(zone),
        };
        machine.event(Event::Tick);
        machine
    }

    pub fn reader(&self) -> &English {
        &self.reader
    }

    /// Handles an event now, as the background does: changes are stored before anything is shown.
    pub fn event(&mut self, event: Event) {
        let ahead_of_utc = self.reader.ahead_of_utc(self.now);
        let mut events = vec![event];
        if self.state.ahead_of_utc() != Some(ahead_of_utc) {
            events.insert(0, Event::Zone { ahead_of_utc });
        }
        let mut effects = Vec::new();
        for event in events {
            effects.extend(self.state.handle(event, self.now.into()));
        }
        for unsaved in self.state.take_unsaved() {
            let area = if unsaved.area == Area::Local { &mut self.local } else { &mut self.session };
            match unsaved.value {
                Some(value) => area.insert(unsaved.key, value),
                None => area.remove(&unsaved.key),
            };
        }
        for effect in effects {
            match effect {
                Effect::Notify(notice) => self.told.push((self.now, notice)),
                Effect::WakeAt(at) => self.alarm = Some(UtcMillis(at.0)),
                other => self.asked.push((self.now, other)),
            }
        }
        // No page here holds unsent text, unless a test says so.
        if let Some((_, Effect::AskUnsent(tab, before))) = self.asked.last().cloned() {
            self.asked.pop();
            self.event(Event::Unsent { tab, before, is_there: self.has_unsent });
        }
        // The browser does as it is told.
        if let Some((_, Effect::CloseTab(tab))) = self.asked.last()
            && self.state.tab(*tab).is_some()
        {
            self.event(Event::Tab { tab: *tab, state: TabChange::Closed });
        }
    }

    /// The background ends and something starts it again, either with the browser, tabs and all, or alone.
    pub fn end_background(&mut self, with_browser: bool) {
        if with_browser {
            self.session.clear();
        }
        let all = |area: &BTreeMap<String, String>| -> Vec<(String, String)> {
            area.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        self.state = State::load(&all(&self.local), &all(&self.session));
        self.event(Event::Tick);
    }

    /// Awake until `at`: the alarm fires whenever it is set for.
    pub fn wait_until(&mut self, at: UtcMillis) {
        while let Some(alarm) = self.alarm.filter(|alarm| *alarm <= at) {
            self.now = self.now.max(alarm);
            self.alarm = None;
            self.event(Event::Tick);
        }
        self.now = self.now.max(at);
    }

    /// Asleep until `at`: an alarm that fell into this time fires at the end.
    pub fn sleep_until(&mut self, at: UtcMillis) {
        self.now = self.now.max(at);
        self.wait_until(at);
    }

    pub fn act(&mut self, action: Action) {
        self.event(Event::Act { tab: None, action });
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.act(Action::Set { key: key.to_owned().try_into().unwrap(), value: value.to_owned() });
        assert_eq!(self.state.refused_setting(), None, "{key} takes {value:?}");
    }

    /// Loads the app in the tab and answers with these fields.
    pub fn look(&mut self, fields: &Value) {
        self.look_in(TAB, fields);
    }

    pub fn look_in(&mut self, tab: TabId, fields: &Value) {
        self.event(Event::Tab { tab, state: TabChange::Loaded });
        self.answer_in(tab, fields);
    }

    pub fn answer(&mut self, fields: &Value) {
        self.answer_in(TAB, fields);
    }

    pub fn answer_in(&mut self, tab: TabId, fields: &Value) {
        let mut details = json!({"id": "ada", "plan": "FREE", "paidTokens": 0});
        if let (Some(all), Value::Object(more)) = (details.as_object_mut(), fields) {
            all.extend(more.clone());
        }
        let body = json!({"data": {"user_details": [details]}});
        self.event(Event::Answer(Answer::new(tab, body)));
    }

    /// The server refuses the session in that tab.
    pub fn sign_out_in(&mut self, tab: TabId) {
        let body = json!({"errors": [{"extensions": {"code": "invalid-jwt"}}]});
        self.event(Event::Answer(Answer::new(tab, body)));
    }

    /// How often the browser was asked to do this.
    pub fn count(&self, effect: &Effect) -> usize {
        self.asked.iter().filter(|(_, asked)| asked == effect).count()
    }

    pub fn close(&mut self) {
        self.event(Event::Tab { tab: TAB, state: TabChange::Closed });
    }

    /// The text of the last notification.
    pub fn last_words(&self) -> Notification {
        let (at, notice) = self.told.last().expect("something was told");
        view::notification(&self.state, notice, (*at).into(), &self.reader)
    }
}

/// Numbers that look random and are the same every time.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Spends in this browser, and looks.
pub fn spend_down_to(machine: &mut Machine, from: u64, to: u64) {
    machine.event(Event::Spend { tab: TAB, tokens: from - to, asked_at: None });
    machine.look(&json!({"subscriptionTokens": to}));
}

/// A free account that has refilled in time for two weeks and holds 5 tokens since 20:00 UTC on 22 November.
pub fn regular() -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-08T20:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 5}));
    for day in 9..23 {
        machine.wait_until(at(&format!("2026-11-{day:02}T00:11:00Z")));
        machine.look(&json!({"subscriptionTokens": 150}));
        machine.wait_until(at(&format!("2026-11-{day:02}T20:00:00Z")));
        spend_down_to(&mut machine, 150, 5);
    }
    machine
}

/// An answer of a paid account.
pub fn paid(fast: u64, bank: u64, renewal: &str) -> Value {
    json!({"plan": "ARTISAN", "subscriptionTokens": fast, "rolloverTokens": bank, "tokenRenewalDate": renewal})
}

/// A paid account that holds so much two hours before its refill at midnight, 14 November.
pub fn before_renewal(fast: u64) -> Machine {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-13T22:00:00Z"));
    machine.look(&paid(fast, 0, "2026-11-14T00:00:00"));
    machine
}
