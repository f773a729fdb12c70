// Lets the user point at the page's counter: an outline follows the pointer or the arrow keys, a click or Enter
// picks, Escape cancels. It is drawn in the banner's own shadow root, and only real user input counts.
"use strict";
const pick = (() => {
  const LAYER = "position:fixed;inset:0;pointer-events:auto;cursor:crosshair;outline:0";
  const OUTLINE = "position:fixed;box-sizing:border-box;border:2px solid #1f4fd1;border-radius:6px;" +
    "box-shadow:0 0 0 2px #fff;pointer-events:none";
  const SLACK = 4;
  /** @type {Record<string, number>} */
  const STEPS = { Tab: 1, ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  /**
   * Resolves to one of `elements`, or to null if the user cancels.
   * @param {ShadowRoot} root
   * @param {Element[]} elements
   * @param {AbortSignal} signal
   * @returns {Promise<Element | null>}
   */
  return (root, elements, signal) =>
    new Promise((done) => {
      const layer = document.createElement("div");
      const outline = document.createElement("div");
      layer.style.cssText = LAYER;
      layer.tabIndex = -1;
      layer.dataset.picker = "";
      outline.hidden = true;
      outline.style.cssText = OUTLINE;
      layer.append(outline);
      root.append(layer);
      const life = new AbortController();
      const focused = /** @type {HTMLElement | SVGElement | null} */ (document.activeElement);
      let at = -1;

      const end = (/** @type {Element | null} */ element) => {
        life.abort();
        layer.remove();
        focused?.focus?.({ preventScroll: true });
        done(element);
      };
      const aim = (/** @type {number} */ index) => {
        at = index;
        outline.hidden = at < 0;
        if (at < 0) return;
        const { x, y, width, height } = elements[at].getBoundingClientRect();
        const box = { left: x - SLACK, top: y - SLACK, width: width + 2 * SLACK, height: height + 2 * SLACK };
        for (const [side, length] of Object.entries(box)) outline.style.setProperty(side, `${length}px`);
        layer.setAttribute("aria-label", elements[at].textContent.trim() || (elements[at].ariaLabel ?? ""));
      };
      /** The smallest element under the pointer. */
      const under = (/** @type {MouseEvent} */ { clientX, clientY }) => {
        let best = -1;
        let smallest = Infinity;
        elements.forEach((element, i) => {
          const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
          const inside = clientX >= left - SLACK && clientX <= right + SLACK && clientY >= top - SLACK && clientY <= bottom + SLACK;
          if (inside && width * height < smallest) [best, smallest] = [i, width * height];
        });
        return best;
      };
      /**
       * @template {keyof HTMLElementEventMap} K
       * @param {K} type
       * @param {(event: HTMLElementEventMap[K]) => void} react
       */
      const on = (type, react) =>
        layer.addEventListener(type, (event) => event.isTrusted && react(event), { signal: life.signal });

      on("pointermove", (event) => aim(under(event)));
      on("click", (event) => {
        aim(under(event));
        if (at >= 0) end(elements[at]);
      });
      on("keydown", (event) => {
        const step = event.key === "Tab" && event.shiftKey ? -1 : STEPS[event.key];
        if (event.key === "Escape") end(null);
        else if (event.key === "Enter" && at >= 0) end(elements[at]);
        else if (step && elements.length > 0) {
          aim(at < 0 && step < 0 ? elements.length - 1 : (at + step + elements.length) % elements.length);
          elements[at].scrollIntoView({ block: "nearest" });
          aim(at);
        } else return;
        event.preventDefault();
      });
      signal.addEventListener("abort", () => end(null), { signal: life.signal });
      layer.focus({ preventScroll: true });
    });
})();
