//! `cargo xtask replay`: the real core, fed from a file.

use anyhow::{Context, Result};
use refill_watch::state::replay::Replay;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::PathBuf;

/// What to replay.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file of events, one JSON object per line; `-` reads the standard input
    #[arg(default_value = "-")]
    file: PathBuf,
}

/// Replays to standard output.
pub(crate) fn run(args: &Args) -> Result<()> {
    let source: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?)
    };
    match replay(BufReader::new(source), BufWriter::new(std::io::stdout().lock())) {
        // Whoever reads our output has seen enough (`| head`).
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("the replay broke off"),
    }
}

fn replay(mut source: BufReader<impl Read>, mut into: impl Write) -> std::io::Result<()> {
    let mut replay = Replay::default();
    let mut line = Vec::new();
    while source.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        writeln!(into, "{}", replay.line(text.trim_end_matches(['\r', '\n'])))?;
        line.clear();
        // A person, or a program that waits for each answer, gets it at once; a file is processed in large pieces.
        if source.buffer().is_empty() {
            into.flush()?;
        }
    }
    into.flush()
}

#[cfg(test)]
mod tests {
    use super::replay;
    use std::io::BufReader;

    #[test]
    fn every_line_gets_one_answer_also_one_that_cannot_be_read() {
        let events = "nonsense\n{\"at\":\"2026-11-22T10:00:00Z\",\"event\":\"tick\"}\n\u{fffd}";
        let mut printed = Vec::new();
        replay(BufReader::new(events.as_bytes()), &mut printed).unwrap();
        let printed = String::from_utf8(printed).unwrap();
        assert_eq!(printed.lines().count(), 3);
        assert!(printed.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }
}
