//! Counting: what was judged, how, and one example of every cause.

use crate::server::Instant;
use crate::truth::{Class, Excuse};
use refill_watch::state::Status;
use refill_watch::time::DAY;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// How one evaluation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The claim is true, and nothing worse is.
    Right,
    /// The claim is not true, and could have been known not to be.
    Wrong,
    /// The claim is not true, and nobody could have known.
    Unknowable(Excuse),
    /// The claim is true, something worse is true as well, and could have been known.
    Missed,
    /// The claim is true, something worse is true as well, and nobody could have known.
    MissedUnknowable(Excuse),
}

/// One look at one tab.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation {
    /// The browser.
    pub browser: u64,
    /// The tab.
    pub tab: i64,
    /// When.
    pub at: Instant,
    /// How many events the engine had had.
    pub events: u64,
    /// What it said.
    pub said: Class,
    /// What was true.
    pub truth: Class,
    /// How that is judged.
    pub grade: Grade,
}

/// An example of a fault.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was judged.
    pub evaluation: Evaluation,
    /// The truth in words.
    pub description: String,
}

/// All faults of one cause.
#[derive(Clone, Debug, Default)]
pub struct Cause {
    /// Evaluations.
    pub evaluations: u64,
    /// Days of one browser on which it happened, however often one looked.
    pub episodes: u64,
    /// The first few.
    pub cases: Vec<Case>,
}

/// Examples kept of one cause.
const EXAMPLES: usize = 4;

/// How the learned hour of an account with at least 5 bracketed refills stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Learned {
    /// Learned, within 30 minutes of the truth.
    Right,
    /// Learned, and further off.
    Wrong,
    /// Still assumed, which is within 30 minutes of the truth.
    AssumedRightly,
    /// Not learned, although its refills enclose the truth within an hour.
    NotLearned,
    /// Not learned; its refills do not enclose the truth within an hour.
    NotEnclosed,
    /// The server's date or the user's setting stands above it.
    NoNeed,
}

/// Counts by truth, by what was said, and by grade: right, wrong, missed, could-not-know.
pub type Grid = [[[u64; 4]; 7]; 7];

/// Everything counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The confusion matrix.
    pub grid: Grid,
    /// For each excuse: claims excused by verdict, and misses excused by truth.
    pub excused: [[[u64; 7]; 2]; 14],
    /// The causes of wrong claims.
    pub wrong: BTreeMap<String, Cause>,
    /// The causes of misses.
    pub missed: BTreeMap<String, Cause>,
    /// What was learned.
    pub learned: BTreeMap<Learned, u64>,
    /// Accounts that lived.
    pub accounts: u64,
    /// Events that the engine was sent.
    pub events: u64,
    /// What was said in full, where that is wanted.
    pub heard: Option<Heard>,
    episodes: BTreeSet<(Class, Class, i64)>,
    sought: Option<Evaluation>,
    is_done: bool,
}

/// What the engine said, whether right or wrong: by this an unmeant change is found out.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// How often each verdict was said with each list of notes.
    pub words: BTreeMap<String, u64>,
    /// A sum over everything that was said, evidence and all: a single look that differs makes another one.
    pub digest: u64,
}

impl Heard {
    /// Hears one judgement.
    pub fn hear(&mut self, status: &Status<'_>) {
        let judgement = &status.judgement;
        let reason = judgement.verdict.reason().unwrap_or_default();
        let notes: Vec<&str> = judgement.notes.iter().map(|note| note.word()).collect();
        let words = format!("{} {reason} [{}]", judgement.verdict.word(), notes.join(" "));
        *self.words.entry(words).or_default() += 1;
        let spending = status.account.map(|(_, account)| {
            let (ledger, now) = (account.ledger(), status.now);
            let left = status.spendable.unwrap_or_default();
            let spending = &ledger.spending;
            (
                spending.per_day(now),
                spending.per_generation(),
                spending.generations_left(left),
                spending.days_left(left, now),
            )
        });
        let mut hasher = siphasher::sip::SipHasher13::new();
        format!("{judgement:?} {:?} {:?} {spending:?}", status.calendar, status.pools).hash(&mut hasher);
        self.digest = self.digest.wrapping_add(hasher.finish());
    }
}

