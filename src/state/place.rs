//! Finds the page's own counter among the short texts that page.js collects, and remembers it by structure.
//!
//! We know none of the site's selectors. A *place* is page.js's description of an element and its surroundings,
//! without class names or text. It only has to be the same after the next load.
//!
//! | evidence for a text | taken as the counter |
//! |---|---|
//! | the user pointed at its place, or its place followed the balance before | at once, even with a wrong number |
//! | it showed a right number, and another right one after the balance changed | at once, and its place is remembered |
//! | it is watched already, and right or sure | it stays |
//! | it is the only one with a right number of two digits or more | at once |
//! | it is the first of several with three digits or more; or a single digit | in doubt: it counts only while it is right |

use super::{Effect, State, Tab, TabId};
use crate::balance::{Amount, CounterText, Side, has_no_spaces, unit_beside};
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};

/// How many places are remembered; the oldest makes room. The app shows its counter in a few.
const MOST_PLACES: usize = 8;
/// A longer place is not remembered.
const LONGEST_PLACE: usize = 200;
/// The most texts compared at a time.
const MOST_SUSPECTS: usize = 8;

/// A short text on the page.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Candidate {
    /// Unchanged.
    pub text: String,
    /// Its place.
    pub place: String,
}

/// The search for the counter in one tab.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Search {
    /// The watched place.
    place: Option<String>,
    /// It has not followed the balance yet, and was not the only match: a wrong number there proves nothing.
    in_doubt: bool,
    /// The places that showed a right number when `of` was expected.
    suspects: Vec<Candidate>,
    /// The numbers expected then.
    of: Vec<String>,
    /// Searches in vain since the last find.
    in_vain: u8,
}

impl Search {
    /// Whether the page was searched and no number can be the balance.
    #[must_use]
    pub fn is_in_vain(&self) -> bool {
        self.place.is_none() && self.in_vain >= 2
    }
}

/// The number in a shown text, without the words and signs around it. `None` if there is none, or if its surroundings
/// make it something other than a balance (a price, a percentage, a version).
///
/// ```
/// use refill_watch::state::number_in;
/// assert_eq!(number_in("Tokens: 1,234"), Some("1,234"));
/// assert_eq!(number_in("1.2k"), Some("1.2k"));
/// assert_eq!(number_in("12 Tsd. Tokens"), Some("12 Tsd."));
/// assert_eq!(number_in("v2"), None);
/// assert_eq!(number_in("50%"), None);
/// ```
#[must_use]
pub fn number_in(text: &str) -> Option<&str> {
    let text = text.trim();
    if CounterText::read(text).is_some() {
        return Some(text);
    }
    let start = text.find(is_digit)?;
    let (last, digit) = text.char_indices().rfind(|(_, c)| is_digit(*c))?;
    let end = last + digit.len_utf8();
    // A unit belongs to its number: without it, "12 mil tokens" would be 12.
    let end = end + unit_beside(text.get(end..)?, Side::After);
    let start = start - unit_beside(text.get(..start)?, Side::Before);
    let (before, bare, after) = (text.get(..start)?, text.get(start..end)?.trim(), text.get(end..)?);
    let belongs = |c: Option<char>| {
        c.is_some_and(|c| (c.is_alphabetic() && !has_no_spaces(c)) || NOT_BESIDE.contains(&c))
    };
    let sticks = belongs(before.chars().next_back()) || belongs(after.chars().next());
    (!sticks && CounterText::read(bare).is_some()).then_some(bare)
}

/// Signs beside a number that mean it is not a balance.
const NOT_BESIDE: [char; 14] = ['%', '$', '€', '£', '¥', '+', '-', '−', '#', '/', '@', '×', '=', '_'];

fn is_digit(c: char) -> bool {
    CounterText::read(c.encode_utf8(&mut [0; 4])).is_some()
}

fn read(text: &str) -> Option<CounterText> {
    CounterText::read(number_in(text)?)
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| is_digit(*c)).count()
}

impl Tab {
    /// The numbers the counter may show: every sum of the tab's answer, before and after what was spent since.
    #[must_use]
    pub fn right_sums(&self) -> Vec<Amount> {
        let mut sums = Vec::new();
        for sum in self.answer.as_ref().map(|answer| answer.pools.shown_sums()).unwrap_or_default() {
            for sum in [sum, sum.minus(self.spent_since)] {
                if !sums.contains(&sum) {
                    sums.push(sum);
                }
            }
        }
        sums
    }

