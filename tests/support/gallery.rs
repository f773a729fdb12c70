//! The gallery: one page with every surface in every situation, theme and direction.
//!
//! The trees come from the real view, and the page draws them with the shipped painter and style sheet.

use super::marks::{INTL, Marks};
use super::scenes::{Scene, TAB, scenes};
use chrono_tz::Tz;
use refill_watch::UtcMillis;
use refill_watch::state::{Action, Event, State, Theme};
use refill_watch::view::{self, Element, Locale, Node, Words};
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::Path;

const PAGE: &str = include_str!("gallery.html");
const ZONE: Tz = chrono_tz::America::Los_Angeles;

/// The page in a language of `extension/_locales`, and how many frames are on it. `workspace` is where the sources
/// are. With `?only=NAME` the page shows one frame; with `?surface=`, `?scene=`, `?theme=` and `?direction=` those of some.
///
/// # Errors
/// When a file of the extension cannot be read; the error names it.
pub fn page(workspace: &Path, language: &str) -> io::Result<(String, usize)> {
    let extension = workspace.join("extension");
    let read = |name: &str| {
        let file = extension.join(name);
        fs::read_to_string(&file)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))
    };
    let frames = frames(&read(&format!("_locales/{language}/messages.json"))?)?;
    let count = frames.len();
    let style = [read("banner.css")?, read("surface.css")?].concat();
    let data =
        json!({"language": language, "timeZone": ZONE.name(), "style": style, "frames": frames}).to_string();
    // Nothing in the data may end the script that it stands in.
    let page = PAGE
        .replace("INTL", INTL)
        .replace("PAINTER", &read("paint.js")?)
        .replace("DATA", &data.replace("</", "<\\/"));
    Ok((page, count))
}

/// Every frame with its tree.
fn frames(messages: &str) -> io::Result<Vec<Value>> {
    let mut words: Value = serde_json::from_str(messages)?;
    let mut frames = Vec::new();
    for direction in ["ltr", "rtl"] {
        words["text_direction"] = json!({"message": direction});
        let reader = Marks::in_zone(Words::parse(&words.to_string()), ZONE);
        for scene in scenes() {
            for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                for (surface, tree) in surfaces(&scene, theme, &reader) {
                    let tree: Value = serde_json::to_value(&tree)?;
                    frames.push(json!({
                        "id": format!("{surface}-{}-{word}-{direction}", scene.name),
                        "scene": scene.name, "surface": surface, "theme": word, "direction": direction, "tree": tree,
                    }));
                }
            }
        }
    }
    Ok(frames)
}

/// Every surface of a scene, by name.
pub fn surfaces(scene: &Scene, theme: Theme, reader: &dyn Locale) -> Vec<(&'static str, Element)> {
    let mut state = scene.state.clone();
    state.banner.theme = theme;
    let after = |action: Action| {
        let mut state = state.clone();
        state.handle(Event::Act { tab: Some(TAB), action }, scene.now.into());
        state
    };
    let banner = |state: &State, now: UtcMillis| view::banner(state, TAB, now.into(), reader).tree;
    let mut all = vec![
        ("banner", banner(&state, scene.now)),
        ("pill", banner(&after(Action::Fold), scene.now)),
        ("card", banner(&after(Action::Expand), scene.now)),
        ("popup", view::popup(&state, scene.now.into(), reader).tree),
        ("guide", unfolded(view::popup(&state, scene.now.into(), reader).tree)),
        ("options", view::options(&state, scene.now.into(), reader).tree),
    ];
    // The text about the account's plan is the same in all its scenes.
    let is_example = ["fresh", "fresh-paid", "unknown-first-run"].contains(&scene.name);
    all.retain(|(surface, _)| is_example || !["guide", "options"].contains(surface));
    all
}

/// With everything expanded.
fn unfolded(mut tree: Element) -> Element {
    if tree.tag == "details" {
        tree = tree.flag("open", true);
    }
    for child in &mut tree.children {
        if let Node::Element(element) = child {
            *element = unfolded(element.clone());
        }
    }
    tree
}
