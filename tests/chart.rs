//! The marks and the words of the chart, for a refill that came early, in parts, with less than the plan gives, as a date
//! without tokens, or not at all while a cost came back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::UtcMillis;
use refill_watch::state::{Action, State};
use refill_watch::time::MINUTE;
use refill_watch::view::{self, Element};
use serde_json::json;
use support::machine::{Machine, before_renewal, paid, regular, spend_down_to};
use support::scenes::{Scene, at, scenes};
use support::{English, attribute, elements, visible_text};

fn reader() -> English {
    English::in_zone(chrono_tz::America::Los_Angeles)
}

fn scene(name: &str) -> Scene {
    scenes().into_iter().find(|scene| scene.name == name).unwrap()
}

fn popup(state: &State, now: UtcMillis) -> Element {
    view::popup(state, now.into(), &reader()).tree
}

/// The class and place of every refill's mark in the chart, the parts of one together.
fn marks(popup: &Element) -> Vec<Vec<(String, (i64, i64))>> {
    let circles = |group: &Element| -> Vec<(String, (i64, i64))> {
        let circles = elements(group).into_iter().filter(|element| element.tag == "circle");
        circles
            .filter_map(|circle| {
                let class = attribute(circle, "class").filter(|class| class.starts_with("refill"))?;
                let place = |name| attribute(circle, name)?.parse().ok();
                Some((class.to_owned(), (place("cx")?, place("cy")?)))
            })
            .collect()
    };
    // The innermost groups: one for each refill.
    let groups = elements(popup).into_iter().filter(|element| {
        element.tag == "g" && elements(element).into_iter().skip(1).all(|inner| inner.tag != "g")
    });
    groups.map(circles).filter(|circles| !circles.is_empty()).collect()
}

/// What the chart says of each day's refill, without the days of which it says nothing.
fn said(popup: &Element) -> Vec<String> {
    let tips = elements(popup).into_iter().filter(|element| attribute(element, "class") == Some("tip"));
    let texts = tips.map(visible_text).map(|text| text.split_once(" spent. ").map(|(_, of)| of.to_owned()));
    texts.flatten().filter(|of| !of.trim().is_empty()).collect()
}

#[test]
fn the_chart_has_one_mark_with_its_parts_for_a_refill_that_came_in_parts() {
    let Scene { state, now, .. } = scene("refilled-in-parts");
    let popup = popup(&state, now);
    let last = marks(&popup).pop().unwrap();
    assert_eq!(last.iter().map(|(class, _)| &**class).collect::<Vec<_>>(), ["refill", "refill part"]);
    let heights: Vec<_> = last.iter().map(|(_, (_, y))| *y).collect();
    assert!(heights[0] < heights[1], "the ring is where the rest came: {heights:?}");
    assert_eq!(said(&popup).pop().as_deref(), Some("Refilled in 2 parts"));
    let whole = scene("refilled");
    assert_eq!(marks(&self::popup(&whole.state, whole.now)).len(), marks(&popup).len(), "as many refills");
}

#[test]
fn a_week_of_refills_in_two_parts_has_none_in_more() {
    let mut machine = regular();
    for day in 23..27 {
        machine.wait_until(at(&format!("2026-11-{}T23:58:00Z", day - 1)));
        machine.look(&json!({"subscriptionTokens": 5}));
        for (time, fast) in [("00:04", 80), ("00:30", 150)] {
            machine.wait_until(at(&format!("2026-11-{day}T{time}:00Z")));
            machine.look(&json!({ "subscriptionTokens": fast }));
        }
        machine.wait_until(at(&format!("2026-11-{day}T20:00:00Z")));
        spend_down_to(&mut machine, 150, 5);
    }
    machine.act(Action::ShowChart("90".into()));
    let said = said(&popup(&machine.state, machine.now));
    assert!(said.iter().any(|of| of == "Refilled in 2 parts"), "{said:?}");
    assert!(said.iter().all(|of| !of.contains("3 parts") && !of.contains("5 parts")), "{said:?}");
}

#[test]
fn an_early_refill_stands_in_the_chart_where_it_was_seen_and_not_in_the_future() {
    let Scene { state, now, .. } = scene("refilled-early");
    let popup = popup(&state, now);
    assert_eq!(said(&popup), ["Refilled early"]);
    // The last of fourteen days is the present one, 23:32 of it.
    let [mark] = &marks(&popup)[..] else { panic!("{:?}", marks(&popup)) };
    assert!((3_380..3_400).contains(&mark[0].1.0), "{mark:?}");
}

#[test]
fn what_a_refill_left_missing_stays_in_the_chart_until_the_rest_has_come_and_after_a_restart() {
    let mut machine = before_renewal(900);
    machine.wait_until(at("2026-11-17T14:00:00Z"));
    machine.look(&paid(12_000, 900, "2026-12-14T00:00:00"));
    let chart = |machine: &Machine| {
        let popup = popup(&machine.state, machine.now);
        (said(&popup), marks(&popup).into_iter().flatten().map(|(class, _)| class).collect::<Vec<_>>())
    };
    let short = (vec!["Refilled · 13,000 missing".to_owned()], vec!["refill below".to_owned()]);
    assert_eq!(chart(&machine), short);
    machine.end_background(true);
    assert_eq!(chart(&machine), short);
    machine.wait_until(at("2026-11-17T16:00:00Z"));
    machine.look(&paid(25_000, 900, "2026-12-14T00:00:00"));
    assert_eq!(chart(&machine).0, ["Refilled in 2 parts"]);
}

#[test]
fn a_date_without_tokens_leaves_no_mark_and_the_chart_says_what_happened_instead() {
    let renewed = "Date moved, no tokens came";
    let Scene { state, now, .. } = scene("late-renewed");
    let shown = popup(&state, now);
    assert_eq!((marks(&shown).len(), said(&shown)), (0, vec![renewed.to_owned()]));
    // The leftovers went to the bank with it, and hours later there is still nothing.
    let mut machine = before_renewal(900);
    for time in ["00:10", "05:10"] {
        machine.wait_until(at(&format!("2026-11-14T{time}:00Z")));
        machine.look(&paid(0, 900, "2026-12-14T00:00:00"));
        let shown = popup(&machine.state, machine.now.plus(10 * MINUTE));
        assert_eq!((marks(&shown).len(), said(&shown)), (0, vec![renewed.to_owned()]), "{time}");
    }
    machine.wait_until(at("2026-11-14T06:10:00Z"));
    machine.look(&paid(25_000, 900, "2026-12-14T00:00:00"));
    let shown = popup(&machine.state, machine.now);
    assert_eq!((marks(&shown).len(), said(&shown)), (1, vec!["Refilled".to_owned()]), "in one part");
}

#[test]
fn a_refill_that_is_awaited_and_a_cost_that_came_back_are_said_on_their_day() {
    let last_said = |name: &str| {
        let Scene { state, now, .. } = scene(name);
        said(&popup(&state, now)).pop()
    };
    assert_eq!(last_said("late").as_deref(), Some("Refill is late"));
    assert_eq!(last_said("late-just-due").as_deref(), Some("Refill due"));
    assert_eq!(last_said("late-returned").as_deref(), Some("Refill is late · 2,000 came back"));
    let Scene { state, now, .. } = scene("missed");
    let said = said(&popup(&state, now));
    assert_eq!(said.last().map(String::as_str), Some("Refill did not come"), "{said:?}");
}