    fn is_right(&self, text: &str) -> bool {
        read(text).is_some_and(|text| self.right_sums().iter().any(|sum| text.may_show(*sum)))
    }
}

impl State {
    /// Judges what page.js found; returns the index of the counter. `watched` is the one watched already.
    pub(super) fn find_counter(
        &mut self,
        id: TabId,
        found: &[Candidate],
        watched: Option<usize>,
        now: UtcMillis,
    ) -> Option<Effect> {
        let remembered = self.banner.counter_places.clone();
        let tab = self.tab_mut(id, now);
        tab.answer.as_ref()?;
        let of: Vec<String> = tab.right_sums().iter().map(|sum| sum.tokens().to_string()).collect();
        let right: Vec<usize> = (0..found.len()).filter(|i| tab.is_right(&found[*i].text)).collect();
        let alone =
            |i: &usize| right.iter().filter(|other| found[**other].place == found[*i].place).count() == 1;
        let is_known = |i: &usize| remembered.contains(&found[*i].place);
        let has_followed = |i: &usize| {
            let before = |one: &&Candidate| one.place == found[*i].place && one.text != found[*i].text;
            tab.search.of != of && alone(i) && tab.search.suspects.iter().find(before).is_some()
        };
        let mut known = (0..found.len()).filter(is_known);
        let only_known = known.next().filter(|_| known.next().is_none());
        let watched = watched.filter(|i| *i < found.len() && tab.search.place.is_some());
        let was_sure = watched.filter(|_| !tab.search.in_doubt);
        let followed = right.iter().copied().find(has_followed);
        // Each is a row of the table above, with whether it is certain.
        let choice = None
            .or(right.iter().copied().find(is_known).map(|i| (i, true)))
            .or(followed.map(|i| (i, true)))
            .or(watched.filter(|i| right.contains(i)).map(|i| (i, was_sure.is_some())))
            .or(only_known.map(|i| (i, true)))
            .or(was_sure.map(|i| (i, true)))
            .or((right.len() == 1).then(|| (right[0], digits(&found[right[0]].text) >= 2)))
            .or(right.iter().copied().find(|i| digits(&found[*i].text) >= 3).map(|i| (i, false)));
        if tab.search.of != of {
            tab.search.suspects =
                right.iter().filter(|i| alone(i)).take(MOST_SUSPECTS).map(|i| found[*i].clone()).collect();
            tab.search.of = of;
        }
        let Some((chosen, sure)) = choice else {
            tab.search.in_vain = tab.search.in_vain.saturating_add(1);
            if tab.search.in_vain == 2 {
                self.count_refused("counter-not-found", 1);
            }
            return None;
        };
        tab.search.in_vain = 0;
        tab.search.in_doubt = !sure;
        tab.search.place = Some(found[chosen].place.clone());
        if followed == Some(chosen) {
            self.remember_place(found[chosen].place.clone());
        }
        self.handle_counter(id, found[chosen].text.clone(), now);
        Some(Effect::WatchCounter(chosen))
    }

    /// The user pointed at the counter.
    pub(super) fn pick_counter(&mut self, id: TabId, picked: Candidate, now: UtcMillis) {
        if read(&picked.text).is_none() {
            self.count_refused("picked-no-number", 1);
            return;
        }
        let tab = self.tab_mut(id, now);
        tab.search.in_vain = 0;
        tab.search.in_doubt = false;
        tab.search.place = Some(picked.place.clone());
        self.remember_place(picked.place);
        self.handle_counter(id, picked.text, now);
    }

    /// Whether we believe the number now at the watched place; remembers the place once it has followed the balance.
    pub(super) fn weigh_counter(&mut self, id: TabId, text: &str, now: UtcMillis) -> bool {
        let tab = self.tab_mut(id, now);
        let Some(place) = tab.search.place.clone() else { return true };
        let right = tab.is_right(text);
        let before = tab.counter.as_ref().filter(|counter| counter.was_right && counter.text != text);
        if right && before.is_some() {
            tab.search.in_doubt = false;
            self.remember_place(place);
            return true;
        }
        let believed = right || !tab.search.in_doubt;
        if !believed {
            tab.counter = None;
        }
        believed
    }

    fn remember_place(&mut self, place: String) {
        let places = &mut self.banner.counter_places;
        if place.len() > LONGEST_PLACE || places.contains(&place) {
            return;
        }
        if places.len() >= MOST_PLACES {
            places.remove(0);
        }
        places.push(place);
        self.unsaved.meta = true;
    }
}
