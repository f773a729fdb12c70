//! What the user chooses: it applies at once, everywhere, and can be undone.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, ExportFormat, LANGUAGES, Language, Setting, State};
use refill_watch::view::{self, Element};
use refill_watch::{Event, UtcMillis};
use serde_json::json;
use std::collections::BTreeSet;
use support::scenes::{Scene, TAB, at, scenes};
use support::{English, attribute, elements, visible_text};

fn reader() -> English {
    English::in_zone(chrono_tz::America::Los_Angeles)
}

fn scene(name: &str) -> Scene {
    scenes().into_iter().find(|scene| scene.name == name).unwrap()
}

fn act(state: &mut State, action: Action, now: UtcMillis) {
    state.handle(Event::Act { tab: None, action }, now.into());
}

fn named(setting: &str) -> Setting {
    setting.to_owned().try_into().unwrap()
}

fn set(state: &mut State, key: &str, value: &str, now: UtcMillis) {
    act(state, Action::Set { key: named(key), value: value.to_owned() }, now);
}

fn banner(state: &State, now: UtcMillis) -> Element {
    view::banner(state, TAB, now.into(), &reader()).tree
}

fn options(state: &State, now: UtcMillis) -> Element {
    view::options(state, now.into(), &reader()).tree
}

#[test]
fn every_choice_is_taken_and_can_be_undone_and_redone() {
    let Scene { mut state, now, .. } = scene("fresh");
    for (key, value) in [
        ("corner", "top-left"),
        ("banner_size", "line"),
        ("banner_show", "wrong"),
        ("badge", "percent"),
        ("theme", "dark"),
        ("plan", "premium"),
        ("daily_reset_utc", "17:30"),
        ("billing_day", "14"),
    ] {
        let before = state.setting(&named(key));
        assert_ne!(before, value, "{key}");
        set(&mut state, key, value, now);
        assert_eq!(state.setting(&named(key)), value);
        act(&mut state, Action::Undo, now);
        assert_eq!(state.setting(&named(key)), before, "{key} undone");
        act(&mut state, Action::Undo, now);
        assert_eq!(state.setting(&named(key)), value, "{key} redone");
    }
}

#[test]
fn the_options_say_what_was_changed_last() {
    let Scene { mut state, now, .. } = scene("fresh");
    assert!(!visible_text(&options(&state, now)).contains("Undo"));
    set(&mut state, "theme", "dark", now);
    let text = visible_text(&options(&state, now));
    assert!(text.contains("Last change: Theme") && text.contains("Undo"), "{text}");
}

#[test]
fn what_no_control_offers_changes_nothing() {
    let Scene { mut state, now, .. } = scene("fresh");
    for (key, value) in [("badge", "all"), ("theme", ""), ("language", "tlh"), ("corner", "middle")] {
        set(&mut state, key, value, now);
        assert!(state.refused_setting().is_some_and(|refused| refused.key == named(key)), "{key}");
        assert!(state.banner.undo.is_none(), "{key}");
    }
    let colour = json!({ "action": "set", "value": { "key": "colour", "value": "red" } });
    assert!(serde_json::from_value::<Action>(colour).is_err());
}

#[test]
fn the_banner_is_there_when_the_user_wants_it() {
    let (quiet, wrong) = (scene("fresh"), scene("late"));
    for (show, when_quiet, when_wrong) in
        [("always", true, true), ("wrong", false, true), ("never", false, false)]
    {
        for (scene, expected) in [(&quiet, when_quiet), (&wrong, when_wrong)] {
            let mut state = scene.state.clone();
            set(&mut state, "banner_show", show, scene.now);
            let seen = attribute(&banner(&state, scene.now), "hidden").is_none();
            assert_eq!(seen, expected, "{show} in {}", scene.name);
        }
    }
}

#[test]
fn the_banner_has_the_size_that_the_user_wants() {
    for (size, when_quiet, when_wrong) in
        [("auto", "pill", "line"), ("pill", "pill", "pill"), ("line", "line", "line")]
    {
        for (name, expected) in [("fresh", when_quiet), ("late", when_wrong)] {
            let Scene { mut state, now, .. } = scene(name);
            set(&mut state, "banner_size", size, now);
            assert_eq!(attribute(&banner(&state, now), "data-size"), Some(expected), "{size} in {name}");
        }
    }
}

#[test]
fn the_badge_shows_what_the_user_wants() {
    let badge = |name: &str, shows: &str| {
        let Scene { mut state, now, .. } = scene(name);
        set(&mut state, "badge", shows, now);
        view::badge(&state, now.into(), &reader()).text
    };
    assert_eq!(["amount", "percent", "off"].map(|shows| badge("fresh", shows)), ["72", "48%", ""]);
    // A number that cannot be trusted is marked, whatever the badge shows.
    assert_eq!(["amount", "percent", "off"].map(|shows| badge("stale-before-refill", shows)), ["!", "!", ""]);
}

