//! The options page: the plan's numbers, every setting, and the user's own data.

use super::banner::corners;
use super::controls::{choice, complaint, field, option, select, typed};
use super::devices::devices;
use super::reminders::reminders;
use super::{Element, Locale, View, Writer, el, parts};
use crate::State;
use crate::balance::{Cadence, Plan};
use crate::state::{
    Action, BadgeShows, BannerSize, ExportFormat, LANGUAGES, OldAfter, Setting, ShowBanner, SitePage, Status,
    Switch, Theme, WarnLevel,
};
use crate::time::{DeviceTime, MINUTE};

/// The options page.
#[must_use]
pub fn options(state: &State, now: DeviceTime, locale: &dyn Locale) -> View {
    let status = state.status(None, now);
    let w = Writer { locale, now: status.now };
    let sections = [
        ("first", "options_first", first(&w, state)),
        ("account", "options_account", account(&w, state, &status)),
        ("reminders", "options_reminders", reminders(&w, state)),
        ("looks", "options_looks", looks(&w, state)),
        ("devices", "options_devices_title", devices(&w, state)),
        ("data", "options_data", data(&w, state, &status)),
    ];
    let mut jump = el("nav.jump");
    let mut groups = Vec::new();
    for (id, title, group) in sections {
        jump = jump.child(el("a").attr("href", ["#", id].concat()).say(&w, title));
        groups.push(el("section").attr("id", id).child(el("h2").say(&w, title)).children(group));
    }
    let tree = parts::root(&w, "main", state.banner.theme, &status)
        .class("rw options")
        .child(el("h1").say(&w, "options_title"))
        .child(el("p.sub lead").say(&w, "options_saved"))
        .child(jump)
        .children(groups)
        .child(parts::unofficial(&w, state))
        .maybe(undo(&w, state));
    View { tree, ask_again_ms: Some(state.repaint_in(now, parts::counted_to(&status))), sums: Vec::new() }
}

/// What most people change, and first.
fn first(w: &Writer<'_>, state: &State) -> Vec<Element> {
    let corner = el("div.field")
        .child(el("span.label").say(w, "options_corner"))
        .child(corners(w, state.banner.corner))
        .child(el("p.sub").say(w, "options_corner_hint"));
    vec![
        corner,
        choice(w, state, &Setting::BannerShow, ShowBanner::WORDS),
        choice(w, state, &Setting::RemindConfirmed, Switch::WORDS),
        choice(w, state, &Setting::WarnBelow, WarnLevel::WORDS),
        choice(w, state, &Setting::OldAfter, OldAfter::WORDS),
        language(w, state),
    ]
}

fn looks(w: &Writer<'_>, state: &State) -> Vec<Element> {
    vec![
        choice(w, state, &Setting::BannerSize, BannerSize::WORDS),
        choice(w, state, &Setting::Badge, BadgeShows::WORDS),
        choice(w, state, &Setting::Theme, Theme::WORDS),
    ]
}

/// The plan's numbers: what people write on a note beside the screen.
fn figures(w: &Writer<'_>, status: &Status<'_>) -> Element {
    let Some(plan) = status.plan() else { return el("p.sub").say(w, "figures_unknown") };
    let daily = plan.cadence() == Cadence::Daily;
    let mut rows = el("dl.figures")
        .child(el("dt").say(w, "options_plan"))
        .child(el("dd").say_of(w, "plan_", plan.word()))
        .child(el("dt").say(w, if daily { "figures_a_day" } else { "figures_a_month" }))
        .child(el("dd").text(w.amount(Some(plan.allotment()))));
    if let Some(cap) = plan.rollover_cap() {
        rows = rows.child(el("dt").say(w, "figures_cap")).child(el("dd").text(w.amount(Some(cap))));
    }
    if let Some(next) = status.primary().and_then(|row| row.next_refill) {
        let time = if daily { el("span").text(w.locale.time(next)) } else { w.local(next) };
        let when = el("dd").child(time).text(" · ").child(w.utc(next)).text(" · ").text(w.locale.zone(next));
        rows = rows
            .child(el("dt").say(w, if daily { "figures_daily_at" } else { "figures_billing" }))
            .child(when);
    }
    rows
}

