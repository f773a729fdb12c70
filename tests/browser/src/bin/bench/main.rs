//! What `cargo xtask bench` measures in browsers: what the extension costs the page, in pairs with and without it, and how
//! soon the popup is there.
//!
//! `bench page|popup [ROUNDS]`. The figures are printed beside the budgets and written into `docs/benchmarks.md`. A figure
//! over its budget fails nothing: time on a shared machine is no test.

mod figures;
mod page;
mod popup;

use anyhow::{Result, bail};
use figures::Figures;

/// Rounds when nothing else is said.
const ROUNDS: usize = 9;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let rounds = args.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut figures = Figures::default();
    let section = match what.as_str() {
        "page" => page::measure(rounds, &mut figures).await?,
        "popup" => popup::measure(rounds, &mut figures).await?,
        other => bail!("there is no measurement {other:?}: page or popup"),
    };
    print!("{}", figures.table());
    println!("{}", figures.write(&section)?.display());
    Ok(())
}
