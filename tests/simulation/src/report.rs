//! The result on the terminal: the confusion table, the rates, the targets.

use crate::server::Instant;
use crate::tally::{Cause, Learned, Recall, Tally};
use crate::truth::{Class, World};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A target of the project, and whether it is reached.
pub struct Target {
    /// What is required.
    pub name: String,
    /// What was counted.
    pub counted: String,
    /// Whether that is enough.
    pub reached: bool,
}

/// Fewer than one in this many of these verdicts may be wrong.
const WRONG_UNDER: [(Class, u64); 5] = [
    (Class::Missed, 1_000),
    (Class::Short, 1_000),
    (Class::Late, 1_000),
    (Class::Stale, 1_000),
    (Class::Refilled, 2_000),
];
/// Fewer than one in this many `fresh` without a note may be wrong.
const FRESH_UNDER: u64 = 500;
/// In at least this many of 100 looks at which the class is true and can be known, a verdict or a note must say so.
const TOLD_IN: [(Class, u64); 4] =
    [(Class::Stale, 95), (Class::Missed, 95), (Class::Late, 95), (Class::Short, 90)];
/// In at least this many of 100 looks at which it is plain, a verdict must say so.
const PLAINLY_SAID_IN: u64 = 95;

/// Every target, and whether it is reached.
#[must_use]
pub fn targets(tally: &Tally) -> Vec<Target> {
    let mut targets = Vec::new();
    for (class, under) in WRONG_UNDER.into_iter().chain([(Class::Fresh, FRESH_UNDER)]) {
        let counts = tally.said(class);
        let (all, wrong) = (counts.iter().sum::<u64>(), counts[3]);
        let without = if class == Class::Fresh { " without a note" } else { "" };
        targets.push(Target {
            name: format!("{}{without} wrong in under 1 of {under}", class.word()),
            counted: format!("{wrong} of {all}"),
            reached: wrong == 0 || wrong * under < all,
        });
    }
    for (class, percent) in TOLD_IN {
        let recall = tally.recall[class.place()];
        let (told, all) = (recall.told(), recall.knowable());
        targets.push(Target {
            name: format!("{} told in {percent} of 100 that can be known", class.word()),
            counted: format!("{told} of {all} ({})", percent_of(told, all)),
            reached: told * 100 >= all * percent,
        });
        targets.push(Target {
            name: format!("{} said by a verdict in {PLAINLY_SAID_IN} of 100 that are plain", class.word()),
            counted: format!(
                "{} of {} ({})",
                recall.plainly_said,
                recall.plain,
                percent_of(recall.plainly_said, recall.plain)
            ),
            reached: recall.plainly_said * 100 >= recall.plain * PLAINLY_SAID_IN,
        });
    }
    let learned = |which| tally.learned.get(&which).copied().unwrap_or(0);
    let good = learned(Learned::Right) + learned(Learned::AssumedRightly);
    let all = good + learned(Learned::Wrong) + learned(Learned::NotLearned);
    targets.push(Target {
        name: "refill minute within 30 minutes in 95 of 100".into(),
        counted: format!("{good} of {all} accounts"),
        reached: good * 100 >= all * 95,
    });
    targets
}

/// The share in per cent, with one decimal; 100 % of nothing.
fn percent_of(part: u64, all: u64) -> String {
    let tenths = (part * 1_000).checked_div(all).unwrap_or(1_000);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// The whole report.
#[must_use]
pub fn report(tally: &Tally) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} accounts, {} events, every number below counts looks at a tab\n",
        tally.accounts, tally.events
    );
    table(tally, &mut text);
    matrix(tally, &mut text);
    recall(tally, &mut text);
    let [well, doubted] = tally.doubts;
    let _ = writeln!(
        text,
        "\nDoubt: at {doubted} of {well} looks ({}) at which nothing was wrong and nothing was said to be, a note said that it may be.",
        percent_of(doubted, well)
    );
    let [said, wrong] = tally.accusations;
    let _ = writeln!(
        text,
        "The note spent-elsewhere: {said} looks; at {wrong} of them nobody else had spent in that cycle."
    );
    excuses(tally, &mut text);
    let _ = writeln!(
        text,
        "\nThe refill minute, in accounts with 5 or more refills seen between answers at most 12 h apart:"
    );
    for (which, meaning) in [
        (Learned::Right, "learned, within 30 minutes"),
        (Learned::Wrong, "learned, further off"),
        (Learned::AssumedRightly, "assumed, within 30 minutes"),
        (Learned::NotLearned, "not learned, though the refills enclose it within an hour"),
        (Learned::NotEnclosed, "not learned, and not enclosed within an hour (not counted)"),
        (Learned::NoNeed, "the server's date or a setting stands above it (not counted)"),
    ] {
        let _ = writeln!(text, "  {:>8}  {meaning}", tally.learned.get(&which).copied().unwrap_or(0));
    }
    causes("Wrong, by cause", &tally.wrong, &mut text);
    causes("Silent, or only noted where it is plain, by cause", &tally.silent, &mut text);
    let _ = writeln!(text, "\nTargets:");
    for target in targets(tally) {
        let mark = if target.reached { "reached" } else { "BROKEN " };
        let _ = writeln!(text, "  {mark}  {:<52} {}", target.name, target.counted);
    }
    text
}

