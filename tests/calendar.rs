//! The calendar file, read by a calendar's own parser, with its events played forward for years.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use icalendar::{Calendar, CalendarComponent, Component, Event};
use refill_watch::UtcMillis;
use refill_watch::state::{Action, Effect};
use refill_watch::time::{DAY, MinuteOfDay, Schedule};
use refill_watch::view;
use rrule::RRuleSet;
use serde_json::{Value, json};
use support::machine::Machine;
use support::scenes::at;
use support::{attribute, elements};

const NOW: &str = "2026-11-22T20:00:00Z";

fn with(fields: &Value) -> Machine {
    let mut machine = Machine::new(chrono_tz::America::Los_Angeles, at(NOW));
    machine.look(fields);
    machine
}

fn file(machine: &Machine) -> Option<String> {
    view::calendar_file(&machine.state, machine.now.into(), machine.reader()).map(|file| file.text)
}

fn events(text: &str) -> Vec<Event> {
    let calendar: Calendar = text.parse().expect("a calendar");
    let event = |component: &CalendarComponent| match component {
        CalendarComponent::Event(event) => event.clone(),
        other => panic!("{other:?}"),
    };
    calendar.components.iter().map(event).collect()
}

/// The next `count` times of an event, by its own rule.
fn times(event: &Event, count: u16) -> Vec<UtcMillis> {
    let property = |name: &str| event.property_value(name).unwrap().to_owned();
    let rule = format!("DTSTART:{}\nRRULE:{}", property("DTSTART"), property("RRULE"));
    let set: RRuleSet = rule.parse().expect("a rule");
    set.all(count).dates.iter().map(|date| UtcMillis(date.timestamp_millis())).collect()
}

fn due_times(schedule: Schedule, count: u16) -> Vec<UtcMillis> {
    let mut due = at(NOW);
    std::iter::repeat_with(|| {
        due = schedule.next_due(due).unwrap();
        due
    })
    .take(count.into())
    .collect()
}

#[test]
fn the_daily_refill_comes_every_day_at_the_same_time_in_utc_with_an_alarm_after_it() {
    let mut machine = with(&json!({"subscriptionTokens": 72}));
    machine.set("daily_reset_utc", "17:30");
    let text = file(&machine).unwrap();
    let [event] = &events(&text)[..] else { panic!("{text}") };
    let schedule = Schedule::Daily(MinuteOfDay::parse("17:30").unwrap());
    // Across both changes of daylight saving time.
    assert_eq!(times(event, 400), due_times(schedule, 400));
    assert_eq!(event.get_summary(), Some("Leonardo.AI refill: Fast tokens"));
    assert!(
        text.contains("BEGIN:VALARM\r\nACTION:DISPLAY\r\n")
            && text.contains("TRIGGER;RELATED=START:PT300S\r\n"),
        "{text}"
    );
    machine.set("remind_minutes", "45");
    assert!(file(&machine).unwrap().contains("TRIGGER;RELATED=START:PT2700S\r\n"));
    // No clock and no randomness: the same state always gives the same file.
    assert_eq!(file(&machine), file(&machine));
    assert!(
        text.matches("DTSTAMP:20261122T200000Z\r\n").count() == text.matches("DTSTAMP").count(),
        "{text}"
    );
}

#[test]
fn every_billing_day_comes_in_every_month_on_the_last_day_where_it_is_shorter() {
    for day in 1..=31 {
        let mut machine = with(&json!({"plan": "ARTISAN", "subscriptionTokens": 900}));
        machine.set("billing_day", &day.to_string());
        let text = file(&machine).unwrap();
        let [event] = &events(&text)[..] else { panic!("{text}") };
        let schedule = Schedule::Monthly { day, minute: MinuteOfDay::MIDNIGHT };
        assert_eq!(times(event, 60), due_times(schedule, 60), "day {day}:\n{text}");
    }
}

