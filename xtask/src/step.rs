//! Progress of long steps: a spinner in a terminal, plain lines in a log.

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How often a log says that a step is still running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// How many of a failed program's last lines are shown.
const LAST_LINES: usize = 30;

/// Whether somebody is watching: a log gets no spinner.
fn is_interactive() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("CI").is_none()
}

/// Prints the name of a step that shows its own progress.
pub(crate) fn heading(name: &str) {
    eprintln!("==> {name}");
}

/// Runs a program whose output matters only when it fails.
///
/// # Errors
/// When the program cannot be started, or when it fails; the error then has its last lines.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<()> {
    let began = Instant::now();
    let bar = if is_interactive() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} ({elapsed}) {wide_msg:.dim}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    if !is_interactive() {
        heading(name);
    }

    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let (told, lines) = mpsc::channel();
    read_lines(child.stdout.take(), told.clone());
    read_lines(child.stderr.take(), told);

    let mut last: VecDeque<String> = VecDeque::new();
    loop {
        match lines.recv_timeout(SIGN_OF_LIFE) {
            Ok(line) => {
                bar.set_message(line.clone());
                if last.len() == LAST_LINES {
                    last.pop_front();
                }
                last.push_back(line);
            }
            Err(RecvTimeoutError::Timeout) if !is_interactive() => {
                let now = last.back().map_or("", String::as_str);
                eprintln!("    {name}: {} s, {now}", began.elapsed().as_secs());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f32();
    if status.success() {
        eprintln!("    {name}: done in {seconds:.1} s");
        return Ok(());
    }
    bail!("{name}: {program} failed ({status}). It said:\n{}", Vec::from(last).join("\n"))
}

/// Sends the lines of `source`. A carriage return also ends a line, because progress is redrawn that way.
fn read_lines(source: Option<impl Read + Send + 'static>, told: Sender<String>) {
    let Some(source) = source else { return };
    std::thread::spawn(move || {
        let mut reader = BufReader::new(source);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&bytes);
            if let Some(line) = text.split('\r').map(str::trim).rfind(|part| !part.is_empty())
                && told.send(line.to_owned()).is_err()
            {
                return;
            }
            bytes.clear();
        }
    });
}