impl Tally {
    /// One that keeps what was said in full.
    #[must_use]
    pub fn listening() -> Self {
        Self { heard: Some(Heard::default()), ..Self::default() }
    }

    /// One that only looks for this evaluation.
    #[must_use]
    pub fn seeking(sought: Evaluation) -> Self {
        Self { sought: Some(sought), ..Self::default() }
    }

    /// Whether it has found what it seeks.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Counts one evaluation; `explain` gives its cause and the truth in words.
    pub fn add(&mut self, evaluation: &Evaluation, explain: impl FnOnce() -> (String, String)) {
        if let Some(sought) = &self.sought {
            let same = |a: &Evaluation| (a.tab, a.at, a.events);
            self.is_done |= same(sought) == same(evaluation);
            return;
        }
        let (said, truth) = (evaluation.said.place(), evaluation.truth.place());
        let column = match evaluation.grade {
            Grade::Right => 0,
            Grade::Wrong => 1,
            Grade::Missed => 2,
            Grade::Unknowable(excuse) => {
                self.excused[excuse.place()][0][said] += 1;
                3
            }
            Grade::MissedUnknowable(excuse) => {
                self.excused[excuse.place()][1][truth] += 1;
                3
            }
        };
        self.grid[truth][said][column] += 1;
        let causes = match evaluation.grade {
            Grade::Wrong => &mut self.wrong,
            Grade::Missed => &mut self.missed,
            _ => return,
        };
        let (cause, description) = explain();
        let cause = format!("{cause}, true: {}", evaluation.truth.word());
        let cause = causes.entry(cause).or_default();
        cause.evaluations += 1;
        if self.episodes.insert((evaluation.said, evaluation.truth, evaluation.at / DAY)) {
            cause.episodes += 1;
            if cause.cases.len() < EXAMPLES {
                cause.cases.push(Case { evaluation: *evaluation, description });
            }
        }
    }

    /// Counts an account's learned hour.
    pub fn learned(&mut self, learned: Learned) {
        *self.learned.entry(learned).or_default() += 1;
    }

    /// Adds the counts of the next browser.
    pub fn merge(&mut self, other: Self) {
        for (row, others) in self.grid.iter_mut().flatten().zip(other.grid.iter().flatten()) {
            for (count, more) in row.iter_mut().zip(others) {
                *count += more;
            }
        }
        for (counts, others) in self.excused.iter_mut().flatten().zip(other.excused.iter().flatten()) {
            for (count, more) in counts.iter_mut().zip(others) {
                *count += more;
            }
        }
        for (mine, theirs) in [(&mut self.wrong, other.wrong), (&mut self.missed, other.missed)] {
            for (name, cause) in theirs {
                let sum = mine.entry(name).or_default();
                sum.evaluations += cause.evaluations;
                sum.episodes += cause.episodes;
                let room = EXAMPLES.saturating_sub(sum.cases.len());
                sum.cases.extend(cause.cases.into_iter().take(room));
            }
        }
        for (learned, count) in other.learned {
            *self.learned.entry(learned).or_default() += count;
        }
        if let (Some(heard), Some(more)) = (&mut self.heard, other.heard) {
            for (words, count) in more.words {
                *heard.words.entry(words).or_default() += count;
            }
            heard.digest = heard.digest.wrapping_add(more.digest);
        }
        self.accounts += other.accounts;
        self.events += other.events;
    }

    /// How often a verdict was said: in all, and by grade.
    #[must_use]
    pub fn said(&self, class: Class) -> [u64; 4] {
        let mut sum = [0; 4];
        for row in &self.grid {
            for (count, more) in sum.iter_mut().zip(row[class.place()]) {
                *count += more;
            }
        }
        sum
    }

    /// How often this was true and something milder was said that could have been known to be too mild.
    #[must_use]
    pub fn missed(&self, class: Class) -> u64 {
        self.grid[class.place()].iter().map(|cell| cell[2]).sum()
    }

    /// Claims of this verdict excused, and misses of this truth excused.
    #[must_use]
    pub fn excused(&self, class: Class) -> (u64, u64) {
        let sum = |which: usize| self.excused.iter().map(|excuse| excuse[which][class.place()]).sum();
        (sum(0), sum(1))
    }
}
