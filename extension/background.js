// Wakes the Rust core and hands it every browser event. Nothing is decided here.
//
// The browser ends this script whenever it likes and restarts it for the next event. So every listener is registered
// at once, and each waits for the core itself.
import init, * as core from "./core.js";

/**
 * A read that the core awaits later: if it fails before that, it does not count as an unhandled rejection.
 * @template T
 * @param {Promise<T>} promise
 */
const begun = (promise) => {
  promise.catch(() => {});
  return promise;
};
/** @param {string} path */
const file = (path) => begun(fetch(chrome.runtime.getURL(path)).then((response) => response.text()));

/**
 * What the core needs first, read while its module is still loading.
 * @returns {Parameters<typeof core.start>[0]}
 */
const reads = () => {
  const { host_permissions: origins } = chrome.runtime.getManifest();
  // The browser's own language is most likely the one we need.
  const language = chrome.i18n.getMessage("language_tag").replace("-", "_");
  return {
    local: begun(chrome.storage.local.get(null)),
    session: begun(chrome.storage.session.get(null)),
    alarm: begun(chrome.alarms.get("wake")),
    tabs: begun(chrome.tabs.query({ url: origins })),
    access: begun(chrome.permissions.contains({ origins })),
    folded: file("banner.css"),
    card: file("surface.css"),
    keys: file("words/keys.json"),
    language,
    sentences: file(`words/${language}.json`),
  };
};

/** @type {Promise<void> | undefined} */
let ready;
/** The core, with storage read; a start that failed is retried at the next event. */
const awake = () =>
  (ready ??= Promise.all([reads(), init({ module_or_path: chrome.runtime.getURL("core_bg.wasm") })])
    .then(([read]) => core.start(read))
    .catch((reason) => {
      ready = undefined;
      throw reason;
    }));

/**
 * Hands a listener's arguments to a function of the core.
 * @template {unknown[]} T
 * @template R
 * @param {(...told: T) => R} handle
 */
const to = (handle) => async (/** @type {T} */ ...told) => {
  await awake();
  return handle(...told);
};
/**
 * @template {unknown[]} T
 * @param {{ addListener(listener: (...told: T) => void): void } | undefined} event
 * @param {(...told: T) => unknown} handle
 */
const on = (event, handle) => event?.addListener(to(handle));

const answer = to(core.on_message);
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  answer(message, sender).then(reply, (reason) => {
    console.warn("a message", reason);
    reply();
  });
  return true;
});
on(chrome.commands.onCommand, core.on_command);
on(chrome.notifications.onClicked, core.on_notification_clicked);
on(chrome.alarms.onAlarm, core.on_wake);
on(chrome.runtime.onInstalled, core.on_wake);
on(chrome.runtime.onStartup, core.on_wake);
on(chrome.storage.sync?.onChanged, core.on_sync_changed);
on(chrome.tabs.onRemoved, core.on_tab_removed);
on(chrome.permissions.onAdded, core.on_permissions_added);
on(chrome.permissions.onRemoved, core.on_permissions_removed);
