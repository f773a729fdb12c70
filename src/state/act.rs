//! What follows when the user presses something on one of our surfaces.

use super::settings::{PutAway, RefusedSetting};
use super::tab::Reload;
use super::{Action, Attempt, Clip, Effect, Setting, State, TabId};
use crate::time::UtcMillis;
use crate::verdict::{UnknownReason, Verdict};

impl State {
    /// Handles an action on the banner of `tab`, or on one of our own pages.
    pub(super) fn act(
        &mut self,
        tab: Option<TabId>,
        action: Action,
        now: UtcMillis,
        effects: &mut Vec<Effect>,
    ) {
        self.unsaved.meta = true;
        self.tabs.summoned = None;
        self.note_use(tab);
        match action {
            Action::GotIt => self.dismiss_hint(tab),
            Action::FreshReload => self.want_reload(tab, now, effects),
            Action::ReloadAnyway => self.reload_anyway(tab, now, effects),
            Action::FreshLogin(_) | Action::LoginAnyway(_) | Action::MayClear if tab.is_some() => {}
            // The surface does these itself.
            Action::AskAccess(_) | Action::ReloadPage => {}
            Action::FreshLogin(_) => self.want_login(now),
            Action::LoginAnyway(_) => self.login_anyway(now),
            Action::MayClear => self.want_clearing(now, effects),
            Action::Check => self.want_check(tab, now, effects),
            Action::OpenApp => effects.push(Effect::OpenApp),
            Action::OpenPage(page) => effects.push(Effect::OpenPage(page)),
            Action::PickCounter => effects.extend(tab.or_else(|| self.front_tab()).map(Effect::PickCounter)),
            Action::CopyReport => effects.push(Effect::Copy(Clip::TroubleReport)),
            Action::OpenOptions => effects.push(Effect::OpenOptions),
            Action::Fold => self.fold(tab, now, true, false),
            Action::Unfold => self.fold(tab, now, false, false),
            Action::Expand => {
                self.fold(tab, now, false, true);
                // The pressed button is gone; keyboard focus moves to the main action.
                self.tabs.summoned = tab;
            }
            Action::Collapse => self.fold(tab, now, self.banner.folded, false),
            Action::PutAway => {
                let status = self.status_at(tab, now);
                let verdict = status.judgement.verdict.word().to_owned();
                let account = status.account.map(|(id, _)| id.clone());
                self.banner.put_away = Some(PutAway { account, verdict });
                self.fold(tab, now, self.banner.folded, false);
            }
            Action::Show => self.banner.put_away = None,
            Action::Toggle => self.toggle(tab, now),
            Action::MoveTo(corner) => self.choose(Setting::Corner, corner.word().to_owned(), now),
            // On the banner, the user can only tick steps. All other settings are on our own pages, and a page that
            // impersonates the banner must not switch on anything that leaves the browser.
            Action::Set { key, .. } if tab.is_some() && !matches!(key, Setting::Step(_)) => {}
            Action::RemoveDevice(_) if tab.is_some() => {}
            Action::RemoveDevice(id) => self.remove_device(&id, effects),
            Action::Set { key: Setting::Device(id), value } => {
                if !self.rename_device(&id, &value, effects) {
                    self.banner.refused = Some(RefusedSetting { key: Setting::Device(id), typed: value });
                }
            }
            Action::Set { key, value } => self.choose(key, value, now),
            Action::ShowChart(_) if tab.is_some() => {}
            Action::ShowChart(days) => self.choose(Setting::Chart, days, now),
            Action::Undo => self.undo(now),
            // A page has no business with the data as a whole.
            Action::Export(_)
            | Action::SaveCalendar
            | Action::CopySupport
            | Action::CopyField(_)
            | Action::SaveSupport
            | Action::SaveDiagnostics
            | Action::Import(_)
            | Action::DeleteEverything
                if tab.is_some() => {}
            Action::CopySupport => effects.push(Effect::Copy(Clip::SupportReport)),
            Action::CopyField(word) => effects.push(Effect::Copy(Clip::FormField(word))),
            Action::SaveSupport => self.save_report(now, effects),
            Action::SaveDiagnostics => self.save_diagnostics(now),
            Action::NoPicture => self.has_no_picture(),
            Action::SaveCalendar => effects.push(Effect::SaveCalendar),
            Action::Export(format) => self.offer_file(format, now),
            Action::Import(text) => {
                let before = self.export();
                if self.import(&text, now).is_ok() {
                    self.data.before = Some(before);
                } else {
                    self.banner.refused = Some(RefusedSetting { key: Setting::Import, typed: String::new() });
                }
            }
            Action::DeleteEverything => self.delete_everything(),
        }
    }

    /// The keyboard command: closes an open card, opens it otherwise.
    fn toggle(&mut self, tab: Option<TabId>, now: UtcMillis) {
        let Some(id) = tab.or_else(|| self.front_tab()) else { return };
        let is_open = self.tab(id).is_some_and(|tab| tab.expanded);
        self.banner.put_away = None;
        self.fold(Some(id), now, is_open && self.banner.folded, !is_open);
        self.tabs.summoned = (!is_open).then_some(id);
    }

    fn fold(&mut self, tab: Option<TabId>, now: UtcMillis, folded: bool, expanded: bool) {
        self.banner.folded = folded;
        if let Some(tab) = tab {
            self.tab_mut(tab, now).expanded = expanded;
        }
    }

    /// A dismissed banner comes back once no tab of its account has that verdict any more.
    pub(super) fn bring_back_banner(&mut self, now: UtcMillis) {
        let Some(put_away) = &self.banner.put_away else { return };
        let mut judged_otherwise = false;
        for (id, tab) in &self.tabs.open {
            if tab.account != put_away.account {
                continue;
            }
            let verdict = self.status_at(Some(*id), now).judgement.verdict;
            // A page that is still loading is no news.
            if verdict == (Verdict::Unknown { reason: UnknownReason::NoAnswer }) {
                continue;
            }
            if verdict.word() == put_away.verdict {
                return;
            }
            judged_otherwise = true;
        }
        if judged_otherwise {
            self.banner.put_away = None;
            self.unsaved.meta = true;
        }
    }

    /// Reloads the tab; without one, the tab in front; without any, opens the app.
    pub(super) fn reload(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let tab = tab.or_else(|| self.front_tab());
        self.begin_reload(tab, now);
        effects.push(tab.map_or(Effect::OpenApp, Effect::Reload));
    }

    fn begin_reload(&mut self, id: Option<TabId>, now: UtcMillis) {
        self.note_attempt(Attempt::FreshReload, now);
        let before = self.status_at(id, now).spendable;
        let reload = Reload::begin(now, before);
        match id {
            Some(id) => self.tab_mut(id, now).reload = Some(reload),
            None => self.tabs.pending_reload = Some(reload),
        }
    }
}
