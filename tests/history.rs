//! Balance over time: what is kept, how much space it takes, and what a stop halfway costs.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/disk.rs"]
mod disk;

use disk::Disk;
use refill_watch::balance::Amount;
use refill_watch::state::{AccountId, Answer, Area, Day, Point, TabId};
use refill_watch::time::{DAY, HOUR, MINUTE};
use refill_watch::{Event, State, UtcMillis};
use serde_json::json;

/// 2026-01-01T00:00:00Z.
const NEW_YEAR: UtcMillis = UtcMillis(1_767_225_600_000);

fn answer_of(owner: &str, fast: u64) -> Event {
    let details = json!({"id": owner, "plan": "FREE", "subscriptionTokens": fast, "paidTokens": 10});
    let body = json!({"data": {"user_details": [details]}});
    Event::Answer(Answer::new(TabId(1), body))
}

fn answer(fast: u64) -> Event {
    answer_of("ada", fast)
}

fn spend(tokens: u64) -> Event {
    Event::Spend { tab: TabId(1), tokens, asked_at: None }
}

fn after(events: impl IntoIterator<Item = (UtcMillis, Event)>) -> State {
    let mut state = State::default();
    for (at, event) in events {
        state.handle(event, at.into());
    }
    state
}

fn account(state: &State) -> AccountId {
    state.status(None, NEW_YEAR.into()).account.unwrap().0.clone()
}

fn days(state: &State) -> Vec<Day> {
    state.days(&account(state)).collect()
}

fn detail(state: &State) -> Vec<Point> {
    state.detail(&account(state)).collect()
}

fn tokens(amount: u64) -> Option<Amount> {
    Some(Amount::whole(amount))
}

/// The keys with this prefix, with their values.
fn under<'a>(disk: &'a Disk, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a String)> {
    disk.local.iter().filter(move |(key, _)| key.starts_with(prefix))
}

/// A busy free account: a refill at midnight, then an answer every quarter of an hour from 06:00, every second one
/// after spending.
fn busy_day(day: i64) -> impl Iterator<Item = (UtcMillis, Event)> {
    let start = NEW_YEAR.plus(day * DAY);
    (0..72_i64).flat_map(move |quarter| {
        let at = start.plus(6 * HOUR + quarter * 15 * MINUTE);
        let left = 150 - u64::try_from(quarter / 2 + quarter % 2).unwrap();
        let spent = (quarter % 2 == 1).then(|| (at.plus(-MINUTE), spend(1)));
        spent.into_iter().chain([(at, answer(left))])
    })
}

#[test]
fn a_day_is_one_row_and_the_last_days_have_every_answer() {
    let state = after((0..20).flat_map(busy_day));
    let days = days(&state);
    assert_eq!(days.len(), 20);
    let last = days.last().unwrap();
    assert_eq!((last.lowest, last.highest), (tokens(114), tokens(150)));
    assert_eq!((last.last.primary, last.last.spendable), (tokens(114), tokens(124)));
    assert_eq!(last.last.spent, Amount::whole(36));
    assert_eq!(last.refills, 1);
    let refill = last.last.refill.unwrap();
    assert_eq!(refill.due, NEW_YEAR.plus(19 * DAY));
    assert_eq!((refill.late_at_least, refill.late_at_most), (0, 6 * HOUR), "seen at 06:00, at the earliest");

    let detail = detail(&state);
    assert_eq!(detail[0].at.start_of_day(), NEW_YEAR.plus(11 * DAY), "eight days and the present one");
    let of_last_day: Vec<_> = detail.iter().filter(|p| p.at >= NEW_YEAR.plus(19 * DAY)).collect();
    assert!(of_last_day.len() <= 96);
    let spent = of_last_day.iter().map(|p| p.spent.tokens()).sum::<u64>();
    assert_eq!(spent, 36, "thinning moves spending to the next point");
    assert_eq!(of_last_day[0].refill, Some(refill));
    let balances = of_last_day.iter().filter(|p| p.primary.is_some()).count();
    assert_eq!(balances, 72, "spending by itself goes before any change of the balance");
}

