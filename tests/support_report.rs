//! The report for support, and the diagnostics: what is in them, what is not, and that a replay finds the same.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::replay::Replay;
use refill_watch::state::{Action, Answer, Before, Effect, Event, SitePage, State};
use refill_watch::view;
use refill_watch::{UtcMillis, state};
use serde_json::{Value, json};
use support::machine::Machine;
use support::scenes::{Scene, TAB, at, scenes};
use support::{English, attribute, elements, visible_text};

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

fn scene(name: &str) -> Scene {
    let mut scene = scenes().into_iter().find(|scene| scene.name == name).unwrap();
    scene.state.browser = CHROME.into();
    scene
}

fn reader() -> English {
    English::in_zone(chrono_tz::America::Los_Angeles)
}

fn act(state: &mut State, action: Action, now: UtcMillis) -> Vec<Effect> {
    state.handle(Event::Act { tab: None, action }, now.into())
}

/// What an action copies.
fn copied(state: &mut State, action: Action, now: UtcMillis) -> Option<String> {
    let effects = act(state, action, now);
    effects.iter().find_map(|effect| match effect {
        Effect::Copy(clip) => view::clip(state, clip, now),
        _ => None,
    })
}

fn set(state: &mut State, key: &str, value: &str, now: UtcMillis) {
    act(state, Action::Set { key: key.to_owned().try_into().unwrap(), value: value.to_owned() }, now);
}

