//! Reading the number that the page itself shows.

use super::Amount;

/// The numbers that a shown text may stand for.
///
/// The site's number format is not known, so a text can be ambiguous: `1.234` is 1234 in German and about
/// one in English; `1.2k` is anything from 1,150 to 1,299, by how it was rounded.
///
/// ```
/// use refill_watch::balance::{Amount, CounterText};
/// let text = CounterText::read("1.234").unwrap();
/// assert!(text.may_show(Amount::whole(1234)));
/// assert!(CounterText::read("1.2k").unwrap().may_show(Amount::whole(1234)));
/// assert!(CounterText::read("tokens").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterText {
    low: u64,
    high: u64,
}

impl CounterText {
    /// Reads a text of at most 24 characters with one number in it; `None` when there is none or it could
    /// not be a balance.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().count() > 24 {
            return None;
        }
        let mut digits: Vec<u64> = Vec::new();
        let mut since_separator: Option<usize> = None;
        let mut suffix = None;
        for c in text.chars() {
            if let Some(digit) = decimal_digit(c) {
                if suffix.is_some() {
                    return None;
                }
                digits.push(digit);
                since_separator = since_separator.map(|n| n + 1);
            } else if matches!(c, '.' | ',' | '\u{66b}' | '\u{66c}' | '\'' | '’') && !digits.is_empty() {
                since_separator = Some(0);
            } else if c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}') {
                // Grouping in French and others, and marks that only steer the writing direction.
            } else if matches!(c, 'k' | 'K' | 'm' | 'M') && !digits.is_empty() && suffix.is_none() {
                suffix = Some(c.to_ascii_lowercase());
            } else {
                return None;
            }
        }
        if digits.is_empty() || digits.len() > 13 {
            return None;
        }
        let plain = digits.iter().fold(0_u64, |sum, digit| sum * 10 + digit);
        let Some(suffix) = suffix else { return Some(Self { low: plain, high: plain }) };
        // `1.2k`: one unit of the last shown digit is what rounding can hide, either way.
        let decimals = u32::try_from(since_separator.unwrap_or(0)).ok()?;
        let scale = if suffix == 'k' { 1_000 } else { 1_000_000_u64 };
        let step = scale.checked_div(10_u64.checked_pow(decimals)?).filter(|step| *step > 0)?;
        let value = plain.checked_mul(step)?;
        Some(Self { low: value.saturating_sub(step / 2), high: value.saturating_add(step - 1) })
    }

    /// Whether every number the text can stand for is less than `amount`.
    #[must_use]
    pub fn is_below(self, amount: Amount) -> bool {
        self.high < amount.tokens()
    }

    /// Whether the text can be a rendering of `amount`.
    #[must_use]
    pub fn may_show(self, amount: Amount) -> bool {
        (self.low..=self.high).contains(&amount.tokens())
    }
}

/// The value of a decimal digit in the scripts that `Intl` writes numbers in.
fn decimal_digit(c: char) -> Option<u64> {
    // The code points of zero; each script's ten digits follow one another.
    const ZEROS: [u32; 6] = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10];
    ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|d| *d < 10)).map(u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_every_way_a_site_may_write_it() {
        for text in [
            "1234",
            "1,234",
            "1.234",
            "1 234",
            "1\u{a0}234",
            "1\u{202f}234",
            "1'234",
            "١٬٢٣٤",
            "۱۲۳۴",
            "१,२३४",
        ] {
            let read = CounterText::read(text).unwrap();
            assert!(read.may_show(Amount::whole(1234)), "{text}");
            assert!(!read.may_show(Amount::whole(1235)), "{text}");
        }
    }

    #[test]
    fn a_rounded_number_may_show_what_rounds_to_it_and_nothing_else() {
        for (text, shown, not_shown) in [
            ("1.2k", 1_249, 1_300),
            ("1,2K", 1_150, 1_149),
            ("8.5k", 8_500, 8_400),
            ("60k", 60_123, 61_000),
            ("1m", 1_000_000, 400_000),
        ] {
            let read = CounterText::read(text).unwrap();
            assert!(read.may_show(Amount::whole(shown)), "{text} may show {shown}");
            assert!(!read.may_show(Amount::whole(not_shown)), "{text} cannot show {not_shown}");
        }
    }

    #[test]
    fn a_text_that_is_not_one_number_is_no_counter() {
        for text in ["", "tokens", "12 of 150", "-5", "1k2", "12345678901234", "12:30", "v1", "150%"] {
            assert_eq!(CounterText::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_text_is_read_up_to_its_bounds_and_not_beyond() {
        let spaced = |blanks: usize| format!("1{}2", " ".repeat(blanks));
        assert_eq!(CounterText::read(&spaced(22)), CounterText::read("12"), "24 characters");
        assert_eq!(CounterText::read(&spaced(23)), None, "25 characters");
        assert_eq!(CounterText::read(&spaced(24)), None, "26 characters");
        assert!(CounterText::read("1234567890123").is_some());
        assert_eq!(CounterText::read("12345678901234"), None, "more digits than any balance has");
        assert_eq!(CounterText::read("1.2345k"), None, "finer than a token");
        assert!(CounterText::read("1.234k").is_some_and(|text| text.may_show(Amount::whole(1234))));
    }

    #[test]
    fn a_number_is_below_an_amount_only_when_all_it_can_stand_for_is() {
        let below =
            |text: &str, tokens: u64| CounterText::read(text).unwrap().is_below(Amount::whole(tokens));
        assert!(below("149", 150) && !below("150", 150) && !below("151", 150));
        assert!(below("1.2k", 1300) && !below("1.2k", 1299));
    }
}
