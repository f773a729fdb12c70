//! Counting: what was judged, how, and a few examples of every cause.

pub use crate::recall::{Heed, Recall};
use crate::server::Instant;
use crate::truth::{Class, World};
use refill_watch::state::Status;
use refill_watch::time::DAY;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// How one evaluation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The claim is true, and nothing worse is.
    Right,
    /// Something worse is true, and a note says that it may be.
    Noted,
    /// The claim is true, something worse is true as well, and nothing says so.
    TooMild,
    /// The claim is not true.
    Wrong,
    /// The claim is not true, or something worse is, and the same events also come from this world.
    Excused(World),
}

impl Grade {
    /// How many grades there are.
    pub const COUNT: usize = 5;

    fn column(self) -> usize {
        match self {
            Self::Right => 0,
            Self::Noted => 1,
            Self::TooMild => 2,
            Self::Wrong => 3,
            Self::Excused(_) => 4,
        }
    }
}

/// One look at one tab.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation {
    /// The browser.
    pub browser: u64,
    /// The tab.
    pub tab: i64,
    /// When, in true time.
    pub at: Instant,
    /// How many events the engine had handled.
    pub events: u64,
    /// What the engine said.
    pub said: Class,
    /// What was true.
    pub truth: Class,
    /// How the look is judged.
    pub grade: Grade,
    /// How the true trouble was told; `None` if there was none to tell.
    pub heed: Option<Heed>,
    /// What had become of the newest refill.
    pub fate: &'static str,
    /// Whether the trouble is so plain that the verdict itself has to say it.
    pub is_plain: bool,
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
    /// Looks at which it happened.
    pub evaluations: u64,
    /// Days of a browser on which it happened, however many looks there were.
    pub episodes: u64,
    /// The first few.
    pub cases: Vec<Case>,
}

/// The most examples kept of one cause.
const EXAMPLES: usize = 4;

/// What the engine has learned about the refill hour of an account with at least 5 bracketed refills.
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
    /// Not needed: the server's date or the user's setting comes first.
    NoNeed,
}

/// Counts by truth, by what was said, and by grade.
pub type Grid = [[[u64; Grade::COUNT]; 7]; 7];

/// Everything counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The confusion matrix.
    pub grid: Grid,
    /// For each world: the claims that it excuses, by verdict, and the silence that it excuses, by truth.
    pub excused: [[[u64; 7]; 2]; World::ALL.len()],
    /// How each true trouble was told, in the order of [`Class::ALL`].
    pub recall: [Recall; 7],
    /// The same, by the class and by the word for what had become of the newest refill.
    pub recall_by_fate: BTreeMap<(Class, &'static str), Recall>,
    /// The causes of wrong claims.
    pub wrong: BTreeMap<String, Cause>,
    /// The causes of silence.
    pub silent: BTreeMap<String, Cause>,
    /// Looks at which nothing was wrong and the verdict agreed; of these, the ones with a note of doubt.
    pub doubts: [u64; 2],
    /// Looks with the note `spent-elsewhere`; of these, the ones at which nobody else had spent.
    pub accusations: [u64; 2],
    /// Accounts, by what was learned about their refill hour.
    pub learned: BTreeMap<Learned, u64>,
    /// Accounts simulated.
    pub accounts: u64,
    /// Events sent to the engine.
    pub events: u64,
    /// Everything that was said, if the tally listens.
    pub heard: Option<Heard>,
    episodes: BTreeSet<(bool, Class, Class, i64)>,
    sought: Option<Evaluation>,
    is_done: bool,
}

/// Everything the engine said, right or wrong. It reveals a change that nobody meant.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// How often each verdict was said with each list of notes.
    pub words: BTreeMap<String, u64>,
    /// A sum over everything that was said, with its evidence: a single look that differs changes it.
    pub digest: u64,
}

impl Heard {
    /// Records what was said at one look.
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
    /// A tally that also keeps everything that was said.
    #[must_use]
    pub fn listening() -> Self {
        Self { heard: Some(Heard::default()), ..Self::default() }
    }

    /// A tally that counts nothing and only looks for this evaluation.
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
        self.grid[truth][said][evaluation.grade.column()] += 1;
        let is_false = evaluation.said != Class::Fresh;
        if let Grade::Excused(world) = evaluation.grade
            && is_false
        {
            self.excused[world.place()][0][said] += 1;
        }
        if let Some(heed) = evaluation.heed {
            self.recall[truth].count(heed, evaluation.is_plain);
            let by_fate = self.recall_by_fate.entry((evaluation.truth, evaluation.fate)).or_default();
            by_fate.count(heed, evaluation.is_plain);
            if let Heed::Excused(world) = heed {
                self.excused[world.place()][1][truth] += 1;
            }
        }
        let is_wrong = evaluation.grade == Grade::Wrong && is_false;
        let is_silent = matches!(evaluation.heed, Some(Heed::Silent | Heed::Old))
            || (evaluation.is_plain && evaluation.heed == Some(Heed::Noted));
        if !is_wrong && !is_silent {
            return;
        }
        let (cause, description) = explain();
        let cause = format!("{cause}, true: {}", evaluation.truth.word());
        let mut note = |causes: &mut BTreeMap<String, Cause>, which: bool| {
            let cause = causes.entry(cause.clone()).or_default();
            cause.evaluations += 1;
            if self.episodes.insert((which, evaluation.said, evaluation.truth, evaluation.at / DAY)) {
                cause.episodes += 1;
                if cause.cases.len() < EXAMPLES {
                    cause.cases.push(Case { evaluation: *evaluation, description: description.clone() });
                }
            }
        };
        if is_wrong {
            note(&mut self.wrong, true);
        }
        if is_silent {
            note(&mut self.silent, false);
        }
    }

    /// Counts a look at which nothing is wrong, and whether it has a note of doubt.
    pub fn hear_doubt(&mut self, is_there: bool) {
        if self.sought.is_none() {
            self.doubts[0] += 1;
            self.doubts[1] += u64::from(is_there);
        }
    }

    /// Counts a look with the note `spent-elsewhere`, and whether it is right; `None` is a look without the note.
    pub fn hear_accusation(&mut self, right: &Option<bool>) {
        if self.sought.is_none()
            && let Some(right) = right
        {
            self.accusations[0] += 1;
            self.accusations[1] += u64::from(!right);
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
        for (mine, theirs) in self.recall.iter_mut().zip(&other.recall) {
            mine.merge(theirs);
        }
        for (key, theirs) in other.recall_by_fate {
            self.recall_by_fate.entry(key).or_default().merge(&theirs);
        }
        for (mine, theirs) in self.doubts.iter_mut().zip(other.doubts) {
            *mine += theirs;
        }
        for (mine, theirs) in self.accusations.iter_mut().zip(other.accusations) {
            *mine += theirs;
        }
        for (mine, theirs) in [(&mut self.wrong, other.wrong), (&mut self.silent, other.silent)] {
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

    /// How often a verdict was said, by grade.
    #[must_use]
    pub fn said(&self, class: Class) -> [u64; Grade::COUNT] {
        let mut sum = [0; Grade::COUNT];
        for row in &self.grid {
            for (count, more) in sum.iter_mut().zip(row[class.place()]) {
                *count += more;
            }
        }
        sum
    }

    /// Claims of this verdict that a world excuses.
    #[must_use]
    pub fn excused_claims(&self, class: Class) -> u64 {
        self.excused.iter().map(|world| world[0][class.place()]).sum()
    }
}
