//! What `cargo xtask bench page` measures: what the extension costs the page, in pairs with and without it, in one session
//! of one browser.
//!
//! `bench [ROUNDS]`. The figures are printed beside the budgets and written into `docs/benchmarks.md`. A figure over its
//! budget fails nothing: time on a shared machine is no test.

mod figures;
mod page;

use anyhow::Result;
use browser_tests::Kind;
use figures::Figures;

/// Pairs that are measured when nothing else is said.
const ROUNDS: usize = 9;

#[tokio::main]
async fn main() -> Result<()> {
    let rounds = std::env::args().nth(1).map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut figures = Figures::default();
    page::in_pairs(rounds, &mut figures).await?;
    for kind in Kind::ALL {
        page::until_banner(kind, rounds, &mut figures).await?;
    }
    print!("{}", figures.table());
    println!("{}", figures.write(rounds)?.display());
    Ok(())
}
