//! The whole extension without a mouse, without colours, without sight: keyboard, focus, names and roles.

use crate::common::{account, looking_at, site_of};
use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, Kind, Network, Options, Popup, Tab, in_both_browsers};
use serde_json::Value;
use stand_in_site::{Command, Fault, Plan, Target};
use std::path::Path;

#[path = "../../support/gallery.rs"]
#[allow(dead_code, missing_docs)]
pub(crate) mod gallery;
#[path = "../../support/marks.rs"]
#[allow(dead_code, missing_docs)]
mod marks;
#[path = "../../support/scenes.rs"]
#[allow(dead_code, missing_docs)]
mod scenes;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const RIGHT: &str = "\u{E014}";

/// More Tab stops than any of our pages has.
const MOST_STOPS: usize = 60;

/// What axe-core finds wrong by WCAG 2.2 AA, one line each.
async fn violations(tab: &Tab) -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("axe/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&file)
        .with_context(|| format!("{} is not there: run `cargo xtask setup`", file.display()))?;
    let run = "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
        return found.violations.map(({ id, nodes }) =>
            `${id}: ${nodes.slice(0, 4).map((n) => `${n.target.join(' ')} ${n.any.concat(n.all).map((c) => c.message).join(' ')}`).join(' | ')}`);";
    let found = tab.eval(&format!("{axe}\n{run}")).await?;
    let lines = found.as_array().context("axe-core gave no list")?;
    Ok(lines.iter().map(|line| line.as_str().unwrap_or("?").to_owned()).collect())
}

/// The focused element by its action, setting or tag, and whether its outline is 2 pixels wide or more.
async fn focus(tab: &Tab) -> Result<(String, bool)> {
    let found = tab
        .eval(
            "const e = document.activeElement;
            const shown = [e, e.closest('label')].filter(Boolean).map(getComputedStyle)
                .some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
            return [[e.dataset.action ?? e.dataset.setting ?? e.localName, e.dataset.value ?? ''].join(' ').trim(), shown];",
        )
        .await?;
    Ok((found[0].as_str().unwrap_or_default().to_owned(), found[1].as_bool().unwrap_or(false)))
}

/// Every stop of the Tab key in one of our pages, in order. Fails if one has no visible focus.
async fn stops(page: &Popup) -> Result<Vec<String>> {
    let mut stops = Vec::new();
    for _ in 0..MOST_STOPS {
        page.tab().keys(TAB).await?;
        let (name, is_seen) = focus(page.tab()).await?;
        if name == "body" || name == "html" || stops.first() == Some(&name) {
            break;
        }
        ensure!(is_seen, "the focus on {name:?} cannot be seen");
        stops.push(name);
    }
    Ok(stops)
}

/// Presses Tab until `wanted` has the keyboard.
async fn tab_to(page: &Popup, wanted: &str) -> Result<()> {
    for _ in 0..MOST_STOPS {
        if focus(page.tab()).await?.0 == wanted {
            return Ok(());
        }
        page.tab().keys(TAB).await?;
    }
    anyhow::bail!("the Tab key does not reach {wanted:?}")
}

/// Whether the focus is in the banner. Its closed root does not say where.
async fn is_in_banner(tab: &Tab) -> Result<bool> {
    let found = tab.eval("return document.activeElement?.id === 'refill-watch';").await?;
    Ok(found == Value::Bool(true))
}

/// Unfolds everything, and checks that nothing is wrong in either writing direction.
async fn is_clean(page: &Popup) -> Result<()> {
    page.eval("for (const part of document.querySelectorAll('details')) part.open = true;").await?;
    for direction in ["ltr", "rtl"] {
        page.eval(&format!("document.querySelector('.rw').dir = '{direction}';")).await?;
        let found = violations(page.tab()).await?;
        ensure!(found.is_empty(), "{} {direction}: {found:#?}", page.tab().url().await?);
    }
    Ok(())
}

/// Makes the options list another of the user's devices.
async fn with_a_device(browser: &Browser, options: &Popup) -> Result<()> {
    // It must have reported just now, because a device that is silent for long is taken out.
    let device =
        "JSON.stringify({ name: 'Laptop', salt: 's', account: 'a', answered_at: Date.now(), pools: [] })";
    browser
        .eval_extension(&format!("await chrome.storage.sync.set({{ 'device:0badcafe': {device} }});"))
        .await?;
    options.tab().activate().await?;
    options.tab().click("[data-setting=devices][value=on]").await?;
    options.wait("the device", |page| page.actions().contains(&"remove-device")).await?;
    Ok(())
}

