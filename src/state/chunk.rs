//! A chunk of the history: the records under one storage key, and how storage holds them.
//!
//! A record is a point at an instant, or a row for a day. `history` knows an account's chunks as a whole.

use crate::balance::Amount;
use crate::time::{DAY, UtcMillis};
use serde::{Deserialize, Serialize};

/// A point, or a day's row. Stored as the list of its fields, because there are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredRecord", into = "StoredRecord")]
pub(super) struct Record {
    /// The instant; for a row, its last answer.
    pub(super) at: UtcMillis,
    /// The refilling pool's amount, and what could be spent in all.
    pub(super) told: Option<(Amount, Amount)>,
    pub(super) spent: Amount,
    pub(super) refill: Option<RefillMark>,
    pub(super) lowest: Option<Amount>,
    pub(super) highest: Option<Amount>,
    pub(super) refills: u64,
}

type StoredRecord =
    (UtcMillis, Option<(Amount, Amount)>, Amount, Option<StoredMark>, Option<Amount>, Option<Amount>, u64);

impl From<StoredRecord> for Record {
    fn from((at, told, spent, refill, lowest, highest, refills): StoredRecord) -> Self {
        Self { at, told, spent, refill: refill.map(RefillMark::from), lowest, highest, refills }
    }
}

impl From<Record> for StoredRecord {
    fn from(record: Record) -> Self {
        let Record { at, told, spent, refill, lowest, highest, refills } = record;
        (at, told, spent, refill.map(StoredMark::from), lowest, highest, refills)
    }
}

/// A mark as storage holds it: hardly any refill leaves something missing.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredMark {
    Whole(UtcMillis, i64, i64, u64),
    Short(UtcMillis, i64, i64, u64, Amount),
}

impl From<StoredMark> for RefillMark {
    fn from(stored: StoredMark) -> Self {
        let (due, late_at_least, late_at_most, further_parts, missing) = match stored {
            StoredMark::Whole(due, least, most, parts) => (due, least, most, parts, Amount::ZERO),
            StoredMark::Short(due, least, most, parts, missing) => (due, least, most, parts, missing),
        };
        Self { due, late_at_least, late_at_most, further_parts, missing }
    }
}

impl From<RefillMark> for StoredMark {
    fn from(mark: RefillMark) -> Self {
        let RefillMark { due, late_at_least, late_at_most, further_parts, missing } = mark;
        if missing.is_zero() {
            Self::Whole(due, late_at_least, late_at_most, further_parts)
        } else {
            Self::Short(due, late_at_least, late_at_most, further_parts, missing)
        }
    }
}

/// Records in a chunk: one point for every quarter of an hour.
pub(super) const MOST_RECORDS: usize = 96;

/// One of the two kinds of chunk.
pub(super) struct Kind {
    pub(super) prefix: &'static str,
    /// Whether records are per day, not per instant.
    pub(super) rows: bool,
    /// How many days share a chunk, minus one: the bits to mask out of a day's number.
    pub(super) span: i64,
    /// A chunk is kept while any of its records is within this distance of the newest event, before or after it, so
    /// that a clock that was wrong for a while cannot fill the storage.
    pub(super) reach: i64,
}

/// The kinds for points and for rows.
pub(super) const KINDS: [Kind; 2] = [
    Kind { prefix: "detail:", rows: false, span: 0, reach: 8 * DAY },
    Kind { prefix: "days:", rows: true, span: 31, reach: 400 * DAY },
];

/// The records of a key, in strictly rising time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "StoredChunk", into = "Vec<Record>")]
pub(super) struct Chunk(pub(super) Vec<Record>);

/// A chunk as this version stores it, or as older ones did.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredChunk {
    Records(Vec<Record>),
    /// Versions 1 and 2: ten numbers a record, in a row. -1 is an amount that no answer gave; a due instant of 0 is
    /// no refill.
    Numbers(Vec<i64>),
}

/// Not a chunk.
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
        let mark = StoredMark::Whole(UtcMillis(due), least, most, 0).into();
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

    pub(super) fn point(&self) -> Point {
        Point {
            at: self.at,
            primary: self.told.map(|(primary, _)| primary),
            spendable: self.told.map(|(_, spendable)| spendable),
            spent: self.spent,
            refill: self.refill,
        }
    }

    /// Extends the lowest and highest amount by another record's.
    fn stretch(&mut self, lowest: Option<Amount>, highest: Option<Amount>) {
        // `None` sorts below every amount, which is right for the highest alone.
        self.lowest = self.lowest.into_iter().chain(lowest).min();
        self.highest = self.highest.max(highest);
    }
}

/// One answer's balance, or a cost on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub at: UtcMillis,
    /// The primary pool; `None` if no answer gave it.
    pub primary: Option<Amount>,
    /// What the app can spend.
    pub spendable: Option<Amount>,
    /// What this browser spent then, or since an earlier point that is no longer kept.
    pub spent: Amount,
    /// The refill that this answer confirmed.
    pub refill: Option<RefillMark>,
}

/// One UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its last answer.
    pub last: Point,
    /// The lowest amount of the primary pool in an answer.
    pub lowest: Option<Amount>,
    /// The highest.
    pub highest: Option<Amount>,
    /// The refills confirmed on this day.
    pub refills: u64,
}

/// A confirmed refill, and how late we know it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefillMark {
    /// When it was due.
    pub due: UtcMillis,
    /// The least it was late, in milliseconds: until the last answer without it.
    pub late_at_least: i64,
    /// The most it was late, in milliseconds: until the first answer with it. Below zero, it surely came early.
    pub late_at_most: i64,
    /// How many more parts of it had come by then.
    pub further_parts: u64,
    /// What was missing of the plan's amount then: spent, or never come.
    pub missing: Amount,
}

impl Kind {
    /// What has one record: an instant, or a day.
    pub(super) fn unit_of(&self, at: UtcMillis) -> i64 {
        if self.rows { at.0 / DAY } else { at.0 }
    }

    /// The first day, counted from 1970, of the chunk that holds this instant.
    pub(super) fn first_day(&self, at: UtcMillis) -> i64 {
        (at.0 / DAY) & !self.span
    }
}

impl Chunk {
    /// Appends a record; those of the same time or later are merged into it.
    pub(super) fn put(&mut self, kind: &Kind, mut record: Record) {
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

    pub(super) fn add(
        &mut self,
        kind: &Kind,
        at: UtcMillis,
        told: Option<(Amount, Amount)>,
        spent: Amount,
        refill: Option<RefillMark>,
    ) {
        let unit = kind.unit_of(at);
        // A refill is marked where it, or a further part of it, was first seen.
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
            record.refill = Some(refill);
            record.refills += u64::from(!is_counted);
        }
        if self.0.len() > MOST_RECORDS {
            self.thin();
        }
    }

    /// Removes the least informative point, never the first or the last: one without a balance, or equal to both
    /// neighbours, goes before a change, and a change before a refill; among equals, where points are closest. What
    /// was spent in it moves to the next.
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
