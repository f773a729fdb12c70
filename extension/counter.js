// Collects short texts on the page that may be its balance, and watches the one that the core picks.
//
// There is no polling and no page-wide observer. The page is walked once when the core looks for new numbers, or when
// the watched element has left the page. From then on, only that element is watched.
"use strict";
const Counter = (() => {
  /** Longer texts are not numbers, and more of them are not worth judging. */
  const LONGEST = 24;
  const MOST = 200;
  /** A number may be split up: we look at this many elements around a digit. */
  const PIECES = 3;
  const MOST_PIECES = 12;
  /** A rolling counter is read after it has stood still for this long. */
  const SETTLED_MS = 400;
  /** The page draws the number some time after its answer arrives. */
  const LOOKS_MS = [0, 1500, 4000];
  const DIGIT = /\p{Nd}/u;
  const NOT_SHOWN_IN = "script,style,noscript,template,textarea,select,option,input,[contenteditable='true']";

  /** What identifies a text's place on the page. No class name: those change with each build. */
  const placeOf = (/** @type {Element} */ element) => {
    const steps = [];
    for (let at = /** @type {Element | null} */ (element); at && at !== document.body && steps.length < 5; at = at.parentElement) {
      const marks = ["role", "type", "aria-haspopup"].map((name) => at.getAttribute(name)).filter(Boolean);
      const alike = [...(at.parentElement?.children ?? [])].filter((other) => other.localName === at.localName);
      steps.push([at.localName, ...(steps.length < 2 ? [alike.indexOf(at)] : []), ...marks].join("."));
    }
    return steps.join("<").slice(0, LONGEST * 8);
  };

  const labelOf = (/** @type {Element} */ element) => (DIGIT.test(element.textContent) ? null : element.getAttribute("aria-label"));
  const textOf = (/** @type {Element} */ element) => (labelOf(element) ?? element.textContent).trim();

  return class Counter {
    #judge;
    #say;
    #signal;
    #key = "";
    /** @type {Element | null} */
    #element = null;
    /** @type {Element | null} */
    #around = null;
    #last = "";
    /** @type {number | undefined} */
    #next;
    /** @type {number | undefined} */
    #settling;
    #changes = new MutationObserver(() => this.#settle());
    #leaving = new IntersectionObserver(() => this.#element && !this.#element.isConnected && this.#settle());

    /**
     * `judge(texts, watched)` resolves to the index of the counter among `[text, place]`, if it is one of them.
     * `say(text)` is called when the counter changes.
     * @param {(texts: [text: string, place: string][], watched: number) => Promise<number | undefined>} judge
     * @param {(text: string) => void} say
     * @param {AbortSignal} signal
     */
    constructor(judge, say, signal) {
      this.#judge = judge;
      this.#say = say;
      this.#signal = signal;
      signal.addEventListener("abort", () => this.#forget(), { once: true });
    }

    /** Elements with a short text that contains a digit, mapped to that text. */
    static found() {
      /** @type {Map<Element, string>} */
      const found = new Map();
      const add = (/** @type {Element} */ element, /** @type {string} */ text) => {
        if (found.size >= MOST || text.length > LONGEST || !DIGIT.test(text) || found.has(element)) return;
        if (element.closest(NOT_SHOWN_IN)) return;
        if (element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) found.set(element, text);
      };
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const next = () => /** @type {Text | null} */ (walk.nextNode());
      for (let node = next(); node; node = next()) {
        if (node.length > 2 * LONGEST || !DIGIT.test(node.data)) continue;
        let at = node.parentElement;
        let inner = "";
        for (let i = 0; i < PIECES && at && at.childNodes.length <= MOST_PIECES; i++, at = at.parentElement) {
          const text = at.textContent.trim();
          if (text.length > LONGEST) break;
          if (text !== inner) add(at, text);
          inner = text;
        }
      }
      for (const element of document.querySelectorAll("[aria-label]")) add(element, labelOf(element) ?? "");
      return found;
    }

    static placeOf = placeOf;

    /**
     * Sets the numbers that the counter may show; new ones start a new search.
     * @param {string[]} numbers
     */
    expect(numbers) {
      const key = numbers.join();
      const isNew = key !== this.#key;
      this.#key = key;
      if (key !== "" && (isNew || !this.#element?.isConnected)) this.#lookAfter(isNew ? 0 : 1);
    }

    /**
     * Watches what the user pointed at.
     * @param {Element} element
     */
    take(element) {
      this.#watch(element);
      this.#last = textOf(element);
    }

    /**
     * The searches from the `nth` on, each when the page is quiet, until one finds the counter.
     * @param {number} nth
     */
    #lookAfter(nth) {
      if (this.#signal.aborted || nth >= LOOKS_MS.length || (nth > 0 && this.#next !== undefined)) return;
      clearTimeout(this.#next);
      this.#next = setTimeout(
        () => requestIdleCallback(() => this.#look(nth), { timeout: 2000 }),
        LOOKS_MS[nth],
      );
    }

    async #look(/** @type {number} */ nth) {
      if (this.#signal.aborted || !document.body) return;
      this.#next = undefined;
      const key = this.#key;
      const elements = [...Counter.found().keys()];
      const texts = elements.map((element) => /** @type {[string, string]} */ ([textOf(element), placeOf(element)]));
      const at = await this.#judge(texts, this.#element ? elements.indexOf(this.#element) : -1);
      if (this.#signal.aborted || key !== this.#key) return;
      if (at === undefined || !elements[at]) return this.#lookAfter(nth + 1);
      const element = elements[at];
      this.#last = texts[at][0];
      if (element !== this.#element) this.#watch(element);
      if (textOf(element) !== this.#last) this.#settle();
    }

    #watch(/** @type {Element} */ element) {
      this.#forget();
      this.#element = element;
      // Frameworks replace the text, or the element itself; but we do not watch the page as a whole.
      const parent = element.parentElement;
      const isNarrow = parent && parent !== document.body && parent.childElementCount <= MOST_PIECES;
      this.#around = isNarrow ? parent : element;
      const changes = { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-label"] };
      this.#changes.observe(this.#around, changes);
      this.#leaving.observe(element);
    }

    #forget() {
      this.#element = null;
      this.#changes.disconnect();
      this.#leaving.disconnect();
      clearTimeout(this.#settling);
      clearTimeout(this.#next);
      this.#next = undefined;
    }

    #settle() {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => {
        const shown = [this.#element, this.#around].find((node) => node?.isConnected);
        const text = shown ? textOf(shown) : "";
        if (text.length > LONGEST || !DIGIT.test(text)) {
          this.#forget();
          this.#lookAfter(0);
        } else if (text !== this.#last) {
          this.#last = text;
          this.#say(text);
        }
      }, SETTLED_MS);
    }
  };
})();
