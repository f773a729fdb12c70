//! The explanations of the first sighting of an account, which nothing came before: what a renewal date that has passed
//! may mean.

use super::likeliest;
use crate::balance::{Amount, Plan};
use crate::time::{Basis, DAY, HOUR, UtcMillis};
use crate::verdict::Calendar;
use crate::verdict::explanation::{Explanation, Owed};
use crate::verdict::ledger::MOST_ON_FREE;
use crate::verdict::surprise::{self, DATE_LAGS, DATE_STUCK, Surprise};

/// The first explanations, from one sighting alone.
#[must_use]
pub fn first(
    answered_at: UtcMillis,
    amount: Option<Amount>,
    date: Option<UtcMillis>,
    calendar: &Calendar,
) -> Vec<Explanation> {
    let nothing = Explanation::default();
    let Some(date) = date.filter(|date| *date <= answered_at) else { return vec![nothing] };
    let is_full = amount.zip(calendar.allotment()).is_some_and(|(is, full)| is >= full);
    let follows = calendar.planned.is_some_and(|planned| planned.basis == Basis::Server);
    let late = answered_at.since(date);
    let owed = Owed {
        due: date,
        newest_due: date,
        before_at: date,
        before: None,
        seen_at: answered_at,
        count: 1,
        renewed_at: None,
        stood_at: None,
    };
    let mut waits = Explanation { owed: Some(owed), ..Explanation::default() };
    let mut came = Explanation { date_lags: true, ..nothing };
    if calendar.tops_up() {
        // The free plan's answers may also name the last midnight. A date that follows the tokens does so
        // within an hour.
        came.date_lags = late <= HOUR;
        if !is_full && late < DAY {
            waits.add(Surprise::bits(4));
            return likeliest(vec![came, waits]);
        }
        return vec![came];
    }
    if !follows {
        return vec![came];
    }
    // A plan without a name may be the free one, whose answers name the last midnight.
    let may_be_free = calendar.plan.is_none() && amount.is_none_or(|is| is <= MOST_ON_FREE);
    if may_be_free && date.time_of_day() == 0 {
        // The refill of that midnight came; those of the days since did not.
        let count = u32::try_from(late / DAY).unwrap_or(u32::MAX);
        came.owed = (count > 0).then(|| Owed {
            due: date.plus(DAY),
            newest_due: date,
            count,
            before_at: date,
            before: None,
            seen_at: answered_at,
            renewed_at: None,
            stood_at: None,
        });
        // A pool that holds more than a day's refill is hardly the free plan's.
        let is_more = amount.is_some_and(|is| is > Plan::Free.allotment());
        came.add(Surprise::bits(if is_more { 5 } else { 2 }));
        return likeliest(vec![waits, came]);
    }
    if is_full {
        waits.add(Surprise::bits(6));
    } else if may_be_free && late >= DAY {
        // The free plan's answers may still name the billing date of a plan that ended.
        came.add(Surprise::bits(2));
    } else {
        came.add(if late <= HOUR { DATE_LAGS } else { DATE_STUCK });
        if let Some((is, full)) = amount.zip(calendar.allotment()) {
            came.add(surprise::hurry(full.minus(is), late, full, false));
        }
    }
    likeliest(vec![waits, came])
}
