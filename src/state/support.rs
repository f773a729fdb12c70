//! The user's edits to the report for Leonardo's support, and what they tried to get their tokens back.
//!
//! What the report says is decided in `view`.

use super::{Effect, State};
use crate::time::UtcMillis;
use crate::verdict::Mend;
use serde::{Deserialize, Serialize};

/// What the user types is kept up to this length.
const LONGEST_NOTE: usize = 2_000;
/// How many recent attempts are kept.
const MOST_TRIED: usize = 12;

/// The report in front of the user. Not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The words of the lines left out.
    without: Vec<String>,
    /// What the user typed.
    pub note: String,
    /// A picture of the tab could not be taken.
    pub has_no_picture: bool,
    /// The name of a picture to take, until it is handed over.
    picture: Option<String>,
}

/// The report for support, and what the user tried.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    /// The report in front of the user. Not stored.
    pub(super) report: Report,
    /// Recent attempts to get the tokens back.
    pub(super) tried: Vec<Tried>,
}

impl Report {
    /// Whether the user left out a line, by its word.
    #[must_use]
    pub fn is_left_out(&self, word: &str) -> bool {
        self.without.iter().any(|left_out| left_out == word)
    }
}

impl Support {
    /// Corrects its instants after this computer's clock was set back.
    pub(super) fn mend(&mut self, mend: &Mend) {
        for one in &mut self.tried {
            one.at = mend.heard(one.at);
        }
    }
}

/// An attempt to get the tokens back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What.
    pub what: Attempt,
    /// When.
    pub at: UtcMillis,
}

/// What the user can try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// A fresh reload.
    #[serde(alias = "fresh reload")]
    FreshReload,
    /// A check in a background tab.
    #[serde(alias = "check in a background tab")]
    Check,
    /// Clearing what the browser stores for the site.
    #[serde(alias = "clearing the site's saved data")]
    FreshLogin,
    /// Signing out and in again, by hand.
    #[serde(alias = "signing out and in again")]
    SignIn,
}

impl State {
    /// The report in front of the user.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.support.report
    }

    /// The name of the picture to take; returns it once.
    pub fn take_picture(&mut self) -> Option<String> {
        self.support.report.picture.take()
    }

    /// Notes an attempt.
    pub(super) fn note_attempt(&mut self, what: Attempt, now: UtcMillis) {
        self.support.tried.push(Tried { what, at: now });
        if self.support.tried.len() > MOST_TRIED {
            self.support.tried.remove(0);
        }
        self.unsaved.meta = true;
    }

    /// Recent attempts, oldest first.
    #[must_use]
    pub fn tried(&self) -> &[Tried] {
        &self.support.tried
    }

    /// Leaves a line out of the report or takes it in again; `note` is what the user typed.
    pub(super) fn edit_report(&mut self, word: &str, value: &str) {
        let report = &mut self.support.report;
        if word == "note" {
            report.note = value.chars().take(LONGEST_NOTE).collect();
            return;
        }
        report.without.retain(|left_out| left_out != word);
        if value == "false" && report.without.len() < 32 {
            report.without.push(word.to_owned());
        }
    }

    /// The user saves the report as a file, with a picture of the tab.
    pub(super) fn save_report(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        let name = ["refill-watch-report-", &now.format(super::data::FILE_DAY)].concat();
        self.support.report.picture = Some([&name, ".png"].concat());
        self.support.report.has_no_picture = false;
        // Support asks for the amount of each pool.
        if let Some(tab) = self.front_tab() {
            self.tab_mut(tab, now).expanded = true;
        }
        effects.push(Effect::SaveReport { name: [&name, ".txt"].concat() });
    }

    /// The picture of the tab could not be taken.
    pub(super) fn has_no_picture(&mut self) {
        self.support.report.has_no_picture = true;
    }
}
