//! The toolbar badge.

use super::sentence::{self, Tone};
use super::{Locale, Node, Writer};
use crate::State;
use crate::balance::Amount;
use crate::state::BadgeShows;
use crate::time::{DeviceTime, HOUR};

/// The toolbar badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// At most four characters.
    pub text: String,
    /// Background colour, `#rrggbb`.
    pub color: &'static str,
    /// The button's tooltip.
    pub title: String,
}

/// The badge: what the app can spend, or a mark if the number cannot be trusted.
#[must_use]
pub fn badge(state: &State, now: DeviceTime, locale: &dyn Locale) -> Badge {
    let status = state.status(None, now);
    let w = Writer { locale, now: status.now };
    let verdict = &status.judgement.verdict;
    let tone = Tone::of(&status);
    let shows = state.banner.badge;
    let percent = || {
        let allotment = status.calendar.as_ref().and_then(crate::verdict::Calendar::allotment)?;
        Some(status.primary()?.amount?.percent_of(allotment).min(100))
    };
    let text = match tone.mark() {
        _ if shows == BadgeShows::Off => String::new(),
        // With late, missed and short, the number itself is right.
        Some(mark) if !verdict.can_be_trusted() => {
            if status.account.is_none() {
                String::new()
            } else {
                mark.to_owned()
            }
        }
        _ if tone == Tone::Old => age(status.old_since().map_or(0, |at| status.now.since(at))),
        _ => match percent().filter(|_| shows == BadgeShows::Percent) {
            Some(percent) => w.say_with("badge_percent", &[("percent", &percent.to_string())]),
            None => status.spendable.map(compact).unwrap_or_default(),
        },
    };
    let color = match tone {
        Tone::Ok if status.low(state.banner.warn_below).is_some() => "#8a5300",
        Tone::Ok => "#0b7a5c",
        Tone::Warn => "#8a5300",
        Tone::Bad => "#b3261e",
        Tone::Old | Tone::Due | Tone::Quiet => "#5a6372",
    };
    let sentence: String = sentence::title(&w, &status).iter().map(plain).collect();
    Badge { text, color, title: format!("{}\n{sentence}", w.say("ext_name")) }
}

/// A number's age in hours or days: `8h`, `3d`.
fn age(millis: i64) -> String {
    match millis / HOUR {
        hours @ 0..48 => format!("{hours}h"),
        hours => format!("{}d", (hours / 24).min(999)),
    }
}

/// At most four characters: a badge shows no more.
fn compact(amount: Amount) -> String {
    match amount.tokens() {
        tokens @ 0..10_000 => tokens.to_string(),
        tokens @ 10_000..1_000_000 => format!("{}k", tokens / 1_000),
        tokens => format!("{}m", (tokens / 1_000_000).min(999)),
    }
}

fn plain(node: &Node) -> String {
    match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => element.children.iter().map(plain).collect(),
    }
}
