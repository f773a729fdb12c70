//! The demo without a screen: the main job from beginning to end, with a picture of each step.

use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Options, Surface};
use stand_in_site::{Command, Due, Job, NewAccount, Plan, PoolsChange, Site};
use std::path::{Path, PathBuf};
use std::time::Duration;

const APP: &str = "https://app.leonardo.ai/";
const ANA: &str = "ana";

/// How long after the start the refill is due: long enough for the page to load and be looked at.
const DUE_IN: i32 = 15;

/// Plays it.
pub(crate) async fn play(kind: Kind) -> Result<()> {
    println!("There is no display, so {kind} plays the story headless.");
    let site = Site::start().await?;
    let pools = PoolsChange { fast: Some(12), ..PoolsChange::default() };
    let account = NewAccount {
        pools,
        due: Some(Due::InSeconds(DUE_IN)),
        job: Job::Never,
        ..NewAccount::new(ANA, Plan::Free)
    };
    site.command(Command::AddAccount(account))?;
    site.command(Command::SignIn { account: ANA.to_owned() })?;
    let options = Options::default().time_zone("America/Los_Angeles").dark();
    let browser = Browser::open(kind, &site, options).await?;
    let mut album = Album::new(&browser)?;

    browser.goto(APP).await?;
    let banner = browser.wait_verdict("fresh").await?;
    album.add("fresh", "The page has just read the balance: 12 of 150 tokens are left.", &banner).await?;

    let until_due = Duration::from_secs(u64::from(DUE_IN.unsigned_abs()) + 15);
    let banner = browser.within(until_due).wait_verdict("stale").await?;
    album
        .add("stale", "The refill was due; the tab, left open, still shows the number from before.", &banner)
        .await?;

    browser.click_banner("fresh-reload", None).await?;
    let banner = browser.wait_verdict("late").await?;
    ensure!(banner.amount("fast") == Some(12), "the server still holds 12, the banner says {banner}");
    album.add("late", "Fresh reload: the server itself says that the refill has not come.", &banner).await?;

    site.command(Command::RefillNow { account: ANA.to_owned(), fast: None })?;
    browser.click_banner("fresh-reload", None).await?;
    let banner = browser.wait_verdict("refilled").await?;
    let held = site.account(ANA).context("the account is gone")?.pools.fast;
    ensure!(
        banner.amount("fast") == i64::try_from(held).ok(),
        "the server holds {held}, the banner says {banner}"
    );
    album.add("refilled", "The refill has come, and a fresh reload shows it.", &banner).await?;

    let popup = browser.popup().await?;
    let shown = popup.wait("the same verdict", |popup| popup.verdict() == Some("refilled")).await?;
    let file = album.next("popup");
    popup.screenshot(&file).await?;
    album.tell(&file, "The popup says the same without a tab.", &shown);
    Ok(())
}

/// The pictures, numbered in the order of the story.
struct Album<'a> {
    browser: &'a Browser,
    folder: PathBuf,
    count: usize,
}

impl<'a> Album<'a> {
    /// An empty folder `target/demo`.
    fn new(browser: &'a Browser) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/demo");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("cannot empty target/demo")?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self { browser, folder: folder.canonicalize()?, count: 0 })
    }

    fn next(&mut self, name: &str) -> PathBuf {
        self.count += 1;
        self.folder.join(format!("{:02}-{name}.png", self.count))
    }

    async fn add(&mut self, name: &str, what: &str, banner: &Surface) -> Result<()> {
        let file = self.next(name);
        self.browser.screenshot(&file).await?;
        self.tell(&file, what, banner);
        Ok(())
    }

    fn tell(&self, file: &Path, what: &str, shown: &Surface) {
        println!("\n{}\n  {what}\n  It reads: {}", file.display(), shown.text());
    }
}
