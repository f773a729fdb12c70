// The popup and the options: asks the background for the tree of this surface and paints it.
"use strict";
(() => {
  const { surface } = document.documentElement.dataset;
  const LONGEST_TIMER = 2 ** 31 - 1;
  const life = new AbortController();
  let timer;
  /** This script asks before the painter and the style sheets are here; they are by the time the page is read. */
  const isRead = new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));

  document.title = chrome.i18n.getMessage("ext_name");

  const send = async (message) => {
    const text = await chrome.runtime.sendMessage({ ...message, surface });
    if (typeof text !== "string" || text === "") return;
    const view = JSON.parse(text);
    await isRead;
    paint(document.body, view.tree, act, life.signal);
    const { lang, dir } = view.tree[1];
    Object.assign(document.documentElement, { lang, dir });
    // The picture first: the popup may close over a file that is saved.
    if (view.picture) await takePicture(...view.picture);
    if (view.file) saveText(...view.file);
    if (typeof view.copy === "string") navigator.clipboard.writeText(view.copy).catch(() => {});
    clearTimeout(timer);
    if (typeof view.ask_again_ms === "number") {
      timer = setTimeout(look, Math.min(Math.max(view.ask_again_ms, 50), LONGEST_TIMER));
    }
  };
  const save = (name, address) => {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  };
  /** Hands a file of the core's to the user. */
  const saveText = (name, text) => {
    const address = URL.createObjectURL(new Blob([text]));
    save(name, address);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  /** Saves a picture of the tab in front, where that is one of `pages`: the toolbar button has given access to it. */
  const takePicture = async (name, pages) => {
    try {
      const [tab] = await chrome.tabs.query({ active: true, currentWindow: true, url: pages });
      save(name, await chrome.tabs.captureVisibleTab(tab.windowId, { format: "png" }));
    } catch {
      act("no-picture");
    }
  };
  const look = () => send({ kind: "look" });
  const act = (action, value) => {
    // The browsers take this request from the click alone, so it cannot go by the background.
    if (action === "ask-access") return chrome.permissions.request({ origins: [value] }).then(look);
    send({ kind: "act", action, value });
    // Likewise. Whether this page lives to see it allowed or not, the background does.
    if (action === "fresh-login") {
      chrome.permissions.request({ permissions: [value] }).then((granted) => granted && act("may-clear"));
    }
    // The user looks for the page now, not for the popup.
    if (action === "pick-counter" && chrome.extension.getViews({ type: "popup" }).includes(window)) window.close();
  };

  chrome.runtime.onMessage.addListener((message) => {
    if (message?.changed === true) look();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  look();
})();
