//! How surprising each cause is: the price table that weighs all explanations.
//!
//! Surprise is counted in bits. Each bit halves how likely something is; ten bits mean one in a thousand. An
//! explanation costs the sum of its causes, and explanations are compared by the difference. The numbers come
//! from users' reports and from the site's documents, as far as there are any. The table in
//! docs/user/how-it-knows.md names the sources. The simulation also tries the table in worlds where each
//! cause is much more or much less common.
//!
//! Only prices stand here. What is possible at all is decided in [`super::explain`].

use super::Habits;
use crate::balance::Amount;
use crate::time::{DAY, HOUR, MINUTE};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::Add;

/// A surprise, in tenths of a bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Surprise(i64);

impl Surprise {
    /// No surprise.
    pub const NONE: Self = Self(0);

    /// This many whole bits.
    #[must_use]
    pub const fn bits(bits: i64) -> Self {
        Self(bits * 10)
    }

    const fn tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    /// The surprise of one out of `count` equally likely things.
    #[must_use]
    pub fn one_of(count: u64) -> Self {
        // Exact to a tenth, and the same on every machine: no count here comes near the limits of an f64.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        Self(((count.max(1) as f64).log2() * 10.0).round() as i64)
    }

    /// The surprise of something that happens `of` times out of `all`.
    #[must_use]
    pub fn share(of: u64, all: u64) -> Self {
        Self::one_of(all.max(1)).beyond(Self::one_of(of.max(1)))
    }

    /// How much more surprising this is than `other`; nothing if it is less so.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

impl Add for Surprise {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Surprise {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, Add::add)
    }
}

/// An explanation less likely than the best by more than this is not plausible. A verdict rests on the
/// plausible ones.
pub const PLAUSIBLE: Surprise = Surprise::tenths(64);
/// The same bound for a short refill: that verdict stands for days and sends the user to support.
pub const PLAUSIBLE_IF_SHORT: Surprise = Surprise::tenths(90);
/// An explanation less likely than the best by more than this is not worth a note.
pub const WORTH_A_NOTE: Surprise = Surprise::tenths(60);
/// An explanation less likely than the best by more than this is forgotten: nothing that comes later can make
/// it the best.
pub const FORGOTTEN: Surprise = Surprise::bits(22);

/// A failed generation gives its cost back: some 2 in 100 do (one report; the site gives no number).
pub const RETURNED: Surprise = Surprise::tenths(56);
/// One more comes back in the same answer.
pub const RETURNED_TOO: Surprise = Surprise::bits(5);
/// A gift of the site, or a credit from its support.
const GIVEN: Surprise = Surprise::bits(10);
/// Gifts are round numbers, rarely odd ones.
const GIVEN_ODD: Surprise = Surprise::bits(9);
const GIVEN_ROUND: Surprise = Surprise::bits(4);
/// No generation costs this many tokens.
const A_LOT: u64 = 500;
/// This many refills that came make a missing one half as likely; three times as many, a quarter.
const REFILLS_HALVE: u64 = 6;
/// One more refill in a row is missing.
const MISSING_AGAIN: Surprise = Surprise::tenths(14);
/// Once this many refills came, the account is known to get them.
const TWO_REFILLS: u32 = 2;
/// The same refill comes twice.
const CAME_TWICE: Surprise = Surprise::bits(9);

/// A refill brings less than the plan gives, by one particular whole per cent. Some 2 in 100 bring less at
/// all.
const SHORT: Surprise = Surprise::tenths(115);
/// The same by most of it. Reports name 10 to 60 in 100 as missing.
const SHORT_BY_MOST: Surprise = Surprise::tenths(155);
/// A refill that brings less than this share of the allotment is short by most of it.
const MOST_PERCENT: u64 = 35;
/// The rest of a short refill comes.
pub const REST_CAME: Surprise = Surprise::tenths(15);
/// A refill comes though nothing is due, and the date moves with it: a plan was bought or renewed.
pub const EARLY_WITH_DATE: Surprise = Surprise::bits(4);
/// A refill comes a few hours before it is due, and no date moves with it.
pub const HOURS_EARLY: Surprise = Surprise::bits(5);
/// A daily refill comes a few hours early to a full pool, so nothing shows it.
pub const EARLY_UNSEEN: Surprise = Surprise::tenths(107);
/// A refill comes though nothing is due for hours, and no date says so.
pub const EARLY_WITHOUT_DATE: Surprise = Surprise::bits(11);
/// Nobody knows what a refill brings on this plan.
pub const UNKNOWN_PLAN: Surprise = Surprise::bits(2);

