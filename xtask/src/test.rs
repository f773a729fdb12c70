//! `cargo xtask test`: runs every check and every test, and ends with one line of totals.

use crate::demo::Browser;
use crate::{build, files, programs, setup, site, step, types};
use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// The integration test that needs the browsers.
const BROWSERS: &str = "browsers";

/// What to test.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only tests whose name contains this
    filter: Option<String>,

    /// Leave the browsers out
    #[arg(long, conflicts_with_all = ["browser", "repeat"])]
    host_only: bool,

    /// Only the tests of the core, without lints: for quick runs while editing
    #[arg(long, conflicts_with_all = ["browser", "repeat", "host_only"])]
    quick: bool,

    /// Run the browser tests in one browser only
    #[arg(long, value_enum)]
    browser: Option<Browser>,

    /// Run the browser tests this many times, without forgiving a failure
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
}

/// The results so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    /// The steps that failed.
    broken: Vec<String>,
    /// How long each step took.
    times: Vec<(String, Duration)>,
}

/// Runs everything, prints the totals as the last line, and fails if anything has failed.
pub(crate) fn run(args: &Args) -> ExitCode {
    let mut tally = Tally::default();
    if let Err(error) = everything(args, &mut tally) {
        eprintln!("error: {error:#}");
        tally.broken.push("see the error above".to_owned());
    }
    println!("==> how long it took");
    for (step, time) in &tally.times {
        println!("{:>6.1} s  {step}", time.as_secs_f64());
    }
    for step in &tally.broken {
        eprintln!("not passed: {step}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.broken.is_empty() && tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn everything(args: &Args, tally: &mut Tally) -> Result<()> {
    if args.quick {
        return tally.tests("tests of the core", args, &["--package", "refill-watch"], &[]);
    }
    tally.timed("set-up", || if args.host_only { setup::wasm_target() } else { setup::everything() })?;
    tally.check("format (run `cargo fmt`)", cargo(["fmt", "--all", "--check"]));
    tally.check(
        "lints",
        cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]),
    );
    tally.check(
        "lints of the browser's part",
        cargo([
            "clippy",
            "-p",
            "refill-watch",
            "--lib",
            "--locked",
            "--target",
            "wasm32-unknown-unknown",
            "--",
        ])
        .args(["--deny", "warnings"]),
    );
    match tally.timed("the types that the scripts are held to", types::check) {
        Ok(checker) => tally.check("types of the scripts", checker),
        Err(error) => {
            eprintln!("error: {error:#}");
            tally.broken.push("types of the scripts (see the error above)".to_owned());
        }
    }
    // Without its app the site does not start; everything else can still be tested.
    let has_site = match tally.timed("the stand-in site's app", site::build) {
        Ok(()) => true,
        Err(error) => {
            eprintln!("error: {error:#}");
            tally.broken.push("the stand-in site's app and all tests on it (see the error above)".to_owned());
            false
        }
    };
    // Always picks targets from the whole workspace: every choice of packages may ask for other features of a
    // dependency, and cargo then builds it again, with everything above it.
    let mut without_browser = vec!["--workspace"];
    if !has_site {
        without_browser.extend(["--exclude", "stand-in-site"]);
    }
    let all = test_targets()?;
    let mut picked = without_browser.clone();
    picked.extend(["--lib", "--bins"]);
    picked.extend(all.iter().filter(|name| *name != BROWSERS).flat_map(|name| ["--test", name]));
    tally.tests("tests without a browser", args, &picked, &[])?;
    without_browser.push("--doc");
    tally.tests("examples in the documentation", args, &without_browser, &[])?;
    if args.host_only || !has_site {
        return Ok(());
    }

    // A failed build leaves an older one behind, which must not be tested in its place.
    tally.timed("build", build::make).context("the browser tests were left out, because the build failed")?;
    // Only a whole run records every fault.
    let is_whole = args.filter.is_none() && args.browser.is_none();
    let faults = files::workspace().join("target/faults");
    if is_whole && faults.exists() {
        fs::remove_dir_all(&faults).with_context(|| format!("cannot empty {}", faults.display()))?;
    }
    // More threads than cores, because tests mostly wait: as many as the harness runs at once.
    let mut more = vec!["--test-threads", "4"];
    match args.browser {
        Some(Browser::Chromium) => more.extend(["--skip", "firefox::"]),
        Some(Browser::Firefox) => more.extend(["--skip", "chromium::"]),
        None => {}
    }
    for round in 1..=args.repeat {
        let name = match args.repeat {
            1 => "tests in the browsers".to_owned(),
            all => format!("tests in the browsers, round {round} of {all}"),
        };
        tally.tests(&name, args, &["--workspace", "--test", BROWSERS], &more)?;
    }
    if is_whole {
        // Cargo has built it with the tests of its package.
        tally.check("the table of faults", Command::new(files::target().join("debug/faults")));
    }
    Ok(())
}

