//! What `cargo xtask bench` measures in browsers: what the extension costs the page, in pairs with and without it, and how
//! soon the popup is there.
//!
//! `bench page|popup [ROUNDS]`. The figures are printed beside the budgets and written into `docs/benchmarks.md`. A figure
//! over its budget fails nothing: time on a shared machine is no test.

mod figures;
mod page;
mod popup;

use anyhow::{Result, bail};
use browser_tests::Kind;
use figures::{Figures, Section};

/// Rounds when nothing else is said.
const ROUNDS: usize = 9;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let rounds = args.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut figures = Figures::default();
    let section = match what.as_str() {
        "page" => {
            page::in_pairs(rounds, &mut figures).await?;
            for kind in Kind::ALL {
                page::until_banner(kind, rounds, &mut figures).await?;
            }
            Section {
                name: "page",
                heading: "What the extension costs the page",
                about: format!(
                    "`cargo xtask bench page`: {rounds} pairs of loads of the stand-in app, with and without the extension in turn, in one\n\
                     session of one browser. Each value is the difference within a pair, so it may fall below nothing. Load and idle are\n\
                     processor time of the page's main thread (CDP `ThreadTime`), the storm is `ScriptDuration`, the heap is read after a\n\
                     collection. The last rows are the time from an answer in the page until the banner in the page shows it."
                ),
            }
        }
        "popup" => {
            for kind in Kind::ALL {
                popup::opens(kind, rounds, &mut figures).await?;
            }
            Section {
                name: "popup",
                heading: "How soon the popup is there",
                about: format!(
                    "`cargo xtask bench popup`: the popup's page opened {rounds} times with the background awake and as often asleep. Each value is\n\
                     the time from the beginning of its navigation to the first paint with content, which is the whole popup: the page itself\n\
                     is empty until the background has answered."
                ),
            }
        }
        other => bail!("there is no measurement {other:?}: page or popup"),
    };
    print!("{}", figures.table());
    println!("{}", figures.write(&section)?.display());
    Ok(())
}
