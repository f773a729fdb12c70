//! Balance over time, kept 400 days within a fixed size: every change of the last days, one row a day before.
//!
//! Each UTC day has a chunk of points ([`Point`], at most 96), every 32 days share a chunk of rows ([`Day`], one for
//! each day, the present one included). Both are brought up to date by the event itself, so nothing has to be folded
//! later, and a stop between the two writes costs no more than that event in one of the two. No verdict is
//! drawn from it: the surfaces only show it.
//!
//! A chunk is a list of records, oldest first; a row's has the least and the most of its day, too. Its key ends in its
//! first day, counted from 1970: five digits until 2243, so keys sort by time.

use super::{Account, AccountId, State};
use crate::balance::{Amount, Pools};
use crate::time::{DAY, UtcMillis};
use crate::verdict::{Mend, Refill};
use serde::{Deserialize, Serialize};

/// A point, or the row of a day. Storage holds it as the list of its fields: there are many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredRecord", into = "StoredRecord")]
struct Record {
    /// When; of a row, its last answer.
    at: UtcMillis,
    /// What the pool that refills held, and what could be spent in all.
    told: Option<(Amount, Amount)>,
    spent: Amount,
    refill: Option<RefillMark>,
    lowest: Option<Amount>,
    highest: Option<Amount>,
    refills: u64,
}

type StoredRecord = (
    UtcMillis,
    Option<(Amount, Amount)>,
    Amount,
    Option<(UtcMillis, i64, i64, u64)>,
    Option<Amount>,
    Option<Amount>,
    u64,
);

impl From<StoredRecord> for Record {
    fn from((at, told, spent, refill, lowest, highest, refills): StoredRecord) -> Self {
        let mark = |(due, late_at_least, late_at_most, further_parts)| RefillMark {
            due,
            late_at_least,
            late_at_most,
            further_parts,
        };
        Self { at, told, spent, refill: refill.map(mark), lowest, highest, refills }
    }
}

impl From<Record> for StoredRecord {
    fn from(record: Record) -> Self {
        let Record { at, told, spent, refill, lowest, highest, refills } = record;
        let mark = refill.map(|mark| (mark.due, mark.late_at_least, mark.late_at_most, mark.further_parts));
        (at, told, spent, mark, lowest, highest, refills)
    }
}

/// A refill that was seen longer ago is marked where it belongs, or its points are gone.
const RECENT: i64 = 2 * DAY;

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

/// The records of a key, each later than the one before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "StoredChunk", into = "Vec<Record>")]
pub(super) struct Chunk(Vec<Record>);

/// A chunk as this version stores it, or as older ones did.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredChunk {
    Records(Vec<Record>),
    /// Versions 1 and 2: ten numbers a record, one after the other. -1 is an amount that was never told, a due instant of
    /// 0 no refill.
    Numbers(Vec<i64>),
}

/// What is no chunk.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum BadChunk {
    #[error("it holds nothing")]
    Empty,
    #[error("a record has {0} numbers, not ten")]
    Cut(usize),
    #[error("its records are out of order at {0}")]
    OutOfOrder(UtcMillis),
    #[error("its first record is of {0}, before 1970")]
    Before1970(UtcMillis),
}

impl TryFrom<StoredChunk> for Chunk {
    type Error = BadChunk;

    fn try_from(stored: StoredChunk) -> Result<Self, BadChunk> {
        let records = match stored {
            StoredChunk::Records(records) => records,
            StoredChunk::Numbers(numbers) => {
                numbers.chunks(10).map(Record::of_numbers).collect::<Result<_, _>>()?
            }
        };
        if let Some([_, later]) = records.array_windows().find(|[one, other]| one.at >= other.at) {
            return Err(BadChunk::OutOfOrder(later.at));
        }
        match records.first() {
            None => Err(BadChunk::Empty),
            Some(first) if first.at <= UtcMillis(0) => Err(BadChunk::Before1970(first.at)),
            Some(_) => Ok(Self(records)),
        }
    }
}

impl From<Chunk> for Vec<Record> {
    fn from(chunk: Chunk) -> Self {
        chunk.0
    }
}

impl Record {
    fn of_numbers(numbers: &[i64]) -> Result<Self, BadChunk> {
        let [at, primary, spendable, spent, due, least, most, lowest, highest, refills] = *numbers else {
            return Err(BadChunk::Cut(numbers.len()));
        };
        let amount = |thousandths: i64| u64::try_from(thousandths).ok().map(Amount::thousandths);
        let mark =
            RefillMark { due: UtcMillis(due), late_at_least: least, late_at_most: most, further_parts: 0 };
        Ok(Self {
            at: UtcMillis(at),
            told: amount(primary).zip(amount(spendable)),
            spent: amount(spent).unwrap_or_default(),
            refill: (due != 0).then_some(mark),
            lowest: amount(lowest),
            highest: amount(highest),
            refills: refills.unsigned_abs(),
        })
    }

