//! Balances: the pools, what each plan gives, and how to read them.
//!
//! Everything we know about the shapes of Leonardo's answers is here, and nowhere else. Reading never guesses: what
//! is missing, malformed or out of range is *unknown*, never 0 and never an invented date. What a balance means for
//! the user is decided in `verdict`, not here.

mod amount;
mod answer;
mod compact;
mod cost;
mod counter;
mod plan;
mod pool;
mod roots;

pub use amount::Amount;
pub use answer::{Failure, Operation, OwnerIds, Parsed, Reading, Refusal, Request, parse_answer};
pub use compact::{Side, has_no_spaces, unit_beside};
pub use counter::CounterText;
pub use plan::{Cadence, Plan};
pub use pool::{Pool, Pools};
