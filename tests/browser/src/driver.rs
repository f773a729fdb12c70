//! The driver program, as a child process that cannot outlive this one.
//!
//! A small shell runs the driver; both are in a process group of their own, with the browser. The shell waits
//! on a pipe that this process holds. When the pipe closes, because [`Driver`] was dropped or because this
//! process died in any way, the shell kills the whole group. Profiles and other temporary files are in one
//! folder, which is removed with it.

use crate::Kind;
use crate::options::Options;
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// Waits for the pipe to close, removes what the browser wrote (more than once: it may still be writing), and kills
/// its own group.
const WATCH: &str =
    r#""$@" <&- & read -r _; for _ in 1 2 3 4 5; do rm -rf -- "$TMPDIR" && break; done; kill -KILL 0"#;

/// How long a driver may take to open its port.
const START: Duration = Duration::from_secs(20);
/// How many drivers may be tried. On a busy machine about one start in a thousand hangs before the driver prints a
/// word. It has no browser yet and no test has begun, so starting another one hides no fault.
const STARTS: usize = 3;

/// A running chromedriver or geckodriver.
#[derive(Debug)]
pub(crate) struct Driver {
    shell: Child,
    pipe: Option<ChildStdin>,
    port: u16,
    folder: TempDir,
}

impl Driver {
    /// Starts the driver of `kind` on a port of its own choice.
    pub(crate) fn start(kind: Kind, options: &Options) -> Result<Self> {
        let mut started = Self::start_one(kind, options);
        for _ in 1..STARTS {
            let Err(trouble) = &started else { break };
            eprintln!("{kind:?}: {trouble:#}; another one is started");
            started = Self::start_one(kind, options);
        }
        started
    }

    fn start_one(kind: Kind, options: &Options) -> Result<Self> {
        let program = kind.driver()?;
        let folder = tempfile::Builder::new().prefix("refill-watch-").tempdir()?;
        let args: &[&str] = match kind {
            Kind::Chromium => &["--port=0"],
            // Port 9222 is geckodriver's default for BiDi, where two browsers at once would collide.
            Kind::Firefox => &["--port=0", "--websocket-port=0", "--allow-system-access"],
        };
        let mut shell = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(&program)
            .args(args)
            .envs(options.time_zone.as_ref().map(|zone| ("TZ", zone)))
            .env("TMPDIR", folder.path())
            .env("LANGUAGE", &options.language)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let pipe = shell.stdin.take();
        let output = shell.stdout.take().context("the driver has no output")?;
        let mut driver = Self { shell, pipe, port: 0, folder };
        driver.port = first_port(output).with_context(|| format!("{} did not start", program.display()))?;
        Ok(driver)
    }

    /// A folder that is removed with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address it listens at.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // The shell kills itself with the group, so this returns at once. The folder goes last, when nobody
        // writes there.
        drop(self.shell.wait());
        // The browser may have written something between the shell's last two commands.
        drop(std::fs::remove_dir_all(self.folder.path()));
    }
}

/// Reads the driver's first lines until one names its port, and keeps reading so that the pipe never fills.
fn first_port(output: impl std::io::Read + Send + 'static) -> Result<u16> {
    let (found, wait) = mpsc::channel();
    std::thread::spawn(move || {
        let mut seen = VecDeque::new();
        let mut told = false;
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if told {
                continue;
            }
            let port = line.contains(" on ").then(|| port_at_the_end(&line)).flatten();
            seen.push_back(line);
            if port.is_some() {
                told = true;
                drop(found.send(port.ok_or_else(String::new)));
            }
        }
        drop(found.send(Err(seen.into_iter().collect::<Vec<_>>().join("\n"))));
    });
    match wait.recv_timeout(START) {
        Ok(Ok(port)) => Ok(port),
        Ok(Err(lines)) => bail!("it ended and said: {lines}"),
        Err(_) => bail!("it named no port within {} s", START.as_secs()),
    }
}

/// The port in lines such as `Listening on 127.0.0.1:4444` and `ChromeDriver was started successfully on port 4444.`
fn port_at_the_end(line: &str) -> Option<u16> {
    line.trim_end().trim_end_matches('.').rsplit([':', ' ']).next()?.parse().ok().filter(|port| *port != 0)
}

#[cfg(test)]
mod tests {
    use super::port_at_the_end;

    #[test]
    fn both_drivers_name_their_port_at_the_end_of_a_line() {
        assert_eq!(port_at_the_end("ChromeDriver was started successfully on port 40123."), Some(40123));
        assert_eq!(port_at_the_end("1763 geckodriver\tINFO\tListening on 127.0.0.1:4444"), Some(4444));
        assert_eq!(port_at_the_end("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
