//! The time of the daily refill, which no answer tells a free account today: it is set in the extension's options, as a
//! user does who has found it out.

use anyhow::Result;
use browser_tests::Browser;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// What the Tab key is to `WebDriver`.
const TAB: &str = "\u{E004}";

/// The first whole minute that is at least this far away: the options take hours and minutes.
pub(crate) fn whole_minute_after(seconds: i64) -> Result<DateTime<Utc>> {
    let minute = TimeDelta::minutes(1);
    Ok((Utc::now() + TimeDelta::seconds(seconds)).duration_trunc(minute)? + minute)
}

/// Sets it in the options, and comes back to the tab that was in front.
pub(crate) async fn set(browser: &Browser, at: DateTime<Utc>) -> Result<()> {
    let options = browser.extension_page("options.html").await?;
    let is_there =
        |page: &browser_tests::Surface| page.all().any(|node| node.attr("id") == Some("daily_reset_utc"));
    options.wait("the options", is_there).await?;
    options.tab().click("#daily_reset_utc").await?;
    options.tab().keys(&format!("{}{TAB}", at.format("%H:%M"))).await?;
    options.tab().wait("document.activeElement?.id !== 'daily_reset_utc'").await?;
    options.close().await?;
    browser.tab().activate().await
}