#[test]
fn theme_language_and_direction_stand_on_every_surface() {
    let Scene { mut state, now, .. } = scene("fresh");
    set(&mut state, "theme", "dark", now);
    for tree in [banner(&state, now), view::popup(&state, now.into(), &reader()).tree, options(&state, now)] {
        assert_eq!(attribute(&tree, "data-theme"), Some("dark"));
        assert_eq!((attribute(&tree, "lang"), attribute(&tree, "dir")), (Some("en"), Some("ltr")));
    }
}

#[test]
fn the_keyboards_command_opens_the_card_for_the_keyboard_and_closes_it_again() {
    let Scene { mut state, now, .. } = scene("fresh");
    state.handle(Event::Act { tab: Some(TAB), action: Action::PutAway }, now.into());
    state.handle(Event::Act { tab: Some(TAB), action: Action::Toggle }, now.into());
    let open = banner(&state, now);
    assert_eq!((attribute(&open, "data-size"), attribute(&open, "hidden")), (Some("open"), None));
    let called: Vec<_> =
        elements(&open).into_iter().filter(|element| attribute(element, "autofocus").is_some()).collect();
    assert_eq!(
        called.iter().map(|button| attribute(button, "data-action")).collect::<Vec<_>>(),
        [Some("fresh-reload")]
    );
    state.handle(Event::Act { tab: Some(TAB), action: Action::Toggle }, now.into());
    assert_eq!(attribute(&banner(&state, now), "data-size"), Some("pill"));
}

#[test]
fn steps_are_ticked_off_until_the_next_trouble() {
    let Scene { mut state, now, .. } = scene("late");
    let classes = |state: &State, now: UtcMillis| -> Vec<String> {
        let popup = view::popup(state, now.into(), &reader()).tree;
        let list = elements(&popup)
            .into_iter()
            .find(|element| attribute(element, "class") == Some("steps"))
            .unwrap()
            .clone();
        let items = elements(&list).into_iter().filter(|element| element.tag == "li");
        items.map(|item| attribute(item, "class").unwrap().to_owned()).collect()
    };
    assert_eq!(classes(&state, now), ["done", "now", "", ""]);
    set(&mut state, "step:login", "true", now);
    assert_eq!(classes(&state, now), ["done", "done", "now", ""]);
    // Refills have come up to four hours late; after that, the waiting step is over.
    assert_eq!(classes(&state, now.plus(4 * 3_600_000)), ["done", "done", "done", "now"]);
    set(&mut state, "step:login", "false", now);
    assert_eq!(classes(&state, now), ["done", "now", "", ""]);
    // Ticks for another refill do not count.
    set(&mut state, "step:login", "true", now);
    state.banner.ticked.due = at("2026-11-01T00:00:00Z");
    assert_eq!(classes(&state, now), ["done", "now", "", ""]);
}

#[test]
fn what_is_saved_as_a_file_can_be_read_back_whole() {
    let Scene { mut state, now, .. } = scene("fresh-paid");
    set(&mut state, "theme", "dark", now);
    let popup = view::popup(&state, now.into(), &reader()).tree;
    act(&mut state, Action::Export(ExportFormat::Json), now);
    let file = state.take_file().unwrap();
    assert_eq!(file.name, "refill-watch-2026-11-22.json");
    assert!(state.take_file().is_none(), "a file is handed over once");
    let mut other = State::default();
    act(&mut other, Action::Import(file.text.clone()), now);
    assert_eq!(other.setting(&Setting::Theme), "dark");
    assert_eq!(
        visible_text(&view::popup(&other, now.into(), &reader()).tree)
            .replace("\nOpen Leonardo", "")
            .trim_end(),
        visible_text(&popup)
    );
    // Storage has to write all of it.
    let keys: BTreeSet<_> = other.take_unsaved().into_iter().map(|unsaved| unsaved.key).collect();
    assert!(keys.contains("meta") && keys.iter().any(|key| key.starts_with("account:")), "{keys:?}");
    assert!(
        keys.iter().any(|key| key.starts_with("days:")) && keys.iter().any(|key| key.starts_with("detail:")),
        "{keys:?}"
    );
}

#[test]
fn a_file_of_something_else_changes_nothing_and_says_so() {
    let Scene { mut state, now, .. } = scene("fresh");
    let mut good = state.clone();
    let good = good.export();
    for text in [
        "",
        "[]",
        "{}",
        r#"{"format":"other","keys":{}}"#,
        &good.replace("\\\"version\\\":3", "\\\"version\\\":99"),
        &good.replacen("\\\"base\\\"", "\\\"bass\\\"", 1),
    ] {
        assert!(text != good, "nothing was broken");
        act(&mut state, Action::Import(text.to_owned()), now);
        let said = visible_text(&options(&state, now));
        assert!(said.contains("Refill Watch did not save this file"), "{text:.60}: {said}");
        assert!(
            visible_text(&view::popup(&state, now.into(), &reader()).tree).contains("72 of 150"),
            "{text:.60}"
        );
    }
}

