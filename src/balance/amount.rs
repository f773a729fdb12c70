//! The amount of tokens in a pool.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::fmt;

/// An amount of tokens, in thousandths.
///
/// App tokens are whole. API credits need not be: they are billed in dollars. Thousandths keep both exact enough
/// without floating point. An unknown amount is the `None` of an `Option<Amount>`; there is no "unknown" value.
///
/// ```
/// use refill_watch::balance::Amount;
/// assert_eq!(Amount::whole(1234).to_string(), "1234");
/// assert_eq!(Amount::from_json(&serde_json::json!(12.5)).unwrap().to_string(), "12.5");
/// assert_eq!(Amount::from_json(&serde_json::json!(-1)), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(u64);

impl Amount {
    /// Nothing left: a known zero.
    pub const ZERO: Self = Self(0);

    /// The largest amount we believe: a billion tokens. The largest plan's rollover bank holds 180,000 a seat, so
    /// anything above this comes from a broken or hostile answer.
    pub const MAX: Self = Self::whole(1_000_000_000);

    /// An amount of whole tokens.
    #[must_use]
    pub const fn whole(tokens: u64) -> Self {
        Self(tokens.saturating_mul(1000))
    }

    /// An amount in thousandths of a token, as [`Amount::in_thousandths`] returns it.
    #[must_use]
    pub const fn thousandths(thousandths: u64) -> Self {
        Self(thousandths)
    }

    /// The amount in thousandths of a token, capped at `i64::MAX` so that it can be stored as a number.
    #[must_use]
    pub fn in_thousandths(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// Reads a JSON number. `None` for anything else, for a negative number and for one above [`Amount::MAX`]. A
    /// number inside a string does not count: the site never sends one, so its meaning is unknown.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let number = value.as_number()?;
        let amount = match number.as_u64() {
            Some(whole) => Self(whole.checked_mul(1000)?),
            None => Self::from_fraction(number)?,
        };
        (amount <= Self::MAX).then_some(amount)
    }

    fn from_fraction(number: &Number) -> Option<Self> {
        let value = number.as_f64()?;
        if !(0.0..=1e9).contains(&value) {
            return None;
        }
        // In range by the check above; rounding to a thousandth is the point.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(Self((value * 1000.0).round() as u64))
    }

    /// The whole tokens; a fraction is dropped.
    #[must_use]
    pub const fn tokens(self) -> u64 {
        self.0 / 1000
    }

    /// Whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, capped at `u64::MAX`.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference; zero when `other` is larger.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Half the amount, rounded down.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }

    /// Whether this is less than `percent` per cent of `of`.
    #[must_use]
    pub const fn is_below_percent(self, percent: u64, of: Self) -> bool {
        self.0.saturating_mul(100) < of.0.saturating_mul(percent)
    }

    /// This as a percentage of `of`, rounded down; 0 when `of` is zero.
    #[must_use]
    pub fn percent_of(self, of: Self) -> u64 {
        self.0.saturating_mul(100).checked_div(of.0).unwrap_or(0)
    }

    /// The amount as a JSON number, with a fraction only where there is one.
    #[must_use]
    pub fn to_json(self) -> Value {
        if self.0.is_multiple_of(1000) {
            Value::from(self.tokens())
        } else {
            serde_json::from_str(&self.to_string()).unwrap_or(Value::Null)
        }
    }
}

impl fmt::Display for Amount {
    /// Plain digits, with a decimal point only where there is a fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 1000)?;
        match self.0 % 1000 {
            0 => Ok(()),
            rest => write!(f, ".{}", format!("{rest:03}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_plausible_json_number_is_an_amount() {
        for (name, value, amount) in [
            ("zero is known", json!(0), Some("0")),
            ("whole", json!(150), Some("150")),
            ("the largest believed", json!(1_000_000_000), Some("1000000000")),
            ("a cent", json!(0.01), Some("0.01")),
            ("a whole float", json!(20.0), Some("20")),
            ("above the largest", json!(1_000_000_001), None),
            ("beyond exact floats", json!(9_007_199_254_740_995_u64), None),
            ("the largest u64", json!(u64::MAX), None),
            ("negative", json!(-1), None),
            ("negative fraction", json!(-0.5), None),
            ("huge float", json!(1e300), None),
            ("a number in a text", json!("150"), None),
            ("null", json!(null), None),
            ("a bool", json!(true), None),
            ("a list", json!([150]), None),
        ] {
            assert_eq!(Amount::from_json(&value).map(|a| a.to_string()).as_deref(), amount, "{name}");
        }
    }

    #[test]
    fn a_share_is_told_in_whole_percent_and_compared_exactly() {
        let whole = Amount::whole;
        assert_eq!(whole(67).percent_of(whole(150)), 44);
        assert_eq!(whole(300).percent_of(whole(150)), 200);
        assert_eq!(whole(5).percent_of(Amount::ZERO), 0);
        assert!(whole(119).is_below_percent(80, whole(150)));
        assert!(!whole(120).is_below_percent(80, whole(150)), "exactly 80 % is not below");
        assert_eq!(whole(151).half(), Amount::thousandths(75_500));
    }

    #[test]
    fn thousandths_are_held_within_what_can_be_stored() {
        assert_eq!(Amount::whole(7).in_thousandths(), 7_000);
        assert_eq!(Amount::thousandths(u64::MAX).in_thousandths(), i64::MAX);
    }

    #[test]
    fn an_amount_leaves_as_json_the_way_it_came() {
        for value in [json!(0), json!(150), json!(12.5), json!(0.125)] {
            assert_eq!(Amount::from_json(&value).unwrap().to_json(), value);
        }
    }
}
