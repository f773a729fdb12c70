//! What docs/dev/style.md asks of texts: working links, sentences that can be read in one breath, and none of the
//! words it replaces.
#![allow(missing_docs, clippy::unwrap_used)]

use regex::Regex;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use typos_dict::WORD;
use unicase::UniCase;

/// Words that docs/dev/style.md replaces.
const NOT_OURS: [&str; 10] = [
    "and otherwise",
    "brought along",
    "hard refresh",
    "renewal reset",
    "is told of",
    "was told its",
    "is told now",
    "the words of which",
    "tells what it found",
    "overdue",
];
const MOST_WORDS: usize = 30;
/// Names and foreign words that only look misspelled.
const RIGHT_HERE: [&str; 0] = [];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let of = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let docs = root().join("docs");
    let mut pages: Vec<_> = of(root()).chain(of(docs.join("user"))).chain(of(docs.join("dev"))).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages
}

/// Targets of a page's links that are not files.
fn dead_links(page: &Path, text: &str) -> Vec<String> {
    let link = Regex::new(r"\]\(([^)#\s]+)[^)]*\)").unwrap();
    let targets = link.captures_iter(text).map(|found| found[1].to_owned());
    let is_ours = |target: &String| !target.contains("://") && !target.starts_with("mailto:");
    targets.filter(is_ours).filter(|target| !page.with_file_name(target).exists()).collect()
}

/// Sentences that are too long to read aloud.
fn long_sentences(text: &str) -> Vec<String> {
    let sentences = text.split_inclusive(['.', '!', '?', ':', ';']).map(str::trim);
    sentences.filter(|sentence| sentence.split_whitespace().count() > MOST_WORDS).map(str::to_owned).collect()
}

/// The words in a text that docs/dev/style.md replaces.
fn words_to_replace(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    NOT_OURS.into_iter().filter(|word| text.contains(word)).collect()
}

/// Known misspellings in a text, with the right spellings.
fn misspelled(text: &str) -> Vec<(String, &'static [&'static str])> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 3);
    let known = words.filter_map(|word| Some((word.to_owned(), *WORD.find(&UniCase::new(word))?)));
    known.filter(|(word, _)| !RIGHT_HERE.contains(&word.as_str())).collect()
}

/// The comments in a Rust or JavaScript source file.
fn comments(source: &str) -> String {
    let lines = source.lines().filter_map(|line| Some(line.split_once("//")?.1));
    let blocks = source.lines().filter(|line| line.trim_start().starts_with(['*', '/']));
    lines.chain(blocks).collect::<Vec<_>>().join("\n")
}

/// Every source file below a folder, except what is generated or fetched.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_ours = !path.ends_with("node_modules") && !path.ends_with("target");
        if path.is_dir() && is_ours {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "js") {
            found.push(path);
        }
    }
    found
}

fn messages() -> Vec<(String, String)> {
    let path = root().join("extension/_locales/en/messages.json");
    let messages: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let texts = messages.as_object().unwrap().iter();
    texts.map(|(key, entry)| (key.clone(), entry["message"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn every_link_of_a_page_leads_to_a_file() {
    for page in pages() {
        let dead = dead_links(&page, &fs::read_to_string(&page).unwrap());
        assert!(dead.is_empty(), "{}: {dead:?}", page.display());
    }
}

#[test]
fn every_message_can_be_read_in_one_breath() {
    for (key, text) in messages() {
        let long = long_sentences(&text);
        assert!(long.is_empty(), "{key}: {long:?}");
    }
}

#[test]
fn no_message_uses_a_word_that_the_style_replaces() {
    for (key, text) in messages() {
        let found = words_to_replace(&text);
        assert!(found.is_empty(), "{key}: {found:?} in {text:?}");
    }
}

#[test]
fn no_page_message_or_comment_has_a_misspelled_word() {
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    let pages = pages().into_iter().map(|page| (page.display().to_string(), read(&page)));
    let folders = ["src", "extension", "tests", "xtask/src", "benches", "fuzz"];
    let sources = folders.iter().flat_map(|folder| sources(&root().join(folder)));
    let comments = sources.map(|file| (file.display().to_string(), comments(&read(&file))));
    for (place, text) in pages.chain(comments).chain(messages()) {
        let found = misspelled(&text);
        assert!(found.is_empty(), "{place}: {found:?}");
    }
}

#[test]
fn the_checks_themselves_find_what_is_wrong() {
    let page = root().join("README.md");
    assert_eq!(
        dead_links(&page, "[a](docs/user/faq.md) [b](docs/none.md#x) [c](https://x.y/z)"),
        ["docs/none.md"]
    );
    let long = "word ".repeat(31) + "end.";
    assert_eq!(long_sentences(&format!("Short. {long} Short.")).len(), 1);
    assert_eq!(misspelled("The recieved answer is fine."), [("recieved".to_owned(), &["received"][..])]);
    assert_eq!(comments("let a = 1; // one\nlet b = 2;"), " one");
    assert_eq!(words_to_replace("It was answered later, and otherwise."), ["and otherwise"]);
}
