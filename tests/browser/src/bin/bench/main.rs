//! What `cargo xtask bench` measures: what the extension costs the page (in pairs, with and without it), how soon the
//! popup is there, and how both grow. It also collects what criterion has measured about the engine, and the sizes of
//! what ships.
//!
//! `bench page|popup|growth|engine|sizes [ROUNDS]`. The figures are printed beside the budgets and written into
//! `docs/dev/benchmarks.md`. A figure over its budget fails nothing: time on a shared machine is no test.

mod engine;
mod figures;
mod growth;
mod page;
mod popup;
mod sizes;

use anyhow::{Result, bail};
use figures::Figures;

/// Rounds by default.
const ROUNDS: usize = 9;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let rounds = args.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut figures = Figures::default();
    let (section, table) = match what.as_str() {
        "growth" => growth::measure(rounds).await?,
        what => {
            let section = match what {
                "page" => page::measure(rounds, &mut figures).await?,
                "popup" => popup::measure(rounds, &mut figures).await?,
                "engine" => engine::read(&mut figures)?,
                "sizes" => sizes::read(&mut figures)?,
                other => bail!("there is no measurement {other:?}: page, popup, growth, engine or sizes"),
            };
            (section, figures.table())
        }
    };
    print!("{table}");
    println!("{}", figures::write(&section, &table)?.display());
    Ok(())
}
