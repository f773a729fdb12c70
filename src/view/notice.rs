//! Notifications: what they say about a refill.

use super::{Locale, Writer};
use crate::State;
use crate::balance::Pool;
use crate::state::{Account, Notice, NoticeKind};
use crate::time::{DeviceTime, MINUTE, UtcMillis};
use crate::verdict::{Refill, Shortfall};

/// A notification in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The id that the browser knows it by.
    pub id: String,
    /// The title.
    pub title: String,
    /// The text below it.
    pub message: String,
}

/// A reminder that comes later than this after its time says so: nobody was awake.
const TOLD_LATE: i64 = 10 * MINUTE;

/// The notification's words.
#[must_use]
pub fn notification(state: &State, notice: &Notice, now: DeviceTime, locale: &dyn Locale) -> Notification {
    let w = Writer { locale, now: state.corrected(now) };
    let pool = w.pool(notice.pool);
    let primary = matches!(notice.pool, Pool::Fast | Pool::Team);
    let account = state.account(&notice.account).filter(|_| primary);
    let refill = account.and_then(Account::arrived).filter(|refill| refill.due >= notice.due);
    let is_out = account.is_some_and(|account| account.awaited(w.now).is_some());
    let known = state.account(&notice.account).and_then(|account| account.ledger().known.get(&notice.pool));
    let (mut due, mut amount, mut seen) = (notice.due, known.map(|known| known.amount), String::new());
    let (title, message) = match (notice.kind, refill) {
        (NoticeKind::Rest, Some(refill)) => {
            (due, amount) = (refill.due, refill.after.or(amount));
            let key = if refill.missing.is_zero() { "notice_rest" } else { "notice_part" };
            ("notice_came_title", key)
        }
        // If the refill has already come, say so instead.
        (NoticeKind::Confirmed | NoticeKind::Due | NoticeKind::Checked, Some(refill)) => {
            (due, amount) = (refill.due, refill.after.or(amount));
            let key = if refill.before < refill.after { "notice_came_from" } else { "notice_came" };
            seen = w.amount(refill.before);
            ("notice_came_title", key)
        }
        (NoticeKind::Checked, _) if !is_out => ("notice_checked_title", "notice_checked"),
        (NoticeKind::Late | NoticeKind::Checked, _) => {
            seen = known.map_or_else(String::new, |known| w.local_text(known.as_of));
            let date_came_first = account.is_some_and(Account::date_came_first);
            ("notice_late_title", if date_came_first { "notice_renewed" } else { "notice_late" })
        }
        _ if w.now.since(notice.due) - state.reminders().delay() > TOLD_LATE => {
            ("notice_due_title", "notice_was_due")
        }
        _ => ("notice_due_title", "notice_due"),
    };
    let values = [
        ("pool", &*pool),
        ("amount", &w.amount(amount)),
        ("time", &w.local_text(due)),
        ("utc", &w.utc_text(due)),
        ("duration", &w.duration(w.now.since(due))),
        ("seen", &seen),
    ];
    let mut title = w.say_with(title, &values);
    let mut message = w.say_with(message, &values);
    let short = refill.and_then(|refill| account?.left_missing().filter(|short| short.due == refill.due));
    if let Some(short) = short.filter(|short| short.is_sure) {
        let [came, expected] = [short.came, short.expected].map(|amount| w.amount(Some(amount)));
        title = w.say_with("title_short", &[("came", &came), ("expected", &expected)]);
    }
    for sentence in beside(&w, account, refill, short, notice.due) {
        message.push_str(w.gap());
        message.push_str(&sentence);
    }
    Notification { id: notice.id(), title, message }
}

/// What else there is to say of a refill that came, or of a number that rose without one since `due`.
fn beside(
    w: &Writer<'_>,
    account: Option<&Account>,
    refill: Option<&Refill>,
    short: Option<&Shortfall>,
    due: UtcMillis,
) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(short) = short {
        let key = if short.is_sure { "notice_missing" } else { "notice_below" };
        let [missing, expected] =
            [short.expected.minus(short.came), short.expected].map(|amount| w.amount(Some(amount)));
        sentences.push(w.say_with(key, &[("missing", &missing), ("expected", &expected)]));
    }
    if refill.is_some() && account.is_some_and(Account::came_early) {
        sentences.push(w.say("note_early_refill"));
    }
    let returned = account.and_then(|account| account.ledger().returned);
    if let Some(returned) = returned.filter(|returned| refill.is_none() && returned.seen_at >= due) {
        let (amount, time) = (w.amount(Some(returned.tokens)), w.local_text(returned.seen_at));
        sentences.push(w.say_with("note_returned", &[("amount", &amount), ("time", &time)]));
    }
    sentences
}
