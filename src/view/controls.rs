//! The controls of a setting: a text field, a choice of a few words, a list, each with its label and hint.

use super::{Element, Writer, el};
use crate::State;
use crate::state::Setting;

/// A plain text field: a browser's own time field shows UTC hours as AM and PM, and refuses input silently.
pub fn typed(
    w: &Writer<'_>,
    state: &State,
    setting: &Setting,
    label: &str,
    example: &'static str,
) -> Element {
    let refused = state.refused_setting().filter(|refused| refused.key == *setting);
    let id = setting.to_string();
    let input = el("input|type=text|inputmode=numeric|autocomplete=off|size=8")
        .attr("id", id.clone())
        .attr("data-setting", id.clone())
        .attr("placeholder", example);
    let input = match refused {
        None => input.attr("value", state.setting(setting)),
        // What was typed stays, to be corrected.
        Some(refused) => input
            .attr("value", refused.typed.clone())
            .attr("aria-invalid", "true")
            .attr("aria-describedby", [&*id, "-error"].concat()),
    };
    field(w, &id, label, input, w.say(&[label, "_hint"].concat())).maybe(complaint(w, state, setting, label))
}

/// What a field accepts, if it refused what was typed.
pub fn complaint(w: &Writer<'_>, state: &State, setting: &Setting, words: &str) -> Option<Element> {
    let refused = state.refused_setting().filter(|refused| refused.key == *setting)?;
    Some(
        el("p.complaint")
            .attr("id", format!("{setting}-error"))
            .attr("role", "alert")
            .text(w.say_with(&[words, "_refused"].concat(), &[("typed", &refused.typed)])),
    )
}

/// A control with its label and hint.
pub fn field(w: &Writer<'_>, id: &str, label: &str, control: Element, hint: String) -> Element {
    el("div.field")
        .child(el("label").attr("for", id).say(w, label))
        .child(control)
        .child(el("p.sub").text(hint))
}

/// A setting with a few words to choose from.
pub fn choice(w: &Writer<'_>, state: &State, setting: &Setting, words: &'static [&'static str]) -> Element {
    let chosen = state.setting(setting);
    let key = &*setting.to_string();
    let mut options = el("div.choice|role=radiogroup");
    for word in words {
        let radio = el("input|type=radio")
            .attr("name", key)
            .attr("id", [key, "-", word].concat())
            .attr("value", *word)
            .attr("data-setting", key)
            .flag("checked", *word == chosen);
        let name = el("span").text(w.say(&["choice_", key, "_", word].concat()));
        options = options.child(el("label").child(radio).child(name));
    }
    let id = ["label-", key].concat();
    el("div.field")
        .child(el("span.label").attr("id", id.clone()).say_of(w, "options_", key))
        .child(options.attr("aria-labelledby", id))
        .child(el("p.sub").say(w, &["options_", key, "_hint"].concat()))
}

/// A list to choose from; the empty value comes first, labelled `automatic`.
pub fn select(id: &'static str, chosen: &str, automatic: String) -> Element {
    let list = el("select").attr("data-setting", id).attr("id", id).attr("value", chosen);
    option(list, "", chosen, automatic)
}

/// An entry in such a list.
pub fn option(list: Element, value: &str, chosen: &str, name: String) -> Element {
    list.child(el("option").attr("value", value).flag("selected", value == chosen).text(name))
}
