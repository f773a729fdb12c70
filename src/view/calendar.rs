//! The calendar file: every account's refills as recurring events in UTC, each with an alarm.
//!
//! iCalendar (RFC 5545). This file decides how an event recurs; short months are the hard part.

use super::{Locale, Writer};
use crate::State;
use crate::balance::{Cadence, Plan, Pool};
use crate::state::{Account, File, SitePage};
use crate::time::{DAY, DeviceTime, Schedule, UtcMillis};
use chrono::TimeDelta;
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Trigger};

/// The file; `None` if no refill is known to come.
#[must_use]
pub fn calendar_file(state: &State, now: DeviceTime, locale: &dyn Locale) -> Option<File> {
    let w = Writer { locale, now: state.corrected(now) };
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property((
            "PRODID",
            concat!("-//Refill Watch//Refill Watch ", env!("CARGO_PKG_VERSION"), "//EN"),
        ))
        .append_property(("CALSCALE", "GREGORIAN"));
    for (id, account) in state.accounts() {
        for pool in [account.primary(), Pool::Api] {
            if let Some((schedule, next)) = account.schedule(pool).and_then(|s| Some((s, s.next_due(w.now)?)))
            {
                let name = [&id.to_string(), "-", pool.word()].concat();
                let rule = rule(account, pool, schedule, next);
                calendar.push(event(&w, state, pool, &name, next, &rule));
            }
        }
    }
    let text = (!calendar.is_empty()).then(|| calendar.to_string())?;
    Some(File { name: "refill-watch.ics".to_owned(), text })
}

/// The event for a pool's refills, with its alarm. Time and id are set here: by default the library takes the
/// device's clock and a random id, but one state must always give the same file.
fn event(w: &Writer<'_>, state: &State, pool: Pool, name: &str, next: UtcMillis, rule: &str) -> Event {
    let summary = w.say_with("ics_summary", &[("pool", &w.pool(pool))]);
    let after = TimeDelta::milliseconds(state.reminders().delay());
    let mut alarm = Alarm::display(&summary, Trigger::after_start(after));
    alarm.uid(&[name, "-alarm@refill-watch"].concat()).add_property("DTSTAMP", date(w.now));
    let mut event = Event::new();
    event
        .uid(&[name, "@refill-watch"].concat())
        .add_property("DTSTAMP", date(w.now))
        .add_property("DTSTART", date(next))
        .add_property("DURATION", "PT15M")
        .add_property("TRANSP", "TRANSPARENT")
        .summary(&summary)
        .description(&w.say("ics_description"))
        .url(SitePage::App.url())
        .alarm(alarm);
    if !rule.is_empty() {
        event.add_property("RRULE", rule);
    }
    event.done()
}

/// How an event recurs; empty for one that is only known to come once.
fn rule(account: &Account, pool: Pool, schedule: Schedule, next: UtcMillis) -> String {
    let plan = account.calendar().and_then(|calendar| calendar.plan);
    let day = match (schedule, plan.map(Plan::cadence)) {
        (Schedule::Daily(_), _) => return "FREQ=DAILY".to_owned(),
        (Schedule::Monthly { day, .. }, _) => day,
        // For a monthly plan, its cadence makes a recurring event of one date. For API credits, a date means only
        // itself.
        (_, Some(Cadence::Monthly)) if pool != Pool::Api => anchor(account, next),
        _ => return String::new(),
    };
    // A shorter month has its billing day on its last day.
    match day {
        29 => "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1".to_owned(),
        30 => "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1".to_owned(),
        31 => "FREQ=MONTHLY;BYMONTHDAY=-1".to_owned(),
        day => ["FREQ=MONTHLY;BYMONTHDAY=", &day.to_string()].concat(),
    }
}

/// The day of the month that a renewal date stands for. At the end of a short month it may be a later one; the refill
/// before it tells.
fn anchor(account: &Account, next: UtcMillis) -> u8 {
    let day = next.day_of_month().unwrap_or(1);
    let is_last = next.plus(DAY).day_of_month() == Some(1);
    let before = account.ledger().refill.as_ref().and_then(|refill| refill.due.day_of_month());
    before.filter(|before| is_last && *before > day).unwrap_or(day)
}

/// `20261123T000000Z`.
fn date(at: UtcMillis) -> String {
    at.format("%Y%m%dT%H%M%SZ")
}
