//! The extension in other languages, with the browser's own way to write numbers.
//!
//! The tests choose the language in the options, because a browser itself can be started only in languages whose
//! packs are installed. That the browser's own language is used if none is chosen is tested in tests/choices.rs.

use crate::access::gallery;
use crate::common::{account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Network, Options, Surface, in_both_browsers};
use stand_in_site::Plan;
use std::path::Path;

/// What sticks out of its surface, or is wider than its place, on the gallery's page; and times that were not
/// written.
const AMISS: &str = "
    const amiss = [];
    for (const figure of document.querySelectorAll('figure')) {
        const root = figure.lastElementChild.shadowRoot.querySelector('.rw');
        const edge = root.getBoundingClientRect();
        for (const tip of root.querySelectorAll('.tip')) {
            // A third line would cover the chart's own buttons.
            if (tip.offsetHeight > 40 || tip.scrollWidth > tip.clientWidth + 1) amiss.push(`${figure.id}: ${tip.textContent}`);
        }
        if (/[\u{27e6}\u{27e7}]/u.test(root.textContent)) amiss.push(`${figure.id}: a time that was not written`);
        for (const element of root.querySelectorAll('*')) {
            if (element.closest('svg, .sr, .slots') || !element.checkVisibility()) continue;
            const { left, right } = element.getBoundingClientRect();
            // What unfolds reaches into the margin on purpose.
            const isCut = getComputedStyle(element).overflowX === 'hidden' || element.matches('.fold-out');
            const isWide = !isCut && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
            if (isWide || left < edge.left - 1 || right > edge.right + 1) {
                amiss.push(`${figure.id}: ${element.localName}.${element.className} ${element.textContent.slice(0, 60)}`);
            }
        }
    }
    return amiss;";

/// Chooses a language in the options page's list with the keyboard, by the first letter of its own name.
async fn choose(browser: &Browser, letter: &str, language: &str) -> Result<()> {
    // Each choice needs a new page, because a list takes letters in quick succession as one word.
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
    async fn a_chosen_language_is_used_everywhere_at_once(kind: Kind) -> Result<()> {
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
        // The same number, with German grouping and German words.
        let seen = popup.wait("German", |popup| popup.text().contains("Fast-Tokens")).await?;
        ensure!(written(&seen) == Some(("de", "ltr")), "{seen}");
        ensure!(seen.text().contains("4.200"), "{seen}");
        app.activate().await?;
        let banner = browser.wait_banner("German", |banner| banner.text().contains("Fast-Tokens")).await?;
        ensure!(written(&banner) == Some(("de", "ltr")), "{banner}");
        Ok(())
    }

    async fn every_surface_has_room_for_every_language(kind: Kind) -> Result<()> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("a workspace")?;
        let folder = tempfile::tempdir()?;
        let browser = Browser::open(kind, Network::Nowhere, Options::default()).await?;
        let mut languages = 0;
        for entry in std::fs::read_dir(workspace.join("extension/_locales"))? {
            let language = entry?.file_name().to_string_lossy().into_owned();
            let (page, _) = gallery::page(workspace, &language)?;
            let file = folder.path().join("gallery.html");
            std::fs::write(&file, page)?;
            let direction = if language == "ar" { "rtl" } else { "ltr" };
            browser.goto(&format!("file://{}?theme=light&direction={direction}", file.display())).await?;
            let frames = browser.eval("return document.querySelectorAll('figure').length;").await?;
            ensure!(frames.as_u64() >= Some(80), "{language}: {frames} frames");
            let amiss = browser.eval(AMISS).await?;
            ensure!(amiss.as_array().is_some_and(Vec::is_empty), "{language}: {amiss:#}");
            languages += 1;
        }
        ensure!(languages == 14, "{languages} languages");
        Ok(())
    }
}
