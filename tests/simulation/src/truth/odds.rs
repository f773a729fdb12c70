//! How likely events are at the simulation's own rates. The worlds are weighed by this.

use super::question::Question;
use crate::rates::Rates;
use crate::server::{Instant, Offer};
use crate::world::{Browser, Elsewhere};
use refill_watch::time::{HOUR, MINUTE};

/// A phone spends every 32 hours on average; in milliseconds.
const PHONE_EVERY: f64 = 32.0 * 3_600_000.0;
/// What somebody spends is one of about this many amounts.
const AMOUNTS: f64 = 40.0;
/// What a refill lacks is one of about this many shares.
const PERCENTS: f64 = 50.0;

/// The probability that a refill has not come `late` milliseconds after it was due.
#[must_use]
pub fn not_come(browser: &Browser, late: i64) -> f64 {
    let rates = &browser.plot().rates;
    let never = rates.skipped + rates.date_first * rates.date_only;
    let half_day = if late < 13 * HOUR { rates.very_late } else { 0.0 };
    let hours = if late < 4 * HOUR { rates.late * share(4 * HOUR - late, 3 * HOUR) } else { 0.0 };
    let first = if late < 3 * HOUR { rates.date_first * share(3 * HOUR - late, 3 * HOUR) } else { 0.0 };
    let minutes = share(4 * MINUTE - late, 4 * MINUTE);
    (never + half_day + hours + first + minutes).min(1.0)
}

/// The probability that only the date has moved `late` milliseconds after the refill was due.
#[must_use]
pub fn date_alone(browser: &Browser, late: i64) -> f64 {
    let rates = &browser.plot().rates;
    let first = if late < 3 * HOUR { share(3 * HOUR - late, 3 * HOUR) } else { 0.0 };
    rates.date_first * (rates.date_only + first).min(1.0)
}

/// The probability that exactly one given part of a refill has come `after` milliseconds after it ran.
#[must_use]
pub fn short(rates: &Rates, after: i64) -> f64 {
    let in_parts = if after < 3 * HOUR { rates.parts } else { 0.0 };
    (rates.short + in_parts + rates.date_first * rates.date_only) / PERCENTS
}

/// The probability, as far as this browser can know the account, that exactly `tokens` were spent unseen in the span.
#[must_use]
pub fn spent(question: &Question<'_, '_>, (from, to): (Instant, Instant), tokens: u64) -> f64 {
    let (browser, known) = (question.browser, question.facts.known);
    let rates = &browser.plot().rates;
    if tokens == 0 {
        return 1.0;
    }
    let scale = match known.server.offer {
        Offer::Free => 1.0,
        Offer::Essential => 5.0,
        Offer::Premium => 12.0,
        Offer::Ultimate => 25.0,
        Offer::Team(_) => 15.0,
    };
    #[allow(clippy::cast_precision_loss)]
    let (tokens, span) = (tokens as f64 / scale, (to - from).max(0) as f64);
    // One visit, on either device, spends up to 60 times the scale. More takes several visits, which is rarer.
    let visits = (tokens / 60.0).ceil().max(1.0);
    let phone = 1.0 - (-span / PHONE_EVERY).exp();
    let is_seen = known.falls_seen > 0;
    let has_phone = if is_seen { 1.0 } else { rates.phones };
    let shared =
        if is_seen && matches!(browser.persona.elsewhere, Elsewhere::Shared) { 1.0 } else { rates.shared };
    let by_others = has_phone * phone.powf(visits) + shared * (span / (24.0 * 3_600_000.0)).min(1.0);
    // The browser's own costs go untold too, but only while a tab is open.
    let open = open_for(browser, from, to);
    let untells = if known.unread_falls > 0 && known.falls_seen == 0 {
        0.7
    } else if known.costs_told >= 8 && known.unread_falls == 0 {
        rates.partly_told * 0.1
    } else {
        rates.partly_told + rates.untold
    };
    #[allow(clippy::cast_precision_loss)]
    let mine = if open > MINUTE {
        untells * 0.6 * ((open as f64 / (30.0 * 60_000.0)).min(1.0) / visits.sqrt())
    } else {
        0.0
    };
    (by_others + mine).min(1.0) / AMOUNTS
}

/// For how many milliseconds of the span any tab was open.
fn open_for(browser: &Browser, from: Instant, to: Instant) -> i64 {
    browser
        .open_spans
        .iter()
        .rev()
        .take_while(|(_, closed)| *closed > from)
        .map(|(opened, closed)| ((*closed).min(to) - (*opened).max(from)).max(0))
        .sum()
}

#[allow(clippy::cast_precision_loss)]
fn share(part: i64, whole: i64) -> f64 {
    (part as f64 / whole as f64).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Plot;

    #[test]
    fn the_longer_a_refill_is_due_the_less_likely_it_is_still_missing() {
        let browser = Browser::new(Plot { seed: 1, number: 1, days: 1, rates: Rates::default() }, false);
        let odds: Vec<f64> = [0, 5 * MINUTE, 2 * HOUR, 3 * HOUR, 5 * HOUR, 14 * HOUR]
            .into_iter()
            .map(|late| not_come(&browser, late))
            .collect();
        assert!(odds.windows(2).all(|pair| pair[0] > pair[1]), "{odds:?}");
        assert!((odds[5] - 0.009).abs() < 1e-9, "a refill that is 14 hours late never comes: {odds:?}");
    }
}
