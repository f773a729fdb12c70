//! Devices: what each tells the others through the browser's own sync storage, and what they make of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use refill_watch::state::{Action, Effect, Event, Setting, SyncTrouble};
use refill_watch::time::{HOUR, MINUTE};
use refill_watch::{UtcMillis, view};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::machine::{Dice, Machine, TAB};
use support::scenes::at;
use support::visible_text;

/// Browsers allow this many writes an hour, this many a minute, and this many bytes per item.
const AN_HOUR: usize = 1_800;
const A_MINUTE: usize = 120;
const AN_ITEM: usize = 8_192;

/// Computers that share one sync storage.
struct Household {
    machines: Vec<Machine>,
    cloud: BTreeMap<String, String>,
    writes: Vec<UtcMillis>,
    /// How far each machine's requests have been carried out.
    done: Vec<usize>,
}

impl Household {
    fn new(names: &[&str], now: &str) -> Self {
        let mut home =
            Self { machines: Vec::new(), cloud: BTreeMap::new(), writes: Vec::new(), done: Vec::new() };
        for name in names {
            let mut machine = Machine::new(chrono_tz::UTC, at(now));
            machine.look(&json!({"subscriptionTokens": 100}));
            machine.set("devices", "on");
            machine.set("device_name", name);
            home.machines.push(machine);
            home.done.push(0);
        }
        home.sync();
        home
    }

    fn tell(&mut self, n: usize) {
        let items = self.cloud.iter().map(|(key, text)| (key.clone(), text.clone())).collect();
        let random = format!("{:08x}-aaaa-4aaa-8aaa-{:012x}{:08x}", n + 1, n + 7, n);
        self.machines[n].event(Event::Synced { items: Some(items), random });
    }

    /// Carries out all requests and notifies every machine, until nothing is requested any more.
    fn sync(&mut self) {
        for n in 0..self.machines.len() {
            self.tell(n);
        }
        for _ in 0..10 {
            let mut changed = false;
            for n in 0..self.machines.len() {
                let asked: Vec<_> = self.machines[n].asked[self.done[n]..].to_vec();
                self.done[n] += asked.len();
                for (at, effect) in asked {
                    let Effect::Sync(key, text) = effect else { continue };
                    self.writes.push(at);
                    changed = true;
                    match text {
                        Some(text) => self.cloud.insert(key, text),
                        None => self.cloud.remove(&key),
                    };
                }
            }
            if !changed {
                return;
            }
            for n in 0..self.machines.len() {
                self.tell(n);
            }
        }
        panic!("the machines never come to rest: {:?}", self.cloud);
    }

    fn wait(&mut self, until: UtcMillis) {
        self.machines.iter_mut().for_each(|machine| machine.wait_until(until));
        self.sync();
    }
}

fn popup(machine: &Machine) -> String {
    visible_text(&view::popup(&machine.state, machine.now.into(), machine.reader()).tree)
}

fn options(machine: &Machine) -> String {
    visible_text(&view::options(&machine.state, machine.now.into(), machine.reader()).tree)
}

fn names(machine: &Machine) -> Vec<String> {
    machine.state.device_rows().into_iter().map(|row| row.name).collect()
}

#[test]
fn one_device_says_what_another_has_seen_later() {
    let mut home = Household::new(&["Laptop", "Desk"], "2026-11-22T23:10:00Z");
    home.wait(at("2026-11-23T00:10:00Z"));
    home.machines[0].look(&json!({"subscriptionTokens": 150}));
    home.sync();
    let status = home.machines[1].state.status(Some(TAB), home.machines[1].now.into());
    assert_eq!(status.judgement.verdict.word(), "stale");
    home.wait(at("2026-11-23T00:20:00Z"));
    home.machines[1].look(&json!({"subscriptionTokens": 130}));
    home.sync();
    home.wait(at("2026-11-23T00:30:00Z"));
    let said = popup(&home.machines[0]);
    assert!(said.contains("Desk read 130 at 12:20"), "{said}");
}

#[test]
fn a_device_whose_clock_is_ahead_counts_from_when_it_was_heard_of_and_never_again() {
    let mut home = Household::new(&["Laptop", "Desk"], "2026-11-22T10:00:00Z");
    home.machines[0].now = at("2026-11-22T13:04:00Z");
    home.machines[0].look(&json!({"subscriptionTokens": 20}));
    home.machines[1].wait_until(at("2026-11-22T10:05:00Z"));
    home.sync();
    let said = |home: &Household| {
        let status = home.machines[1].state.status(Some(TAB), home.machines[1].now.into());
        (status.judgement.verdict.word(), status.primary().unwrap().amount.unwrap().tokens())
    };
    assert_eq!(said(&home), ("stale", 20));
    home.machines[1].wait_until(at("2026-11-22T12:50:00Z"));
    home.machines[1].look(&json!({"subscriptionTokens": 10}));
    // It is shared again at every change, even after its instant has passed here and the log has forgotten it.
    home.machines[1].wait_until(at("2026-11-22T13:05:00Z"));
    home.tell(1);
    assert_eq!(said(&home), ("fresh", 10));
    for n in 0..60 {
        home.machines[1].wait_until(at("2026-11-22T13:06:00Z").plus(n * MINUTE));
        home.machines[1].answer(&json!({"subscriptionTokens": if n % 2 == 0 { 9 } else { 10 }}));
        home.tell(1);
        assert_eq!(said(&home), ("fresh", if n % 2 == 0 { 9 } else { 10 }), "{n}");
    }
}

