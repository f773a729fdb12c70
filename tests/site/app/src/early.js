// Runs before everything else on the page, as monitoring scripts do: saves `fetch` for later, or wraps it.

const kind = document.documentElement.dataset.fetch;

if (kind === 'captured') window.standInFetch = window.fetch;

if (kind === 'patched' || kind === 'patched-twice') {
  const before = window.fetch;
  window.standInCrumbs = [];
  window.fetch = function (...args) {
    window.standInCrumbs.push(String(args[0]?.url ?? args[0]));
    return before.apply(this, args);
  };
}
