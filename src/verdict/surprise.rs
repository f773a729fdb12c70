//! How surprising each cause is: the table that all explanations are weighed by.
//!
//! A surprise is counted in bits: each bit halves how likely something is, ten of them mean one in a thousand. An
//! explanation costs what its causes cost together, and what is left of several is compared by the difference. The
//! numbers come from users' reports and from the site's documents as far as there are any (docs/user/how-it-knows.md has
//! the table with its sources); the simulation tries them, with each made much more and much less common.

use super::Habits;
use crate::balance::Amount;
use crate::time::{DAY, HOUR, MINUTE};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::Add;

/// How surprising something is, in tenths of a bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Surprise(i64);

impl Surprise {
    /// Nothing surprising.
    pub const NONE: Self = Self(0);

    /// So many bits.
    #[must_use]
    pub const fn bits(bits: i64) -> Self {
        Self(bits * 10)
    }

    const fn tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    /// One out of `count` that are equally likely.
    #[must_use]
    pub fn one_of(count: u64) -> Self {
        // Exact enough in tenths, and the same on every machine: no count here comes near what an f64 holds.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        Self(((count.max(1) as f64).log2() * 10.0).round() as i64)
    }

    /// `of` out of `all`.
    #[must_use]
    pub fn share(of: u64, all: u64) -> Self {
        Self::one_of(all.max(1)).beyond(Self::one_of(of.max(1)))
    }

    /// By how much this is the more surprising; nothing when it is the less.
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

/// What is less likely than the best explanation by more than this is not plausible: a verdict may rest on the rest.
pub const PLAUSIBLE: Surprise = Surprise::tenths(64);
/// The same where a refill is said to be short, which stands for days and asks for support.
pub const PLAUSIBLE_IF_SHORT: Surprise = Surprise::tenths(90);
/// What is less likely by more than this is not worth a note.
pub const WORTH_A_NOTE: Surprise = Surprise::tenths(60);
/// What is less likely by more than this is forgotten: nothing that comes later makes it good.
pub const FORGOTTEN: Surprise = Surprise::bits(22);

/// A failed generation is given back: some 2 in 100 (one report; the site gives no number).
pub const RETURNED: Surprise = Surprise::tenths(56);
/// One more in the same answer.
pub const RETURNED_TOO: Surprise = Surprise::bits(5);
/// A gift of the site's, or a credit of its support.
const GIVEN: Surprise = Surprise::bits(10);
/// Gifts are round numbers; what is none is rarely one.
const GIVEN_ODD: Surprise = Surprise::bits(9);
const GIVEN_ROUND: Surprise = Surprise::bits(4);
/// More than a generation costs.
const A_LOT: u64 = 500;
/// The first so many refills that came make a missing one half as likely; three times as many, a quarter.
const REFILLS_HALVE: u64 = 6;
/// One more refill in a row is missing.
const MISSING_AGAIN: Surprise = Surprise::tenths(14);
/// So many refills that came show that they do come.
const TWO_REFILLS: u32 = 2;
/// The same refill comes twice.
const CAME_TWICE: Surprise = Surprise::bits(9);

/// A refill brings less than the plan gives: some 2 in 100, by any share of it.
const SHORT: Surprise = Surprise::tenths(115);
/// The same by most of it: shares of 10 to 60 in 100 are what has been missing.
const SHORT_BY_MOST: Surprise = Surprise::tenths(155);
/// One that brings less than this share is short by most of it.
const MOST_PERCENT: u64 = 35;
/// The rest of one that was short comes.
pub const REST_CAME: Surprise = Surprise::tenths(15);
/// A refill comes though nothing is due, and the date moves with it: a plan bought or renewed.
pub const EARLY_WITH_DATE: Surprise = Surprise::bits(4);
/// The same a few hours before it is due.
pub const HOURS_EARLY: Surprise = Surprise::bits(5);
/// The same, and the pool was full: nothing shows it.
pub const EARLY_UNSEEN: Surprise = Surprise::tenths(107);
/// The same where no date says so.
pub const EARLY_WITHOUT_DATE: Surprise = Surprise::bits(11);
/// What a refill brings is not known.
pub const UNKNOWN_PLAN: Surprise = Surprise::bits(2);

/// The date has moved on and the tokens have not come.
pub const DATE_FIRST: Surprise = Surprise::bits(3);
/// The same before it was due.
pub const DATE_ALONE: Surprise = Surprise::bits(9);
/// The tokens came, and the date will follow within the hour.
pub const DATE_LAGS: Surprise = Surprise::bits(5);
/// It has not followed after an hour.
pub const DATE_STUCK: Surprise = Surprise::bits(14);
/// A cost is not booked yet when the balance is asked for a moment later.
pub const NOT_BOOKED_YET: Surprise = Surprise::bits(2);
/// Nor when it is asked for once more within minutes.
pub const STILL_NOT_BOOKED: Surprise = Surprise::bits(1);
/// A cost is told after the answer that contains it.
pub const TOLD_LATE: Surprise = Surprise::bits(2);
/// The page took off by itself what it never told a cost of.
pub const LOWERED_BY_THE_PAGE: Surprise = Surprise::tenths(5);

/// How surprising it is that a refill has not come so long after it was due, in all: jobs run within minutes on nine
/// days of ten, up to 4 hours late on most others (users' reports, good), half a day now and then. At first it counts as
/// likelier than that, for silence is a fault as well; with each of the account's own refills that came, less so.
#[must_use]
pub fn not_come_after(late_ms: i64, refills: u32) -> Surprise {
    // Until when, how many tenths of a bit, and how many more once the account is known.
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

/// How surprising it is that `further` more refills in a row have not come: after one, the next is missing as well two
/// times in five. Until two of the account's own have come it costs nothing, for silence is a fault as well.
#[must_use]
pub fn not_come_again(further: u32, refills: u32) -> Surprise {
    let each = if refills >= TWO_REFILLS { MISSING_AGAIN } else { Surprise::NONE };
    Surprise::tenths(each.0 * i64::from(further))
}

/// How surprising it is that a refill brought just so much less than `full`. A share of the allotment is missing, and
/// of a large one that is rarely any number of tokens.
#[must_use]
pub fn short(missing: Amount, full: Amount) -> Surprise {
    let by_most = full.minus(missing).is_below_percent(MOST_PERCENT, full);
    let share = if by_most { SHORT_BY_MOST } else { SHORT };
    share + odd_share(missing, full)
}

/// How surprising a share of the allotment is that is no whole per cent of it.
#[must_use]
pub fn odd_share(tokens: Amount, full: Amount) -> Surprise {
    let percent = full.tokens() / 100;
    let is_whole = percent > 0 && tokens.tokens().is_multiple_of(percent);
    if is_whole { Surprise::NONE } else { Surprise::one_of(percent / 4) }
}

/// How surprising it is that just so many tokens were spent: small amounts are likelier than large ones, in
/// proportion. Costs come in steps of a few tokens.
fn just_so_many(tokens: Amount) -> Surprise {
    Surprise::one_of(tokens.tokens() / 4) + Surprise::bits(3)
}

/// How surprising it is that so much was spent without being read. A pool with less left than a generation costs was spent
/// from until nothing more went: that it is just so many says little, and nothing where no other pool is left.
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
    /// Less than a generation costs, in all pools.
    Nothing,
    /// The same, and just as much as before: so many.
    TheSame(Amount),
    /// Less than a generation costs in the pool that refills.
    OtherPools,
    /// Some.
    Tokens,
}

/// How surprising it is that so much was spent within so long: a day's tokens last for hours, a month's for days.
#[must_use]
pub fn hurry(tokens: Amount, elapsed: i64, allotment: Amount, daily: bool) -> Surprise {
    let lasts = if daily { 4 * HOUR } else { 6 * DAY };
    let allowed =
        allotment.tokens().saturating_mul(elapsed.max(MINUTE).unsigned_abs()) / lasts.unsigned_abs();
    let halvings = Surprise::one_of(tokens.tokens() / allowed.max(1));
    (halvings + halvings).min(Surprise::bits(16))
}

/// How surprising a rise is that no refill brings, by the likeliest of its causes. `own` is what this browser's costs since
/// the last sighting come to: where the pool was not charged with them, it is as if they had come back. `twice` is what a refill that has just
/// come would bring once more.
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

/// What a rise is that no refill brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rise {
    /// There is none.
    None,
    /// The cost of a failed generation came back.
    Returned,
    /// A gift, a credit of support, a refill twice.
    Given,
}

