//! Reads the number that the page shows.

use super::Amount;
use super::compact::{Side, is_mark, powers_of};

/// The numbers that a text on the page may stand for.
///
/// We do not know the site's number format, so a text can be ambiguous. `1.234` is 1234 in German and about one in
/// English. `1.2k` is anything from 1,150 to 1,299, depending on the rounding. `12 mil` is 12,000 in Spanish and
/// twelve million in Czech. Such a text stands for all of them. With a word beside it that is not a unit, it is not a
/// number.
///
/// ```
/// use refill_watch::balance::{Amount, CounterText};
/// let text = CounterText::read("1.234").unwrap();
/// assert!(text.may_show(Amount::whole(1234)));
/// assert!(CounterText::read("1.2k").unwrap().may_show(Amount::whole(1234)));
/// assert!(CounterText::read("1.2万").unwrap().may_show(Amount::whole(12_000)));
/// assert!(CounterText::read("tokens").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterText {
    /// From smallest to largest, in whole tokens. A text with fewer readings repeats one.
    readings: [(u64, u64); MOST_READINGS],
}

/// The most readings one text can have: two amounts of a unit, each with three decimals or with a group of three
/// digits.
const MOST_READINGS: usize = 4;

impl CounterText {
    /// Reads a text of at most 24 characters with one number in it. `None` if there is no number, or it cannot be a
    /// balance.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
        if text.chars().count() > 24 {
            return None;
        }
        let mut digits = text.char_indices().filter(|(_, c)| decimal_digit(*c).is_some());
        let (start, first) = digits.next()?;
        let (last, end) = digits.next_back().unwrap_or((start, first));
        let end = last + end.len_utf8();
        let number = Number::read(text.get(start..end)?)?;
        let is_nothing = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).is_empty();
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        // A separator at the end: the number lost its last digits, or a full stop follows it.
        let after = if matches!(after, "." | ",") { "" } else { after };
        let (unit, side) = match (is_nothing(before), is_nothing(after)) {
            (true, true) => return Some(Self { readings: [number.plain()?; MOST_READINGS] }),
            (true, false) => (after, Side::After),
            (false, true) => (before, Side::Before),
            (false, false) => return None,
        };
        let mut readings = powers_of(unit, side).flat_map(|power| number.rounded(power)).flatten();
        let first = readings.next()?;
        let mut all = [first; MOST_READINGS];
        for (to, reading) in all.iter_mut().skip(1).zip(readings) {
            *to = reading;
        }
        Some(Self { readings: all })
    }

    /// Whether every number the text can stand for is below `amount`.
    #[must_use]
    pub fn is_below(self, amount: Amount) -> bool {
        self.readings.iter().all(|(_, high)| *high < amount.tokens())
    }

    /// How far below `amount` it is, by the nearest reading; `None` for a rounded number, or one that is higher.
    #[must_use]
    pub fn below_by(self, amount: Amount) -> Option<Amount> {
        let exact = self.readings.iter().filter(|(low, high)| low == high).map(|(_, high)| *high);
        let nearest = exact.filter(|shown| *shown <= amount.tokens()).max()?;
        Some(amount.minus(Amount::whole(nearest)))
    }

    /// Whether the text can be a rendering of `amount`.
    #[must_use]
    pub fn may_show(self, amount: Amount) -> bool {
        self.readings.iter().any(|(low, high)| (*low..=*high).contains(&amount.tokens()))
    }
}