#[test]
fn nothing_is_written_before_the_user_wants_it_and_it_is_taken_back_when_it_is_switched_off() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.event(Event::Synced { items: Some(Vec::new()), random: "0".repeat(32) });
    machine.look(&json!({"subscriptionTokens": 100}));
    machine.wait_until(at("2026-11-23T20:00:00Z"));
    assert!(!machine.asked.iter().any(|(_, effect)| matches!(effect, Effect::Sync(..))));
    let mut home = Household::new(&["Laptop"], "2026-11-22T20:00:00Z");
    assert_eq!(home.cloud.len(), 1);
    assert!(popup(&home.machines[0]).contains("Nothing leaves your browser but what it syncs"));
    home.machines[0].set("devices", "off");
    home.sync();
    assert!(popup(&home.machines[0]).contains("Nothing leaves your browser."));
    assert_eq!(home.cloud.len(), 0);
}

#[test]
fn what_is_written_is_amounts_times_a_name_and_a_salted_hash() {
    let home = Household::new(&["Laptop", "Desk"], "2026-11-22T20:00:00Z");
    let texts: Vec<Value> = home.cloud.values().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(texts.len(), 2);
    for text in &texts {
        let mut fields: Vec<_> = text.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["account", "answered_at", "name", "pools", "salt"]);
    }
    // It is one account, and no two texts reveal that.
    assert_ne!(texts[0]["account"], texts[1]["account"]);
    let id = home.machines[0].state.accounts().next().unwrap().0.to_string();
    assert!(home.cloud.values().all(|text| !text.contains(&id)));
}

#[test]
fn at_any_rate_of_change_the_quotas_are_kept_and_the_last_number_arrives() {
    let mut home = Household::new(&["Laptop", "Desk"], "2026-11-22T01:00:00Z");
    let mut dice = Dice(3);
    let start = home.machines[0].now;
    let mut left = 100_000;
    while home.machines[0].now < start.plus(HOUR / 2) {
        let now = home.machines[0].now.plus(1 + dice.roll(2_000) as i64);
        for n in 0..2 {
            home.machines[n].wait_until(now);
        }
        left -= 1;
        home.machines[0].answer(&json!({"subscriptionTokens": left}));
        home.sync();
    }
    let end = home.machines[0].now.plus(2 * MINUTE);
    home.wait(end);
    for (span, most) in [(MINUTE, A_MINUTE), (HOUR, AN_HOUR)] {
        let busiest = home
            .writes
            .iter()
            .map(|at| home.writes.iter().filter(|other| (0..span).contains(&other.since(*at))).count());
        assert!(busiest.max().unwrap() <= most / 10, "{span}");
    }
    assert!(home.writes.len() > 25, "{} writes: numbers hardly ever arrive", home.writes.len());
    assert!(home.cloud.iter().all(|(key, text)| key.len() + text.len() < AN_ITEM / 8));
    let row = home.machines[1].state.device_rows().remove(0);
    assert_eq!(row.pools.primary_amount().map(refill_watch::balance::Amount::tokens), Some(left));
}

#[test]
fn devices_are_renamed_and_removed_from_each_other_and_keep_the_new_name() {
    let mut home = Household::new(&["Laptop", "Desk"], "2026-11-22T20:00:00Z");
    assert_eq!(names(&home.machines[0]), ["Desk"]);
    let id = home.machines[0].state.device_rows()[0].id.clone();
    home.machines[0].set(&format!("device:{id}"), "  Old computer ");
    home.sync();
    assert_eq!(names(&home.machines[0]), ["Old computer"]);
    assert_eq!(home.machines[1].state.device_name(), "Old computer");
    home.wait(at("2026-11-22T21:00:00Z"));
    home.machines[1].look(&json!({"subscriptionTokens": 90}));
    home.sync();
    assert_eq!(names(&home.machines[0]), ["Old computer"], "its next answer brings the old name back");
    home.machines[0].act(Action::RemoveDevice(id.clone()));
    home.sync();
    assert_eq!(names(&home.machines[0]), Vec::<String>::new());
    for bad in ["", "   ", "a\u{7}b"] {
        home.machines[1].act(Action::Set { key: Setting::Device(id.clone()), value: bad.into() });
        assert!(home.machines[1].state.refused_setting().is_some(), "{bad:?}");
    }
}