#[test]
fn a_refill_that_was_late_for_sure_says_so() {
    let state = after([
        (NEW_YEAR.plus(-HOUR), answer(3)),
        (NEW_YEAR.plus(HOUR), answer(3)),
        (NEW_YEAR.plus(3 * HOUR), answer(150)),
    ]);
    let refill = days(&state)[1].last.refill.unwrap();
    assert_eq!((refill.due, refill.late_at_least, refill.late_at_most), (NEW_YEAR, HOUR, 3 * HOUR));
}

#[test]
fn a_refill_in_parts_is_one_refill_with_its_parts() {
    let state = after([
        (NEW_YEAR.plus(-HOUR), answer(3)),
        (NEW_YEAR.plus(10 * MINUTE), answer(90)),
        (NEW_YEAR.plus(20 * MINUTE), answer(90)),
        (NEW_YEAR.plus(2 * HOUR), answer(150)),
    ]);
    let marks = detail(&state).into_iter().filter_map(|point| point.refill);
    let marks: Vec<_> = marks.map(|mark| (mark.due, mark.late_at_most, mark.further_parts)).collect();
    assert_eq!(marks, [(NEW_YEAR, 10 * MINUTE, 0), (NEW_YEAR, 2 * HOUR, 1)]);
    let day = days(&state)[1];
    assert_eq!((day.refills, day.last.refill.unwrap().further_parts), (1, 1));
}

#[test]
fn four_hundred_busy_days_stay_within_a_fixed_size() {
    let mut disk = Disk::default();
    let mut state = State::default();
    let mut most = 0;
    for day in 0..450 {
        for (at, event) in busy_day(day) {
            state.handle(event, at.into());
        }
        disk.write(&state.take_unsaved());
        let size = under(&disk, "d").map(|(key, value)| key.len() + value.len()).sum::<usize>();
        most = most.max(size);
        assert!(size <= 100_000, "day {day}: {size} bytes");
    }
    println!("history of one account: {most} bytes at most, in {} keys", under(&disk, "d").count());
    let loaded = disk.load();
    let kept = days(&loaded);
    assert!((400..=432).contains(&kept.len()), "{}", kept.len());
    assert!(kept.windows(2).all(|pair| pair[0].last.at < pair[1].last.at));
    assert_eq!(kept, days(&state));
    assert_eq!(detail(&loaded), detail(&state));
}

#[test]
fn one_event_writes_two_keys_of_history() {
    let mut state = after((0..3).flat_map(busy_day));
    state.take_unsaved();
    for event in [answer(7), spend(3)] {
        state.handle(event, NEW_YEAR.plus(3 * DAY - MINUTE).into());
        let unsaved = state.take_unsaved();
        let keys: Vec<_> =
            unsaved.iter().map(|one| one.key.as_str()).filter(|key| key.starts_with('d')).collect();
        assert_eq!(keys.len(), 2, "{keys:?}");
    }
}

#[test]
fn a_stop_between_any_two_writes_costs_one_event_at_most() {
    let events: Vec<_> = (0..10).flat_map(|day| busy_day(day).take(4)).collect();
    let whole = days(&after(events.clone()));
    for (stopped_at, _) in events.iter().enumerate() {
        for written in 0..3 {
            let mut disk = Disk::default();
            let mut state = State::default();
            for (i, (at, event)) in events.iter().enumerate() {
                state.handle(event.clone(), (*at).into());
                let unsaved = state.take_unsaved();
                if i == stopped_at {
                    disk.write(&unsaved[..written.min(unsaved.len())]);
                    state = disk.load();
                } else {
                    disk.write(&unsaved);
                }
            }
            let survived = days(&disk.load());
            assert_eq!(survived.len(), whole.len());
            for (survived, whole) in survived.iter().zip(&whole) {
                assert!(whole.last.spent.tokens() - survived.last.spent.tokens() <= 1);
                assert!(whole.refills.abs_diff(survived.refills) <= 1);
            }
        }
    }
}

