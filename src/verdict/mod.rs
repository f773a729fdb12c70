//! The policy: what was seen goes in, one verdict and its notes come out.
//!
//! [`Ledger`] folds the sightings of one account, in order of time, into facts: which refill came, which due
//! instant still waits, what was spent and where. [`judge`] turns these facts and what one tab shows into
//! exactly one [`Verdict`] and any number of [`Note`]s.
//!
//! Everything here is a plain function of its input. Nothing here reads a clock, talks to a browser, draws a
//! surface or writes a word for the user.

mod calendar;
mod explain;
mod explanation;
mod habits;
mod judgement;
mod learned;
mod ledger;
mod log;
mod mend;
mod observation;
mod policy;
mod readings;
mod refill;
mod spending;
mod step;
mod surprise;

pub use calendar::{Calendar, Manual, PlanHistory, Planned};
pub use explanation::{Explanation, Owed, Returned};
pub use habits::Habits;
pub use judgement::{Judgement, LateReason, Note, StaleReason, UnknownReason, Verdict};
pub use learned::{Bracket, Learned, LearnedMinute};
pub use ledger::{Known, Ledger, PlanChange, SpentElsewhere};
pub use log::{Log, Seen, Sighting, Source};
pub use mend::Mend;
pub use observation::{Decider, Grounds, Observation};
pub(crate) use policy::{COUNTER_SETTLES, REFILL_IS_NEWS};
pub use policy::{Counter, Evidence, Shown, judge};
pub(crate) use readings::NOTHING_PERCENT;
pub use refill::{OpenDue, Proof, Refill, Shortfall, Standing};
pub use spending::{Average, Spending};
pub use surprise::Surprise;
