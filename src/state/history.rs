//! Balance over time, kept 400 days in a fixed size: every change of the last days, and one row per day before that.
//!
//! Each UTC day has a chunk of points ([`Point`], at most 96); every 32 days share a chunk of rows ([`Day`], one per
//! day, today included). Each event updates both, so nothing has to be summed up later, and a stop between the two
//! writes costs at most that event in one of them. No verdict depends on this: the surfaces only show it.
//!
//! `chunk` says what a chunk is and how it is stored. Its key ends in its first day, counted from 1970: five digits
//! until 2243, so keys sort by time.

use super::chunk::{Chunk, Day, KINDS, Kind, MOST_RECORDS, Point, Record, RefillMark};
use super::{AccountId, State};
use crate::balance::{Amount, Pools};
use crate::time::{DAY, UtcMillis};
use crate::verdict::Mend;

/// A refill seen longer ago is already marked, or its points are gone.
const RECENT: i64 = 2 * DAY;

/// The chunks of all accounts, by their storage key.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Sorted by key.
    chunks: Vec<(String, Chunk)>,
    /// The keys to write, or to remove if their chunk is gone.
    pub(super) changed: Vec<String>,
}

impl State {
    /// Adds a balance that an account was just answered, and the refill it confirmed.
    pub(super) fn note_balance(&mut self, id: &AccountId, at: UtcMillis, pools: &Pools) {
        let Some(account) = self.accounts.known.get(id) else { return };
        let ledger = account.ledger();
        // What this answer left out, and only older ones had, is still known.
        let joined = ledger.last.as_ref().filter(|last| last.answered_at == at);
        let pools = joined.map_or(pools, |last| &last.pools);
        let told = pools.primary_amount().zip(pools.spendable());
        if told.is_none() {
            return;
        }
        self.history.note(id, at, told, Amount::ZERO, None);
        // An answer can show that an earlier one confirmed a refill, or that it came later than we knew.
        if let Some((seen_at, mark)) = account.mark().filter(|(seen_at, _)| at.since(*seen_at) < RECENT)
            && !self.history.marks(id, seen_at, mark)
        {
            self.history.note(id, seen_at, None, Amount::ZERO, Some(mark));
        }
    }

    /// Every point kept of an account, oldest first.
    pub fn detail(&self, id: &AccountId) -> impl Iterator<Item = Point> {
        self.history.records(id, &KINDS[0]).map(Record::point)
    }

    /// Every day kept of an account, oldest first; days without an answer or a cost are missing.
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
    /// Whether a storage key belongs to the history.
    pub(super) fn is_key(key: &str) -> bool {
        KINDS.iter().any(|kind| key.starts_with(kind.prefix))
    }

    /// The keys of all chunks.
    pub(super) fn keys(&self) -> Vec<String> {
        self.chunks.iter().map(|(key, _)| key.clone()).collect()
    }

    /// Takes in a stored chunk.
    pub(super) fn take_in(&mut self, key: &str, chunk: Chunk) {
        let place = self.place(key);
        self.chunks.insert(place, (key.to_owned(), chunk));
    }

    /// The stored text of a key.
    pub(super) fn chunk(&self, key: &str) -> Option<&Chunk> {
        self.chunks.get(self.place(key)).filter(|(there, _)| there == key).map(|(_, chunk)| chunk)
    }

    fn place(&self, key: &str) -> usize {
        self.chunks.partition_point(|(there, _)| there.as_str() < key)
    }

    /// Deletes an account's history.
    pub(super) fn forget(&mut self, id: &AccountId) {
        for kind in &KINDS {
            self.keep_around(UtcMillis(0), kind, &key_prefix(kind, id));
        }
    }

    /// Merges the history of one account into another's, after they turned out to be the same one. Where both have a
    /// record of one time, the existing one stays.
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

    /// Moves every record that a fast clock stamped to its true instant.
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

    /// Keeps only those chunks with this prefix that are within reach of `at`.
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

    /// Whether a refill is already marked, where it was seen, as we know it now.
    fn marks(&self, id: &AccountId, seen_at: UtcMillis, mark: RefillMark) -> bool {
        self.records(id, &KINDS[0]).any(|record| record.at == seen_at && record.refill == Some(mark))
    }

    fn records(&self, id: &AccountId, kind: &'static Kind) -> impl Iterator<Item = &Record> {
        let prefix = key_prefix(kind, id);
        let ours = self.chunks.iter().filter(move |(key, _)| key.starts_with(&prefix));
        ours.flat_map(|(_, chunk)| &chunk.0)
    }

    /// Adds to the point at `at` and to its day's row: the primary pool and what can be spent, what this browser
    /// spent, the refill confirmed then.
    pub(super) fn note(
        &mut self,
        id: &AccountId,
        at: UtcMillis,
        told: Option<(Amount, Amount)>,
        spent: Amount,
        refill: Option<RefillMark>,
    ) {
        // No browser that gets answers has a clock this wrong.
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