/// How many of `past`, up to three, make `sum` together.
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
    fn a_missing_refill_surprises_the_more_the_later_it_is_and_the_more_have_come() {
        let at = |late, refills| not_come_after(late, refills);
        let late = [0, MINUTE, 3 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, 13 * HOUR, 2 * DAY];
        assert!(late.windows(2).all(|pair| at(pair[0], 0) < at(pair[1], 0)));
        assert!(late.windows(2).all(|pair| at(pair[0], 40) <= at(pair[1], 40)));
        // Five refills are too few to say anything.
        assert_eq!(at(2 * DAY, 5), at(2 * DAY, 0));
        assert_eq!(at(2 * DAY, 6), at(2 * DAY, 0) + Surprise::bits(1));
        assert_eq!(at(2 * DAY, 18), at(2 * DAY, 0) + Surprise::bits(2));
        assert_eq!(at(2 * DAY, 1_000), at(2 * DAY, 0) + Surprise::tenths(26));
        assert_eq!(at(0, 1_000), Surprise::NONE, "what is due this instant surprises nobody");
    }

    #[test]
    fn each_further_missing_refill_costs_more_once_two_have_come() {
        assert_eq!(not_come_again(5, 1), Surprise::NONE);
        assert_eq!(not_come_again(0, 2), Surprise::NONE);
        assert_eq!(not_come_again(5, 2), Surprise::bits(7));
    }

    #[test]
    fn a_large_refill_is_rarely_short_by_any_odd_number() {
        let of = |missing: u64, full: u64| short(Amount::whole(missing), Amount::whole(full));
        assert_eq!(of(10_000, 25_000), SHORT, "40 in 100");
        assert_eq!(of(10_368, 25_000), SHORT + Surprise::one_of(62));
        assert_eq!(of(37, 150), SHORT, "a day's tokens have no odd numbers");
        assert_eq!((of(16_250, 25_000), of(16_500, 25_000)), (SHORT, SHORT_BY_MOST), "35 and 34 in 100 came");
    }
}
