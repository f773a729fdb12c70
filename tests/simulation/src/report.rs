//! The result on the terminal: the confusion table, the rates, the targets.

use crate::server::Instant;
use crate::tally::{Cause, Learned, Tally};
use crate::truth::{Class, Excuse};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A target of the project, and whether it is reached.
pub struct Target {
    /// What is asked.
    pub name: String,
    /// What was counted.
    pub counted: String,
    /// Whether that is enough.
    pub reached: bool,
}

/// Whether every target is reached.
#[must_use]
pub fn targets(tally: &Tally) -> Vec<Target> {
    let mut targets = Vec::new();
    for class in [Class::Missed, Class::Short, Class::Refilled, Class::Stale] {
        let [right, wrong, missed, unknowable] = tally.said(class);
        let all = right + wrong + missed + unknowable;
        targets.push(Target {
            name: format!("no wrong {}", class.word()),
            counted: format!("{wrong} of {all}"),
            reached: wrong == 0,
        });
    }
    for class in [Class::Late, Class::Fresh] {
        let [right, wrong, missed, unknowable] = tally.said(class);
        let all = right + wrong + missed + unknowable;
        targets.push(Target {
            name: format!("{} wrong in under 1 in 10,000", class.word()),
            counted: format!("{wrong} of {all}"),
            reached: wrong == 0 || wrong * 10_000 < all,
        });
    }
    let learned = |which| tally.learned.get(&which).copied().unwrap_or(0);
    let good = learned(Learned::Right) + learned(Learned::AssumedRightly);
    let all = good + learned(Learned::Wrong) + learned(Learned::NotLearned);
    targets.push(Target {
        name: "refill minute within 30 minutes for 95 %".into(),
        counted: format!("{good} of {all} accounts"),
        reached: good * 100 >= all * 95,
    });
    targets
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
    let harmless = tally.grid[Class::Fresh.place()][Class::Stale.place()];
    let _ = writeln!(
        text,
        "  {} looks were called stale rightly by the definition (the counter is not what its answer said) while the number\n  \
         on the page was the server's: the page had taken off by itself what was spent and could not be read.",
        harmless[0]
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
    causes("Missed, by cause", &tally.missed, &mut text);
    let _ = writeln!(text, "\nTargets:");
    for target in targets(tally) {
        let mark = if target.reached { "reached" } else { "BROKEN " };
        let _ = writeln!(text, "  {mark}  {:<44} {}", target.name, target.counted);
    }
    text
}

fn table(tally: &Tally, text: &mut String) {
    let _ = writeln!(
        text,
        "{:<10} {:>12} {:>12} {:>10} {:>10} {:>12} {:>12}",
        "verdict", "said", "right", "wrong", "missed", "unknowable:", "said / not"
    );
    for class in Class::ALL {
        let [right, wrong, milder, unknowable] = tally.said(class);
        let (claims, misses) = tally.excused(class);
        // A claim that is right, and beside which something worse is true, is right as a claim.
        let said = right + wrong + milder + unknowable;
        let true_claims = said - wrong - claims;
        let _ = writeln!(
            text,
            "{:<10} {said:>12} {true_claims:>12} {wrong:>10} {:>10} {claims:>12} {misses:>12}",
            class.word(),
            tally.missed(class),
        );
    }
    text.push_str(
        "  right: what the verdict claims is so. wrong: it is not, and that could have been known.\n  \
         missed: this was true, a milder verdict was said, and that could have been known.\n  \
         unknowable: the verdict was said and is wrong / was true and not said, and nobody could have known.\n  \
         A verdict is right when:\n",
    );
    for class in Class::ALL {
        let _ = writeln!(text, "    {:<10} {}", class.word(), class.right_when());
    }
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
    let _ = writeln!(text, "\nWhat nobody could have known:");
    for excuse in Excuse::ALL {
        let [claims, misses] = tally.excused[excuse.place()];
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
        let _ = writeln!(text, "  {:<18} {}", excuse.word(), excuse.legend());
        let _ = writeln!(
            text,
            "  {:<18}   said wrongly: {} · true and not said: {}",
            "",
            or_none(list(claims)),
            or_none(list(misses))
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
