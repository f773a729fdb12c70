//! Writes `docs/dev/faults.md` from what the test runs have recorded.

fn main() -> anyhow::Result<()> {
    println!("{}", browser_tests::faults::write_table()?.display());
    Ok(())
}