fn table(tally: &Tally, text: &mut String) {
    let _ = writeln!(
        text,
        "{:<10} {:>12} {:>12} {:>9} {:>9} {:>9} {:>9}",
        "verdict", "said", "right", "a note", "too mild", "wrong", "excused"
    );
    for class in Class::ALL {
        let [right, noted, mild, wrong, excused] = tally.said(class);
        let said = right + noted + mild + wrong + excused;
        let _ = writeln!(
            text,
            "{:<10} {said:>12} {right:>12} {noted:>9} {mild:>9} {wrong:>9} {excused:>9}",
            class.word()
        );
    }
    text.push_str(
        "  right: what the verdict claims is so, and nothing worse. a note: something worse is true, and a note says that it\n  \
         may be. too mild: the claim is so, something worse is too, and nothing says so. wrong: the claim is not so.\n  \
         excused: the same events come from a world in which it is right.\n  A verdict is right when:\n",
    );
    for class in Class::ALL {
        let _ = writeln!(text, "    {:<10} {}", class.word(), class.right_when());
    }
}

fn recall(tally: &Tally, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{:<21} {:>10} {:>20} {:>10} {:>10} {:>10} {:>10} {:>10} {:>22}",
        "true",
        "looks",
        "its verdict",
        "kindred",
        "a note",
        "is old",
        "SILENT",
        "excused",
        "plain: by a verdict"
    );
    for class in Class::TROUBLES {
        recall_row(text, class.word(), &tally.recall[class.place()]);
    }
    let _ = writeln!(text, "  by what has become of the newest refill:");
    for ((class, fate), recall) in &tally.recall_by_fate {
        recall_row(text, &format!("  {} {fate}", class.word()), recall);
    }
    text.push_str(
        "  its verdict, a kindred verdict about the same tokens, or a note alone says so; is old: only that the\n  \
         answer is old; SILENT: nothing does, though it could be known; excused: nothing does, and the same events come from a\n  \
         world in which all is well. plain: a renewal date stands in the past, or the number is the same to the digit with\n  \
         all own costs told.\n",
    );
}

/// One row of the recall table.
fn recall_row(text: &mut String, name: &str, recall: &Recall) {
    let _ = writeln!(
        text,
        "{name:<21} {:>10} {:>20} {:>10} {:>10} {:>10} {:>10} {:>10} {:>22}",
        recall.all(),
        format!("{} ({})", recall.said, percent_of(recall.said, recall.all())),
        recall.kin,
        recall.noted,
        recall.old,
        recall.silent,
        recall.excused,
        format!("{} of {}", recall.plainly_said, recall.plain),
    );
}

fn matrix(tally: &Tally, text: &mut String) {
    let _ = write!(text, "\n{:<12}", "true \\ said");
    for class in Class::ALL {
        let _ = write!(text, "{:>12}", class.word());
    }
    text.push('\n');
    for truth in Class::ALL {
        let _ = write!(text, "{:<12}", truth.word());
        for said in Class::ALL {
            let sum: u64 = tally.grid[truth.place()][said.place()].iter().sum();
            let _ = write!(text, "{sum:>12}");
        }
        text.push('\n');
    }
}

fn excuses(tally: &Tally, text: &mut String) {
    let _ = writeln!(text, "\nWorlds from which the same events come, and in which what was said is right:");
    for world in World::ALL {
        let [claims, silence] = tally.excused[world.place()];
        let list = |counts: [u64; 7]| {
            Class::ALL
                .into_iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .map(|(class, count)| format!("{} {count}", class.word()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let or_none = |list: String| if list.is_empty() { "none".to_owned() } else { list };
        let _ = writeln!(text, "  {:<16} {}", world.word(), world.legend());
        let _ = writeln!(
            text,
            "  {:<16}   said: {} · true and not told: {}",
            "",
            or_none(list(claims)),
            or_none(list(silence))
        );
    }
}

fn causes(title: &str, causes: &BTreeMap<String, Cause>, text: &mut String) {
    if causes.is_empty() {
        return;
    }
    let mut worst: Vec<_> = causes.iter().collect();
    worst.sort_by_key(|(name, cause)| (std::cmp::Reverse(cause.episodes), (*name).clone()));
    let _ =
        writeln!(text, "\n{title} (days, looks, the verdict with its circumstances of the last two days):");
    for (name, cause) in worst.iter().take(25) {
        let _ = writeln!(text, "  {:>7} {:>8}  {name}", cause.episodes, cause.evaluations);
    }
    if worst.len() > 25 {
        let _ = writeln!(text, "  and {} more causes", worst.len() - 25);
    }
}

/// An instant as RFC 3339.
#[must_use]
pub fn time(at: Instant) -> String {
    refill_watch::UtcMillis(at).to_string()
}
