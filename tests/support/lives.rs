//! Generators of lives for the property tests: what a browser with two users and their tabs may meet, as replay lines.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use refill_watch::time::{DAY, HOUR, MINUTE, SECOND};
use refill_watch::{Event, UtcMillis};
use serde_json::{Map, Value, json};

/// 2026-01-29T00:00:00Z: just before a short month.
pub const START: UtcMillis = UtcMillis(1_769_644_800_000);

/// One event, `after` milliseconds since the one before.
#[derive(Clone, Debug)]
pub struct Step {
    pub after: i64,
    pub what: Value,
}

/// The events as replay lines, with their times.
pub fn lines(steps: &[Step]) -> Vec<(UtcMillis, Value)> {
    let mut at = START;
    let line = |step: &Step| {
        at = at.plus(step.after);
        let mut line = step.what.clone();
        line["at"] = json!(at.to_string());
        (at, line)
    };
    steps.iter().map(line).collect()
}

pub fn event(line: &Value) -> Event {
    let mut line = line.clone();
    line.as_object_mut().unwrap().remove("at");
    serde_json::from_value(line).unwrap()
}

pub fn gap() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 1..10 * MINUTE,
        3 => 10 * MINUTE..12 * HOUR,
        2 => 12 * HOUR..3 * DAY,
        1 => 3 * DAY..40 * DAY,
        1 => Just(0),
        1 => Just(DAY),
    ]
}

pub fn tab() -> impl Strategy<Value = i64> {
    1..4_i64
}

pub fn amount() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0..200_u32).prop_map(|n| json!(n)),
        2 => Just(json!(150)),
        2 => (0..70_000_u32).prop_map(|n| json!(n)),
        1 => select(vec![json!(0), json!(null), json!(-1), json!("150"), json!(1e300), json!(8500)]),
    ]
}

/// A renewal date: a day or a month around the start, in the past, absurd, or none.
pub fn renewal() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (-40 * 24..60 * 24_i64).prop_map(|hours| json!(START.plus(hours * HOUR).to_string())),
        2 => (0..50_i64).prop_map(|days| {
            json!(START.plus(days * DAY).to_string().trim_end_matches('Z'))
        }),
        1 => select(vec![json!(null), json!("0001-01-01T00:00:00"), json!("9999-12-31T23:59:59Z"), json!("soon")]),
    ]
}

pub fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let plans = select(vec!["FREE", "FREE", "FREE", "BASIC", "APPRENTICE_V2", "ARTISAN", "TULIP"]);
    (
        proptest::option::weighted(0.95, amount()),
        proptest::option::weighted(0.5, amount()),
        proptest::option::weighted(0.3, amount()),
        proptest::option::weighted(0.9, plans),
        proptest::option::weighted(0.4, renewal()),
    )
        .prop_map(|(fast, top_up, rollover, plan, renewal)| {
            let named = [
                ("subscriptionTokens", fast),
                ("paidTokens", top_up),
                ("rolloverTokens", rollover),
                ("plan", plan.map(Value::from)),
                ("tokenRenewalDate", renewal),
            ];
            named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
        })
}

/// An answer with balances for one of `owners`, or for nobody by name.
pub fn balance(owners: &'static [&'static str]) -> impl Strategy<Value = Value> {
    (tab(), fields(), proptest::option::weighted(0.95, select(owners.to_vec()))).prop_map(
        |(tab, mut fields, owner)| {
            if let Some(owner) = owner {
                fields.insert("id".to_owned(), json!(owner));
            }
            json!({"event": "answer", "tab": tab, "body": {"data": {"user_details": [fields]}}})
        },
    )
}

/// An answer without balances.
pub fn no_balance() -> impl Strategy<Value = Value> {
    let bodies = vec![
        json!({"data": {"user_details": []}}),
        json!({"errors": [{"message": "Could not verify JWT: expired", "extensions": {"code": "invalid-jwt"}}]}),
        json!({"data": {"user_details": [{"id": "ada", "subscriptionTokens": "many"}]}}),
        json!({"data": {"generations": []}}),
        json!(null),
    ];
    (tab(), select(bodies)).prop_map(|(tab, body)| json!({"event": "answer", "tab": tab, "body": body}))
}

/// All other events.
pub fn other() -> impl Strategy<Value = Value> {
    let settings = vec![
        json!({"plan": "free"}),
        json!({"plan": "premium", "billing_day": 31}),
        json!({"plan": null, "daily_reset_utc": "16:30"}),
        json!({"daily_reset_utc": null, "billing_day": null}),
    ];
    prop_oneof![
        (tab(), 0..200_u32)
            .prop_map(|(tab, n)| json!({"event": "counter", "tab": tab, "text": n.to_string()})),
        (tab(), 1..40_u32).prop_map(|(tab, n)| json!({"event": "spend", "tab": tab, "tokens": n})),
        (tab(), select(vec!["loaded", "closed"]))
            .prop_map(|(tab, state)| json!({"event": "tab", "tab": tab, "state": state})),
        tab().prop_map(|tab| json!({"event": "fresh-reload", "tab": tab})),
        (-3 * 24..60 * 24_i64, 0..200_u32).prop_map(|(hours, n)| {
            let answered_at = START.plus(hours * HOUR).to_string();
            let answer = json!({"answered_at": answered_at, "pools": {"fast": n}});
            json!({"event": "device", "name": "phone", "account": null, "answer": answer})
        }),
        select(settings).prop_map(|set| json!({"event": "settings", "set": set})),
        Just(json!({"event": "tick"})),
    ]
}

/// Someone looks at the balance and leaves again: the fall in between was spent elsewhere.
pub fn visit() -> impl Strategy<Value = Vec<Step>> {
    (gap(), balance(&["ada"]), proptest::option::weighted(0.1, 1..40_u32), 1..40 * SECOND).prop_map(
        |(after, answer, spent, stays)| {
            let tab = answer["tab"].clone();
            let change = |state: &str| json!({"event": "tab", "tab": tab, "state": state});
            let spend = spent.map(|tokens| json!({"event": "spend", "tab": tab, "tokens": tokens}));
            let after_that = [Some(answer.clone()), spend, Some(change("closed"))];
            let rest = after_that.into_iter().flatten().map(|what| Step { after: stays, what });
            std::iter::once(Step { after, what: change("loaded") }).chain(rest).collect()
        },
    )
}

/// Any life of a browser with two users and their tabs.
pub fn life(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![5 => balance(&["ada", "grace"]), 1 => no_balance(), 4 => other()];
    let step = (gap(), what).prop_map(|(after, what)| vec![Step { after, what }]);
    let mixed = vec(prop_oneof![6 => step, 1 => visit()], 1..most);
    let visits = vec(visit(), 1..most / 3);
    let steps = prop_oneof![4 => mixed, 1 => visits].prop_map(|steps| steps.concat());
    let steps = (steps, proptest::option::weighted(0.2, (any::<Index>(), -3 * HOUR..3 * HOUR)));
    // An answer can reveal that the computer's clock is wrong.
    steps.prop_map(|(mut steps, clock)| {
        if let Some((which, off)) = clock {
            let chosen = which.index(steps.len());
            let at = lines(&steps)[chosen].0;
            if steps[chosen].what["event"] == "answer" {
                steps[chosen].what["server_date"] = json!(at.plus(off / SECOND * SECOND).to_string());
            }
        }
        steps
    })
}
