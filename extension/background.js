// Wakes the Rust core, hands every event on to it, and makes the calls it asks for. Nothing is decided here.
//
// The browser ends this script whenever it likes and starts it again for the next event, so every listener is
// registered at once, and each waits for the core by itself.
import init, * as core from "./core.js";

const file = (path) => fetch(chrome.runtime.getURL(path)).then((response) => response.text());

/** The keys of all sentences, and a language's sentences in their order. */
const wordsOf = (language) => Promise.all([file("words/keys.json"), file(`words/${language}.json`)]);
/** The folder of the language that the browser speaks: most likely the one that is wanted. */
const likely = chrome.i18n.getMessage("language_tag").replace("-", "_");

let ready;
/** The core, with what storage holds taken in; a start that failed is tried again at the next event. */
const awake = () =>
  (ready ??= Promise.all([
    chrome.storage.local.get(null).then(JSON.stringify, () => ""),
    chrome.storage.session.get(null).then(JSON.stringify, () => ""),
    chrome.alarms.get("wake").catch(() => undefined),
    file("banner.css"),
    file("surface.css"),
    wordsOf(likely).catch(() => undefined),
    init({ module_or_path: chrome.runtime.getURL("core_bg.wasm") }),
  ])
    .then(async ([local, session, alarm, folded, card, words]) => {
      const { id } = chrome.runtime;
      const due = alarm?.scheduledTime ?? 0;
      const language = core.start(id, chrome.runtime.getURL(""), local, session, due, folded, card);
      carryOut(core.speak(...((language === likely && words) || (await wordsOf(language)))));
      tellSynced();
    })
    .catch((reason) => {
      ready = undefined;
      throw reason;
    }));

/** Tells the core what the storage holds that the browser keeps the same on all devices. */
const tellSynced = async () => {
  const read = async () => JSON.stringify(await chrome.storage.sync.get(null));
  const [held] = await Promise.all([read().catch(() => ""), awake()]);
  carryOut(core.synced(held, crypto.randomUUID()));
};

/** Makes the calls that the core asked for, in order, without waiting for one before the next. */
const carryOut = (text) => {
  const { calls, reply, speak } = JSON.parse(text);
  // Another language was chosen: all surfaces are painted anew once its words are here.
  if (speak) wordsOf(speak).then((words) => carryOut(core.speak(...words)));
  for (const [name, ...values] of calls) {
    const path = name.split(".");
    const method = path.pop();
    const owner = path.reduce((part, key) => part[key], chrome);
    // Which tab was opened in the background the core has to know, to close it again.
    const isInBackground = name === "tabs.create" && values[0].active === false;
    // A tab that is gone, a popup that is not open: nothing to mend. A write that failed is tried again.
    owner[method](...values).then(
      (made) => {
        if (path[0] === "storage") core.written(name);
        if (isInBackground) carryOut(core.opened(made.id));
        if (path[0] === "browsingData") openTabs().then((tabs) => carryOut(core.cleared(true, tabs)));
      },
      () => {
        if (path[0] === "storage") carryOut(core.not_written(name, JSON.stringify(values[0])));
        if (isInBackground) carryOut(core.opened(-1));
        if (path[0] === "browsingData") carryOut(core.cleared(false, ""));
      },
    );
  }
  return reply;
};

/** The tabs that show the app, the most recently used first, as `[id, window]`. */
const openTabs = async () => {
  const tabs = await chrome.tabs.query({ url: "https://app.leonardo.ai/*" });
  tabs.sort((one, other) => (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0));
  return JSON.stringify(tabs.map((tab) => [tab.id, tab.windowId]));
};

/** Tells the core whether the user lets the extension read the site. */
const tellAccess = async () => {
  const { host_permissions: origins } = chrome.runtime.getManifest();
  const granted = await chrome.permissions.contains({ origins });
  await awake();
  carryOut(core.access(granted));
};

const wake = async () => {
  await tellAccess();
  carryOut(core.wake(await openTabs()));
};

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  const { id, url, tab, frameId: frame } = sender;
  const from = { id, url, tab: tab?.id, frame, private: tab?.incognito };
  // Only our own pages speak of tabs that are not theirs.
  const open = message.surface === undefined ? "" : openTabs();
  Promise.all([open, message.surface === undefined ? awake() : tellAccess()])
    .then(([tabs]) => carryOut(core.message(JSON.stringify(message), JSON.stringify(from), tabs)))
    .then(reply, () => reply(""));
  return true;
});
chrome.commands.onCommand.addListener(async (name, tab) => {
  const [tabs] = await Promise.all([openTabs(), awake()]);
  carryOut(core.command(name, tab?.id ?? -1, tabs));
});
chrome.notifications.onClicked.addListener(async (id) => {
  const [tabs] = await Promise.all([openTabs(), awake()]);
  carryOut(core.notified(id, tabs));
});
chrome.alarms.onAlarm.addListener(wake);
chrome.storage.sync?.onChanged?.addListener(tellSynced);
chrome.tabs.onRemoved.addListener((tab) => awake().then(() => carryOut(core.tab_removed(tab))));
chrome.permissions.onAdded.addListener(async ({ permissions }) => {
  await tellAccess();
  carryOut(core.allowed(JSON.stringify(permissions ?? [])));
});
chrome.permissions.onRemoved.addListener(tellAccess);
chrome.runtime.onInstalled.addListener(wake);
chrome.runtime.onStartup.addListener(wake);