    fn point(&self) -> Point {
        Point {
            at: self.at,
            primary: self.told.map(|(primary, _)| primary),
            spendable: self.told.map(|(_, spendable)| spendable),
            spent: self.spent,
            refill: self.refill,
        }
    }

    /// Takes in the least and the most of what was told.
    fn stretch(&mut self, lowest: Option<Amount>, highest: Option<Amount>) {
        // Nothing told is below everything that was, which is right for the most alone.
        self.lowest = self.lowest.into_iter().chain(lowest).min();
        self.highest = self.highest.max(highest);
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
    /// In how many further parts it had come by then.
    pub further_parts: u64,
}

impl From<&Refill> for RefillMark {
    fn from(refill: &Refill) -> Self {
        Self {
            due: refill.due,
            late_at_least: refill.not_before.since(refill.due).max(0),
            late_at_most: refill.seen_at.since(refill.due).max(0),
            further_parts: refill.further_parts,
        }
    }
}

impl State {
    /// Notes a balance that an account was just answered, and the refill that it confirmed.
    pub(super) fn note_balance(&mut self, id: &AccountId, at: UtcMillis, pools: &Pools) {
        let Some(ledger) = self.accounts.known.get(id).map(Account::ledger) else { return };
        // What this answer left out, and only older ones told, has not become unknown.
        let joined = ledger.last.as_ref().filter(|last| last.answered_at == at);
        let pools = joined.map_or(pools, |last| &last.pools);
        let told = pools.primary_amount().zip(pools.spendable());
        if told.is_none() {
            return;
        }
        self.history.note(id, at, told, Amount::ZERO, None);
        // An answer can show that an earlier one had confirmed a refill, or that it came later than was known.
        let is_recent = |refill: &&Refill| at.since(refill.seen_at) < RECENT;
        if let Some(refill) = ledger.refill.as_ref().filter(is_recent)
            && !self.history.marks(id, refill)
        {
            self.history.note(id, refill.seen_at, None, Amount::ZERO, Some(refill));
        }
    }

    /// Every point that is kept of an account, oldest first.
    pub fn detail(&self, id: &AccountId) -> impl Iterator<Item = Point> {
        self.history.records(id, &KINDS[0]).map(Record::point)
    }

    /// Every day that is kept of an account, oldest first; a day without an answer or spending is not there.
    pub fn days(&self, id: &AccountId) -> impl Iterator<Item = Day> {
        self.history.records(id, &KINDS[1]).map(|row| Day {
            last: row.point(),
            lowest: row.lowest,
            highest: row.highest,
            refills: row.refills,
        })
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
            self.keep_around(UtcMillis(0), kind, &key_prefix(kind, id));
        }
    }

    /// Puts what is kept of one account with what is kept of another, which turned out to be the same one. Of two
    /// records of one time the one that is there stays.
    pub(super) fn rename(&mut self, from: &AccountId, to: &AccountId) {
        for kind in &KINDS {
            let (old, new) = (key_prefix(kind, from), key_prefix(kind, to));
            let moved: Vec<String> =
                self.chunks.iter().filter_map(|(key, _)| Some(key.strip_prefix(&old)?.to_owned())).collect();
            for day in moved {
                let (old, new) = (format!("{old}{day}"), format!("{new}{day}"));
                let (_, Chunk(records)) = self.chunks.remove(self.place(&old));
                let place = self.place(&new);
                match self.chunks.get_mut(place).filter(|(key, _)| *key == new) {
                    None => self.chunks.insert(place, (new.clone(), Chunk(records))),
                    Some((_, Chunk(kept))) => {
                        let time = |record: &Record| kind.unit_of(record.at);
                        for record in records {
                            let at = kept.partition_point(|there| time(there) < time(&record));
                            if kept.get(at).is_none_or(|there| time(there) != time(&record)) {
                                kept.insert(at, record);
                            }
                        }
                        kept.drain(..kept.len().saturating_sub(MOST_RECORDS));
                    }
                }
                self.changed.extend([old, new]);
            }
        }
    }

    /// Moves every record that was stamped by a clock which was ahead to the instant at which it was.
    pub(super) fn mend(&mut self, id: &AccountId, mend: &Mend) {
        for kind in &KINDS {
            let prefix = key_prefix(kind, id);
            let mut moved = Vec::new();
            self.chunks.retain_mut(|(key, Chunk(records))| {
                if !key.starts_with(&prefix) {
                    return true;
                }
                let ahead = records.partition_point(|record| !mend.is_ahead(record.at));
                if ahead < records.len() {
                    moved.extend(records.drain(ahead..));
                    self.changed.push(key.clone());
                }
                !records.is_empty()
            });
            for mut record in moved {
                record.at = mend.asked(record.at);
                let key = format!("{prefix}{}", kind.first_day(record.at));
                let place = self.place(&key);
                if self.chunk(&key).is_none() {
                    self.chunks.insert(place, (key.clone(), Chunk::default()));
                }
                if let Some((_, chunk)) = self.chunks.get_mut(place) {
                    chunk.put(kind, record);
                }
                if !self.changed.contains(&key) {
                    self.changed.push(key);
                }
            }
        }
    }

