//! What happens to the extension: its background ends, it is updated or removed while the page is open, its storage
//! breaks, its alarms are lost, the clock jumps, access is taken back.

use crate::common::{APP, account, looking_at, quiet, site_of, storage_changes};
use anyhow::{Context, Result, ensure};
use browser_tests::faults::Fault;
use browser_tests::{Browser, Copy, Kind, Options, in_both_browsers};
use stand_in_site::{Booking, Command, Fault as SiteFault, Plan, Target};

/// How the browser's storage and alarms may fail, as lines in front of the background script.
const BROKEN: [(&str, &str); 9] = [
    ("storage.local cannot be read", "chrome.storage.local.get = () => Promise.reject(new Error('broken'));"),
    ("storage.session cannot be read", "chrome.storage.session.get = () => Promise.reject(new Error('broken'));"),
    ("storage.local takes nothing (full)", "chrome.storage.local.set = () => Promise.reject(new Error('QUOTA_BYTES quota exceeded'));"),
    ("storage.session takes nothing (full)", "chrome.storage.session.set = () => Promise.reject(new Error('QUOTA_BYTES quota exceeded'));"),
    ("storage.local removes nothing", "chrome.storage.local.remove = () => Promise.reject(new Error('broken'));"),
    (
        "storage.local answers after 5 s",
        "const get = chrome.storage.local.get.bind(chrome.storage.local);
         chrome.storage.local.get = async (keys) => { await new Promise((done) => setTimeout(done, 5000)); return get(keys); };",
    ),
    (
        "storage.local stores after 5 s",
        "const set = chrome.storage.local.set.bind(chrome.storage.local);
         chrome.storage.local.set = async (items) => { await new Promise((done) => setTimeout(done, 5000)); return set(items); };",
    ),
    ("alarms cannot be set", "chrome.alarms.create = () => Promise.reject(new Error('broken'));"),
    ("the alarm cannot be asked for", "chrome.alarms.get = () => Promise.reject(new Error('broken'));"),
];

/// What may be in storage instead of what was written: the area, the damage, and whether it is kept aside.
const ROTTEN: [(&str, &str, bool); 8] = [
    ("local", "no JSON", true),
    ("local", "cut off", true),
    ("local", "another type", true),
    ("local", "a newer version", true),
    ("local", "no text at all", true),
    ("session", "no JSON", false),
    ("session", "another type", false),
    ("session", "no text at all", false),
];

fn rot(area: &str, how: &str) -> String {
    let value = match how {
        "no JSON" => "'}{'",
        "cut off" => "typeof value === 'string' ? value.slice(0, value.length / 2) : value",
        "another type" => "'[1,2,3]'",
        "a newer version" => "key === 'meta' ? '{\"version\":999,\"later\":true}' : value",
        _ => "42",
    };
    format!(
        "const all = await chrome.storage.{area}.get(null);
         for (const [key, value] of Object.entries(all)) await chrome.storage.{area}.set({{ [key]: {value} }});
         return Object.keys(all).length;"
    )
}

async fn reads_72(browser: &Browser) -> Result<Option<i64>> {
    let banner = browser
        .wait_banner("the amount", |banner| {
            banner.verdict() == Some("fresh") && banner.amount("fast") == Some(72)
        })
        .await?;
    Ok(banner.amount("fast"))
}

/// Waits until `storage.local` holds `text`.
pub(crate) async fn is_kept(browser: &Browser, text: &str) -> Result<()> {
    let kept = format!(
        "const holds = async () => JSON.stringify(await chrome.storage.local.get(null)).includes('{text}');
         const deadline = Date.now() + 10_000;
         while (!(await holds())) {{
           if (Date.now() > deadline) return false;
           await new Promise((done) => {{ chrome.storage.local.onChanged.addListener(done); setTimeout(done, 500); }});
         }}
         return true;"
    );
    ensure!(browser.eval_extension(&kept).await? == true, "{text} was lost");
    Ok(())
}

