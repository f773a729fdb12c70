//! The engine under test, as the extension drives it: events stamped by the computer's clock, and one alarm.

use crate::server::Instant;
use refill_watch::state::{Effect, Event, State, TabId};
use refill_watch::{UtcMillis, state::Status};
use serde_json::Value;

/// The engine in one browser, on a computer whose clock may be wrong.
pub struct Engine {
    state: State,
    clock: Vec<(Instant, i64)>,
    /// When the alarm goes off, in true time.
    pub alarm: Option<Instant>,
    /// Events so far.
    pub events: u64,
    /// The events as lines of a replay, if they are recorded.
    lines: Option<Vec<String>>,
}

impl Engine {
    /// A freshly installed engine. `clock` says from when on the computer's clock is how many milliseconds ahead;
    /// `record` keeps the events for a replay.
    #[must_use]
    pub fn new(clock: Vec<(Instant, i64)>, record: bool) -> Self {
        Self { state: State::default(), clock, alarm: None, events: 0, lines: record.then(Vec::new) }
    }

    /// How far the computer's clock is ahead of true time, in milliseconds.
    #[must_use]
    pub fn clock_error(&self, at: Instant) -> i64 {
        self.clock
            .iter()
            .rev()
            .find(|(from, _)| *from <= at)
            .or(self.clock.first())
            .map_or(0, |(_, error)| *error)
    }

    /// What the computer's clock shows.
    #[must_use]
    pub fn raw(&self, at: Instant) -> UtcMillis {
        UtcMillis(at + self.clock_error(at))
    }

    /// What the engine takes for the present, once it has corrected the computer's clock.
    #[must_use]
    pub fn believed(&self, at: Instant) -> Instant {
        self.state.corrected(self.raw(at).into()).0
    }

    /// Sends one event, and sets the alarm that the engine asks for.
    pub fn send(&mut self, event: Event, at: Instant) {
        let now = self.raw(at);
        self.events += 1;
        if let Some(lines) = &mut self.lines {
            lines.push(line(now, serde_json::to_value(&event).unwrap_or_default()));
        }
        self.alarm = None;
        for effect in self.state.handle(event, now.into()) {
            if let Effect::WakeAt(wake) = effect {
                self.alarm = Some(at + wake.since(now.into()).max(0));
            }
        }
    }

    /// What the engine says about a tab.
    #[must_use]
    pub fn status(&self, tab: i64, at: Instant) -> Status<'_> {
        self.state.status(Some(TabId(tab)), self.raw(at).into())
    }

    /// The first `events` lines of the replay.
    #[must_use]
    pub fn replay(&self, events: u64) -> Vec<String> {
        let count = usize::try_from(events).unwrap_or(usize::MAX);
        self.lines.iter().flatten().take(count).cloned().collect()
    }
}

fn line(at: UtcMillis, mut event: Value) -> String {
    if let Value::Object(fields) = &mut event {
        fields.insert("at".into(), Value::from(at.to_string()));
    }
    event.to_string()
}