    /// Of the chunks with that prefix, keeps those in reach of `at`.
    fn keep_around(&mut self, at: UtcMillis, kind: &Kind, prefix: &str) {
        let Self { chunks, changed } = self;
        chunks.retain(|(key, Chunk(records))| {
            let in_reach = records.last().is_some_and(|last| last.at.since(at).abs() <= kind.reach);
            let kept = in_reach || !key.starts_with(prefix);
            if !kept {
                changed.push(key.clone());
            }
            kept
        });
    }

    /// Whether a refill is marked as it is known now, where it was seen.
    fn marks(&self, id: &AccountId, refill: &Refill) -> bool {
        let mark = Some(RefillMark::from(refill));
        self.records(id, &KINDS[0]).any(|record| record.at == refill.seen_at && record.refill == mark)
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
        for kind in &KINDS {
            let prefix = key_prefix(kind, id);
            let key = format!("{prefix}{}", kind.first_day(at));
            let place = self.place(&key);
            let is_new = self.chunk(&key).is_none();
            if is_new {
                self.chunks.insert(place, (key.clone(), Chunk::default()));
            }
            if let Some((_, chunk)) = self.chunks.get_mut(place) {
                chunk.add(kind, at, told, spent, refill);
            }
            if is_new {
                self.keep_around(at, kind, &prefix);
            }
            if !self.changed.contains(&key) {
                self.changed.push(key);
            }
        }
    }
}

impl Kind {
    /// What there is one record of: an instant, or a day.
    fn unit_of(&self, at: UtcMillis) -> i64 {
        if self.rows { at.0 / DAY } else { at.0 }
    }

    /// The first day of the chunk that holds the instant, counted from 1970.
    fn first_day(&self, at: UtcMillis) -> i64 {
        (at.0 / DAY) & !self.span
    }
}

impl Chunk {
    /// Puts a record where it belongs, later than all that are there; one of the same time is joined with it.
    fn put(&mut self, kind: &Kind, mut record: Record) {
        while let Some(last) = self.0.pop_if(|last| kind.unit_of(last.at) >= kind.unit_of(record.at)) {
            record.at = record.at.max(last.at);
            record.spent = record.spent.plus(last.spent);
            record.told = record.told.or(last.told);
            record.stretch(last.lowest, last.highest);
            record.refills += last.refills;
            record.refill = record.refill.or(last.refill);
        }
        self.0.push(record);
        if self.0.len() > MOST_RECORDS {
            self.thin();
        }
    }

    fn add(
        &mut self,
        kind: &Kind,
        at: UtcMillis,
        told: Option<(Amount, Amount)>,
        spent: Amount,
        refill: Option<&Refill>,
    ) {
        let unit = kind.unit_of(at);
        // A refill is marked where it was seen first, and where a further part of it was.
        let is_it = |mark: RefillMark| refill.is_some_and(|refill| mark.due == refill.due);
        let is_part =
            |mark: RefillMark| refill.is_some_and(|refill| mark.further_parts < refill.further_parts);
        for record in &mut self.0 {
            if record.refill.is_some_and(|mark| is_it(mark) && !(is_part(mark) && record.at < at)) {
                record.refill = None;
                record.refills = record.refills.saturating_sub(1);
            }
        }
        let is_counted = self.0.iter().any(|record| record.refill.is_some_and(is_it));
        let place = self.0.partition_point(|record| kind.unit_of(record.at) < unit);
        if self.0.get(place).is_none_or(|record| kind.unit_of(record.at) != unit) {
            self.0.insert(place, Record { at, ..Record::default() });
        }
        let Some(record) = self.0.get_mut(place) else { return };
        record.spent = record.spent.plus(spent);
        if let Some((primary, _)) = told {
            if record.at <= at || record.told.is_none() {
                record.at = at;
                record.told = told;
            }
            record.stretch(Some(primary), Some(primary));
        }
        if let Some(refill) = refill {
            record.refill = Some(refill.into());
            record.refills += u64::from(!is_counted);
        }
        if self.0.len() > MOST_RECORDS {
            self.thin();
        }
    }

    /// Takes out the point that says least, never the first or the last: one without a balance or that tells the
    /// same as both its neighbours before a change, a change before a refill, and of equals where they lie closest.
    /// What was spent in it goes to the next.
    fn thin(&mut self) {
        let weight = |[before, here, after]: &[Record; 3]| {
            let changes = here.told.is_some() && (here.told != before.told || here.told != after.told);
            let rank = 2 * i64::from(here.refill.is_some()) + i64::from(changes);
            rank * DAY + after.at.since(before.at)
        };
        let least = self.0.array_windows().enumerate().min_by_key(|(_, three)| weight(three));
        let Some(place) = least.map(|(i, _)| i + 1) else { return };
        let spent = self.0.remove(place).spent;
        if let Some(next) = self.0.get_mut(place) {
            next.spent = next.spent.plus(spent);
        }
    }
}
