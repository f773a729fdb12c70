//! What the user has made of the report for Leonardo's support, and what was tried to bring tokens back.
//!
//! What the report says is the view's.

use super::{Effect, State};
use crate::time::UtcMillis;
use crate::verdict::Mend;
use serde::{Deserialize, Serialize};

/// What the user typed is kept up to this length.
const LONGEST_NOTE: usize = 2_000;
/// So many of the things tried last are kept.
const MOST_TRIED: usize = 12;

/// The report as the user has it before them. Not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The words of the lines that are left out.
    without: Vec<String>,
    /// What the user typed.
    pub note: String,
    /// A picture of the tab could not be taken.
    pub has_no_picture: bool,
    /// The name of a picture to be taken, until it is handed over.
    picture: Option<String>,
}

/// The report for support, and what was tried.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    /// The report as the user has it before them. Not stored.
    pub(super) report: Report,
    /// What was tried lately to bring tokens back.
    pub(super) tried: Vec<Tried>,
}

impl Report {
    /// Whether the user has left out a line, by its word.
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

/// Something that was tried to bring the tokens back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What.
    pub what: Attempt,
    /// When.
    pub at: UtcMillis,
}

/// What can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// A fresh reload.
    #[serde(alias = "fresh reload")]
    FreshReload,
    /// A check in a background tab.
    #[serde(alias = "check in a background tab")]
    Check,
    /// Clearing what the browser keeps of the site.
    #[serde(alias = "clearing the site's saved data")]
    FreshLogin,
    /// Signing out and in again, by hand.
    #[serde(alias = "signing out and in again")]
    SignIn,
}

impl State {
    /// The report as the user has it before them.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.support.report
    }

    /// The name of the picture to take, once.
    pub fn take_picture(&mut self) -> Option<String> {
        self.support.report.picture.take()
    }

    /// Notes that something was tried.
    pub(super) fn note_attempt(&mut self, what: Attempt, now: UtcMillis) {
        self.support.tried.push(Tried { what, at: now });
        if self.support.tried.len() > MOST_TRIED {
            self.support.tried.remove(0);
        }
        self.unsaved.meta = true;
    }

    /// What was tried lately, oldest first.
    #[must_use]
    pub fn tried(&self) -> &[Tried] {
        &self.support.tried
    }

    /// Leaves a line out of the report, or takes it in again; `note` is what the user typed.
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

    /// The report is saved as a file, with a picture of the tab beside it.
    pub(super) fn save_report(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        let name = ["refill-watch-report-", &now.format(super::data::FILE_DAY)].concat();
        self.support.report.picture = Some([&name, ".png"].concat());
        self.support.report.has_no_picture = false;
        // Support asks for the amounts of each pool.
        if let Some(tab) = self.front_tab() {
            self.tab_mut(tab, now).expanded = true;
        }
        effects.push(Effect::SaveReport { name: [&name, ".txt"].concat() });
    }

    /// A picture of the tab could not be taken.
    pub(super) fn has_no_picture(&mut self) {
        self.support.report.has_no_picture = true;
    }
}
