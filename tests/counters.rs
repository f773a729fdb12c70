//! How `Intl.NumberFormat` shows counters in the world's languages, and what we read from them.
//!
//! Each line of `counters/compact.txt` has a number, its form with `notation: "compact"` (short and long), and the
//! first locales that write it so; made by Node.js 20 from CLDR.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use refill_watch::balance::{Amount, CounterText};
use refill_watch::state::number_in;

/// Written with a word that means something else in other languages, or with words on both sides.
const NOT_READ: [&str; 5] = ["to", "az", "kxv", "ku", "wo"];

fn samples() -> impl Iterator<Item = (u64, &'static str, Vec<&'static str>)> {
    include_str!("counters/compact.txt").lines().map(|line| {
        let mut parts = line.split('\t');
        let value = parts.next().unwrap().parse().unwrap();
        (value, parts.next().unwrap(), parts.next().unwrap().split(' ').collect())
    })
}

#[test]
fn a_compact_number_of_any_language_may_show_the_number_that_was_written() {
    let (mut read, mut wrong) = (0, Vec::new());
    for (value, text, locales) in samples() {
        match CounterText::read(text) {
            Some(counter) if counter.may_show(Amount::whole(value)) => read += 1,
            // "k" for 100,000 and "m" for 10,000.
            Some(_) if locales == ["to"] => {}
            Some(_) => wrong.push(format!("{text:?} ({locales:?}) excludes {value}")),
            None if locales.iter().any(|locale| NOT_READ.contains(locale)) => {}
            None if text.chars().count() > 24 || !text.chars().any(char::is_numeric) => {}
            None => wrong.push(format!("{text:?} ({locales:?}) is not read")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read > 1_000, "{read}");
}

#[test]
fn a_word_after_a_compact_number_takes_nothing_from_it() {
    let mut wrong = Vec::new();
    for (value, text, locales) in samples() {
        for text in [format!("{text} tokens"), format!("Tokens: {text}"), format!("{text}。")] {
            let read = number_in(&text).and_then(CounterText::read);
            if read.is_some_and(|read| !read.may_show(Amount::whole(value)))
                && !locales.iter().any(|locale| NOT_READ.contains(locale))
            {
                wrong.push(format!("{text:?} ({locales:?}) excludes {value}: {:?}", number_in(&text)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_compact_number_is_read_within_its_rounding() {
    for (text, shown, not_shown) in [
        ("1.2万", 12_345, 13_000),
        ("1.2萬", 12_000, 12),
        ("1.2만", 11_800, 1_200),
        ("1.2천", 1_234, 12),
        ("12 Tsd.", 12_300, 12),
        ("12 тыс.", 12_300, 12),
        ("12 ТЫС.", 12_300, 12),
        ("12 mil", 12_300, 12),
        ("1,2 mln", 1_234_567, 12_000),
        ("१.२ लाख", 123_456, 12),
        ("1,2\u{a0}ألف", 1_234, 12),
        ("١٫٢ ألف", 1_234, 12),
        ("12 rb", 12_300, 12),
        ("12 N", 12_300, 12),
        ("12K", 12_300, 12),
        ("1.2M", 1_234_567, 1_200),
        ("1.2 Cr", 12_345_678, 12),
        ("elfu 12", 12_300, 12),
        ("1K\u{200f}", 1_000, 1),
        ("8.500 Tsd.", 8_500, 8_400),
    ] {
        let read = CounterText::read(text).unwrap_or_else(|| panic!("{text}"));
        assert!(read.may_show(Amount::whole(shown)), "{text} may show {shown}");
        assert!(!read.may_show(Amount::whole(not_shown)), "{text} cannot show {not_shown}");
    }
}

#[test]
fn a_number_with_decimals_stands_for_the_whole_ones_beside_it() {
    for (text, shown, not_shown) in [
        ("1,234.50", 1_234, 123_450),
        ("1.234,50", 1_234, 123_450),
        ("1 234,5", 1_234, 12_345),
        ("12.0", 12, 120),
        ("12,00", 12, 1_200),
        ("1,234.567", 1_234, 1_234_567),
        ("1,234,567", 1_234_567, 1_234),
        ("1'234.50", 1_235, 123_450),
        ("0.500", 0, 500),
        ("१,२३,४५६.००", 123_456, 12_345_600),
        ("١٬٢٣٤٫٥", 1_234, 12_345),
    ] {
        let read = CounterText::read(text).unwrap_or_else(|| panic!("{text}"));
        assert!(read.may_show(Amount::whole(shown)), "{text} may show {shown}");
        assert!(!read.may_show(Amount::whole(not_shown)), "{text} cannot show {not_shown}");
    }
}

#[test]
fn digits_beside_what_is_no_unit_are_no_number() {
    for text in [
        "12 Stück",
        "12 xyz",
        "12 h",
        "12 min",
        "K12",
        "K 12",
        "12 Tsd. mil",
        "~12",
        "12+",
        "12°",
        "≈12",
        "12 / 150",
        "12..5",
        "1٢",
        "M 12 K",
        "mil 12",
        "12 Kx",
        "№12",
        "12 €",
        "12½",
    ] {
        assert_eq!(CounterText::read(text), None, "{text:?}");
    }
}

#[test]
fn a_number_keeps_its_unit_when_the_words_around_it_go() {
    for (text, number) in [
        ("12 mil tokens", Some("12 mil")),
        ("12 Tsd. Tokens", Some("12 Tsd.")),
        ("Tokens: 12 тыс. из 150", None),
        ("1.2万トークン", Some("1.2万")),
        ("残り1.2万", Some("1.2万")),
        ("剩余 1234 点", Some("1234")),
        ("1.2K tokens", Some("1.2K")),
        ("1,5 mil millones tokens", Some("1,5 mil millones")),
        ("Salio: elfu 12", Some("elfu 12")),
        ("1,234 tokens", Some("1,234")),
        ("Balance 1,234.50", Some("1,234.50")),
        ("12ден", None),
        ("12px", None),
    ] {
        assert_eq!(number_in(text), number, "{text:?}");
    }
}

#[test]
fn the_digits_of_every_script_are_read() {
    for text in ["၁၂၃၄", "๑๒๓๔", "༡༢༣༤", "𝟏𝟐𝟑𝟒", "𞥑𞥒𞥓𞥔", "௧௨௩௪", "១២៣៤", "１２３４", "꧑꧒꧓꧔"]
    {
        assert!(CounterText::read(text).is_some_and(|read| read.may_show(Amount::whole(1234))), "{text}");
    }
}