#[test]
fn answers_out_of_order_leave_the_same_history() {
    let events = [
        (NEW_YEAR.plus(-2 * HOUR), answer(20)),
        (NEW_YEAR.plus(-HOUR), answer(3)),
        (NEW_YEAR.plus(HOUR), answer(3)),
        (NEW_YEAR.plus(3 * HOUR), answer(150)),
        (NEW_YEAR.plus(4 * HOUR), answer(140)),
        (NEW_YEAR.plus(5 * HOUR), answer(120)),
    ];
    // All of them were under way for long.
    let heard = |order: [usize; 6]| {
        let mut state = State::default();
        for (i, (at, event)) in (0..).zip(order.map(|i| events[i].clone())) {
            let Event::Answer(answer) = event else { panic!("{event:?}") };
            let asked_at = Some(at.to_string());
            state.handle(Event::Answer(Answer { asked_at, ..answer }), NEW_YEAR.plus(6 * HOUR + i).into());
        }
        state
    };
    let in_order = heard([0, 1, 2, 3, 4, 5]);
    assert_eq!(days(&in_order).len(), 2);
    for order in [[0, 1, 3, 2, 4, 5], [0, 1, 4, 5, 3, 2], [5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 4, 3]] {
        let state = heard(order);
        assert_eq!(days(&state), days(&in_order), "{order:?}");
        assert_eq!(detail(&state), detail(&in_order), "{order:?}");
    }
}

#[test]
fn a_broken_key_is_kept_aside_and_the_rest_is_read() {
    let mut disk = Disk::default();
    let mut state = after((0..3).flat_map(busy_day));
    disk.write(&state.take_unsaved());
    let whole = detail(&state).len();
    let key = disk.local.keys().find(|key| key.starts_with("detail:")).unwrap().clone();
    for broken in ["", "{", "[1,2]", "[[1]]", "[\"1\",0,0,0,0,0,0]", "[1,0,0,0,0,0,0,1,0,0,0,0,0,0]"] {
        let mut disk = Disk { local: disk.local.clone(), ..Disk::default() };
        disk.local.insert(key.clone(), broken.to_owned());
        let mut loaded = disk.load();
        assert!(detail(&loaded).len() < whole);
        assert_eq!(days(&loaded), days(&state));
        disk.write(&loaded.take_unsaved());
        assert_eq!(disk.local.get(&format!("aside:{key}:1")).map(String::as_str), Some(broken));
        assert!(!disk.local.contains_key(&key));
        loaded.handle(answer(1), NEW_YEAR.plus(HOUR).into());
        disk.write(&loaded.take_unsaved());
        assert!(disk.local.contains_key(&key), "it goes on with a new one");
    }
}

#[test]
fn accounts_do_not_mix_and_one_that_makes_room_takes_its_history_along() {
    let mut disk = Disk::default();
    let mut state = State::default();
    for user in 0..30_i64 {
        let at = NEW_YEAR.plus(user * HOUR);
        state.handle(answer_of(&format!("user {user}"), user.unsigned_abs()), at.into());
        disk.write(&state.take_unsaved());
        assert_eq!(detail(&state).len(), 1);
        assert_eq!(detail(&state)[0].primary, tokens(user.unsigned_abs()));
    }
    for prefix in ["account:", "detail:", "days:"] {
        assert_eq!(under(&disk, prefix).count(), 20, "{prefix}");
    }
}

#[test]
fn a_clock_that_was_wrong_for_a_while_costs_detail_at_most_and_never_space() {
    let mut state = after((0..30).flat_map(busy_day));
    for day in [60, 400, 20, 31, 5, 31] {
        state.handle(answer(9), NEW_YEAR.plus(day * DAY).into());
        let detail: Vec<_> = detail(&state).iter().map(|point| point.at.start_of_day()).collect();
        let span = detail.last().unwrap().since(detail[0]);
        assert!(span <= 16 * DAY);
    }
    assert!(days(&state).len() >= 25);
    state.handle(answer(9), UtcMillis(8_000_000_000_000_000).into());
    assert!(days(&state).iter().all(|day| day.last.at.is_plausible()));
    let session = state.take_unsaved().into_iter().filter(|one| one.area == Area::Session).count();
    assert_eq!(session, 1);
}
