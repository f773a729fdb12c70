//! Notifications: what they say about a refill.

use super::{Locale, Writer};
use crate::State;
use crate::balance::Pool;
use crate::state::{Notice, NoticeKind};
use crate::time::{DeviceTime, MINUTE};
use crate::verdict::Standing;

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
    let ledger = state.account(&notice.account).map(crate::state::Account::ledger);
    let refill = ledger.and_then(|ledger| ledger.refill.as_ref()).filter(|refill| refill.due >= notice.due);
    let open = ledger.and_then(|ledger| ledger.open.as_ref());
    let is_out = open.is_some_and(|open| open.standing == Standing::NotCome);
    let primary = matches!(notice.pool, Pool::Fast | Pool::Team);
    let (late, utc) = (w.duration(w.now.since(notice.due)), w.utc_text(notice.due));
    let known = ledger.and_then(|ledger| ledger.known.get(&notice.pool));
    let (mut amount, mut seen) = (known.map(|known| known.amount), String::new());
    let (title, message) = match (notice.kind, refill) {
        // If the refill has already come, say so instead.
        (NoticeKind::Confirmed | NoticeKind::Due | NoticeKind::Checked, Some(refill)) if primary => {
            amount = refill.after.or(amount);
            let key = if refill.before < refill.after { "notice_came_from" } else { "notice_came" };
            seen = w.amount(refill.before);
            ("notice_came_title", key)
        }
        (NoticeKind::Checked, _) if !is_out => ("notice_checked_title", "notice_checked"),
        (NoticeKind::Late | NoticeKind::Checked, _) => {
            seen = known.map_or_else(String::new, |known| w.local_text(known.as_of));
            ("notice_late_title", "notice_late")
        }
        _ if w.now.since(notice.due) - state.reminders().delay() > TOLD_LATE => {
            ("notice_due_title", "notice_was_due")
        }
        _ => ("notice_due_title", "notice_due"),
    };
    let values = [
        ("pool", &*pool),
        ("amount", &w.amount(amount)),
        ("time", &w.local_text(notice.due)),
        ("utc", &utc),
        ("duration", &late),
        ("seen", &seen),
    ];
    Notification { id: notice.id(), title: w.say_with(title, &values), message: w.say_with(message, &values) }
}
