//! The words of every language: the same messages everywhere, with the same placeholders, and short enough for their
//! place.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use refill_watch::balance::{Plan, Pool};
use refill_watch::state::{
    BadgeShows, BannerSize, ChartSpan, Corner, LANGUAGES, LateReminder, OldAfter, ShowBanner, Switch, Theme,
    WarnLevel,
};
use refill_watch::view::{Node, Part, Words, el};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

type Sentences = BTreeMap<String, String>;

/// Messages that depend on a number, by the start of their keys: `lasts_pace_one`, `lasts_pace_few` and so on.
const COUNTED: [&str; 6] = [
    "note_spent_elsewhere",
    "lasts_pace",
    "lasts_generations",
    "options_learned",
    "data_answers",
    "data_days",
];

/// Each language's plural forms for whole numbers, in alphabetical order: CLDR 48, "cardinal" in
/// <https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>. `Intl.PluralRules` chooses among
/// the same forms.
const PLURALS: [(&str, &[&str]); 14] = [
    ("en", &["one", "other"]),
    ("de", &["one", "other"]),
    ("es", &["many", "one", "other"]),
    ("fr", &["many", "one", "other"]),
    ("it", &["many", "one", "other"]),
    ("pl", &["few", "many", "one", "other"]),
    ("pt_BR", &["many", "one", "other"]),
    ("tr", &["one", "other"]),
    ("ru", &["few", "many", "one", "other"]),
    ("ar", &["few", "many", "one", "other", "two", "zero"]),
    ("hi", &["one", "other"]),
    ("ja", &["other"]),
    ("ko", &["other"]),
    ("zh_CN", &["other"]),
];

/// How many columns a text may take where room is short, by the start of its key; an ideograph takes two. The longest
/// matching start counts. Placeholders are not counted.
const ROOM: [(&str, usize); 17] = [
    ("ext_name", 45),
    ("tag_", 24),
    ("pill_", 24),
    ("title_", 80),
    ("pool_", 30),
    ("when_", 26),
    ("do_", 38),
    ("do_fresh_reload", 20),
    ("do_open_app", 20),
    ("do_undo", 16),
    ("choice_", 24),
    ("corner_", 22),
    ("figures_", 28),
    ("figures_unknown", 80),
    ("plan_", 32),
    ("chart_refill", 14),
    ("chart_spent", 14),
];

/// Words that stay the same in every language if the English has them: names, and words from the site.
const NAMES: [&str; 16] = [
    "Refill Watch",
    "app.leonardo.ai",
    "Leonardo.AI",
    "UTC",
    "API",
    "CSV",
    "JSON",
    "Apprentice",
    "Artisan",
    "Maestro",
    "“Fast tokens”",
    "“Rollover bank”",
    "“Add tokens”",
    "“Top-Up tokens”",
    "“API credits”",
    "00:00",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sentences(language: &str) -> Sentences {
    let file = root().join("extension/_locales").join(language).join("messages.json");
    let text = fs::read_to_string(&file).unwrap();
    let entries: BTreeMap<String, Value> = serde_json::from_str(&text).expect(language);
    let messages: Sentences = entries
        .into_iter()
        .map(|(key, entry)| (key, entry["message"].as_str().unwrap().to_owned()))
        .collect();
    // The parser silently keeps the last of two equal keys.
    assert_eq!(text.matches("\"message\":").count(), messages.len(), "a key stands twice in {language}");
    messages
}

fn every_language() -> impl Iterator<Item = (&'static str, Sentences)> {
    LANGUAGES.into_iter().map(|(language, _)| (language, sentences(language)))
}

/// `lasts_pace` and `few`, from `lasts_pace_few`.
fn counted(key: &str) -> Option<(&str, &str)> {
    key.rsplit_once('_').filter(|(start, _)| COUNTED.contains(start))
}

/// The English message that `key`'s message translates.
fn original<'a>(english: &'a Sentences, key: &str) -> Option<&'a String> {
    english.get(&counted(key).map_or_else(|| key.to_owned(), |(start, _)| format!("{start}_other")))
}

fn placeholders(sentence: &str) -> Vec<&str> {
    let mut names: Vec<_> = sentence.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    names.sort_unstable();
    names
}

/// The columns that a message takes without its placeholders.
fn width(sentence: &str) -> usize {
    let parts = sentence.split('{').enumerate();
    parts.map(|(n, part)| if n == 0 { part } else { part.split_once('}').unwrap().1 }.width()).sum()
}

