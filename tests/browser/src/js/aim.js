// (root, action, value) → JSON text of {x, y} in the viewport, or of {problem}. `root` as in read.js.
async (root, action, value) => {
  const page = root === null;
  const top = page ? document : root;
  const finite = top.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(finite.map((a) => a.finished));
  const matching = Array.from(top.querySelectorAll("[data-action]")).filter(
    (e) => e.dataset.action === action && (value === null || e.dataset.value === value),
  );
  if (matching.length === 0) return JSON.stringify({ problem: "there is no such action" });
  const element = matching.find((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
  if (!element) return JSON.stringify({ problem: "it is in the tree, but hidden" });
  if (element.disabled) return JSON.stringify({ problem: "it is disabled" });
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const { x, y, width, height } = element.getBoundingClientRect();
  const at = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
  const hit = top.elementFromPoint(at.x, at.y);
  if (hit === null || !element.contains(hit)) {
    const over = hit ?? document.elementFromPoint(at.x, at.y);
    const problem = over
      ? `it does not get clicks at ${at.x},${at.y}: <${over.localName} class="${over.getAttribute("class") ?? ""}"> does`
      : `it is outside the window, at ${at.x},${at.y}`;
    return JSON.stringify({ problem });
  }
  return JSON.stringify(at);
}