/// The names of the workspace's integration tests.
fn test_targets() -> Result<BTreeSet<String>> {
    let metadata =
        MetadataCommand::new().manifest_path(files::workspace().join("Cargo.toml")).no_deps().exec()?;
    let targets = metadata.packages.into_iter().flat_map(|package| package.targets);
    Ok(targets.filter(|target| target.is_test()).map(|target| target.name).collect())
}

fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut cargo = programs::cargo();
    cargo.args(args);
    cargo
}

impl Tally {
    /// Runs a step and records how long it takes.
    fn timed<T>(&mut self, name: &str, step: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let outcome = step();
        self.times.push((name.to_owned(), began.elapsed()));
        outcome
    }

    /// Runs a command that passes or fails.
    fn check(&mut self, name: &str, mut command: impl std::borrow::BorrowMut<Command>) {
        step::heading(name);
        let outcome = self.timed(name, || programs::run(command.borrow_mut()));
        if let Err(error) = outcome {
            eprintln!("{error:#}");
            self.broken.push(name.to_owned());
        }
    }

    /// Runs tests, passes their output on and adds up their sums.
    fn tests(&mut self, name: &str, args: &Args, which: &[&str], more: &[&str]) -> Result<()> {
        step::heading(name);
        let began = Instant::now();
        let mut command = programs::cargo();
        command
            .args(["test", "--locked", "--no-fail-fast"])
            .args(which)
            .args(&args.filter)
            .arg("--")
            .args(more);
        if std::io::stdout().is_terminal() {
            command.args(["--color", "always"]);
        }
        // A backtrace through the harness would hide what went wrong.
        command.env("RUST_LIB_BACKTRACE", "0");
        let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
        let output = child.stdout.take().context("cargo has no output")?;
        let before = self.passed + self.failed;
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            if let Some((passed, failed)) = sums(&line) {
                self.passed += passed;
                self.failed += failed;
            }
        }
        let has_passed = child.wait()?.success();
        self.times.push((name.to_owned(), began.elapsed()));
        if !has_passed {
            self.broken.push(name.to_owned());
        } else if args.filter.is_none() && self.passed + self.failed == before {
            bail!("{name}: cargo ran, but no test did");
        }
        Ok(())
    }
}

/// The sums of a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn sums(line: &str) -> Option<(u64, u64)> {
    let sums = line.trim_start().strip_prefix("test result: ")?;
    let before = |word: &str| sums.split(word).next()?.rsplit(' ').next()?.parse().ok();
    Some((before(" passed;")?, before(" failed;")?))
}

#[cfg(test)]
mod tests {
    use super::sums;

    #[test]
    fn sums_are_read_with_and_without_colour() {
        let plain =
            "test result: ok. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(sums(plain), Some((12, 3)));
        assert_eq!(
            sums("test result: \u{1b}[31mFAILED\u{1b}[0m. 1 passed; 2 failed; 0 ignored"),
            Some((1, 2))
        );
        assert_eq!(sums("test state::tests::sums ... ok"), None);
    }
}
