//! Writes `docs/dev/faults.md` from what the last test run noted.

fn main() -> anyhow::Result<()> {
    println!("{}", browser_tests::faults::write_table()?.display());
    Ok(())
}
