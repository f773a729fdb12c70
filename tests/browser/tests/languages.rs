//! The extension in other languages, with the browser's own way to write numbers.
//!
//! A language is chosen in the options here: which languages a browser itself can be started in depends on the
//! language packs beside it. That the browser's own is spoken where none is chosen is tested in tests/choices.rs.

use crate::common::{account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Options, Surface, in_both_browsers};
use stand_in_site::Plan;

/// Chooses a language in the options page's list with the keyboard, by the first letter of its own name.
async fn choose(browser: &Browser, letter: &str, language: &str) -> Result<()> {
    // A page of its own: a list takes letters that follow each other soon as one word.
    let options = browser.extension_page("options.html").await?;
    options.wait("the list of languages", |options| options.with_attr("data-verdict").is_some()).await?;
    options.eval("document.querySelector('[data-setting=language]').focus();").await?;
    options.tab().keys(letter).await?;
    options
        .wait("the language", |options| written(options).is_some_and(|(lang, _)| lang == language))
        .await?;
    Ok(())
}

/// The language and direction that a surface says it is written in.
fn written(surface: &Surface) -> Option<(&str, &str)> {
    let root = surface.root()?;
    Some((root.attr("lang")?, root.attr("dir")?))
}

in_both_browsers! {
    async fn a_language_that_is_chosen_is_spoken_everywhere_at_once(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Essential, 4200)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let app = browser.tab();
        choose(&browser, "ا", "ar").await?;
        let popup = browser.extension_page("popup.html").await?;
        let seen = popup.wait("Arabic", |popup| popup.text().contains("الرموز السريعة")).await?;
        ensure!(written(&seen) == Some(("ar", "rtl")), "{seen}");
        let edge = popup.eval("return document.documentElement.scrollWidth - innerWidth;").await?;
        ensure!(edge.as_i64().context("a width")? <= 0, "the popup is wider than its window by {edge}");
        choose(&browser, "D", "de").await?;
        // Of the same number, the German grouping and the German words.
        let seen = popup.wait("German", |popup| popup.text().contains("Fast-Tokens")).await?;
        ensure!(written(&seen) == Some(("de", "ltr")), "{seen}");
        ensure!(seen.text().contains("4.200"), "{seen}");
        app.activate().await?;
        let banner = browser.wait_banner("German", |banner| banner.text().contains("Fast-Tokens")).await?;
        ensure!(written(&banner) == Some(("de", "ltr")), "{banner}");
        Ok(())
    }
}