#[test]
fn a_device_that_was_away_for_long_or_whose_clock_is_wrong_says_nothing_of_this_number() {
    for told_at in ["2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z"] {
        let mut other = Household::new(&["Desk"], told_at);
        let mut home = Household::new(&["Laptop"], "2026-11-22T20:00:00Z");
        other.machines[0].look(&json!({"subscriptionTokens": 3}));
        other.sync();
        let (_, text) = other.cloud.pop_first().unwrap();
        home.cloud.insert("device:abc".into(), text);
        home.sync();
        assert_eq!(home.machines[0].state.device_rows().len(), 1);
        let status = home.machines[0].state.status(Some(TAB), home.machines[0].now.into());
        assert_eq!(status.judgement.verdict.word(), "fresh", "{told_at}");
    }
}

#[test]
fn other_texts_in_the_storage_are_passed_over_and_another_account_is_only_listed() {
    let mut home = Household::new(&["Laptop"], "2026-11-22T20:00:00Z");
    let own = home.cloud.values().next().unwrap().clone();
    for (key, text) in [
        ("theme", "dark".to_owned()),
        ("device:a", "{".to_owned()),
        ("device:b", "[]".to_owned()),
        ("device:c", own.replace("\"account\":\"", "\"account\":\"f")),
        ("device:d", own.replace('}', &format!(",\"more\":\"{}\"}}", "x".repeat(3_000)))),
        ("device:much-too-long-for-an-id", own.clone()),
    ] {
        home.cloud.insert(key.into(), text);
    }
    home.sync();
    let rows = home.machines[0].state.device_rows();
    assert_eq!(rows.iter().map(|row| (row.id.as_str(), row.is_known)).collect::<Vec<_>>(), [("c", false)]);
    assert!(options(&home.machines[0]).contains("Another account"));
    assert!(home.cloud.contains_key("theme"), "what is not ours stays");
}

#[test]
fn storage_that_is_absent_or_full_is_said_and_tried_again_seldom() {
    let mut machine = Machine::new(chrono_tz::UTC, at("2026-11-22T20:00:00Z"));
    machine.event(Event::Synced { items: None, random: "1".repeat(32) });
    machine.look(&json!({"subscriptionTokens": 100}));
    machine.set("devices", "on");
    assert_eq!(machine.state.sync_trouble(), SyncTrouble::Absent);
    assert!(options(&machine).contains("cannot be read"));
    assert!(!machine.asked.iter().any(|(_, effect)| matches!(effect, Effect::Sync(..))));
    machine.event(Event::Synced { items: Some(Vec::new()), random: "1".repeat(32) });
    let writes = |machine: &Machine| {
        machine.asked.iter().filter(|(_, effect)| matches!(effect, Effect::Sync(..))).count()
    };
    assert_eq!(writes(&machine), 1);
    let end = machine.now.plus(3 * HOUR);
    let mut refused = 0;
    while machine.now < end {
        if writes(&machine) > refused {
            refused = writes(&machine);
            machine.state.handle_sync_outcome(false);
            machine.event(Event::Tick);
        }
        machine.wait_until(machine.now.plus(MINUTE));
    }
    assert!((3..=7).contains(&writes(&machine)), "{}", writes(&machine));
    assert!(options(&machine).contains("sync storage is full"));
    machine.state.handle_sync_outcome(true);
    assert!(!options(&machine).contains("sync storage is full"));
}

#[test]
fn data_out_of_another_devices_file_does_not_make_this_one_that_device() {
    let mut home = Household::new(&["Laptop", "Desk"], "2026-11-22T20:00:00Z");
    let file = home.machines[0].state.export();
    home.machines[1].act(Action::Import(file));
    home.wait(at("2026-11-22T21:00:00Z"));
    home.machines[1].look(&json!({"subscriptionTokens": 90}));
    home.sync();
    assert_eq!(home.cloud.len(), 2);
    assert_eq!(home.machines[0].state.device_rows().len(), 1);
}

#[test]
fn devices_that_are_no_more_are_taken_out_one_by_one_and_the_list_stays_short() {
    let mut home = Household::new(&["Laptop"], "2026-11-22T20:00:00Z");
    let own = home.cloud.values().next().unwrap().clone();
    let answered_at = serde_json::from_str::<Value>(&own).unwrap()["answered_at"].to_string();
    for n in 0..60 {
        // Every second one was last heard of a hundred days ago.
        let at = home.machines[0].now.plus(-(n % 2) * 100 * 24 * HOUR - n);
        home.cloud.insert(format!("device:old{n}"), own.replace(&answered_at, &at.0.to_string()));
    }
    for n in 0..60 {
        home.machines[0].answer(&json!({"subscriptionTokens": 99 - n}));
        home.sync();
        home.wait(home.machines[0].now.plus(2 * MINUTE));
    }
    assert_eq!(home.cloud.len(), 31);
    assert_eq!(home.machines[0].state.device_rows().len(), 20);
}
