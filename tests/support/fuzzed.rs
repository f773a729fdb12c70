//! What must hold for any input: one function per fuzz target. `fuzz/` calls them with invented input,
//! `tests/fuzzed.rs` with the inputs worth keeping.

use refill_watch::balance::{Amount, Operation, Parsed, Pool, Reading, Request, parse_answer};
use refill_watch::state::Area;
use refill_watch::state::replay::Replay;
use refill_watch::time::parse_timestamp;
use refill_watch::view::{self, Locale, TimeUnit, Words};
use refill_watch::{Effect, Event, State, UtcMillis};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// More events teach nothing new, and make a run slow.
const MOST_LINES: usize = 64;

/// The body of an answer: a file from `tests/answers/` (with its `body` and `team`), or a body by itself.
pub fn answer(input: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return };
    let team = value.get("team").and_then(Value::as_str);
    let body = value.get("body").unwrap_or(&value);
    let sub = value.get("sub").and_then(Value::as_str);
    let operations = [None, Some(Operation::Query), Some(Operation::Mutation), Some(Operation::Subscription)];
    for (team, operation) in [None, team].into_iter().flat_map(|team| operations.map(|kind| (team, kind))) {
        let request = Request { team, sub, operation };
        let told = parse_answer(body, request);
        match &told {
            Parsed::Balance(reading) => check_reading(reading, body),
            Parsed::Spent(amount) => check_cost(*amount, body),
            Parsed::SpentAndBalance(amount, reading) => {
                check_cost(*amount, body);
                check_reading(reading, body);
            }
            Parsed::Nothing(_) | Parsed::Irrelevant => {}
        }
        let reads_costs = operation.is_none() || operation == Some(Operation::Mutation);
        assert!(
            reads_costs || !matches!(told, Parsed::Spent(_) | Parsed::SpentAndBalance(..)),
            "{operation:?}"
        );
        // Both forms of a body, GraphQL's and REST's, are read alike.
        if body.is_object() && body.get("data").is_none() && body.get("errors").is_none() {
            assert_eq!(parse_answer(&json!({"data": body}), request), told, "in `data`");
        }
    }
}

/// At most all costs in the body, and nothing too large to believe.
fn check_cost(amount: Amount, body: &Value) {
    let told = ["apiCreditCost", "amount"]
        .map(|key| numbers_under(body, key).iter().filter(|n| **n >= 0.0).sum::<f64>());
    let most = told[0] + told[1];
    let spent: f64 = amount.to_string().parse().unwrap();
    assert!(amount <= Amount::MAX && spent <= most * 1.000_001 + 0.001, "invented {amount}");
    let is_told = |key| !numbers_under(body, key).is_empty();
    assert!(is_told("apiCreditCost") || is_told("amount"), "invented {amount}");
}

/// Nothing that is not in the body, and nothing too large to believe.
fn check_reading(reading: &Reading, body: &Value) {
    assert!(!reading.pools.is_empty(), "a balance without a pool");
    for (pool, amount) in reading.pools.iter() {
        assert!(amount <= Amount::MAX, "{pool:?}: {amount}");
        let told = |key| numbers_under(body, key);
        let is_told = match pool {
            Pool::Fast | Pool::Team => told("subscriptionTokens").iter().any(|n| stands_for(*n, amount)),
            Pool::Rollover => told("rolloverTokens").iter().any(|n| stands_for(*n, amount)),
            Pool::TopUp => told("paidTokens").iter().any(|n| stands_for(*n, amount)),
            Pool::Api => {
                let (plan, bought) = (told("apiSubscriptionTokens"), told("apiPaidTokens"));
                let one = plan.iter().chain(&bought).any(|n| stands_for(*n, amount));
                one || plan.iter().any(|plan| bought.iter().any(|bought| stands_for(plan + bought, amount)))
            }
        };
        // Above all: what is unknown never becomes 0.
        assert!(is_told, "{pool:?}: {amount} is nowhere in the answer");
    }
    for renewal in [reading.renewal, reading.api_renewal, reading.team_renewal].into_iter().flatten() {
        assert!(renewal.is_plausible(), "{renewal}");
    }
    assert!(
        reading.plan.as_ref().is_none_or(|slug| !slug.is_empty() && slug.len() <= 40),
        "{:?}",
        reading.plan
    );
    for id in reading.owner.user.iter().chain(&reading.owner.team) {
        assert!(!id.is_empty() && id.len() <= 128, "{id:?}");
    }
}

