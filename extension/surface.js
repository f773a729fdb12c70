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
    if (view.file) save(...view.file);
    if (typeof view.copy === "string") navigator.clipboard.writeText(view.copy).catch(() => {});
    clearTimeout(timer);
    if (typeof view.ask_again_ms === "number") {
      timer = setTimeout(look, Math.min(Math.max(view.ask_again_ms, 50), LONGEST_TIMER));
    }
  };
  /** Hands a file of the core's to the user. */
  const save = (name, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text]));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const look = () => send({ kind: "look" });
  const act = (action, value) => {
    // The browsers take this request from the click alone, so it cannot go by the background.
    if (action === "ask-access") return chrome.permissions.request({ origins: [value] }).then(look);
    send({ kind: "act", action, value });
    // The user looks for the page now, not for the popup.
    if (action === "pick-counter" && chrome.extension.getViews({ type: "popup" }).includes(window)) window.close();
  };

  chrome.runtime.onMessage.addListener((message) => {
    if (message?.changed === true) look();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  look();
})();