/// The texts between double quotes in the core and the extension's own files.
fn quoted() -> BTreeSet<String> {
    fn gather(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
            } else {
                found.extend(fs::read_to_string(path).unwrap().split('"').map(str::to_owned));
            }
        }
    }
    let mut found = BTreeSet::new();
    gather(&root().join("src"), &mut found);
    let manifest = fs::read_to_string(root().join("manifest.json")).unwrap();
    let of_the_browser = manifest.split("__MSG_").skip(1).map(|rest| rest.split("__").next().unwrap());
    found.extend(of_the_browser.map(str::to_owned));
    found
}

/// The keys that the views build from parts.
fn composed() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut add = |start: &str, words: &[&str]| {
        keys.extend(words.iter().map(|word| format!("{start}{}", word.replace('-', "_"))));
    };
    add("tag_", &["fresh", "refilled", "stale", "late", "missed", "short", "unknown"]);
    add("basis_", &["server", "learned", "manual", "assumed"]);
    add("plan_", &Plan::ALL.map(Plan::word));
    add("corner_", &Corner::ALL.map(Corner::word));
    add("chart_", ChartSpan::WORDS);
    for start in ["pool_", "in_pool_"] {
        add(start, &Pool::ALL.map(Pool::word));
    }
    add("guide_", &["from", "refills", "expires", "names"]);
    for pool in Pool::ALL {
        let start = format!("guide_{}_", pool.word().replace('-', "_"));
        add(&start, &["what", "order", "from", "refills", "expires", "names"]);
    }
    for (setting, words) in [
        ("banner_size", BannerSize::WORDS),
        ("banner_show", ShowBanner::WORDS),
        ("badge", BadgeShows::WORDS),
        ("theme", Theme::WORDS),
        ("warn_below", WarnLevel::WORDS),
        ("old_after", OldAfter::WORDS),
        ("remind_due", Switch::WORDS),
        ("remind_confirmed", Switch::WORDS),
        ("remind_late", LateReminder::WORDS),
        ("check_auto", Switch::WORDS),
        ("devices", Switch::WORDS),
    ] {
        add(&format!("choice_{setting}_"), words);
        add(&format!("options_{setting}"), &["", "_hint"]);
    }
    for setting in [
        "options_daily",
        "options_billing",
        "options_remind_minutes",
        "options_quiet_from",
        "options_quiet_to",
        "options_device_name",
    ] {
        add(setting, &["_hint", "_refused"]);
    }
    add("data_import", &["_refused"]);
    keys
}

#[test]
fn english_has_every_sentence_that_is_asked_for_and_no_other() {
    let english = sentences("en");
    let (quoted, composed) = (quoted(), composed());
    for key in &composed {
        assert!(english.contains_key(key), "{key} is put together by a view, and English does not have it");
    }
    for start in COUNTED {
        assert!(quoted.contains(start), "nothing counts {start}");
    }
    let said = |key: &str| quoted.contains(key) || composed.contains(key) || counted(key).is_some();
    let unsaid: Vec<_> = english.keys().filter(|key| !said(key)).collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
}

#[test]
fn every_language_has_every_sentence_in_exactly_its_own_plural_forms() {
    let english = sentences("en");
    assert_eq!(PLURALS.map(|(language, _)| language), LANGUAGES.map(|(language, _)| language));
    for (language, forms) in PLURALS {
        let expected: BTreeSet<String> = english
            .keys()
            .filter(|key| counted(key).is_none())
            .cloned()
            .chain(COUNTED.iter().flat_map(|start| forms.iter().map(move |form| format!("{start}_{form}"))))
            .collect();
        let found: BTreeSet<String> = sentences(language).into_keys().collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        let more: Vec<_> = found.difference(&expected).collect();
        assert!(missing.is_empty() && more.is_empty(), "{language}: missing {missing:?}, too many {more:?}");
    }
}

#[test]
fn every_translation_takes_what_the_english_sentence_takes() {
    let english = sentences("en");
    for (language, sentences) in every_language() {
        for (key, sentence) in &sentences {
            let original = original(&english, key).unwrap();
            assert_eq!(placeholders(sentence), placeholders(original), "{language} {key}: {sentence}");
        }
    }
}

#[test]
fn every_language_says_how_it_is_written() {
    for (language, sentences) in every_language() {
        assert_eq!(sentences["language_tag"], language.replace('_', "-"));
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        assert_eq!(sentences["text_direction"], direction, "{language}");
    }
}