async fn surfaces_are_clean(kind: Kind, options: Options) -> Result<()> {
    let site = site_of(account("ana", Plan::Free, 72)).await?;
    let browser = looking_at(kind, &site, options).await?;
    for name in ["popup.html", "options.html"] {
        let page = browser.extension_page(name).await?;
        page.wait("its content", |page| page.verdict() == Some("fresh")).await?;
        if name == "options.html" {
            with_a_device(&browser, &page).await?;
        }
        is_clean(&page).await?;
        // The check does find what is wrong. The button is outside what the painter draws, which would remove it.
        page.eval("document.documentElement.insertAdjacentHTML('beforeend', '<button></button>');").await?;
        ensure!(!violations(page.tab()).await?.is_empty(), "a button without a name passed");
        page.close().await?;
    }
    Ok(())
}

/// Notes what a screen reader is told from here on, and returns how many regions tell it anything.
const LISTEN: &str = "const told = [];
    const region = document.querySelector('[aria-live=polite]');
    window.told = told;
    new MutationObserver(() => told.push(region.textContent)).observe(region, { subtree: true, childList: true, characterData: true });
    return document.querySelectorAll('[aria-live], [role=status], [role=alert]').length;";

in_both_browsers! {
    async fn axe_finds_nothing_in_popup_and_options_in_the_light(kind: Kind) -> Result<()> {
        surfaces_are_clean(kind, Options::default()).await
    }

    async fn axe_finds_nothing_in_popup_and_options_in_the_dark(kind: Kind) -> Result<()> {
        surfaces_are_clean(kind, Options::default().dark()).await
    }

    async fn axe_finds_nothing_in_the_offers_after_a_reload_that_did_not_help(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        site.command(Command::Fault { fault: Fault::InvalidJwt, on: Target::Balance })?;
        let popup = browser.popup().await?;
        popup.wait("the button", |popup| popup.actions().contains(&"fresh-reload")).await?;
        popup.click("fresh-reload", None).await?;
        popup.wait("what was found", |popup| popup.text().contains("sign in again")).await?;
        popup.tab().activate().await?;
        is_clean(&popup).await?;
        let shown = popup.surface().await?.context("a popup")?;
        ensure!(shown.actions().contains(&"fresh-login"), "{shown}");
        Ok(())
    }

    async fn axe_finds_nothing_in_any_state_of_the_banner(kind: Kind) -> Result<()> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("a workspace")?;
        let (page, count) = gallery::page(workspace, "en")?;
        ensure!(count > 200, "{count} frames only");
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("gallery.html");
        std::fs::write(&file, page)?;
        let browser = Browser::open(kind, Network::Nowhere, Options::default()).await?;
        for surface in ["pill", "banner", "card"] {
            browser.goto(&format!("file://{}?surface={surface}", file.display())).await?;
            let frames = browser.eval("return document.querySelectorAll('figure').length;").await?;
            ensure!(frames.as_u64() >= Some(60), "{surface}: {frames}");
            let found = violations(&browser.tab().within(std::time::Duration::from_secs(90))).await?;
            ensure!(found.is_empty(), "{surface}: {found:#?}");
        }
        Ok(())
    }

    async fn the_keyboard_alone_opens_the_banner_reads_it_and_reloads(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let size = |banner: &browser_tests::Surface, size: &str| {
            banner.root().and_then(|root| root.attr("data-size")) == Some(size)
        };
        browser.past_the_introduction().await?;
        browser.reload().await?;
        browser.wait_banner("the pill", |banner| size(banner, "pill") && banner.is_visible()).await?;
        ensure!(!is_in_banner(&browser).await?, "the banner took the focus by itself");
        let mut steps = 0;
        while !is_in_banner(&browser).await? {
            steps += 1;
            ensure!(steps < MOST_STOPS, "the Tab key does not reach the banner");
            browser.keys(TAB).await?;
        }
        browser.keys(ENTER).await?;
        browser.wait_banner("the card", |banner| size(banner, "open")).await?;
        ensure!(is_in_banner(&browser).await?, "the card lost the focus");
        browser.keys(ESCAPE).await?;
        browser.wait_banner("the pill again", |banner| size(banner, "pill")).await?;
        ensure!(is_in_banner(&browser).await?, "the pill lost the focus");
        browser.keys(ENTER).await?;
        browser.wait_banner("the card again", |banner| size(banner, "open")).await?;
        // The button that had the focus is gone, so the focus is on the main action.
        browser.keys(ENTER).await?;
        browser.wait_banner("what the reload found", |banner| banner.text().contains("Still 72")).await?;
        Ok(())
    }

    async fn the_keyboard_alone_reaches_everything_in_the_popup(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        let shown = popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        tab_to(&popup, "summary").await?;
        popup.tab().keys(ENTER).await?;
        popup.wait("the guide", |popup| popup.text().contains("The daily clock") && popup.text().contains("spent first")).await?;
        // A repaint must neither move the focus nor fold the guide.
        site.command(stand_in_site::Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        browser.reload().await?;
        let after = popup.wait("the new number", |popup| popup.amount("fast") == Some(64)).await?;
        ensure!(after.text().contains("The daily clock"), "the guide was folded: {after}");
        ensure!(focus(popup.tab()).await?.0 == "summary", "the focus has moved");
        popup.close().await?;
        // Start again in a new page: in Firefox, what follows the last stop is the browser's own.
        let popup = browser.popup().await?;
        popup.wait("the amount", |popup| popup.amount("fast") == Some(64)).await?;
        let stops = stops(&popup).await?;
        for action in shown.actions() {
            ensure!(stops.iter().any(|stop| stop.split(' ').next() == Some(action)), "no Tab stop has {action}: {stops:?}");
        }
        Ok(())
    }

    async fn the_keyboard_alone_changes_a_setting_everywhere_and_undoes_it(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let options = browser.extension_page("options.html").await?;
        options.wait("the plan", |options| options.text().contains("Tokens a day")).await?;
        tab_to(&options, "badge").await?;
        options.tab().keys(RIGHT).await?;
        options.wait("the way back", |options| options.actions().contains(&"undo")).await?;
        ensure!(browser.badge().await? == "48%", "{}", browser.badge().await?);
        tab_to(&options, "theme").await?;
        options.tab().keys(DOWN).await?;
        options.tab().keys(DOWN).await?;
        let themed = |surface: &browser_tests::Surface, theme: &str| {
            surface.root().and_then(|root| root.attr("data-theme")) == Some(theme)
        };
        options.wait("the dark", |options| themed(options, "dark")).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the dark in the page", |banner| themed(banner, "dark")).await?;
        options.tab().activate().await?;
        tab_to(&options, "undo").await?;
        options.tab().keys(ENTER).await?;
        options.wait("the light", |options| themed(options, "light")).await?;
        browser.tab().activate().await?;
        browser.wait_banner("the light in the page", |banner| themed(banner, "light")).await?;
        Ok(())
    }

    async fn a_new_number_with_the_same_verdict_is_shown_but_not_spoken(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        ensure!(popup.eval(LISTEN).await? == 1, "there is not exactly one live region");
        site.command(stand_in_site::Command::SpendElsewhere { account: "ana".into(), tokens: 8 })?;
        browser.reload().await?;
        popup.wait("the new number", |popup| popup.amount("fast") == Some(64)).await?;
        let told = popup.eval("return window.told.filter((text) => text !== 'Not known yet' && text !== 'Up to date');").await?;
        ensure!(told == serde_json::json!([]), "it spoke {told}");
        Ok(())
    }

    async fn a_changed_verdict_is_spoken(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let popup = browser.popup().await?;
        popup.wait("the amount", |popup| popup.amount("fast") == Some(72)).await?;
        ensure!(popup.eval(LISTEN).await? == 1, "there is not exactly one live region");
        site.command(stand_in_site::Command::SignOut)?;
        browser.reload().await?;
        popup.wait("the new verdict", |popup| popup.verdict() == Some("unknown")).await?;
        let told = popup.eval("return [window.told.at(-1), document.querySelector('[aria-live=polite]').textContent];").await?;
        ensure!(told[0] == told[1] && told[0] != "Up to date", "it spoke {told}");
        Ok(())
    }
}
