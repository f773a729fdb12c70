// (ms) → "true" once <div id="refill-watch"> is in the document, null when ms have passed.
(ms) =>
  new Promise((resolve) => {
    const there = () => document.getElementById("refill-watch") !== null;
    if (there()) return resolve("true");
    const end = (value) => {
      observer.disconnect();
      removeEventListener("pagehide", left);
      clearTimeout(timer);
      resolve(value);
    };
    const left = () => end(null);
    addEventListener("pagehide", left);
    const observer = new MutationObserver(() => there() && end("true"));
    const timer = setTimeout(() => end(null), ms);
    observer.observe(document, { childList: true, subtree: true });
  })
