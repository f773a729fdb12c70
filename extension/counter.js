// Finds the number that the page shows as the balance, and says when it changes.
//
// The core names the numbers that may stand there. Once the page is quiet, one walk over its texts looks for
// one of them; from then on that element alone is watched. There is no polling and no page-wide observer:
// a new walk is made only when the core names new numbers, or when the element has left the page.
"use strict";
const Counter = (() => {
  /** Longer texts are not a number with its grouping. */
  const LONGEST = 12;
  /** Numbers this short stand in many places of a page: they count only when there is just one of them. */
  const SHORT = 2;
  /** A counter that rolls is read when it has stood still for this long. */
  const SETTLED_MS = 400;
  /** The page draws the number some time after its answer came: the one second look, if the first finds none. */
  const SECOND_LOOK_MS = 1500;
  const NOT_SHOWN_IN = "script,style,noscript,template,textarea,select,option,input,[contenteditable='true']";

  const digitsOf = (text) => text.replace(/\D+/g, "");
  const isNumber = (text) => text.length <= LONGEST && /\d/.test(text) && !/\p{L}/u.test(text);

  return class Counter {
    #send;
    #signal;
    #expected = new Set();
    /** What is watched, from the text itself outward: frameworks replace either. */
    #found = [];
    #last = "";
    #looking = false;
    #looksLeft = 0;
    #settling;
    #changes = new MutationObserver(() => this.#settle());
    #leaving = new IntersectionObserver(() => {
      if (this.#found.length > 0 && !this.#found[1].isConnected) this.#settle();
    });

    /** `send(text)` is called once when the counter is found and whenever its text has changed. */
    constructor(send, signal) {
      this.#send = send;
      this.#signal = signal;
      signal.addEventListener("abort", () => this.#forget(), { once: true });
    }

    /** Says which numbers the counter may show, as plain digits. */
    expect(numbers) {
      const isNew = numbers.length !== this.#expected.size || !numbers.every((n) => this.#expected.has(n));
      this.#expected = new Set(numbers);
      if (isNew) this.#looksLeft = 2;
      if (isNew || !this.#found.some((node) => node.isConnected)) this.#lookWhenQuiet();
    }

    #lookWhenQuiet() {
      if (this.#looking || this.#expected.size === 0 || this.#signal.aborted) return;
      this.#looking = true;
      requestIdleCallback(
        () => {
          this.#looking = false;
          if (!this.#signal.aborted) this.#look();
        },
        { timeout: 2000 },
      );
    }

    #look() {
      const shown = this.#text();
      if (shown !== null && this.#expected.has(digitsOf(shown))) return this.#say(shown);
      const node = this.#search();
      if (node) return this.#watch(node);
      this.#looksLeft -= 1;
      if (this.#looksLeft > 0) setTimeout(() => this.#lookWhenQuiet(), SECOND_LOOK_MS);
    }

    /** The text node that shows an expected number, if it is plain which one. */
    #search() {
      const candidates = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.length > 4 * LONGEST) continue;
        const text = node.data.trim();
        if (!isNumber(text) || !this.#expected.has(digitsOf(text))) continue;
        const holder = node.parentElement;
        if (!holder || holder.closest(NOT_SHOWN_IN)) continue;
        if (holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) candidates.push(node);
      }
      const long = candidates.find((node) => digitsOf(node.data).length > SHORT);
      return long ?? (candidates.length === 1 ? candidates[0] : null);
    }

    #watch(node) {
      this.#forget();
      const holder = node.parentElement;
      const around = holder.parentElement ?? holder;
      this.#found = [node, holder, around];
      this.#changes.observe(around, { subtree: true, childList: true, characterData: true });
      this.#leaving.observe(holder);
      this.#last = "";
      this.#say(node.data);
    }

    #forget() {
      this.#found = [];
      this.#changes.disconnect();
      this.#leaving.disconnect();
      clearTimeout(this.#settling);
    }

    /** What the counter shows; null when it has left the page. */
    #text() {
      const text = this.#found.find((node) => node.isConnected)?.textContent.trim();
      return text !== undefined && isNumber(text) ? text : null;
    }

    #settle() {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => {
        const text = this.#text();
        if (text !== null) return this.#say(text);
        this.#forget();
        this.#looksLeft = 2;
        this.#lookWhenQuiet();
      }, SETTLED_MS);
    }

    #say(text) {
      if (text === this.#last) return;
      this.#last = text;
      this.#send(text.trim());
    }
  };
})();
