//! Balance over time, kept 400 days within a fixed size: every change of the last days, one row a day before.
//!
//! Each UTC day has a chunk of points ([`Point`], at most 96), every 32 days share a chunk of rows ([`Day`], one for
//! each day, the present one included). Both are brought up to date by the event itself, so nothing has to be folded
//! later, and a stop between the two writes costs no more than that event in one of the two. No verdict is
//! drawn from it: the surfaces only show it.
//!
//! A chunk is a list of records, all of one shape, oldest first; plain numbers in one code for both kinds, because
//! a type for each costs 6 KB of WebAssembly. Its key ends in its first day, counted from 1970: five digits until
//! 2243, so keys sort by time.

use super::{Account, AccountId, State};
use crate::balance::{Amount, Pools};
use crate::stored::Stored;
use crate::time::{DAY, UtcMillis};
use crate::verdict::Refill;
use serde_json::Value;

/// The numbers of a point or a row, by place: `-1` is "never told", a `DUE` of 0 is "no refill confirmed".
type Record = [i64; 10];
const AT: usize = 0;
const PRIMARY: usize = 1;
const SPENDABLE: usize = 2;
const SPENT: usize = 3;
const DUE: usize = 4;
const LATE_AT_LEAST: usize = 5;
const LATE_AT_MOST: usize = 6;
const LOWEST: usize = 7;
const HIGHEST: usize = 8;
const REFILLS: usize = 9;
const NEW: Record = [0, -1, -1, 0, 0, 0, 0, -1, -1, 0];

/// Records in a chunk: a point for every quarter of an hour.
const MOST_RECORDS: usize = 96;

/// One of the two kinds of chunk.
struct Kind {
    prefix: &'static str,
    /// A record for each day, and not for each instant.
    rows: bool,
    /// How many days share a chunk, less one, as the bits to leave out of its number.
    span: i64,
    /// A chunk is kept while any of its records is within this of the newest event: to either side, so that a
    /// clock that was wrong for a while cannot fill the storage.
    reach: i64,
}

/// Points, and rows.
const KINDS: [Kind; 2] = [
    Kind { prefix: "detail:", rows: false, span: 0, reach: 8 * DAY },
    Kind { prefix: "days:", rows: true, span: 31, reach: 400 * DAY },
];

/// The chunks of all accounts, by their storage key.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Sorted by key.
    chunks: Vec<(String, Chunk)>,
    /// The keys to write, or to remove where there is no chunk any more.
    pub(super) changed: Vec<String>,
}

/// The records of a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk(Vec<Record>);

/// One list of numbers, record after record.
impl Stored for Chunk {
    fn write(&self, out: &mut String) {
        let mut before = '[';
        for number in self.0.as_flattened() {
            out.push(before);
            number.write(out);
            before = ',';
        }
        out.push(']');
    }
    fn read(&mut self, value: &Value) -> bool {
        let Some(numbers) = value.as_array() else { return false };
        for numbers in numbers.chunks(NEW.len()) {
            let mut record = NEW;
            let after = self.0.last().map_or(0, |last| last[AT]);
            let read = record.iter_mut().zip(numbers).all(|(to, number)| to.read(number));
            if !read || numbers.len() != NEW.len() || record[AT] <= after {
                return false;
            }
            self.0.push(record);
        }
        !self.0.is_empty()
    }
}

/// One answer's balance, or a spending by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub at: UtcMillis,
    /// The pool that the plan refills; `None` where no answer told it.
    pub primary: Option<Amount>,
    /// What can be spent in the app.
    pub spendable: Option<Amount>,
    /// What this browser spent then, or since a point before that is no longer kept.
    pub spent: Amount,
    /// The refill that this answer confirmed.
    pub refill: Option<RefillMark>,
}

/// One UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its last answer.
    pub last: Point,
    /// The least that the primary pool held in an answer.
    pub lowest: Option<Amount>,
    /// The most that it held.
    pub highest: Option<Amount>,
    /// Refills that were confirmed on this day.
    pub refills: u64,
}

/// A confirmed refill, and what is known of how late it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefillMark {
    /// When it was due.
    pub due: UtcMillis,
    /// Milliseconds that it was late at the least: the last answer without it.
    pub late_at_least: i64,
    /// Milliseconds that it was late at the most: the first answer with it.
    pub late_at_most: i64,
}

