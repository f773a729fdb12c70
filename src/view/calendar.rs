//! The calendar file: the refills of every account as events that come again, in UTC, each with an alarm.
//!
//! iCalendar (RFC 5545), written by hand: the crate `icalendar` writes a time of its own and a random name into every alarm, and
//! the core has neither clock nor chance (see docs/dev/decisions.md). The tests read the file with that crate's parser.

use super::{Locale, Writer};
use crate::State;
use crate::balance::{Cadence, Plan, Pool};
use crate::state::{Account, File, SitePage};
use crate::time::{DAY, DeviceTime, MINUTE, Schedule, UtcMillis};

/// No line is longer than this many bytes.
const LINE: usize = 74;

/// The file; `None` where no refill is known to come.
#[must_use]
pub fn calendar_file(state: &State, now: DeviceTime, locale: &dyn Locale) -> Option<File> {
    let w = Writer { locale, now: state.corrected(now) };
    let mut out = String::new();
    let start = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", concat!("-//Refill Watch//Refill Watch ", env!("CARGO_PKG_VERSION"), "//EN")),
        ("CALSCALE", "GREGORIAN"),
    ];
    lines(&mut out, &start);
    let before = out.len();
    for (id, account) in state.accounts() {
        for pool in [account.primary(), Pool::Api] {
            if let Some((schedule, next)) = account.schedule(pool).and_then(|s| Some((s, s.next_due(w.now)?)))
            {
                let summary = w.say_with("ics_summary", &[("pool", &w.pool(pool))]);
                let uid = [&id.to_string(), "-", pool.word(), "@refill-watch"].concat();
                let after = state.reminders().delay() / MINUTE;
                lines(
                    &mut out,
                    &[
                        ("BEGIN", "VEVENT"),
                        ("UID", &uid),
                        ("DTSTAMP", &date(w.now)),
                        ("DTSTART", &date(next)),
                        ("DURATION", "PT15M"),
                        ("RRULE", &rule(account, pool, schedule, next)),
                        ("SUMMARY", &escaped(&summary)),
                        ("DESCRIPTION", &escaped(&w.say("ics_description"))),
                        ("URL", SitePage::App.url()),
                        ("TRANSP", "TRANSPARENT"),
                        ("BEGIN", "VALARM"),
                        ("ACTION", "DISPLAY"),
                        ("DESCRIPTION", &escaped(&summary)),
                        ("TRIGGER", &["PT", &after.to_string(), "M"].concat()),
                        ("END", "VALARM"),
                        ("END", "VEVENT"),
                    ],
                );
            }
        }
    }
    let is_empty = out.len() == before;
    lines(&mut out, &[("END", "VCALENDAR")]);
    (!is_empty).then(|| File { name: "refill-watch.ics".to_owned(), text: out })
}

/// How an event comes again; the empty text for one that is only known to come once.
fn rule(account: &Account, pool: Pool, schedule: Schedule, next: UtcMillis) -> String {
    let plan = account.calendar().and_then(|calendar| calendar.plan);
    let day = match (schedule, plan.map(Plan::cadence)) {
        (Schedule::Daily(_), _) => return "FREQ=DAILY".to_owned(),
        (Schedule::Monthly { day, .. }, _) => day,
        // One date says of a monthly plan what its cadence makes of it. Of API credits it says no more than itself.
        (_, Some(Cadence::Monthly)) if pool != Pool::Api => anchor(account, next),
        _ => return String::new(),
    };
    // A shorter month has its billing day on its last.
    match day {
        29 => "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1".to_owned(),
        30 => "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1".to_owned(),
        31 => "FREQ=MONTHLY;BYMONTHDAY=-1".to_owned(),
        day => ["FREQ=MONTHLY;BYMONTHDAY=", &day.to_string()].concat(),
    }
}

/// The day of the month that a renewal date stands for. At the end of a short month it may be a later one, as the
/// refill before it tells.
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

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// Appends lines, the long ones folded; one without a value is left out.
fn lines(out: &mut String, lines: &[(&str, &str)]) {
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        let mut length = 0;
        for c in [name, ":", value].concat().chars() {
            if length + c.len_utf8() > LINE {
                out.push_str("\r\n ");
                length = 1;
            }
            length += c.len_utf8();
            out.push(c);
        }
        out.push_str("\r\n");
    }
}
