//! Choices on the options page, ticked steps, and taking the last change back.

use super::State;
use super::settings::{self, Change, RefusedSetting, Ticked};
use crate::stored::{Stored, to_text};
use crate::time::UtcMillis;
use crate::verdict::Verdict;
use serde_json::{Map, Value};

impl State {
    /// What the control of a setting holds: the empty text is "automatic".
    #[must_use]
    pub fn setting(&self, key: &str) -> String {
        for settings in
            [to_text(&self.banner), to_text(&self.reminders), to_text(&self.checks), to_text(&self.devices)]
        {
            let settings = serde_json::from_str::<Value>(&settings).unwrap_or_default();
            if let Some(choice) = settings.get(key).and_then(Value::as_str) {
                return choice.to_owned();
            }
        }
        let manual = self.manual();
        let text = match key {
            "plan" => manual.plan.map(|plan| plan.word().to_owned()),
            "daily_reset_utc" => manual.daily_reset_utc.map(|minute| minute.to_string()),
            "billing_day" => manual.billing_day.map(|day| day.to_string()),
            _ => key.strip_prefix("watch:").filter(|pool| self.is_watched(pool)).map(|_| "true".to_owned()),
        };
        text.unwrap_or_default()
    }

    /// Takes what the user chose or typed, and remembers what was there before.
    pub(super) fn choose(&mut self, key: String, value: String, now: UtcMillis) {
        self.refused_setting = None;
        self.before = None;
        if let Some(step) = key.strip_prefix("step:") {
            return self.tick(step, value == "true", now);
        }
        if let Some(word) = key.strip_prefix("report:") {
            return self.edit_report(word, &value);
        }
        let before = self.setting(&key);
        let choice = match self.banner.choice(&key) {
            None if key == "check_auto" => Some(&mut self.checks.check_auto as &mut dyn Stored),
            None if key.starts_with("device") => self.devices.choice(&key),
            None => self.reminders.choice(&key),
            choice => choice,
        };
        let taken = match (choice, key.strip_prefix("watch:")) {
            (Some(choice), _) => choice.read(&Value::from(value.as_str())),
            (None, Some(pool)) => self.watch(pool, value == "true"),
            (None, None) => {
                let typed = settings::from_control(&value);
                let taken = settings::set(&mut self.manual(), &key, &typed).is_ok();
                let mut set = Map::new();
                set.insert(key.clone(), typed);
                self.take_settings(&set);
                taken
            }
        };
        self.watch_something();
        if taken && key == "devices" {
            self.hear_devices(self.corrected(now));
        }
        // How far back the chart goes is a way of looking, not a setting.
        if taken && key != "chart" && before != self.setting(&key) {
            self.banner.undo = Some(Change { key, before });
        } else if !taken {
            self.refused_setting = Some(RefusedSetting { key, typed: value });
        }
    }

    /// Takes the last change back; that can itself be undone.
    pub(super) fn undo(&mut self, now: UtcMillis) {
        if let Some(data) = self.before.take() {
            self.import(&data);
        } else if let Some(Change { key, before }) = self.banner.undo.take() {
            self.choose(key, before, now);
        }
    }

    fn tick(&mut self, step: &str, on: bool, now: UtcMillis) {
        let Some(due) = self.status(None, now).judgement.verdict.trouble() else { return };
        let ticked = &mut self.banner.ticked;
        if ticked.due != due {
            *ticked = Ticked { due, steps: Vec::new() };
        }
        ticked.steps.retain(|ticked| ticked != step);
        if on && step == "login" {
            self.tried("signing out and in again", now);
        }
        let ticked = &mut self.banner.ticked;
        // The steps are ours and few; a word that a surface never wrote is not worth keeping.
        if on && step.len() < 16 && ticked.steps.len() < 8 {
            ticked.steps.push(step.to_owned());
        }
    }
}

impl Verdict {
    /// The due instant of a refill that needs something done about it.
    #[must_use]
    pub fn trouble(&self) -> Option<UtcMillis> {
        match self {
            Self::Late { due, .. } | Self::Missed { due, .. } | Self::Short { due, .. } => Some(*due),
            _ => None,
        }
    }
}