/// The digits of a number, as written.
struct Number {
    /// All of them, without separators.
    digits: u64,
    /// How many digits follow the last separator, and how many separators there are.
    after_last: Option<u32>,
    /// The last separator cannot group digits: it differs from the one before it, or follows a lone zero.
    is_decimal: bool,
    /// The last separator occurs more than once, so it cannot be a decimal separator.
    is_grouping: bool,
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        let (mut digits, mut count, mut script) = (0_u64, 0_u32, None);
        let mut separators: Vec<char> = Vec::new();
        let mut after_last = None;
        let mut is_grouped_by_space = false;
        for c in text.chars() {
            if let Some((zero, digit)) = decimal_digit(c) {
                if script.is_some_and(|script| script != zero) || count == 13 {
                    return None;
                }
                script = Some(zero);
                digits = digits * 10 + digit;
                count += 1;
                after_last = after_last.map(|n: u32| n + 1);
            } else if matches!(c, '.' | ',' | '\u{66b}' | '\u{66c}' | '\'' | '’') {
                // Two separators in a row: not a number.
                if after_last == Some(0) {
                    return None;
                }
                separators.push(c);
                after_last = Some(0);
            } else if c.is_whitespace() {
                is_grouped_by_space = true;
            } else if !is_mark(c) {
                return None;
            }
        }
        let last = separators.last().copied();
        let same = separators.iter().filter(|c| Some(**c) == last).count();
        let led_by_zero = separators.len() == 1 && digits < 1000 && count == after_last.unwrap_or(0) + 1;
        let is_decimal = last == Some('\u{66b}')
            || (same == 1 && (separators.len() > 1 || is_grouped_by_space))
            || (led_by_zero && after_last == Some(3));
        let is_grouping = same > 1 || matches!(last, Some('\'' | '’' | '\u{66c}'));
        Some(Self { digits, after_last, is_decimal, is_grouping })
    }

    /// How many of the digits can be decimals, for each way to read it.
    fn decimals(&self) -> [Option<u32>; 2] {
        match self.after_last {
            None => [Some(0), None],
            Some(_) if self.is_grouping => [Some(0), None],
            Some(n) if self.is_decimal || n != 3 => [Some(n), None],
            Some(_) => [Some(0), Some(3)],
        }
    }

    /// The whole number, or the ones on either side of it. Three digits after the only separator are a group, since a
    /// balance is whole.
    fn plain(&self) -> Option<(u64, u64)> {
        let one = 10_u64.checked_pow(self.decimals()[0]?)?;
        Some((self.digits / one, self.digits.div_ceil(one)))
    }

    /// The range that rounds to it, in units of that power of ten: rounding can hide one unit of the last shown digit
    /// either way.
    fn rounded(&self, power: u32) -> [Option<(u64, u64)>; 2] {
        self.decimals().map(|decimals| {
            let step = 10_u64.checked_pow(power.checked_sub(decimals?)?)?;
            let value = self.digits.checked_mul(step)?;
            Some((value.saturating_sub(step / 2), value.saturating_add(step - 1)))
        })
    }
}

/// The zero of a digit's script, and the digit's value, in the scripts that `Intl` uses for numbers.
fn decimal_digit(c: char) -> Option<(u32, u64)> {
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    Some((*zero, u64::from(code - zero)))
}

/// The code points of zero; a script's ten digits follow one another. From CLDR's numbering systems, except the
/// Chinese ideographs, which are words too.
#[rustfmt::skip]
const ZEROS: [u32; 77] = [
        0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
        0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
        0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x1_04a0, 0x1_0d30,
        0x1_0d40, 0x1_1066, 0x1_10f0, 0x1_1136, 0x1_11d0, 0x1_12f0, 0x1_1450, 0x1_14d0, 0x1_1650, 0x1_16c0,
        0x1_16d0, 0x1_16da, 0x1_1730, 0x1_18e0, 0x1_1950, 0x1_1bf0, 0x1_1c50, 0x1_1d50, 0x1_1da0, 0x1_1de0,
        0x1_1f50, 0x1_6130, 0x1_6a60, 0x1_6ac0, 0x1_6b50, 0x1_6d70, 0x1_ccf0, 0x1_d7ce, 0x1_d7d8, 0x1_d7e2,
        0x1_d7ec, 0x1_d7f6, 0x1_e140, 0x1_e2f0, 0x1_e4f0, 0x1_e5f1, 0x1_e950, 0x1_fbf0,
];

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
