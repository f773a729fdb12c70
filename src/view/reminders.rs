//! The options about reminders: what to announce, when to be quiet, and for which pools.

use super::controls::{choice, typed};
use super::parts::button;
use super::{Element, Writer, el};
use crate::State;
use crate::balance::Pool;
use crate::state::{Account, AccountId, Action, LateReminder, Setting, Switch};

/// The settings, except the one for a refill that came: it is among those that most people change.
pub fn reminders(w: &Writer<'_>, state: &State) -> Vec<Element> {
    let mut group = vec![
        watched(w, state),
        choice(w, state, &Setting::RemindDue, Switch::WORDS),
        typed(w, state, &Setting::RemindMinutes, "options_remind_minutes", "5"),
        choice(w, state, &Setting::RemindLate, LateReminder::WORDS),
        el("div.twin")
            .child(typed(w, state, &Setting::QuietFrom, "options_quiet_from", "22:00"))
            .child(typed(w, state, &Setting::QuietTo, "options_quiet_to", "08:00")),
        choice(w, state, &Setting::CheckAuto, Switch::WORDS),
    ];
    group.extend(calendar(w, state));
    group
}

/// The calendar file, if there is a refill to put into it.
fn calendar(w: &Writer<'_>, state: &State) -> Option<Element> {
    let has_next = |account: &Account| {
        let schedules = [account.primary(), Pool::Api].map(|pool| account.schedule(pool));
        schedules.into_iter().flatten().any(|schedule| schedule.next_due(w.now).is_some())
    };
    let save = button("btn ghost line", &Action::SaveCalendar, &w.say("do_save_calendar"));
    state.accounts().any(|(_, account)| has_next(account)).then(|| {
        el("div.field")
            .child(el("span.label").say(w, "options_calendar"))
            .child(el("div.row").child(save))
            .child(el("p.sub").say(w, "options_calendar_hint"))
    })
}

/// Every pool with a schedule, to choose from.
fn watched(w: &Writer<'_>, state: &State) -> Element {
    let mut list = el("div.checks|role=group").attr("aria-label", w.say("options_watch"));
    for (id, account) in state.accounts() {
        for pool in [account.primary(), Pool::Api] {
            if account.planned(pool).is_some() || state.reminders().watches(id, pool) {
                list = list.child(watch(w, state, id, account, pool));
            }
        }
    }
    let hint = if list.children.is_empty() { "options_watch_none" } else { "options_watch_hint" };
    el("div.field")
        .child(el("span.label").say(w, "options_watch"))
        .child(list)
        .child(el("p.sub").say(w, hint))
}

/// One pool, told apart from other accounts' by its plan and last known amount.
fn watch(w: &Writer<'_>, state: &State, id: &AccountId, account: &Account, pool: Pool) -> Element {
    let key = Setting::Watch(format!("{id}:{}", pool.word())).to_string();
    let known = account.ledger().known.get(&pool);
    let mut name = w.pool(pool);
    if let Some(plan) = account.calendar().and_then(|calendar| calendar.plan) {
        name = [name, w.say_of("plan_", plan.word())].join(" · ");
    }
    let check = el("input|type=checkbox")
        .attr("id", key.clone())
        .attr("data-setting", key)
        .flag("checked", state.reminders().watches(id, pool));
    let mut label = el("label").child(check).child(el("span").text(name));
    if let Some(known) = known {
        let amount =
            el("span.sub num").text(w.amount(Some(known.amount))).text(" · ").child(w.relative(known.as_of));
        label = label.child(amount);
    }
    label
}