fn account(w: &Writer<'_>, state: &State, status: &Status<'_>) -> Vec<Element> {
    let manual = state.manual();
    let hint = match status.slug() {
        Some(slug) => w.say_with("options_plan_hint", &[("plan", slug)]),
        None => w.say("options_plan_unknown"),
    };
    let chosen = manual.plan.map_or("", Plan::word);
    let mut select = select("plan", chosen, w.say("options_automatic"));
    for plan in Plan::ALL {
        select = option(select, plan.word(), chosen, w.say_of("plan_", plan.word()));
    }
    let daily = typed(w, state, &Setting::DailyResetUtc, "options_daily", "00:00");
    let billing = typed(w, state, &Setting::BillingDay, "options_billing", "14");
    let is_monthly = status.plan().map(Plan::cadence) == Some(Cadence::Monthly);
    // Beside the setting that would change it.
    let (daily, billing) = if is_monthly {
        (daily, billing.maybe(basis(w, status)))
    } else {
        (daily.maybe(basis(w, status)), billing)
    };
    vec![
        figures(w, status),
        field(w, "plan", "options_plan", select, hint),
        daily.maybe(learned(w, status)),
        billing,
    ]
}

/// The next refill, and how it is known.
fn basis(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let (basis, next) = status.primary().and_then(|row| row.basis.zip(row.next_refill))?;
    let basis = super::clocks::basis(w, basis);
    Some(el("p.sub").child(w.local(next)).text(" · ").child(w.utc(next)).text(" · ").text(basis))
}

/// From how many refills the time of the daily one was learned.
fn learned(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let learned = status.account.and_then(|(_, account)| account.ledger().learned.minute())?;
    let samples = u64::from(learned.samples);
    let time = w.say_with("utc", &[("time", &learned.minute.to_string())]);
    let values = [
        ("count", w.locale.number(samples).into()),
        ("time", time.into()),
        ("duration", w.duration(learned.slack.max(MINUTE)).into()),
    ];
    Some(el("p.sub").nodes(w.plural("options_learned", samples, values)))
}

fn language(w: &Writer<'_>, state: &State) -> Element {
    let chosen = state.setting(&Setting::Language);
    let mut select = select("language", &chosen, w.say("options_language_auto"));
    for (tag, name) in LANGUAGES {
        select = option(select, tag, &chosen, name.to_owned());
    }
    field(w, "language", "options_language", select, w.say("options_language_hint"))
}

/// What is stored, in plain words, and what can be done with it.
fn data(w: &Writer<'_>, state: &State, status: &Status<'_>) -> Vec<Element> {
    let past = status.account.map(|(id, _)| state.past(id)).unwrap_or_default();
    let (answers, days) = (past.points.len() as u64, past.days.len() as u64);
    let stored = [
        w.plural("data_answers", answers, [("count", w.locale.number(answers).into())]),
        w.plural("data_days", days, [("count", w.locale.number(days).into())]),
        w.fill("data_settings", []),
        w.fill("data_never", []),
    ];
    let files = el("div.row")
        .child(parts::button("btn ghost line", &Action::Export(ExportFormat::Csv), &w.say("do_export_csv")))
        .child(parts::button("btn ghost line", &Action::Export(ExportFormat::Json), &w.say("do_export_json")))
        .child(
            el("label.btn ghost line file")
                .say(w, "do_import")
                .child(el("input|type=file|id=import|accept=.json,application/json|data-setting=import")),
        );
    let delete = el("div.delete").child(el("p").say(w, "data_delete_hint")).child(parts::button(
        "btn danger",
        &Action::DeleteEverything,
        &w.say("do_delete_now"),
    ));
    let links = [(SitePage::Help, "do_help"), (SitePage::Contact, "do_contact")];
    let mut group = vec![el("ul.stored").children(stored.map(|nodes| el("li").nodes(nodes))), files];
    group.extend(complaint(w, state, &Setting::Import, "data_import"));
    group.push(parts::fold_out(w, "do_delete", delete));
    group.push(el("p.links").children(links.map(|(page, key)| parts::page_link(w, page, key))));
    group
}

/// The last change, and how to undo it.
fn undo(w: &Writer<'_>, state: &State) -> Option<Element> {
    let changed = if state.can_bring_back() {
        w.say("undo_data")
    } else {
        let change = state.banner.undo.as_ref()?;
        let label = match &change.key {
            Setting::Plan => "options_plan",
            Setting::DailyResetUtc => "options_daily",
            Setting::BillingDay => "options_billing",
            Setting::Watch(_) => "options_watch",
            setting => &format!("options_{setting}"),
        };
        w.say_with("undo_setting", &[("setting", &w.say(label))])
    };
    Some(el("div.undo|role=status").child(el("span").text(changed)).child(parts::button(
        "btn ghost",
        &Action::Undo,
        &w.say("do_undo"),
    )))
}
