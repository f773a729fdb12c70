//! The user's own data: export, import, deletion.
//!
//! The JSON file holds what storage holds, key by key, so that it can be imported whole. The CSV file is for a
//! spreadsheet: one line per day, and one per recent answer.

use super::store::Changed;
use super::{AccountId, Day, ExportFormat, Point, State};
use crate::time::{SetBack, UtcMillis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The day in a file's name.
pub(super) const FILE_DAY: &str = "%Y-%m-%d";

/// No export is this large: 20 accounts of at most 100 KB of history.
const LARGEST: usize = 8_000_000;

/// Everything stored: each key with its text, as in storage.
#[derive(Serialize, Deserialize)]
struct Export {
    format: Format,
    keys: BTreeMap<String, String>,
}

/// How an exported file begins; nothing else is accepted as one.
#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "refill-watch-export")]
    Export,
}

/// Why a file is not imported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ImportError {
    #[error("{0} bytes are more than any export has")]
    TooLarge(usize),
    #[error("no export: {0}")]
    NoExport(#[from] serde_json::Error),
    /// Storage sets aside what it cannot read; a file is refused whole.
    #[error("what stands under {0} cannot be read")]
    Unreadable(String),
}

/// The state of an export, an import or a deletion. Not stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Data {
    /// All data before it was deleted or replaced, to be restored.
    pub(super) before: Option<String>,
    /// A file the user asked for, until it is handed over.
    file: Option<File>,
}

/// A file for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// All we keep of an account's balances, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// One row per day.
    pub days: Vec<Day>,
    /// Every recent answer and cost.
    pub points: Vec<Point>,
}

impl State {
    /// Walks all we keep of an account's balances. Everything that looks back uses this one.
    #[must_use]
    pub fn past(&self, id: &AccountId) -> Past {
        let mut past = Past::default();
        for day in self.days(id) {
            past.days.push(day);
        }
        for point in self.detail(id) {
            past.points.push(point);
        }
        past
    }

    /// The last file asked for; returns it once.
    pub fn take_file(&mut self) -> Option<File> {
        self.data.file.take()
    }

    /// Prepares a file for the user.
    pub fn hand_over(&mut self, file: File) {
        self.data.file = Some(file);
    }

    /// Whether deleted or replaced data can be restored.
    #[must_use]
    pub fn can_bring_back(&self) -> bool {
        self.data.before.is_some()
    }

    pub(super) fn offer_file(&mut self, format: ExportFormat, now: UtcMillis) {
        let (text, ending) = match format {
            ExportFormat::Csv => (self.table(), "csv"),
            ExportFormat::Json => (self.export(), "json"),
        };
        let name = ["refill-watch-", &now.format(FILE_DAY), ".", ending].concat();
        self.hand_over(File { name, text });
    }

    /// Everything stored, as the text of a JSON file: storage keys with their texts.
    #[must_use]
    pub fn export(&mut self) -> String {
        let everything = Changed {
            meta: true,
            accounts: self.accounts.known.keys().cloned().collect(),
            ..Changed::default()
        };
        let unsaved = std::mem::replace(&mut self.unsaved, everything);
        let keys = self.history.keys();
        let changed = std::mem::replace(&mut self.history.changed, keys);
        let keys =
            self.take_unsaved().into_iter().map(|stored| (stored.key, stored.value.unwrap_or_default()));
        let export = Export { format: Format::Export, keys: keys.collect() };
        let out = serde_json::to_string_pretty(&export).unwrap_or_default();
        self.unsaved = unsaved;
        self.history.changed = changed;
        out
    }

    /// Replaces everything with the contents of an exported file.
    ///
    /// # Errors
    /// What is wrong with the file; nothing changes then.
    pub(super) fn import(&mut self, text: &str, now: UtcMillis) -> Result<(), ImportError> {
        if text.len() > LARGEST {
            return Err(ImportError::TooLarge(text.len()));
        }
        let export: Export = serde_json::from_str(text)?;
        let local: Vec<_> = export.keys.into_iter().collect();
        let new = Self::load(&local, &[]);
        // What cannot be read has left its key.
        if let Some(left) = new.unsaved.aside.iter().find(|unsaved| unsaved.value.is_none()) {
            return Err(ImportError::Unreadable(left.key.clone()));
        }
        self.replace_by(new);
        // Another clock may have stamped it.
        self.set_back(SetBack { to: now, by: 0, slack: 0 });
        Ok(())
    }

    pub(super) fn delete_everything(&mut self) {
        let before = self.export();
        self.replace_by(Self::default());
        self.data.before = Some(before);
    }

    fn replace_by(&mut self, mut new: Self) {
        let accounts = self.accounts.known.keys().chain(new.accounts.known.keys()).cloned().collect();
        let mut keys = self.history.keys();
        keys.extend(new.history.keys());
        let mut aside = std::mem::take(&mut self.unsaved.aside);
        for kept in &self.diagnostics.set_aside {
            aside.push(super::Unsaved { area: super::Area::Local, key: kept.kept_as.clone(), value: None });
        }
        new.unsaved = Changed { meta: true, tabs: true, accounts, aside };
        new.history.changed = keys;
        // The tabs are still open, but their answers belong to the data that is gone.
        for id in self.tabs.open.keys() {
            let account = new.accounts.last.clone();
            new.tabs.open.insert(*id, super::Tab { account, ..super::Tab::default() });
        }
        new.checks.under_way = self.checks.under_way.take();
        // A file may come from another device, which has its own key.
        new.devices.keep_identity_of(&mut self.devices);
        new.clock = std::mem::take(&mut self.clock);
        new.ahead_of_utc = self.ahead_of_utc;
        new.browser = std::mem::take(&mut self.browser);
        new.reminders.begin_anew();
        *self = new;
    }

    /// Every day and every answer that is kept, as the text of a CSV file.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out =
            "account,kind,time_utc,plan_tokens,spendable_tokens,spent_here,refill_due_utc,late_minutes\r\n"
                .to_owned();
        for (id, account) in &self.accounts.known {
            let kind = if account.is_team { "team" } else { "personal" };
            let Past { days, points } = self.past(id);
            let days = days.iter().map(|day| ("day", &day.last));
            for (row, point) in days.chain(points.iter().map(|point| ("answer", point))) {
                let amount = |amount: Option<crate::balance::Amount>| {
                    amount.map_or_else(String::new, |a| a.to_string())
                };
                let (due, late) = point.refill.map_or_else(Default::default, |refill| {
                    (refill.due.to_string(), (refill.late_at_least / crate::time::MINUTE).to_string())
                });
                let cells = [
                    id.to_string(),
                    [kind, " ", row].concat(),
                    point.at.to_string(),
                    amount(point.primary),
                    amount(point.spendable),
                    point.spent.to_string(),
                    due,
                    late,
                ];
                out.push_str(&cells.join(","));
                out.push_str("\r\n");
            }
        }
        out
    }
}