#[test]
fn no_sentence_is_left_in_english() {
    let english = sentences("en");
    for (language, sentences) in every_language().filter(|(language, _)| *language != "en") {
        let left: Vec<_> = sentences
            .iter()
            .filter(|(key, sentence)| sentence.split(' ').count() > 3 && english.get(*key) == Some(sentence))
            .collect();
        // The product's name may stay.
        assert!(left.iter().all(|(key, _)| *key == "ext_name"), "{language}: {left:?}");
    }
}

#[test]
fn names_stay_as_they_are_and_no_sentence_shouts() {
    let english = sentences("en");
    // Each language has its own quotation marks.
    let bare = |text: &str| text.replace(['“', '”', '„', '«', '»', '「', '」', '\u{a0}'], "");
    for (language, sentences) in every_language() {
        for (key, sentence) in &sentences {
            let original = original(&english, key).unwrap();
            for name in NAMES.iter().filter(|name| original.contains(**name)) {
                assert!(bare(sentence).contains(&bare(name)), "{language} {key} without {name}: {sentence}");
            }
            assert!(!sentence.contains(['!', '！', '¡']), "{language} {key}: {sentence}");
            assert!(!sentence.is_empty() && sentence.trim() == sentence, "{language} {key}: {sentence:?}");
        }
    }
}

#[test]
fn every_text_fits_where_it_stands() {
    let english = sentences("en");
    for (language, sentences) in every_language() {
        for (key, sentence) in &sentences {
            let room =
                ROOM.iter().filter(|(start, _)| key.starts_with(start)).max_by_key(|(start, _)| start.len());
            // Elsewhere a text may be twice as long as the English; short words always get some room.
            let twice = 2 * width(original(&english, key).unwrap()) + 12;
            let room = room.map_or(twice, |(_, columns)| *columns);
            assert!(
                width(sentence) <= room,
                "{language} {key}: {} of {room} columns: {sentence}",
                width(sentence)
            );
        }
    }
}

#[test]
fn no_sentence_ends_in_two_points() {
    // `Intl` writes these languages' short units with a full stop: `12 Min.`
    for language in ["de", "pl", "ru", "tr"] {
        let sentences = sentences(language);
        for (key, sentence) in &sentences {
            assert!(!sentence.contains("{duration}."), "{language} {key}: {sentence}");
        }
    }
}

#[test]
fn the_stores_name_pools_and_buttons_as_the_extension_does() {
    for (language, sentences) in every_language() {
        let file = root().join("store/description").join(language).with_extension("md");
        let text = fs::read_to_string(file).unwrap();
        for key in ["ext_name", "ext_description", "do_fresh_reload"].into_iter().chain([
            "pool_fast",
            "pool_rollover",
            "pool_top_up",
            "pool_team",
            "pool_api",
        ]) {
            let said = text.contains(&sentences[key]);
            assert!(said, "store/description/{language}.md without {:?}", sentences[key]);
        }
    }
}

#[test]
fn the_stores_take_every_description() {
    for (language, sentences) in every_language() {
        // Chrome refuses a description over 132 characters, and a name over 75.
        assert!(sentences["ext_description"].chars().count() <= 132, "{language}");
        assert!(sentences["ext_name"].chars().count() <= 75, "{language}");
    }
}

#[test]
fn a_day_has_its_capital_at_the_start_of_a_sentence_alone() {
    for (language, _) in LANGUAGES {
        let file = root().join("extension/_locales").join(language).join("messages.json");
        let words = Words::parse(&fs::read_to_string(&file).unwrap());
        let day = words.say("day_and_time", &[("day", "morgen"), ("time", "16:00")]);
        let part = || Part::Day(el("time").text(day.clone()));
        let mut values = [("time", part()), ("refill", part())];
        let nodes = words.fill("budget_runs_out", &mut values);
        for (before, node) in iter::once(None).chain(nodes.iter().map(Some)).zip(&nodes) {
            let Node::Element(element) = node else { continue };
            let Some(Node::Text(text)) = element.children.first() else { panic!("{language}: {nodes:?}") };
            assert_eq!(text.starts_with('M'), before.is_none(), "{language}: {nodes:?}");
        }
        let alone = Words::parse(r#"{"only": {"message": "{time}: 0. {refill}"}}"#);
        let alone = alone.fill("only", &mut [("time", part()), ("refill", part())]);
        for place in [0, 2] {
            let Node::Element(element) = &alone[place] else { panic!("{language}: {alone:?}") };
            let Some(Node::Text(text)) = element.children.first() else { panic!("{language}: {alone:?}") };
            assert!(text.starts_with('M'), "{language}: {text}");
        }
    }
}