#[test]
fn a_short_refill_is_reported_with_everything_that_support_asks_for() {
    let Scene { mut state, now, .. } = scene("short");
    act(&mut state, Action::FreshReload, now.plus(-60_000));
    state.handle(
        Event::Unsent { tab: TAB, before: Before::Reload, is_there: false },
        now.plus(-60_000).into(),
    );
    set(&mut state, "step:login", "true", now);
    let text = view::report_text(&state, now);
    for part in [
        "My tokens refilled to less than my plan gives.",
        "Plan: free (in Leonardo's data: FREE)",
        "Fast tokens: 90, as answered 2026-11-23 00:04 UTC",
        "My plan refills up to 150 a day; filled up to: 90 (60 %); missing: 60",
        "Refill due: 2026-11-23 00:00 UTC (assumed)",
        "Answer before the refill, asked for 2026-11-22 23:58 UTC: Fast tokens 0, Top-up tokens 0",
        "Answer after the refill, asked for 2026-11-23 00:04 UTC: Fast tokens 90, Top-up tokens 0",
        "Spent in this browser between the two answers: 0",
        "Last refill observed: between 2026-11-22 23:58 UTC and 2026-11-23 00:04 UTC, 0 to 90",
        "fresh reload 2026-11-23 00:09 UTC; signing out and in again 2026-11-23 00:10 UTC",
        "Browser: Chrome 156.0.0.0",
        concat!("Refill Watch ", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

#[test]
fn a_refill_that_never_came_is_reported_with_the_answer_that_shows_it() {
    let Scene { state, now, .. } = scene("missed");
    let text = view::report_text(&state, now);
    for part in [
        "My tokens did not refill.",
        "My plan refills up to 150 a day; came: 0 (0 %); missing: 150",
        "Refill due: 2026-11-23 00:00 UTC",
        "Answer before the refill, asked for 2026-11-22 23:09 UTC: Fast tokens 0, Top-up tokens 0",
        "Answer after it was due, asked for 2026-11-24 06:00 UTC: Fast tokens 0, Top-up tokens 0",
        "Not come by 2026-11-24 06:00 UTC, by an answer 1800 minutes after it was due",
        "Tried since then: nothing yet",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

/// The report of a scene has every one of these lines.
fn assert_reported(name: &str, lines: &[&str]) {
    let Scene { state, now, .. } = scene(name);
    let text = view::report_text(&state, now);
    for line in lines {
        assert!(text.lines().any(|found| found == *line), "{name}: {line:?} is missing in:\n{text}");
    }
}

#[test]
fn a_refill_below_the_plans_amount_is_reported_with_both_answers_and_what_is_missing() {
    assert_reported(
        "refilled-below-allotment",
        &[
            "A part of my refill may be missing.",
            "My plan refills 25000 a month; came: 12000 (48 %); missing: 13000",
            "Refill due: 2026-11-14 00:00 UTC (renewal date in Leonardo's data)",
            "Answer before the refill, asked for 2026-11-13 22:00 UTC: Fast tokens 900, Rollover bank 0, Top-up tokens 0; \
             renewal date 2026-11-14 00:00 UTC",
            "Answer after the refill, asked for 2026-11-17 14:00 UTC: Fast tokens 12000, Rollover bank 900, Top-up tokens 0; \
             renewal date 2026-12-14 00:00 UTC",
            "Spent in this browser between the two answers: 0",
        ],
    );
}

#[test]
fn a_date_that_moved_without_tokens_is_reported_as_that() {
    assert_reported(
        "late-renewed",
        &[
            "My renewal date moved on, and the tokens have not come.",
            "My plan refills 25000 a month; came: 0 (0 %); missing: 25000",
            "Answer before the refill, asked for 2026-11-13 23:00 UTC: Fast tokens 50, Rollover bank 0, Top-up tokens 0; \
             renewal date 2026-11-14 00:00 UTC",
            "Answer after it was due, asked for 2026-11-14 02:00 UTC: Fast tokens 50, Rollover bank 0, Top-up tokens 0; \
             renewal date 2026-12-14 00:00 UTC",
            "The renewal date moved on to 2026-12-14 00:00 UTC, and no tokens came with it",
        ],
    );
}

#[test]
fn a_date_that_moved_hours_ago_is_reported_with_the_pool_as_it_was_and_not_as_a_refill_of_nothing() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-13T22:00:00Z"));
    let paid = |fast: u64, renewal: &str| json!({"plan": "ARTISAN", "subscriptionTokens": fast, "tokenRenewalDate": renewal});
    machine.look(&paid(50, "2026-11-14T00:00:00"));
    for time in ["01:00", "06:30"] {
        machine.wait_until(at(&format!("2026-11-14T{time}:00Z")));
        machine.look(&paid(50, "2026-12-14T00:00:00"));
    }
    let text = view::report_text(&machine.state, machine.now);
    for part in [
        "My plan refills 25000 a month; came: 0 (0 %); missing: 25000",
        "Refill due: 2026-11-14 00:00 UTC",
        "Answer before the refill, asked for 2026-11-13 22:00 UTC: Fast tokens 50",
        "Answer after it was due, asked for 2026-11-14 06:30 UTC: Fast tokens 50",
        "and no tokens came with it",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    assert!(!text.contains("Last refill observed"), "{text}");
}

#[test]
fn a_cost_that_came_back_is_reported_beside_the_refill_that_did_not_come() {
    assert_reported(
        "late-returned",
        &[
            "My tokens have not refilled yet.",
            "My plan refills 25000 a month; came: 0 (0 %); missing: 25000",
            "Answer before the refill, asked for 2026-11-13 23:50 UTC: Fast tokens 18000, Rollover bank 0, Top-up tokens 0; \
             renewal date 2026-11-14 00:00 UTC",
            "Answer after it was due, asked for 2026-11-14 00:12 UTC: Fast tokens 20000, Rollover bank 0, Top-up tokens 0; \
             renewal date 2026-11-14 00:00 UTC",
            "Came back between 2026-11-13 23:50 UTC and 2026-11-14 00:12 UTC: 2000, no refill but a refund",
        ],
    );
}

#[test]
fn an_early_refill_and_one_in_parts_are_reported_as_what_they_were() {
    assert_reported(
        "refilled-early",
        &[
            "Refill due: 2026-11-23 00:00 UTC (assumed)",
            "Answer after the refill, asked for 2026-11-22 23:31 UTC: Fast tokens 150, Top-up tokens 0",
            "Last refill observed: between 2026-11-22 22:00 UTC and 2026-11-22 23:31 UTC, 12 to 150, before it was due \
             (the amount rose)",
        ],
    );
    assert_reported(
        "refilled-in-parts",
        &[
            "My plan refills up to 150 a day; filled up to: 150 (100 %); missing: 0",
            "Last refill observed: between 2026-11-22 20:43 UTC and 2026-11-23 00:20 UTC, 5 to 150, in 2 parts \
             (the amount rose)",
        ],
    );
}

#[test]
fn a_number_from_before_the_refill_is_not_reported_with_the_answers_of_an_older_refill() {
    let Scene { state, now, .. } = scene("stale-before-refill");
    let text = view::report_text(&state, now);
    assert!(text.contains("Refill due: 2026-11-23 00:00 UTC"), "{text}");
    assert!(!text.contains("Answer before the refill") && !text.contains("Answer after"), "{text}");
}

#[test]
fn answers_that_are_no_longer_kept_are_reported_as_they_are_remembered() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-13T22:00:00Z"));
    let paid = |fast: u64, renewal: &str| json!({"plan": "ARTISAN", "subscriptionTokens": fast, "tokenRenewalDate": renewal});
    machine.look(&paid(900, "2026-11-14T00:00:00"));
    for minute in 0..60 {
        machine.wait_until(at("2026-11-14T00:05:00Z").plus(minute * 60_000));
        machine.look(&paid(25_000 - minute.unsigned_abs(), "2026-12-14T00:00:00"));
    }
    let text = view::report_text(&machine.state, machine.now);
    for part in [
        "Answer before the refill, asked for 2026-11-13 22:00 UTC: Fast tokens 900\n",
        "Answer after the refill, asked for 2026-11-14 00:05 UTC: Fast tokens 25000\n",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

#[test]
fn a_change_of_plan_names_both_plans_and_when() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&json!({"plan": "APPRENTICE", "subscriptionTokens": 8_000, "tokenRenewalDate": "2026-12-14T10:00:00"}));
    machine.wait_until(at("2026-11-22T21:00:00Z"));
    machine.look(&json!({"plan": "ARTISAN_V2", "subscriptionTokens": 9_000, "tokenRenewalDate": "2026-12-22T20:30:00"}));
    let text = view::report_text(&machine.state, machine.now);
    assert!(
        text.contains("Plan changed: from APPRENTICE to ARTISAN_V2, first seen 2026-11-22 21:00 UTC"),
        "{text}"
    );
    assert!(text.contains("Plan: premium (in Leonardo's data: ARTISAN_V2)"), "{text}");
}

#[test]
fn every_line_can_be_left_out_and_taken_in_again_and_nothing_else_is_copied() {
    let Scene { mut state, now, .. } = scene("missed");
    let all = view::report_lines(&state, &state.status(None, now.into()));
    assert!(all.len() > 8);
    for line in &all {
        set(&mut state, &format!("report:{}", line.word), "false", now);
        let text = copied(&mut state, Action::CopySupport, now).unwrap();
        assert!(!text.contains(&line.text), "{} stays in:\n{text}", line.word);
        assert_eq!(text.lines().count(), all.len() - 1);
        set(&mut state, &format!("report:{}", line.word), "true", now);
    }
    for line in &all {
        set(&mut state, &format!("report:{}", line.word), "false", now);
    }
    assert_eq!(view::report_text(&state, now), "");
    set(&mut state, "report:note", "My e-mail is ada@example.org", now);
    assert_eq!(view::report_text(&state, now).trim(), "My e-mail is ada@example.org");
    // The user's text is for this report alone.
    let stored = state.take_unsaved();
    assert!(stored.iter().all(|one| one.value.as_ref().is_none_or(|value| !value.contains("example.org"))));
    assert!(!state.export().contains("example.org"));
}

#[test]
fn nothing_personal_is_in_it_unless_it_was_typed_in() {
    for Scene { state, now, name } in scenes() {
        let text = view::report_text(&state, now);
        let account = state.accounts().next().map(|(id, _)| id.to_string());
        assert!(account.is_none_or(|id| !text.contains(&id)), "{name}: {text}");
        assert!(!text.contains("ada") && !text.contains('@') && !text.contains("Phone"), "{name}: {text}");
    }
}

#[test]
fn the_popup_shows_it_line_by_line_and_opens_it_when_support_is_the_way_out() {
    for (name, open) in [("missed", true), ("short", true), ("late", false), ("fresh", false)] {
        let Scene { mut state, now, .. } = scene(name);
        set(&mut state, "report:plan", "false", now);
        let tree = view::popup(&state, now.into(), &reader()).tree;
        let folded = elements(&tree)
            .into_iter()
            .find(|element| attribute(element, "data-key") == Some("support_title"))
            .unwrap()
            .clone();
        assert_eq!(attribute(&folded, "open").is_some(), open, "{name}");
        let checks: Vec<_> = elements(&folded)
            .into_iter()
            .filter(|element| attribute(element, "type") == Some("checkbox"))
            .collect();
        assert_eq!(checks.len(), view::report_lines(&state, &state.status(None, now.into())).len(), "{name}");
        let unchecked: Vec<_> = checks
            .iter()
            .filter(|check| attribute(check, "checked").is_none())
            .map(|check| attribute(check, "id"))
            .collect();
        assert_eq!(unchecked, [Some("report-plan")], "{name}");
        let values = |action: &str| -> Vec<String> {
            let all = elements(&folded);
            let pressed = all.iter().filter(|element| attribute(element, "data-action") == Some(action));
            pressed.filter_map(|element| attribute(element, "data-value").map(str::to_owned)).collect()
        };
        assert_eq!(values("open-page"), ["help", "contact", "api-support", "discord", "status"], "{name}");
        // The line with the plan is left out.
        assert_eq!(values("copy-field"), ["subject", "date", "description"], "{name}");
    }
    let Scene { state, now, .. } = scene("unknown-first-run");
    assert!(!visible_text(&view::popup(&state, now.into(), &reader()).tree).contains("Report for support"));
}

#[test]
fn each_field_of_the_form_is_copied_by_itself_and_all_fields_hold_the_whole_report() {
    let Scene { mut state, now, .. } = scene("missed");
    set(&mut state, "report:note", "It is urgent.", now);
    let mut copy = |word: &str| copied(&mut state, Action::CopyField(word.to_owned()), now);
    assert_eq!(copy("subject").as_deref(), Some("My tokens did not refill."));
    assert_eq!(copy("plan").as_deref(), Some("free (in Leonardo's data: FREE)"));
    assert_eq!(copy("date").as_deref(), Some("2026-11-23 00:00 UTC (assumed)"));
    let description = copy("description").unwrap();
    assert!(description.starts_with("It is urgent.\n\nWritten: "), "{description}");
    assert_eq!(copy("password"), None);
    let whole = view::report_text(&state, now);
    for line in whole.lines().filter(|line| !line.is_empty()) {
        let is_a_field = ["My tokens", "Plan: ", "Refill due: "].iter().any(|start| line.starts_with(start));
        assert!(is_a_field || description.contains(line), "{line:?} is in no field");
    }
    // A page must not get hold of it.
    let event = Event::Act { tab: Some(TAB), action: Action::CopyField("subject".into()) };
    assert!(state.handle(event, now.into()).iter().all(|effect| !matches!(effect, Effect::Copy(_))));
}

#[test]
fn a_picture_for_support_is_taken_with_the_card_open() {
    let Scene { mut state, now, .. } = scene("missed");
    act(&mut state, Action::SaveSupport, now);
    assert!(state.tab(TAB).unwrap().expanded);
    assert!(state.take_picture().is_some());
}

#[test]
fn every_link_leads_to_a_page_that_is_known() {
    for (word, url) in [
        ("help", "https://intercom.help/leonardo-ai/"),
        ("contact", "https://leonardo.ai/contact-us/"),
        ("api-support", "https://docs.leonardo.ai/docs/need-more-support"),
        ("discord", "https://discord.gg/leonardo-ai"),
        ("status", "https://status.leonardo.ai"),
        ("pricing", "https://leonardo.ai/pricing"),
    ] {
        let read = serde_json::from_value(json!({ "action": "open-page", "value": word }));
        let Ok(Action::OpenPage(page)) = read else { panic!("{word}") };
        assert_eq!(SitePage::url(page), url);
    }
}

#[test]
fn saving_it_asks_for_a_picture_of_the_same_name_and_says_when_none_could_be_taken() {
    let Scene { mut state, now, .. } = scene("missed");
    let saves = Effect::SaveReport { name: "refill-watch-report-2026-11-24.txt".into() };
    assert!(act(&mut state, Action::SaveSupport, now).contains(&saves));
    assert_eq!(state.take_picture().as_deref(), Some("refill-watch-report-2026-11-24.png"));
    assert_eq!(state.take_picture(), None);
    let complains = |state: &State| {
        visible_text(&view::popup(state, now.into(), &reader()).tree).contains("Could not take the picture")
    };
    assert!(!complains(&state));
    act(&mut state, Action::NoPicture, now);
    assert!(complains(&state));
    act(&mut state, Action::SaveSupport, now);
    assert!(!complains(&state));
}

#[test]
fn a_page_can_neither_copy_nor_save_a_report() {
    let Scene { mut state, now, .. } = scene("missed");
    for action in [Action::CopySupport, Action::SaveSupport, Action::SaveDiagnostics] {
        let effects = state.handle(Event::Act { tab: Some(TAB), action }, now.into());
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Copy(_) | Effect::SaveReport { .. })));
        assert!(state.take_file().is_none() && state.take_picture().is_none());
    }
}

fn replayed(text: &str) -> Value {
    let mut replay = Replay::default();
    let mut last = Value::Null;
    for line in text.lines() {
        last = serde_json::from_str(&replay.line(line)).unwrap();
        assert_eq!(last.get("error"), None, "{line}: {last}");
    }
    last
}

#[test]
fn what_is_saved_for_diagnosis_replays_to_the_same_verdict_notes_and_pools() {
    // A closed tab's answer is attributed to the open one.
    let scenes = scenes().into_iter().filter(|scene| scene.name != "unsent-checked");
    for Scene { mut state, now, name } in scenes {
        act(&mut state, Action::SaveDiagnostics, now);
        let file = state.take_file().unwrap();
        assert_eq!(file.name, format!("refill-watch-diagnostics-{}.jsonl", &now.to_string()[..10]));
        assert!(!file.text.contains("ada") && !file.text.contains("Phone"), "{name}: {}", file.text);
        let found = replayed(&file.text);
        let status = state.status(None, now.into());
        assert_eq!(found["verdict"], status.judgement.verdict.word(), "{name}:\n{}", file.text);
        assert_eq!(found["reason"], json!(status.judgement.verdict.reason()), "{name}");
        let notes: Vec<_> = status.judgement.notes.iter().map(|note| note.word()).collect();
        assert_eq!(found["notes"], json!(notes), "{name}");
        let pools: Vec<Value> = status
            .pools
            .iter()
            .filter_map(|row| {
                Some(json!([row.pool.word(), row.amount?.to_json(), row.as_of.map(|at| at.to_string())]))
            })
            .collect();
        let told: Vec<Value> = found["pools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pool| json!([pool["pool"], pool["amount"], pool["as_of"]]))
            .collect();
        assert_eq!(told, pools, "{name}:\n{}", file.text);
    }
}

#[test]
fn teams_settings_and_lonely_tabs_are_in_the_diagnosis() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.look(&json!({"subscriptionTokens": 100}));
    machine.set("daily_reset_utc", "21:00");
    machine.close();
    machine.wait_until(at("2026-11-22T20:30:00Z"));
    machine.look(&json!({"subscriptionTokens": 60}));
    let team = json!({"data": {"teams": [{"akUUID": "t", "plan": "TEAM_GROWTH", "subscriptionTokens": 70_000,
        "planTokenRenewalDate": "2026-12-01T09:00:00"}]}});
    machine.wait_until(at("2026-11-22T21:30:00Z"));
    machine.event(Event::Answer(Answer { team: Some("t".into()), ..Answer::new(state::TabId(9), team) }));
    let text = machine.state.recording(machine.now);
    for (tab, verdict) in [(9, "fresh"), (1, "stale")] {
        let status = machine.state.status(Some(state::TabId(tab)), machine.now.into());
        assert_eq!(status.judgement.verdict.word(), verdict, "what is to be found again");
        let tick = format!("{{\"at\":\"{}\",\"event\":\"spend\",\"tab\":{tab},\"tokens\":0}}", machine.now);
        let found = replayed(&[text.as_str(), &tick].concat());
        assert_eq!(found["verdict"], verdict, "{text}");
    }
    assert!(text.contains("\"daily_reset_utc\":\"21:00\""), "{text}");
    assert!(text.contains("\"state\":\"closed\""), "{text}");
}