#[test]
fn a_renewal_date_comes_again_by_the_plans_own_cadence_at_its_own_minute() {
    let paid = with(
        &json!({"plan": "ARTISAN", "subscriptionTokens": 900, "tokenRenewalDate": "2026-12-14T10:30:00"}),
    );
    let text = file(&paid).unwrap();
    let days: Vec<String> = times(&events(&text)[0], 3).iter().map(UtcMillis::to_string).collect();
    assert_eq!(days, ["2026-12-14T10:30:00Z", "2027-01-14T10:30:00Z", "2027-02-14T10:30:00Z"]);
    let free = with(&json!({"subscriptionTokens": 72, "tokenRenewalDate": "2026-11-23T00:00:00.250"}));
    let text = file(&free).unwrap();
    assert_eq!(
        times(&events(&text)[0], 2),
        ["2026-11-23", "2026-11-24"].map(|day| at(&format!("{day}T00:00:00Z")))
    );
    // With an unknown plan, and for API credits, one date says nothing about the next.
    let other =
        with(&json!({"plan": "BASIC", "subscriptionTokens": 900, "tokenRenewalDate": "2026-12-14T10:30:00",
            "apiPaidTokens": 4, "apiPlanTokenRenewalDate": "2026-12-02T08:00:00"}));
    let text = file(&other).unwrap();
    let events = events(&text);
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.property_value("RRULE").is_none()), "{text}");
}

#[test]
fn a_refill_on_the_31st_tells_that_a_date_on_the_28th_is_the_end_of_the_month() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2027-01-30T12:00:00Z"));
    let paid = |fast: u64, renewal: &str| json!({"plan": "ARTISAN", "subscriptionTokens": fast, "tokenRenewalDate": renewal});
    machine.look(&paid(100, "2027-01-31T10:00:00"));
    machine.wait_until(at("2027-01-31T12:00:00Z"));
    machine.look(&paid(25_000, "2027-02-28T10:00:00"));
    let text = file(&machine).unwrap();
    let days: Vec<String> =
        times(&events(&text)[0], 3).iter().map(|at| at.to_string()[..10].to_owned()).collect();
    assert_eq!(days, ["2027-02-28", "2027-03-31", "2027-04-30"]);
}

#[test]
fn every_line_is_short_ends_as_it_must_and_is_joined_again_by_the_parser() {
    let machine = with(&json!({"subscriptionTokens": 72}));
    let text = file(&machine).unwrap();
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    assert!(text.contains("\r\n "), "nothing long was written, so nothing was tried");
    let event = &events(&text)[0];
    let said = event.get_description().unwrap().replace("\\,", ",");
    assert!(
        said.starts_with("Calculated by Refill Watch from what it knew") && said.ends_with("save it again."),
        "{said}"
    );
    assert_eq!(event.get_uid().map(|uid| uid.ends_with("-fast@refill-watch")), Some(true));
}

#[test]
fn the_button_is_there_when_a_refill_is_known_to_come_and_asks_for_the_file() {
    let button = |machine: &Machine| {
        let tree = view::options(&machine.state, machine.now.into(), machine.reader()).tree;
        elements(&tree).iter().any(|element| attribute(element, "data-action") == Some("save-calendar"))
    };
    let mut machine = with(&json!({"subscriptionTokens": 72}));
    assert!(button(&machine));
    machine.act(Action::SaveCalendar);
    assert!(machine.asked.iter().any(|(_, effect)| *effect == Effect::SaveCalendar));
    let unknown = with(&json!({"plan": "BASIC", "subscriptionTokens": 72}));
    assert!(!button(&unknown) && file(&unknown).is_none());
    // A past date does not become a future one.
    let mut passed =
        with(&json!({"plan": "ARTISAN", "subscriptionTokens": 9, "tokenRenewalDate": "2026-11-22T21:00:00"}));
    passed.wait_until(at(NOW).plus(DAY));
    assert!(file(&passed).is_none());
}