#[test]
fn everything_can_be_deleted_and_brought_back() {
    let Scene { mut state, now, .. } = scene("fresh");
    let stored: BTreeSet<_> =
        state.take_unsaved().into_iter().filter(|one| one.value.is_some()).map(|one| one.key).collect();
    act(&mut state, Action::DeleteEverything, now);
    let text = visible_text(&view::popup(&state, now.into(), &reader()).tree);
    assert!(!text.contains("72"), "{text}");
    let unsaved = state.take_unsaved();
    for key in stored.iter().filter(|key| !["meta", "tabs"].contains(&key.as_str())) {
        assert!(unsaved.iter().any(|one| one.key == *key && one.value.is_none()), "{key} stays in storage");
    }
    assert!(
        unsaved.iter().all(|one| one.value.as_ref().is_none_or(|value| !value.contains("72000"))),
        "{unsaved:?}"
    );
    act(&mut state, Action::Undo, now);
    let text = visible_text(&view::popup(&state, now.into(), &reader()).tree);
    // The open tab needs a new answer; what was known about the account is back.
    assert!(text.contains("Last known: 72") && text.contains("Balance over time"), "{text}");
}

#[test]
fn a_page_can_neither_delete_nor_read_nor_replace_the_data() {
    let Scene { mut state, now, .. } = scene("fresh");
    for action in [
        Action::DeleteEverything,
        Action::Export(ExportFormat::Json),
        Action::Import(State::default().export()),
    ] {
        state.handle(Event::Act { tab: Some(TAB), action }, now.into());
        assert!(state.take_file().is_none());
        assert!(visible_text(&view::popup(&state, now.into(), &reader()).tree).contains("72 of 150"));
    }
}

#[test]
fn the_table_has_a_line_for_each_day_and_each_answer() {
    let Scene { mut state, now, .. } = scene("fresh");
    act(&mut state, Action::Export(ExportFormat::Csv), now);
    let file = state.take_file().unwrap();
    assert_eq!(file.name, "refill-watch-2026-11-22.csv");
    let mut lines = file.text.split("\r\n");
    let columns = lines.next().unwrap().split(',').count();
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    assert!(lines.iter().all(|line| line.split(',').count() == columns), "{}", file.text);
    assert_eq!(lines.iter().filter(|line| line.contains("personal day")).count(), 14);
    assert!(lines.iter().filter(|line| line.contains("personal answer")).count() > 30);
    assert!(file.text.contains("2026-11-18T00:00:00Z,151"), "the late refill is told:\n{}", file.text);
}

#[test]
fn the_browsers_language_is_spoken_where_there_is_no_choice() {
    let language = Language::default();
    for (tag, _) in LANGUAGES {
        assert_eq!(language.spoken(&tag.replace('_', "-")), tag);
    }
    for (browser, spoken) in [("en-US", "en"), ("EN-gb", "en"), ("", "en"), ("xx", "en")] {
        assert_eq!(language.spoken(browser), spoken, "{browser:?}");
    }
    // Traditional Chinese is not the script we have; English is better.
    for browser in ["zh-TW", "zh-HK", "zh-Hant", "zh-Hant-TW"] {
        assert_eq!(language.spoken(browser), "en", "{browser}");
    }
    for browser in ["zh", "zh-SG", "zh-Hans-HK"] {
        assert_eq!(language.spoken(browser), "zh_CN", "{browser}");
    }
}

#[test]
fn every_language_of_the_options_has_its_words_and_no_others_lie_about() {
    let folders: BTreeSet<String> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/extension/_locales"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
    assert_eq!(folders, LANGUAGES.iter().map(|(tag, _)| (*tag).to_owned()).collect());
}

#[test]
fn a_page_can_tick_steps_off_and_set_nothing_else() {
    let Scene { mut state, now, .. } = scene("late");
    for (key, value) in [
        ("devices", "on"),
        ("check_auto", "on"),
        ("remind_due", "on"),
        ("theme", "dark"),
        ("plan", "premium"),
    ] {
        let before = state.setting(&named(key));
        state.handle(
            Event::Act { tab: Some(TAB), action: Action::Set { key: named(key), value: value.into() } },
            now.into(),
        );
        assert_eq!(state.setting(&named(key)), before, "{key}");
    }
    let tick = Action::Set { key: Setting::Step("login".into()), value: "true".into() };
    state.handle(Event::Act { tab: Some(TAB), action: tick }, now.into());
    assert_eq!(state.banner.ticked.steps, ["login"]);
}