impl State {
    /// Notes a balance that an account was just answered, and the refill that it confirmed.
    pub(super) fn note_balance(&mut self, id: &AccountId, at: UtcMillis, pools: &Pools) {
        let Some(ledger) = self.accounts.get(id).map(Account::ledger) else { return };
        // What this answer left out, and only older ones told, has not become unknown.
        let joined = ledger.last.as_ref().filter(|last| last.answered_at == at);
        let pools = joined.map_or(pools, |last| &last.pools);
        let told = pools.primary_amount().zip(pools.spendable());
        if told.is_none() {
            return;
        }
        self.history.note(id, at, told, Amount::ZERO, None);
        // An answer that arrives late can show that a refill was confirmed earlier, or came later, than was known.
        if let Some(refill) = ledger.refill.as_ref().filter(|refill| at <= refill.seen_at) {
            self.history.note(id, refill.seen_at, None, Amount::ZERO, Some(refill));
        }
    }

    /// Every point that is kept of an account, oldest first.
    pub fn detail(&self, id: &AccountId) -> impl Iterator<Item = Point> {
        self.history.records(id, &KINDS[0]).map(point)
    }

    /// Every day that is kept of an account, oldest first; a day without an answer or spending is not there.
    pub fn days(&self, id: &AccountId) -> impl Iterator<Item = Day> {
        self.history.records(id, &KINDS[1]).map(|row| Day {
            last: point(row),
            lowest: amount(row[LOWEST]),
            highest: amount(row[HIGHEST]),
            refills: row[REFILLS].unsigned_abs(),
        })
    }
}

fn amount(thousandths: i64) -> Option<Amount> {
    u64::try_from(thousandths).ok().map(Amount::thousandths)
}

fn point(record: &Record) -> Point {
    let refill = RefillMark {
        due: UtcMillis(record[DUE]),
        late_at_least: record[LATE_AT_LEAST],
        late_at_most: record[LATE_AT_MOST],
    };
    Point {
        at: UtcMillis(record[AT]),
        primary: amount(record[PRIMARY]),
        spendable: amount(record[SPENDABLE]),
        spent: amount(record[SPENT]).unwrap_or_default(),
        refill: (record[DUE] != 0).then_some(refill),
    }
}

fn key_prefix(kind: &Kind, id: &AccountId) -> String {
    format!("{}{id}:", kind.prefix)
}

impl History {
    /// Whether a storage key is one of ours.
    pub(super) fn is_key(key: &str) -> bool {
        KINDS.iter().any(|kind| key.starts_with(kind.prefix))
    }

    /// Every key that there is a chunk of.
    pub(super) fn keys(&self) -> Vec<String> {
        self.chunks.iter().map(|(key, _)| key.clone()).collect()
    }

    /// Takes in a stored chunk.
    pub(super) fn take_in(&mut self, key: &str, chunk: Chunk) {
        let place = self.place(key);
        self.chunks.insert(place, (key.to_owned(), chunk));
    }

    /// What stands under a key.
    pub(super) fn chunk(&self, key: &str) -> Option<&Chunk> {
        self.chunks.get(self.place(key)).filter(|(there, _)| there == key).map(|(_, chunk)| chunk)
    }

    fn place(&self, key: &str) -> usize {
        self.chunks.partition_point(|(there, _)| there.as_str() < key)
    }

    /// Forgets an account.
    pub(super) fn forget(&mut self, id: &AccountId) {
        for kind in &KINDS {
            self.keep_around(0, kind, &key_prefix(kind, id));
        }
    }

    /// Of the chunks with that prefix, keeps those in reach of `at`.
    fn keep_around(&mut self, at: i64, kind: &Kind, prefix: &str) {
        let Self { chunks, changed } = self;
        chunks.retain(|(key, Chunk(records))| {
            let in_reach = records.last().is_some_and(|last| (last[AT] - at).abs() <= kind.reach);
            let kept = in_reach || !key.starts_with(prefix);
            if !kept {
                changed.push(key.clone());
            }
            kept
        });
    }

