//! Every surface in every situation, as a readable tree: a change of words or structure shows up as a diff.
//!
//! `cargo insta review` (or `INSTA_UPDATE=always cargo test`) accepts a new look.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Event, State};
use refill_watch::view;
use std::collections::BTreeSet;
use support::scenes::{Scene, TAB, scenes};
use support::{English, tree_text};

fn reader() -> English {
    English::in_zone(chrono_tz::America::Los_Angeles)
}

fn after(scene: &Scene, action: Action) -> State {
    let mut state = scene.state.clone();
    state.handle(Event::Act { tab: Some(TAB), action }, scene.now.into());
    state
}

fn banner(state: &State, scene: &Scene) -> String {
    tree_text(&view::banner(state, TAB, scene.now.into(), &reader()).tree)
}

#[test]
fn the_banner_by_itself() {
    for scene in scenes() {
        insta::assert_snapshot!(format!("banner-{}", scene.name), banner(&scene.state, &scene));
    }
}

#[test]
fn the_banner_as_a_pill() {
    for scene in scenes() {
        let folded = after(&scene, Action::Fold);
        insta::assert_snapshot!(format!("pill-{}", scene.name), banner(&folded, &scene));
    }
}

#[test]
fn the_banner_when_open() {
    for scene in scenes() {
        let open = after(&scene, Action::Expand);
        insta::assert_snapshot!(format!("card-{}", scene.name), banner(&open, &scene));
    }
}

#[test]
fn the_popup() {
    for scene in scenes() {
        let popup = view::popup(&scene.state, scene.now.into(), &reader()).tree;
        insta::assert_snapshot!(format!("popup-{}", scene.name), tree_text(&popup));
    }
}

#[test]
fn the_options() {
    for scene in scenes()
        .into_iter()
        .filter(|scene| ["fresh", "fresh-paid", "unknown-first-run"].contains(&scene.name))
    {
        let options = view::options(&scene.state, scene.now.into(), &reader()).tree;
        insta::assert_snapshot!(format!("options-{}", scene.name), tree_text(&options));
    }
}

#[test]
fn every_verdict_and_its_reasons_have_a_scene() {
    let seen: BTreeSet<_> = scenes()
        .iter()
        .map(|scene| {
            let verdict = scene.state.status(Some(TAB), scene.now.into()).judgement.verdict;
            (verdict.word(), verdict.reason())
        })
        .collect();
    for expected in [
        ("fresh", None),
        ("refilled", None),
        ("stale", Some("before-refill")),
        ("stale", Some("newer-elsewhere")),
        ("stale", Some("counter-behind")),
        ("late", None),
        ("late", Some("just-due")),
        ("late", Some("renewed")),
        ("missed", None),
        ("short", None),
        ("unknown", Some("no-answer")),
        ("unknown", Some("signed-out")),
    ] {
        assert!(seen.contains(&expected), "{expected:?} is in no scene: {seen:?}");
    }
}

#[test]
fn what_a_refill_can_be_beside_whole_and_in_time_has_a_scene() {
    let seen: BTreeSet<_> = scenes()
        .iter()
        .flat_map(|scene| scene.state.status(Some(TAB), scene.now.into()).judgement.notes)
        .map(|note| note.word())
        .collect();
    for expected in ["below-allotment", "returned", "early-refill", "old-answer"] {
        assert!(seen.contains(expected), "{expected} is in no scene: {seen:?}");
    }
}

#[test]
fn scenes_are_what_their_names_say() {
    for scene in scenes() {
        let verdict = scene.state.status(Some(TAB), scene.now.into()).judgement.verdict.word();
        let named = scene.name.split('-').next().unwrap();
        assert!(
            ["reload", "notes", "unsent"].contains(&named) || named == verdict,
            "{}: {verdict}",
            scene.name
        );
    }
}
