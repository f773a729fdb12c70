//! How common each incident is. Each rate is also an option of `cargo xtask simulate`.

use std::num::ParseFloatError;

/// Reads a share from 0 to 1: `0.05`, or `5%`.
fn share(text: &str) -> Result<f64, String> {
    let (digits, unit) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits.trim_end(), 100.0));
    let number: f64 = digits.parse().map_err(|error: ParseFloatError| error.to_string())?;
    let share = number / unit;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("a share lies between 0 and 1".into()) }
}

macro_rules! rates {
    ($($(#[doc = $doc:expr])+ $name:ident = $usual:expr;)+) => {
        /// The shares, each from 0 to 1 (or written as per cent).
        #[derive(Clone, Copy, Debug, PartialEq, clap::Args)]
        #[command(next_help_heading = "How common each incident is")]
        pub struct Rates {
            $($(#[doc = $doc])+ #[arg(long, default_value_t = $usual, value_parser = share, value_name = "SHARE")]
            pub $name: f64,)+
        }

        impl Default for Rates {
            fn default() -> Self {
                Self { $($name: $usual,)+ }
            }
        }
    };
}

rates! {
    /// Refills that come 1 to 4 hours late, as users report for about one day in ten
    late = 0.10;
    /// Refills that come 11 to 13 hours late
    very_late = 0.007;
    /// Refills that never come; the next one is then skipped too, four times in ten. Three in five monthly ones
    /// are made good by hand days later
    skipped = 0.005;
    /// Refills whose date moves when they are due and whose tokens come up to 3 hours later, whole or in two parts
    date_first = 0.02;
    /// Of those, the ones whose tokens never come
    date_only = 0.2;
    /// Refills that come in two parts within 3 hours
    parts = 0.01;
    /// Refills that bring 10 to 60 % less than the plan gives
    short = 0.01;
    /// Of those, the ones whose rest comes hours or days later
    rest_later = 0.4;
    /// Refills that come before they are due, date and tokens together: daily ones by hours, half of the
    /// monthly ones by up to three weeks
    early = 0.008;
    /// Of the early monthly ones, those with which a new month starts
    anew = 0.3;
    /// Refills that come twice
    twice = 0.003;
    /// Refills whose date follows up to an hour after the tokens
    date_lags = 0.03;
    /// Of the accounts whose job does not run at midnight, those whose date says midnight all the same
    midnight_dates = 0.3;
    /// Free accounts whose date is the last refill's
    past_dates = 0.15;
    /// Refills at whose very moment something else happens: bought tokens, a gift or a change of plan
    at_the_same_time = 0.01;
    /// Generations that fail, and whose cost comes back within a quarter of an hour
    returned = 0.02;
    /// People whose page tells only a share of the costs
    partly_told = 1.0 / 6.0;
    /// People whose page tells no cost
    untold = 0.12;
    /// Costs that are booked only after the page has asked for the balance
    unbooked = 0.08;
    /// Generations that begin while the answer to another is under way
    overlapping = 0.08;
    /// Answers that take 20 to 180 seconds
    slow = 0.02;
    /// Answers from a cache
    cached = 0.006;
    /// Answers without a balance: signed out, refused, empty, a page instead of data
    failed = 0.02;
    /// Accounts on a paid plan
    paid = 0.5;
    /// People who also spend on a phone; a quarter of the phones report to this browser what they saw
    phones = 0.37;
    /// Accounts that others spend from every day: daily tokens until next to nothing is left, monthly ones bit by bit
    shared = 0.08;
    /// People with a team; most of them work in it
    teams = 0.10;
    /// Of those, the ones who only list it
    team_only_listed = 0.3;
    /// Computers whose clock is wrong when the story begins
    clock_off = 0.05;
    /// Computers whose clock is set during the story: a wrong one right, or a right one wrong
    clock_set = 0.03;
    /// Phones whose clock is wrong
    phone_clock_off = 0.1;
    /// How often a computer sleeps after its user gets up, on average
    asleep = 0.48;
    /// Days on which an account buys tokens, gets a gift or changes its plan
    befalls = 0.005;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_number_up_to_one_or_a_percentage() {
        assert_eq!(share("0"), Ok(0.0));
        assert_eq!(share("0.05"), share("5%"));
        assert!(share("5").is_err() && share("-1%").is_err() && share("x").is_err());
    }
}
