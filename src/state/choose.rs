//! Choices on the options page, ticked steps, and taking the last change back.

use super::setting::Choice;
use super::settings::{self, Change, RefusedSetting, Ticked};
use super::{Setting, State};
use crate::time::UtcMillis;
use crate::verdict::{LateReason, Verdict};
use serde_json::Map;

impl State {
    /// What a setting's control holds; the empty text means "automatic".
    #[must_use]
    pub fn setting(&self, setting: &Setting) -> String {
        let word = |choice: &dyn Choice| choice.text();
        let (banner, reminders) = (&self.banner, &self.reminders);
        match setting {
            Setting::Corner => word(&banner.corner),
            Setting::BannerSize => word(&banner.banner_size),
            Setting::BannerShow => word(&banner.banner_show),
            Setting::Badge => word(&banner.badge),
            Setting::Theme => word(&banner.theme),
            Setting::Language => word(&banner.language),
            Setting::Chart => word(&banner.chart),
            Setting::WarnBelow => word(&banner.warn_below),
            Setting::OldAfter => word(&banner.old_after),
            Setting::RemindDue => word(&reminders.remind_due),
            Setting::RemindMinutes => word(&reminders.remind_minutes),
            Setting::RemindConfirmed => word(&reminders.remind_confirmed),
            Setting::RemindLate => word(&reminders.remind_late),
            Setting::QuietFrom => word(&reminders.quiet_from),
            Setting::QuietTo => word(&reminders.quiet_to),
            Setting::CheckAuto => word(&self.checks.check_auto),
            Setting::Devices => word(&self.devices.devices),
            Setting::DeviceName => word(&self.devices.device_name),
            Setting::Plan => self.manual().plan.map(|plan| plan.word().to_owned()).unwrap_or_default(),
            Setting::DailyResetUtc => {
                self.manual().daily_reset_utc.map(|minute| minute.to_string()).unwrap_or_default()
            }
            Setting::BillingDay => self.manual().billing_day.map(|day| day.to_string()).unwrap_or_default(),
            Setting::Watch(pool) if self.is_watched(pool) => "true".to_owned(),
            // A file, or a tick whose state is reported elsewhere.
            Setting::Watch(_)
            | Setting::Import
            | Setting::Step(_)
            | Setting::Report(_)
            | Setting::Device(_) => String::new(),
        }
    }

    /// Takes what the user chose or typed, and remembers the value before.
    pub(super) fn choose(&mut self, setting: Setting, value: String, now: UtcMillis) {
        self.banner.refused = None;
        self.data.before = None;
        let before = self.setting(&setting);
        let taken = match &setting {
            Setting::Step(step) => return self.tick(step, value == "true", now),
            Setting::Report(word) => return self.edit_report(word, &value),
            Setting::Watch(pool) => self.watch(pool, value == "true"),
            Setting::Plan | Setting::DailyResetUtc | Setting::BillingDay => {
                let key = setting.to_string();
                let typed = settings::from_control(&value);
                let taken = settings::set(&mut self.manual(), &key, &typed).is_ok();
                self.handle_settings(&Map::from_iter([(key, typed)]));
                taken
            }
            kept => {
                let check_auto =
                    (*kept == Setting::CheckAuto).then_some(&mut self.checks.check_auto as &mut dyn Choice);
                let place = check_auto
                    .or_else(|| self.banner.choice(kept))
                    .or_else(|| self.devices.choice(kept))
                    .or_else(|| self.reminders.choice(kept));
                place.is_some_and(|place| place.choose(&value))
            }
        };
        self.watch_something();
        if taken && setting == Setting::Devices {
            self.observe_devices(now);
        }
        // The chart's range is a way of looking, not a setting.
        if taken && setting != Setting::Chart && before != self.setting(&setting) {
            self.banner.undo = Some(Change { key: setting, before });
        } else if !taken {
            self.banner.refused = Some(RefusedSetting { key: setting, typed: value });
        }
    }

    /// Undoes the last change; the undo can itself be undone.
    pub(super) fn undo(&mut self, now: UtcMillis) {
        if let Some(data) = self.data.before.take() {
            // This version wrote it a moment ago.
            if self.import(&data, now).is_err() {
                self.count_refused("bring-back", 1);
            }
        } else if let Some(Change { key, before }) = self.banner.undo.take() {
            self.choose(key, before, now);
        }
    }

    fn tick(&mut self, step: &str, on: bool, now: UtcMillis) {
        let Some(due) = self.status_at(None, now).judgement.verdict.trouble() else { return };
        let ticked = &mut self.banner.ticked;
        if ticked.due != due {
            *ticked = Ticked { due, steps: Vec::new() };
        }
        ticked.steps.retain(|ticked| ticked != step);
        if on && step == "login" {
            self.note_attempt(super::Attempt::SignIn, now);
        }
        let ticked = &mut self.banner.ticked;
        // The steps are ours and few; a word that no surface ever wrote is not worth keeping.
        if on && step.len() < 16 && ticked.steps.len() < 8 {
            ticked.steps.push(step.to_owned());
        }
    }
}

impl Verdict {
    /// The due instant of a refill that needs the user to act.
    #[must_use]
    pub fn trouble(&self) -> Option<UtcMillis> {
        match self {
            Self::Late { reason: Some(LateReason::JustDue), .. } => None,
            Self::Late { due, .. } | Self::Missed { due, .. } | Self::Short { due, .. } => Some(*due),
            _ => None,
        }
    }
}