/// Every number under `key`, at any depth.
fn numbers_under(value: &Value, key: &str) -> Vec<f64> {
    match value {
        Value::Object(fields) => {
            let text = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
            let here = fields.get(key).and_then(|value| value.as_f64().or_else(|| text(value)));
            here.into_iter().chain(fields.values().flat_map(|inner| numbers_under(inner, key))).collect()
        }
        Value::Array(list) => list.iter().flat_map(|inner| numbers_under(inner, key)).collect(),
        _ => Vec::new(),
    }
}

/// Whether `amount` is `number` to a thousandth; a sum of two may be off by one more.
fn stands_for(number: f64, amount: Amount) -> bool {
    amount.to_string().parse::<f64>().is_ok_and(|amount| (amount - number).abs() < 0.0011)
}

/// Storage and then events, a line each. A storage line is a key, a space and its text; `tabs` is in session storage,
/// every other key in local storage. A line that starts with a brace is an event, as in a replay.
pub fn stored(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut storage = Storage::default();
    let mut events = Vec::new();
    for line in text.lines().take(MOST_LINES) {
        if line.starts_with('{') {
            events.extend(event(line));
        } else if let Some((key, value)) = line.split_once(' ') {
            let area = if key == "tabs" { &mut storage.session } else { &mut storage.local };
            area.insert(key.to_owned(), value.to_owned());
        }
    }
    let found = storage.local.clone();
    let mut state = storage.load();
    let mut last = events.first().map_or(UtcMillis(1_795_305_600_000), |(at, _)| *at);
    look_at(&state, last);
    storage.save(&mut state);
    for (key, value) in &found {
        check_kept(key, value, &storage, &state);
    }
    for (now, event) in events {
        for effect in state.handle(event, now.into()) {
            if let Effect::WakeAt(at) = effect {
                assert!(at > now.into(), "an alarm at {at}, which is not after {now}");
            }
        }
        check_status(&state, now);
        storage.save(&mut state);
        last = now;
    }
    look_at(&state, last);
    // The background is killed here. What it wrote must be all there was.
    let again = storage.load();
    assert_eq!(format!("{again:?}"), format!("{state:?}"), "after a restart");
}

/// Whatever was in storage is still there, in its place or aside, unless it was read.
fn check_kept(key: &str, value: &String, storage: &Storage, state: &State) {
    let kept_aside = state
        .diagnostics
        .set_aside
        .iter()
        .any(|aside| aside.key == key && storage.local.get(&aside.kept_as) == Some(value));
    let was_read = || {
        let version =
            serde_json::from_str::<Value>(value).ok().and_then(|meta| meta.get("version")?.as_u64());
        key == "meta" && version.is_some_and(|version| version <= 1)
    };
    assert!(storage.local.get(key) == Some(value) || kept_aside || was_read(), "{key} was lost: {value:?}");
}

/// What is true of a state at any time: the next refill is never in the past, the last never in the future.
fn check_status(state: &State, now: UtcMillis) {
    for tab in state.tabs().map(Some).take(3).chain([None]) {
        let status = state.status(tab, now.into());
        for row in &status.pools {
            assert!(row.next_refill.is_none_or(|next| next > status.now), "{row:?} at {}", status.now);
            assert!(row.last_due.is_none_or(|due| due <= status.now), "{row:?} at {}", status.now);
        }
        assert!(status.judgement.verdict.late_by(status.now) >= 0);
    }
}

/// Looks at everything visible of a state.
fn look_at(state: &State, now: UtcMillis) {
    check_status(state, now);
    for tab in state.tabs().take(3) {
        let banner = view::banner(state, tab, now.into(), &Plain);
        assert!(banner.ask_again_ms.is_none_or(|millis| millis > 0));
    }
    let popup = view::popup(state, now.into(), &Plain);
    assert!(popup.ask_again_ms.is_none_or(|millis| millis > 0));
    let _options = view::options(state, now.into(), &Plain);
    let _badge = view::badge(state, now.into(), &Plain);
}

