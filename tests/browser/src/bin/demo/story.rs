//! The demo without a screen: the main job from beginning to end, with a picture of each step. The site sends what
//! the live one sends to a free account: no id, no date, a team that is listed but not selected, costs as text.

use crate::reset;
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Options, Surface};
use stand_in_site::{Command, Due, Job, NewAccount, Plan, PoolsChange, Site};
use std::path::{Path, PathBuf};
use std::time::Duration;

const APP: &str = "https://app.leonardo.ai/";
const ANA: &str = "ana";

/// The refill is at least this many seconds away: long enough for the page to load and be read.
const LEAD_SECONDS: i64 = 20;
/// What a generation costs, and what Ana has before it, in tokens.
const PRICE: i64 = 8;
const BEFORE: u32 = 12;

/// Plays the story.
pub(crate) async fn play(kind: Kind) -> Result<()> {
    println!("There is no display, so {kind} plays the story headless.");
    let site = Site::start().await?;
    let pools = PoolsChange { fast: Some(BEFORE.into()), ..PoolsChange::default() };
    let account = NewAccount { pools, job: Job::Never, ..NewAccount::new(ANA, Plan::Free) };
    site.command(Command::AddAccount(account))?;
    site.command(Command::JoinTeam { account: ANA.to_owned() })?;
    site.command(Command::SignIn { account: ANA.to_owned() })?;
    let options = Options::default().time_zone("America/Los_Angeles").dark();
    let browser = Browser::open(kind, &site, options).await?;
    let mut album = Album::new(&browser)?;

    browser.goto(APP).await?;
    let banner = browser.wait_verdict("fresh").await?;
    album.add("fresh", "The page has just read the balance: 12 of 150 tokens are left.", &banner).await?;

    browser.past_the_introduction().await?;
    browser.click("[data-stand-in=generate]").await?;
    let left = i64::from(BEFORE) - PRICE;
    browser
        .wait(&format!("document.querySelector('[data-stand-in=tokens]')?.textContent === '{left}'"))
        .await?;

    let due = reset::whole_minute_after(LEAD_SECONDS)?;
    site.command(Command::SetDue { account: ANA.to_owned(), due: Due::At(due) })?;
    reset::set(&browser, due).await?;
    let until_due = (due - chrono::Utc::now()).to_std().unwrap_or_default() + Duration::from_secs(15);
    let banner = browser.within(until_due).wait_verdict("stale").await?;
    let what = "The refill was due at the time set in the options; the tab, left open, shows the number from before.";
    album.add("stale", what, &banner).await?;

    browser.click_banner("fresh-reload", None).await?;
    let banner = browser.wait_verdict("late").await?;
    ensure!(banner.amount("fast") == Some(left), "the server holds {left}, the banner says {banner}");
    let is_explained = banner.all().all(|node| node.attr("data-note") != Some("spent-elsewhere"));
    ensure!(is_explained, "the picture that was made here explains the fall, the banner says {banner}");
    let what = "Fresh reload: the server itself says that the refill has not come. The 8 that a picture cost are known.";
    album.add("late", what, &banner).await?;

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
    /// Starts with an empty folder `target/demo`.
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