/// The date has moved on and the tokens have not come.
pub const DATE_FIRST: Surprise = Surprise::bits(3);
/// The date has moved on before it was due, and the tokens have not come.
pub const DATE_ALONE: Surprise = Surprise::bits(9);
/// The tokens came, and the date follows within an hour.
pub const DATE_LAGS: Surprise = Surprise::bits(5);
/// The tokens came, and the date has not followed after an hour.
pub const DATE_STUCK: Surprise = Surprise::bits(14);
/// A cost is not booked yet when the balance is asked for a moment later.
pub const NOT_BOOKED_YET: Surprise = Surprise::bits(2);
/// The cost is still not booked when the balance is asked for again within minutes.
pub const STILL_NOT_BOOKED: Surprise = Surprise::bits(1);
/// A cost is told after the answer that contains it.
pub const TOLD_LATE: Surprise = Surprise::bits(2);
/// The page lowered its counter by a cost that it never told.
pub const LOWERED_BY_THE_PAGE: Surprise = Surprise::tenths(5);

/// The surprise of a refill that has not come `late_ms` milliseconds after it was due.
///
/// Jobs run within minutes on nine days of ten, up to 4 hours late on most others (users' reports, good),
/// half a day late now and then. Until the account is known, a late refill costs less than that: silence is a
/// fault too. Each of the account's own `refills` that came adds to it.
#[must_use]
pub fn not_come_after(late_ms: i64, refills: u32) -> Surprise {
    // Up to how late (milliseconds), how many tenths of a bit, and how many more at most once the account is
    // known.
    const STEPS: [(i64, i64, i64); 7] = [
        (0, 0, 0),
        (MINUTE, 3, 0),
        (3 * MINUTE, 10, 0),
        (10 * MINUTE, 20, 8),
        (HOUR, 25, 5),
        (4 * HOUR, 30, 6),
        (13 * HOUR, 35, 25),
    ];
    const EVER: (i64, i64) = (40, 26);
    let step = STEPS.iter().find(|(late, ..)| late_ms <= *late);
    let (tenths, more) = step.map_or(EVER, |(_, tenths, more)| (*tenths, *more));
    let known = Surprise::one_of(1 + u64::from(refills) / REFILLS_HALVE).min(Surprise::tenths(more));
    Surprise::tenths(tenths) + known
}

/// The surprise of `further` more refills in a row that have not come. After one missing refill, the next is
/// missing too two times in five. Until two of the account's own `refills` came it costs nothing: silence is
/// a fault too.
#[must_use]
pub fn not_come_again(further: u32, refills: u32) -> Surprise {
    let each = if refills >= TWO_REFILLS { MISSING_AGAIN } else { Surprise::NONE };
    Surprise::tenths(each.0 * i64::from(further))
}

/// The surprise of a refill that brought exactly `missing` less than `full`. What is missing is a share of
/// the allotment. Of a large one it is rarely an odd number of tokens.
#[must_use]
pub fn short(missing: Amount, full: Amount) -> Surprise {
    let by_most = full.minus(missing).is_below_percent(MOST_PERCENT, full);
    let share = if by_most { SHORT_BY_MOST } else { SHORT };
    share + odd_share(missing, full)
}

/// The surprise of a share of `full` that is not a whole per cent of it.
#[must_use]
pub fn odd_share(tokens: Amount, full: Amount) -> Surprise {
    let percent = full.tokens() / 100;
    let is_whole = percent > 0 && tokens.tokens().is_multiple_of(percent);
    if is_whole { Surprise::NONE } else { Surprise::one_of(percent / 4) }
}

/// The surprise of spending exactly this many tokens. Small amounts are likelier than large ones, in
/// proportion. Costs come in steps of a few tokens.
fn just_so_many(tokens: Amount) -> Surprise {
    Surprise::one_of(tokens.tokens() / 4) + Surprise::bits(3)
}

/// The surprise of spending this many tokens unread; `base` is that of spending unread at all. People spend
/// until less is left than a generation costs: then the exact amount says little. Where no other pool has
/// tokens left either, it says nothing.
#[must_use]
pub fn spent_unread(tokens: Amount, left: Left, base: Surprise) -> Surprise {
    if tokens.is_zero() {
        return Surprise::NONE;
    }
    let many = just_so_many(tokens);
    base + match left {
        Left::Nothing => many.min(Surprise::bits(3)),
        Left::TheSame(few) => many.min(Surprise::bits(3) + Surprise::one_of(few.tokens() + 1)),
        Left::OtherPools => many.min(Surprise::bits(6)),
        Left::Tokens => many,
    }
}

/// What is left to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Less than a generation costs, in all pools together.
    Nothing,
    /// The same, and the pool that refills holds exactly what it held before: this many.
    TheSame(Amount),
    /// Less than a generation costs in the pool that refills, perhaps more in others.
    OtherPools,
    /// Enough for a generation.
    Tokens,
}

/// The surprise of spending this many tokens within `elapsed` milliseconds. A day's tokens last for hours, a
/// month's for days.
#[must_use]
pub fn hurry(tokens: Amount, elapsed: i64, allotment: Amount, daily: bool) -> Surprise {
    let lasts = if daily { 4 * HOUR } else { 6 * DAY };
    let allowed =
        allotment.tokens().saturating_mul(elapsed.max(MINUTE).unsigned_abs()) / lasts.unsigned_abs();
    let halvings = Surprise::one_of(tokens.tokens() / allowed.max(1));
    (halvings + halvings).min(Surprise::bits(16))
}

