// Whether the user could really see what they pressed: a page may fade the banner, move it, or cover it with
// something that lets clicks through.
"use strict";
const isReallySeen = (() => {
  const FADED = 0.9;
  /** @param {Element} element @param {number} x @param {number} y */
  const covers = (element, x, y) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  };

  /**
   * `event` was a trusted click on an element inside `host`, or a key pressed there.
   * @param {Element} host
   * @param {Event & { clientX?: number, clientY?: number }} event
   */
  return (host, event) => {
    const pressed = /** @type {Element} */ (event.target);
    const box = pressed.getBoundingClientRect();
    // A key press has no position of its own.
    const isPointer = Boolean(event.clientX || event.clientY);
    const x = isPointer ? (event.clientX ?? 0) : box.x + box.width / 2;
    const y = isPointer ? (event.clientY ?? 0) : box.y + box.height / 2;
    if (!pressed.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    if (document.elementFromPoint(x, y) !== host) return false;
    // The page's rules do not reach into the host, but everything around it is the page's.
    for (const around of [host, document.documentElement]) {
      const { opacity, filter, transform, scale, translate, rotate, clipPath, maskImage, mixBlendMode } =
        getComputedStyle(around);
      if (Number(opacity) < FADED || /opacity|blur|brightness|contrast/.test(filter)) return false;
      if ([transform, scale, translate, rotate, clipPath, maskImage].some((value) => (value ?? "none") !== "none")) return false;
      if (mixBlendMode !== "normal") return false;
    }
    // What is drawn above the host: what follows it at the end of the document, and the top layer.
    const above = [...document.querySelectorAll(":popover-open,dialog:modal,:fullscreen")];
    for (let next = host.nextElementSibling; next; next = next.nextElementSibling) {
      above.push(next, ...next.querySelectorAll("*"));
    }
    return !above.some((element) => element.checkVisibility() && covers(element, x, y));
  };
})();
