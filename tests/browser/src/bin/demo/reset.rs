//! Sets the time of the daily refill in the extension's options, as a user does who has found it out: no answer tells
//! it for a free account today.

use anyhow::Result;
use browser_tests::Browser;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// The Tab key in `WebDriver`.
const TAB: &str = "\u{E004}";

/// The first whole minute that is at least this far away: the options take hours and minutes.
pub(crate) fn whole_minute_after(seconds: i64) -> Result<DateTime<Utc>> {
    let minute = TimeDelta::minutes(1);
    Ok((Utc::now() + TimeDelta::seconds(seconds)).duration_trunc(minute)? + minute)
}

/// Sets the time in the options, and returns to the tab that was in front.
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
