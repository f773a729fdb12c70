//! A fresh reload while the page holds typed text that was not sent: the extension asks first, and nothing is lost.

use crate::common::{account, looking_at, site_of};
use anyhow::{Result, ensure};
use browser_tests::{Browser, Copy, Kind, Options, in_both_browsers};
use stand_in_site::{Command, Fault, Plan, Site, Target};

/// Where a text can be: a name, what puts the field into the page (`place` takes an element), and the field.
const FIELDS: [(&str, &str, &str); 5] = [
    ("a textarea", "place(document.createElement('textarea'));", "document.querySelector('#prompt')"),
    (
        "an editable element",
        "const field = document.createElement('div'); field.contentEditable = 'true'; field.textContent = ' '; place(field);",
        "document.querySelector('#prompt')",
    ),
    (
        // React sets the default along with the value at every key.
        "a controlled text field",
        "const field = document.createElement('input'); place(field);
         field.addEventListener('input', () => field.setAttribute('value', field.value));",
        "document.querySelector('#prompt')",
    ),
    (
        "a field in an open shadow root",
        "const host = document.createElement('div'); place(host);
         host.attachShadow({ mode: 'open' }).append(document.createElement('textarea'));",
        "document.querySelector('#prompt').shadowRoot.querySelector('textarea')",
    ),
    (
        "a field in a frame",
        "const frame = document.createElement('iframe'); place(frame);
         frame.contentDocument.body.append(frame.contentDocument.createElement('textarea'));",
        "document.querySelector('#prompt').contentDocument.querySelector('textarea')",
    ),
];

const PLACE: &str = "const place = (element) => { element.id = 'prompt'; element.style.cssText =
    'position: fixed; left: 20px; top: 20px; width: 300px; height: 60px'; document.body.append(element); };";

async fn opened(kind: Kind) -> Result<(Site, Browser)> {
    let site = site_of(account("ana", Plan::Free, 72)).await?;
    let browser = looking_at(kind, &site, Options::default()).await?;
    browser.click_banner("expand", None).await?;
    // The card takes the focus when it opens, so that comes before any typing.
    browser.wait_banner("the card", |banner| banner.actions().contains(&"collapse")).await?;
    Ok((site, browser))
}

/// Puts a field into the page and types into it.
async fn type_into(browser: &Browser, makes: &str, field: &str) -> Result<()> {
    browser.eval(&format!("{PLACE} {makes} {field}.focus();")).await?;
    browser.keys("a red fox").await?;
    is_kept(browser, field).await
}

/// Checks that the page still holds what was typed.
async fn is_kept(browser: &Browser, field: &str) -> Result<()> {
    let text = browser
        .eval(&format!("const field = {field}; return field?.value ?? field?.textContent ?? '';"))
        .await?;
    ensure!(text.as_str().is_some_and(|text| text.contains("a red fox")), "{field} holds {text}");
    Ok(())
}

in_both_browsers! {
    async fn a_reload_asks_first_wherever_the_text_is_and_nothing_typed_is_lost(kind: Kind) -> Result<()> {
        let (_site, browser) = opened(kind).await?;
        for (name, makes, field) in FIELDS {
            type_into(&browser, makes, field).await?;
            browser.click_banner("fresh-reload", None).await?;
            let asked = browser
                .wait_banner(name, |banner| banner.actions().contains(&"reload-anyway"))
                .await?;
            ensure!(asked.actions().contains(&"check"), "{name}: {asked}");
            is_kept(&browser, field).await?;
            browser.eval("document.getElementById('prompt').remove();").await?;
        }
        type_into(&browser, FIELDS[0].1, FIELDS[0].2).await?;
        browser.click_banner("fresh-reload", None).await?;
        browser.wait_banner("the question", |banner| banner.actions().contains(&"reload-anyway")).await?;
        browser.click_banner("reload-anyway", None).await?;
        browser.wait_banner("what the reload found", |banner| banner.text().contains("Still 72")).await?;
        Ok(())
    }

    async fn a_page_without_typed_text_is_reloaded_at_once(kind: Kind) -> Result<()> {
        let (_site, browser) = opened(kind).await?;
        // A field that the app has filled, and that the user has focused but not changed.
        browser.eval(&format!(
            "{PLACE} const field = document.createElement('input'); field.setAttribute('value', 'as it was'); place(field); field.focus();"
        )).await?;
        browser.click_banner("fresh-reload", None).await?;
        browser.wait_banner("what the reload found", |banner| banner.text().contains("Still 72")).await?;
        Ok(())
    }

    async fn the_popup_asks_too_and_its_check_shows_on_the_page_what_is_there(kind: Kind) -> Result<()> {
        let (site, browser) = opened(kind).await?;
        type_into(&browser, FIELDS[0].1, FIELDS[0].2).await?;
        site.command(Command::RefillNow { account: "ana".into(), fast: None })?;
        let popup = browser.popup().await?;
        popup.wait("the button", |popup| popup.actions().contains(&"fresh-reload")).await?;
        popup.click("fresh-reload", None).await?;
        popup.wait("the question", |popup| popup.actions().contains(&"reload-anyway")).await?;
        popup.click("check", None).await?;
        // Only a visible page is drawn.
        browser.tab().activate().await?;
        let told = browser.wait_banner("what is there", |banner| banner.text().contains("You have 150")).await?;
        ensure!(told.text().contains("this page still shows 72"), "{told}");
        is_kept(&browser, FIELDS[0].2).await
    }

    async fn a_fresh_login_asks_first_if_typed_text_would_be_lost(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 3)).await?;
        let copy = Copy::with(kind, "chrome.browsingData ??= {}; chrome.browsingData.remove = async () => {
             await chrome.storage.session.set({ cleared: 'yes' }); };")?;
        let browser = looking_at(kind, &site, Options::default().extension(copy.path())).await?;
        site.command(Command::Fault { fault: Fault::InvalidJwt, on: Target::Balance })?;
        let popup = browser.popup().await?;
        popup.wait("the button", |popup| popup.actions().contains(&"fresh-reload")).await?;
        popup.click("fresh-reload", None).await?;
        popup.wait("what was found", |popup| popup.text().contains("sign in again")).await?;
        browser.tab().activate().await?;
        browser.eval("window.sameDocument = true; return true;").await?;
        type_into(&browser, FIELDS[0].1, FIELDS[0].2).await?;
        popup.tab().activate().await?;
        popup.eval("for (const fold of document.querySelectorAll('details')) fold.open = true;
             chrome.permissions.request = async () => true; return true;").await?;
        popup.click("fresh-login", None).await?;
        let asked = popup.wait("the question", |popup| popup.actions().contains(&"login-anyway")).await?;
        ensure!(asked.text().contains("Clearing reloads the page and loses it"), "{asked}");
        let cleared = "return (await chrome.storage.session.get('cleared')).cleared ?? 'no';";
        let is_same = "return window.sameDocument === true;";
        ensure!(browser.eval_extension(cleared).await? == "no", "it was cleared");
        ensure!(browser.eval(is_same).await? == true, "the page was reloaded");
        site.command(Command::Fault { fault: Fault::None, on: Target::Balance })?;
        popup.click("login-anyway", None).await?;
        popup.wait("the number, read anew", |popup| popup.verdict() == Some("fresh")).await?;
        ensure!(browser.eval_extension(cleared).await? == "yes", "it was not cleared");
        ensure!(browser.eval(is_same).await? == false, "the page was not reloaded");
        Ok(())
    }
}