    fn records(&self, id: &AccountId, kind: &'static Kind) -> impl Iterator<Item = &Record> {
        let prefix = key_prefix(kind, id);
        let ours = self.chunks.iter().filter(move |(key, _)| key.starts_with(&prefix));
        ours.flat_map(|(_, chunk)| &chunk.0)
    }

    /// Adds to the point of `at` and to the row of its day: the primary pool and what can be spent, what this
    /// browser spent, the refill that was confirmed then.
    pub(super) fn note(
        &mut self,
        id: &AccountId,
        at: UtcMillis,
        told: Option<(Amount, Amount)>,
        spent: Amount,
        refill: Option<&Refill>,
    ) {
        // No clock of a browser that gets answers is that wrong.
        if !at.is_plausible() {
            return;
        }
        let told = told
            .map_or([-1; 2], |(primary, spendable)| [primary.in_thousandths(), spendable.in_thousandths()]);
        for kind in &KINDS {
            let prefix = key_prefix(kind, id);
            let key = format!("{prefix}{}", (at.0 / DAY) & !kind.span);
            let place = self.place(&key);
            let is_new = self.chunk(&key).is_none();
            if is_new {
                self.chunks.insert(place, (key.clone(), Chunk::default()));
            }
            if let Some((_, chunk)) = self.chunks.get_mut(place) {
                chunk.add(kind.rows, at.0, told, spent.in_thousandths(), refill);
            }
            if is_new {
                self.keep_around(at.0, kind, &prefix);
            }
            if !self.changed.contains(&key) {
                self.changed.push(key);
            }
        }
    }
}

impl Chunk {
    fn add(&mut self, rows: bool, at: i64, told: [i64; 2], spent: i64, refill: Option<&Refill>) {
        // A constant divisor: any other brings its panics along.
        let unit_of = |at: i64| if rows { at / DAY } else { at };
        let unit = unit_of(at);
        let mut place = 0;
        for record in &mut self.0 {
            place += usize::from(unit_of(record[AT]) < unit);
            // A refill is marked where it was seen first, and nowhere else.
            if let Some(refill) = refill
                && record[DUE] == refill.due.0
            {
                record[DUE..LOWEST].fill(0);
                record[REFILLS] -= 1;
            }
        }
        if self.0.get(place).is_none_or(|record| unit_of(record[AT]) != unit) {
            let mut new = NEW;
            new[AT] = at;
            self.0.insert(place, new);
        }
        let Some(record) = self.0.get_mut(place) else { return };
        record[SPENT] += spent;
        let [primary, spendable] = told;
        if primary >= 0 {
            if record[AT] <= at || record[PRIMARY] < 0 {
                record[AT] = at;
                record[PRIMARY] = primary;
                record[SPENDABLE] = spendable;
            }
            // As unsigned numbers, "never told" is above all others.
            record[LOWEST] = (primary as u64).min(record[LOWEST] as u64) as i64;
            record[HIGHEST] = primary.max(record[HIGHEST]);
        }
        if let Some(refill) = refill {
            record[DUE] = refill.due.0;
            record[LATE_AT_LEAST] = refill.not_before.since(refill.due).max(0);
            record[LATE_AT_MOST] = refill.seen_at.since(refill.due).max(0);
            record[REFILLS] += 1;
        }
        if self.0.len() > MOST_RECORDS {
            self.thin();
        }
    }

    /// Takes out the point that says least, never the first or the last: one without a balance or that tells the
    /// same as both its neighbours before a change, a change before a refill, and of equals where they lie closest.
    /// What was spent in it goes to the next.
    fn thin(&mut self) {
        let mut least = (i64::MAX, 0);
        for (i, three) in self.0.windows(3).enumerate() {
            let [before, here, after] = three else { continue };
            let differs =
                |other: &Record| here[PRIMARY] != other[PRIMARY] || here[SPENDABLE] != other[SPENDABLE];
            let changes = here[PRIMARY] >= 0 && (differs(before) || differs(after));
            let rank = 2 * i64::from(here[DUE] != 0) + i64::from(changes);
            let weight = rank * DAY + after[AT] - before[AT];
            if weight < least.0 {
                least = (weight, i + 1);
            }
        }
        let spent = self.0.remove(least.1)[SPENT];
        if let Some(next) = self.0.get_mut(least.1) {
            next[SPENT] += spent;
        }
    }
}