/// An event with its time, as a replay line has it.
fn event(line: &str) -> Option<(UtcMillis, Event)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let at = parse_timestamp(value.get("at")?.as_str()?).ok()?;
    Some((at, serde_json::from_value(value).ok()?))
}

/// The lines of a replay: one JSON line for each, whatever it holds; an unreadable one changes nothing.
pub fn lines(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    // If the server's clock is known, the shown time is corrected by it, and `at` is not.
    let clocks_agree = !text.contains("server_date");
    let (mut replay, mut without_the_unreadable) = (Replay::default(), Replay::default());
    for (line, number) in text.lines().take(MOST_LINES).zip(1_u64..) {
        let said = replay.line(line);
        assert!(!said.contains('\n'), "more than one line: {said}");
        let said: Value = serde_json::from_str(&said).unwrap_or_default();
        if said.get("error").is_some() {
            assert_eq!(said["line"], json!(number), "{said}");
            continue;
        }
        check_said(&said, clocks_agree);
        let same = without_the_unreadable.line(line);
        assert_eq!(serde_json::from_str::<Value>(&same).ok(), Some(said), "without the unreadable lines");
    }
}

fn check_said(said: &Value, clocks_agree: bool) {
    let verdicts = ["unknown", "stale", "missed", "late", "short", "refilled", "fresh"];
    assert!(verdicts.iter().any(|verdict| said["verdict"] == *verdict), "{said}");
    assert!(said["late_by_s"].as_i64().is_some_and(|seconds| seconds >= 0), "{said}");
    assert!(said["notes"].is_array() && said["pools"].is_array(), "{said}");
    let at = said["at"].as_str().and_then(|at| parse_timestamp(at).ok());
    for row in said["pools"].as_array().into_iter().flatten() {
        assert!(row["amount"].as_f64().is_some_and(|amount| (0.0..=1e9).contains(&amount)), "{said}");
        let next = row["next_refill"].as_str().and_then(|next| parse_timestamp(next).ok());
        assert!(!clocks_agree || next.is_none_or(|next| Some(next) > at), "{said}");
    }
}

/// Storage as the browser keeps it.
#[derive(Default)]
struct Storage {
    local: BTreeMap<String, String>,
    session: BTreeMap<String, String>,
}

impl Storage {
    fn load(&self) -> State {
        let pairs = |area: &BTreeMap<String, String>| area.clone().into_iter().collect::<Vec<_>>();
        State::load(&pairs(&self.local), &pairs(&self.session))
    }

    fn save(&mut self, state: &mut State) {
        for unsaved in state.take_unsaved() {
            let area = match unsaved.area {
                Area::Local => &mut self.local,
                Area::Session => &mut self.session,
            };
            match unsaved.value {
                Some(value) => area.insert(unsaved.key, value),
                None => area.remove(&unsaved.key),
            };
        }
    }
}

/// A reader in UTC who writes everything in the plainest way.
struct Plain;

static ENGLISH: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("../../extension/_locales/en/messages.json")));

impl Locale for Plain {
    fn words(&self) -> &Words {
        &ENGLISH
    }
    fn number(&self, n: u64) -> String {
        n.to_string()
    }
    fn time(&self, at: UtcMillis) -> String {
        at.to_string()
    }
    fn day(&self, at: UtcMillis) -> String {
        at.to_string()
    }
    fn day_number(&self, at: UtcMillis) -> i64 {
        at.start_of_day().0 / refill_watch::time::DAY
    }
    fn zone(&self, _: UtcMillis) -> String {
        "UTC".to_owned()
    }
    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        format!("{n} {unit:?}")
    }
    fn duration(&self, parts: &[(u64, TimeUnit)]) -> String {
        format!("{parts:?}")
    }
    fn ago(&self, n: u64, unit: TimeUnit) -> String {
        format!("-{n} {unit:?}")
    }
    fn day_word(&self, offset: i64) -> String {
        offset.to_string()
    }
}