/// The surprise of a rise that is not a refill, by its likeliest cause.
///
/// `own` is the sum of this browser's costs since the last sighting. If the pool was not charged with them,
/// it looks as if they had come back. `past` are the costs that may come back. `twice` is what a refill that
/// has just come would bring once more.
#[must_use]
pub fn rose(
    tokens: Amount,
    own: Amount,
    past: &[Amount],
    twice: Option<Amount>,
    habits: &Habits,
) -> (Surprise, Rise) {
    if tokens.is_zero() {
        return (Surprise::NONE, Rise::None);
    }
    let choices = Surprise::one_of(past.len() as u64);
    let returned = match sum_of(past, tokens) {
        Some(1) => Some(RETURNED + choices),
        Some(more) => Some(RETURNED + choices + Surprise::tenths(RETURNED_TOO.0 * (more - 1))),
        None => None,
    };
    // No generation costs thousands.
    let much = Surprise::one_of(tokens.tokens() / A_LOT);
    let unread = RETURNED + habits.own_unread() + just_so_many(tokens) + much + much;
    let round = tokens.tokens().is_multiple_of(50);
    let fifties = Surprise::one_of(tokens.tokens() / 50);
    let as_many = GIVEN_ROUND.max(fifties + fifties);
    let given = GIVEN + if round { as_many } else { GIVEN_ODD.max(as_many) };
    let twice = (twice == Some(tokens)).then_some(CAME_TWICE);
    let uncharged = (own == tokens).then(|| habits.not_charged());
    [
        (uncharged, Rise::None),
        (returned, Rise::Returned),
        (Some(unread), Rise::Returned),
        (Some(given), Rise::Given),
        (twice, Rise::Given),
    ]
    .into_iter()
    .filter_map(|(surprise, rise)| Some((surprise?, rise)))
    .min_by_key(|(surprise, _)| *surprise)
    .unwrap_or((given, Rise::Given))
}

/// What a rise is that is not a refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rise {
    /// No rise, or only own costs that the pool was not charged with.
    None,
    /// The cost of a failed generation came back.
    Returned,
    /// A gift, a credit from support, or the same refill twice.
    Given,
}

/// How many of `past`, up to three, add up to `sum`; `None` if none do.
#[must_use]
pub fn sum_of(past: &[Amount], sum: Amount) -> Option<i64> {
    let rest = |parts: Amount| (parts < sum).then(|| sum.minus(parts));
    if past.contains(&sum) {
        return Some(1);
    }
    for (i, one) in past.iter().enumerate() {
        let Some(left) = rest(*one) else { continue };
        if past[i + 1..].contains(&left) {
            return Some(2);
        }
    }
    for (i, one) in past.iter().enumerate() {
        for (j, two) in past.iter().enumerate().skip(i + 1) {
            let Some(left) = rest(one.plus(*two)) else { continue };
            if past[j + 1..].contains(&left) {
                return Some(3);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_refill_surprises_more_the_later_it_is_and_the_more_came_before() {
        let at = |late, refills| not_come_after(late, refills);
        let late = [0, MINUTE, 3 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, 13 * HOUR, 2 * DAY];
        assert!(late.windows(2).all(|pair| at(pair[0], 0) < at(pair[1], 0)));
        assert!(late.windows(2).all(|pair| at(pair[0], 40) <= at(pair[1], 40)));
        // Five refills are too few to say anything.
        assert_eq!(at(2 * DAY, 5), at(2 * DAY, 0));
        assert_eq!(at(2 * DAY, 6), at(2 * DAY, 0) + Surprise::bits(1));
        assert_eq!(at(2 * DAY, 18), at(2 * DAY, 0) + Surprise::bits(2));
        assert_eq!(at(2 * DAY, 1_000), at(2 * DAY, 0) + Surprise::tenths(26));
        assert_eq!(at(0, 1_000), Surprise::NONE, "a refill due this instant surprises nobody");
    }

    #[test]
    fn each_further_missing_refill_costs_more_once_two_have_come() {
        assert_eq!(not_come_again(5, 1), Surprise::NONE);
        assert_eq!(not_come_again(0, 2), Surprise::NONE);
        assert_eq!(not_come_again(5, 2), Surprise::bits(7));
    }

    #[test]
    fn a_large_refill_is_rarely_short_by_an_odd_number() {
        let of = |missing: u64, full: u64| short(Amount::whole(missing), Amount::whole(full));
        assert_eq!(of(10_000, 25_000), SHORT, "40 in 100");
        assert_eq!(of(10_368, 25_000), SHORT + Surprise::one_of(62));
        assert_eq!(of(37, 150), SHORT, "no number is odd for a day's tokens");
        assert_eq!((of(16_250, 25_000), of(16_500, 25_000)), (SHORT, SHORT_BY_MOST), "35 and 34 in 100 came");
    }
}
