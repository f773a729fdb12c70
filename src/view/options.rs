//! The options page.

use super::banner::corners;
use super::{Element, Locale, View, Writer, el};
use crate::State;
use crate::balance::Plan;
use crate::time::UtcMillis;

/// The options page.
#[must_use]
pub fn options(state: &State, now: UtcMillis, locale: &dyn Locale) -> View {
    let status = state.status(None, now);
    let w = Writer { locale, now: status.now };
    let manual = state.manual();
    let hint = match status.slug() {
        Some(slug) => w.say_with("options_plan_hint", &[("plan", slug)]),
        None => w.say("options_plan_unknown"),
    };
    let plans = Plan::ALL.map(|plan| {
        let key = match plan {
            Plan::Free => "plan_free",
            Plan::Essential => "plan_essential",
            Plan::Premium => "plan_premium",
            Plan::Ultimate => "plan_ultimate",
        };
        el("option").attr("value", plan.word()).flag("selected", manual.plan == Some(plan)).text(w.say(key))
    });
    let plan = el("select")
        .attr("data-setting", "plan")
        .attr("id", "plan")
        .attr("value", manual.plan.map_or("", Plan::word))
        .child(el("option").attr("value", "").text(w.say("options_automatic")))
        .children(plans);
    let minute = manual.daily_reset_utc.map_or_else(String::new, |minute| minute.to_string());
    let day = manual.billing_day.map_or_else(String::new, |day| day.to_string());
    // Plain text fields: a browser's own time field writes UTC hours as AM and PM, and refuses without a word.
    let input = |id: &'static str, value: String, example: &'static str| {
        let refused = state.refused_setting().filter(|refused| refused.key == id);
        let input = el("input")
            .attr("type", "text")
            .attr("inputmode", "numeric")
            .attr("autocomplete", "off")
            .attr("size", "8")
            .attr("id", id)
            .attr("data-setting", id)
            .attr("placeholder", example);
        match refused {
            None => input.attr("value", value),
            // What was typed stays, to be mended.
            Some(refused) => input
                .attr("value", refused.typed.clone())
                .attr("aria-invalid", "true")
                .attr("aria-describedby", format!("{id}-error")),
        }
    };
    let daily = input("daily_reset_utc", minute, "00:00");
    let billing = input("billing_day", day, "14");
    let tree = el("main")
        .class("rw options")
        .attr("lang", w.say("language_tag"))
        .child(el("h1").text(w.say("options_title")))
        .child(
            el("section")
                .child(el("h2").text(w.say("options_account")))
                .child(field(&w, "plan", "options_plan", plan, hint))
                .child(
                    field(&w, "daily_reset_utc", "options_daily", daily, w.say("options_daily_hint"))
                        .children(complaint(&w, state, "daily_reset_utc", "options_daily_refused")),
                )
                .child(
                    field(&w, "billing_day", "options_billing", billing, w.say("options_billing_hint"))
                        .children(complaint(&w, state, "billing_day", "options_billing_refused")),
                ),
        )
        .child(
            el("section").child(el("h2").text(w.say("options_banner"))).child(
                el("div")
                    .class("field")
                    .child(el("span").class("label").text(w.say("do_move")))
                    .child(corners(&w, state.banner.corner)),
            ),
        )
        .child(el("p").class("fine").text(w.say("options_saved")));
    View { tree, ask_again_ms: None, watch: Vec::new() }
}

/// What a field takes, when it did not take what was typed.
fn complaint(w: &Writer<'_>, state: &State, key: &str, words: &str) -> Option<Element> {
    let refused = state.refused_setting().filter(|refused| refused.key == key)?;
    Some(
        el("p")
            .class("complaint")
            .attr("id", format!("{key}-error"))
            .attr("role", "alert")
            .text(w.say_with(words, &[("typed", &refused.typed)])),
    )
}

fn field(w: &Writer<'_>, id: &'static str, label: &str, control: Element, hint: String) -> Element {
    el("div")
        .class("field")
        .child(el("label").attr("for", id).text(w.say(label)))
        .child(control)
        .child(el("p").class("sub").text(hint))
}