in_both_browsers! {
    async fn the_background_may_end_between_any_two_messages(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        // What the banner says after each step, and what it no longer says: only then has the background answered.
        let steps: [(&str, &str, &str, &str); 6] = [
            ("expand", "click", "Rollover bank", ""),
            ("collapse", "click", "refills", "Rollover bank"),
            ("generate", "page", "72", ""),
            ("reload", "reload", "64", ""),
            ("fold", "fold", "64", "Rollover bank"),
            ("look", "look", "64", ""),
        ];
        for (name, what, says, no_longer) in steps {
            let fault = Fault::begins(kind, "background", format!("ended before: {name}"));
            browser.kill_worker().await?;
            match what {
                "click" => browser.click_banner(name, None).await?,
                "page" => browser.click("[data-stand-in=generate]").await?,
                "reload" => browser.reload().await?,
                "fold" => {
                    browser.click_banner("expand", None).await?;
                    browser.wait_banner("the card", |banner| banner.text().contains("Rollover bank")).await?;
                    browser.kill_worker().await?;
                    browser.click_banner("fold", None).await?;
                }
                _ => {
                    let other = browser.new_tab("about:blank").await?;
                    browser.tab().activate().await?;
                    other.close().await?;
                }
            }
            let is_there = |text: &str| text.contains(says) && (no_longer.is_empty() || !text.contains(no_longer));
            let banner =
                browser.wait_banner(says, |banner| is_there(&banner.text())).await.with_context(|| name.to_owned())?;
            if what == "page" {
                // What the page sent while the background was down must not be lost.
                is_kept(&browser, "8000").await?;
            }
            fault.is_over(&["fresh"], &[banner.verdict().unwrap_or("none")])?;
        }
        quiet(&browser)
    }

    async fn broken_storage_and_alarms_leave_the_banner_right_and_are_reported(kind: Kind) -> Result<()> {
        for (name, prelude) in BROKEN {
            let site = site_of(account("ana", Plan::Free, 72)).await?;
            let copy = Copy::with(kind, prelude)?;
            let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
            let fault = Fault::begins(kind, "storage", name);
            browser.goto(APP).await?;
            let seen = reads_72(&browser).await.with_context(|| name.to_owned())?;
            fault.is_over(&[Some(72)], &[seen])?;
            if name.contains("takes nothing") || name == "storage.local cannot be read" {
                let popup = browser.popup().await?;
                popup
                    .wait("that nothing is stored", |popup| popup.text().contains("is not storing anything"))
                    .await
                    .with_context(|| name.to_owned())?;
            }
            quiet(&browser).with_context(|| name.to_owned())?;
        }
        Ok(())
    }

    async fn an_answer_never_overtakes_the_first_message_of_its_document(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        // The page asks for its banner before it has its answer, and the background hears only the fifth attempt.
        site.command(Command::Fault { fault: SiteFault::Slow { ms: 3_000 }, on: Target::Balance })?;
        let lost = "let lost = 0;
             const listen = chrome.runtime.onMessage.addListener.bind(chrome.runtime.onMessage);
             chrome.runtime.onMessage.addListener = (listener) =>
               listen((message, ...told) => {
                 if (message.kind !== 'look' || !message.page) return listener(message, ...told);
                 if (lost++ < 4) return false;
                 chrome.storage.session.set({ heard: true });
                 return listener(message, ...told);
               });";
        let copy = Copy::with(kind, lost)?;
        let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
        let fault = Fault::begins(kind, "background", "hears the first message of a document late");
        browser.goto(APP).await?;
        reads_72(&browser).await?;
        while browser.eval_extension("return (await chrome.storage.session.get('heard')).heard === true;").await? != true {
            storage_changes(&browser, "session").await?;
        }
        let popup = browser.popup().await?;
        let seen = popup.wait("the verdict", |popup| popup.verdict() == Some("fresh")).await?;
        fault.is_over(&[Some(72)], &[seen.amount("fast")])?;
        quiet(&browser)
    }

    async fn a_list_of_tabs_that_comes_late_takes_no_answer_away(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        // The background asks for the tabs as it starts, and hears of them after the page's answer.
        let late = "const query = chrome.tabs.query.bind(chrome.tabs);
             let isFirst = true;
             chrome.tabs.query = async (what) => {
               const found = await query(what);
               if (!isFirst) return found;
               isFirst = false;
               await new Promise((done) => chrome.storage.session.onChanged.addListener((changes) => changes.go && done()));
               setTimeout(() => chrome.storage.session.set({ listed: true }));
               return found;
             };";
        let copy = Copy::with(kind, late)?;
        let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
        browser.goto(APP).await?;
        reads_72(&browser).await?;
        browser.eval_extension("await chrome.storage.session.set({ go: true });").await?;
        while browser.eval_extension("return (await chrome.storage.session.get('listed')).listed === true;").await? != true {
            storage_changes(&browser, "session").await?;
        }
        browser.tab().activate().await?;
        browser.click_banner("expand", None).await?;
        let seen = browser.wait_banner("the open card", |banner| banner.actions().contains(&"collapse")).await?;
        ensure!(seen.verdict() == Some("fresh") && seen.amount("fast") == Some(72), "the answer is gone: {seen}");
        quiet(&browser)
    }

    async fn damaged_storage_is_kept_aside_and_the_next_answer_counts(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        for (area, how, is_kept) in ROTTEN {
            let fault = Fault::begins(kind, "storage", format!("storage.{area} holds {how}"));
            let keys = browser.eval_extension(&rot(area, how)).await?;
            browser.kill_worker().await?;
            ensure!(keys.as_u64().unwrap_or(0) > 0, "nothing was stored in {area}");
            browser.reload().await?;
            let seen = reads_72(&browser).await.with_context(|| format!("{area} {how}"))?;
            fault.is_over(&[Some(72)], &[seen])?;
            if is_kept {
                let aside = browser
                    .eval_extension("return Object.keys(await chrome.storage.local.get(null)).filter((key) => key.startsWith('aside:')).length;")
                    .await?;
                ensure!(aside.as_u64().unwrap_or(0) > 0, "{area} {how}: nothing was kept aside");
            }
            browser.eval_extension("for (const key of Object.keys(await chrome.storage.local.get(null))) if (key.startsWith('aside:')) await chrome.storage.local.remove(key);").await?;
        }
        quiet(&browser)
    }

    async fn a_lost_alarm_is_set_again(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "alarms", "lost");
        browser.eval_extension("await chrome.alarms.clearAll();").await?;
        browser.kill_worker().await?;
        browser.reload().await?;
        let seen = reads_72(&browser).await?;
        let alarm = browser.eval_extension("return (await chrome.alarms.get('wake')) ?? null;").await?;
        ensure!(!alarm.is_null(), "there is no alarm");
        fault.is_over(&[Some(72)], &[seen])?;
        quiet(&browser)
    }

    async fn a_clock_that_jumps_while_running_is_followed_both_ways(kind: Kind) -> Result<()> {
        let site = site_of(account("grace", Plan::Essential, 72)).await?;
        let skew = "const real = Date.now.bind(Date); let skew = 0; Date.now = () => real() + skew;
             chrome.storage.onChanged.addListener((changes) => { if (changes.skew) skew = changes.skew.newValue ?? 0; });";
        let copy = Copy::with(kind, skew)?;
        let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
        browser.goto(APP).await?;
        reads_72(&browser).await?;
        let jump = async |hours: i64| -> Result<()> {
            browser.eval_extension(&format!("await chrome.storage.session.set({{ skew: {} }});", hours * 3_600_000)).await?;
            let other = browser.new_tab("about:blank").await?;
            browser.tab().activate().await?;
            other.close().await
        };
        let fault = Fault::begins(kind, "clock", "jumps 40 days ahead and back").times(2);
        jump(40 * 24).await?;
        browser.wait_verdict("stale").await?;
        jump(0).await?;
        let seen = reads_72(&browser).await?;
        fault.is_over(&[Some(72)], &[seen])?;
        let fault = Fault::begins(kind, "clock", "jumps 3 hours back");
        jump(-3).await?;
        browser.reload().await?;
        let seen = reads_72(&browser).await?;
        fault.is_over(&[Some(72)], &[seen])?;
        Ok(())
    }

    async fn an_update_while_the_page_is_open_leaves_one_banner_and_no_error(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "update", "the extension is loaded anew while the page is open");
        browser.reload_extension().await?;
        let other = browser.new_tab("about:blank").await?;
        browser.tab().activate().await?;
        other.close().await?;
        if kind == Kind::Chromium {
            let farewell = browser.wait_banner("the farewell", |banner| banner.text().contains("was updated")).await?;
            ensure!(farewell.amount("fast").is_none(), "it still names a number: {farewell}");
            // The user can press the button, but is warned first that typed text will be lost.
            browser.click("[data-stand-in=prompt]").await?;
            browser.keys("a fox").await?;
            browser.click_banner("reload-page", None).await?;
            browser.wait_banner("the warning", |banner| banner.text().contains("text you have not sent")).await?;
            browser.click_banner("reload-page", None).await?;
        } else {
            // Firefox puts the new scripts into the open page by itself. They know nothing until it loads again.
            browser.wait_banner("the new banner", |banner| banner.verdict() == Some("unknown")).await?;
            browser.reload().await?;
        }
        let seen = reads_72(&browser).await?;
        let hosts = browser.eval("return document.querySelectorAll('#refill-watch').length;").await?;
        ensure!(hosts == 1, "there are {hosts} banners");
        fault.is_over(&[Some(72)], &[seen])?;
        quiet(&browser)
    }

    async fn a_removed_extension_leaves_a_working_page_and_no_number_that_nobody_updates(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        site.command(Command::Booking { booking: Booking::AtOnce })?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let fault = Fault::begins(kind, "update", "the extension is removed while the page is open");
        browser.remove_extension().await?;
        let other = browser.new_tab("about:blank").await?;
        browser.tab().activate().await?;
        other.close().await?;
        browser.click("[data-stand-in=generate]").await?;
        browser.wait("document.querySelector('[data-stand-in=tokens]')?.textContent === '64'").await?;
        if kind == Kind::Chromium {
            browser.wait_banner("the farewell", |banner| banner.text().contains("was updated")).await?;
        } else {
            // Firefox ends the script without notice. What it drew hides by itself five minutes later.
            browser.eval("document.getElementById('refill-watch').getAnimations().forEach((a) => { a.currentTime = 301_000; });").await?;
            browser.eval("await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));").await?;
            let left = browser.banner().await?.context("what is left")?;
            ensure!(!left.is_visible(), "a number that nobody updates is still visible: {left}");
        }
        browser.reload().await?;
        let number = "document.querySelector('[data-stand-in=tokens]')?.textContent";
        let shown = browser.wait(&format!("{number} !== '–' && {number}")).await?;
        ensure!(browser.banner().await?.is_none(), "a removed extension has a banner");
        fault.is_over(&["64"], &[shown.as_str().unwrap_or_default()])?;
        quiet(&browser)
    }

    async fn access_that_was_taken_back_is_reported_and_asked_for_again(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let copy = Copy::with(kind, "let granted = true; chrome.permissions.contains = async () => granted;
             chrome.storage.onChanged.addListener((changes) => { if (changes.granted) granted = changes.granted.newValue; });")?;
        let browser = Browser::open(kind, &site, Options::default().extension(copy.path())).await?;
        browser.goto(APP).await?;
        reads_72(&browser).await?;
        let fault = Fault::begins(kind, "access", "taken back and given again");
        browser.eval_extension("await chrome.storage.session.set({ granted: false });").await?;
        let popup = browser.popup().await?;
        let said = popup.wait("that access is gone", |popup| popup.text().contains("can no longer read")).await?;
        ensure!(said.actions().contains(&"ask-access"), "{said}");
        popup.eval("window.asked = []; chrome.permissions.request = async (what) => { window.asked.push(what.origins[0]); return true; };").await?;
        browser.eval_extension("await chrome.storage.session.set({ granted: true });").await?;
        popup.click("ask-access", None).await?;
        let well = popup.wait("that all is well", |popup| !popup.text().contains("can no longer read")).await?;
        let asked = popup.eval("return window.asked;").await?;
        ensure!(asked == serde_json::json!(["https://app.leonardo.ai/*"]), "it asked for {asked}");
        fault.is_over(&[Some(72)], &[well.amount("fast")])?;
        Ok(())
    }

    async fn access_taken_back_in_the_browsers_own_settings_is_noticed(kind: Kind) -> Result<()> {
        let site = site_of(account("ana", Plan::Free, 72)).await?;
        let browser = looking_at(kind, &site, Options::default()).await?;
        let set = async |granted: bool| -> Result<()> {
            match kind {
                Kind::Chromium => {
                    let to = if granted { "ON_ALL_SITES" } else { "ON_CLICK" };
                    let page = browser.new_tab("chrome://extensions/").await?;
                    page.eval(&format!(
                        "const [own] = (await chrome.developerPrivate.getExtensionsInfo()).filter((e) => e.name.startsWith('Refill'));
                         await chrome.developerPrivate.updateExtensionConfiguration({{ extensionId: own.id, hostAccess: '{to}' }});"
                    ))
                    .await?;
                    page.close().await
                }
                Kind::Firefox => {
                    let how = if granted { "add" } else { "remove" };
                    browser
                        .in_firefox(&format!(
                            "const {{ ExtensionPermissions }} = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
                             await ExtensionPermissions.{how}(id, {{ permissions: [], origins: ['https://app.leonardo.ai/*'] }}, WebExtensionPolicy.getByID(id).extension);"
                        ))
                        .await
                        .map(drop)
                }
            }
        };
        let fault = Fault::begins(kind, "access", "taken back and given again in the browser's settings");
        set(false).await?;
        let popup = browser.popup().await?;
        popup.wait("that access is gone", |popup| popup.text().contains("can no longer read")).await?;
        set(true).await?;
        popup.tab().activate().await?;
        let well = popup.wait("that all is well", |popup| !popup.text().contains("can no longer read")).await?;
        ensure!(well.amount("fast") == Some(72), "the number is gone: {well}");
        browser.tab().activate().await?;
        browser.reload().await?;
        let seen = reads_72(&browser).await?;
        fault.is_over(&[Some(72)], &[seen])?;
        quiet(&browser)
    }
}
