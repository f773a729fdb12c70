// Watches the page's own answers, in the page's own world, and passes on the balance fields alone.
//
// It runs before the page's first script. It asks the server for nothing, changes nothing the page sends
// or receives, and swallows every failure of its own. An answer is cut down here to the fields of `KEYS`: no
// e-mail, prompt, image, token or address ever leaves this world. What an answer means is decided in the
// Rust core; the only questions here are "can this carry a balance?" and "which fields of it?".
"use strict";
(() => {
  // The page may patch anything after this point, so all that is called later is kept as it is now. No
  // iterator, spread or prototype method is used below for the same reason.
  const { apply, construct } = Reflect;
  const { call } = Function.prototype;
  const uncurried = (f) => call.bind(f);
  const ignore = () => {};
  const getter = (owner, name) => uncurried(Object.getOwnPropertyDescriptor(owner.prototype, name).get);
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { isInteger } = Number;
  const Event_ = CustomEvent;
  const Decoder = TextDecoder;
  const Url = URL;
  const Moment = Date;
  const momentOf = Date.parse;
  const wait = window.setTimeout.bind(window);
  const listen = window.addEventListener.bind(window);
  const unlisten = window.removeEventListener.bind(window);
  const dispatch = window.dispatchEvent.bind(window);
  const listenTo = uncurried(EventTarget.prototype.addEventListener);
  const then = uncurried(Promise.prototype.then);
  const match = uncurried(RegExp.prototype.exec);
  const includes = uncurried(String.prototype.includes);
  const lower = uncurried(String.prototype.toLowerCase);
  const iso = uncurried(Moment.prototype.toISOString);
  const remember = uncurried(WeakMap.prototype.set);
  const recall = uncurried(WeakMap.prototype.get);
  const href = getter(URL, "href");
  const requestUrl = getter(Request, "url");
  const requestHeaders = getter(Request, "headers");
  const header = uncurried(Headers.prototype.get);
  const answerStatus = getter(Response, "status");
  const answerHeaders = getter(Response, "headers");
  const answerBody = getter(Response, "body");
  const clone = uncurried(Response.prototype.clone);
  const readerOf = uncurried(ReadableStream.prototype.getReader);
  const readChunk = uncurried(ReadableStreamDefaultReader.prototype.read);
  const cancel = uncurried(ReadableStreamDefaultReader.prototype.cancel);
  const decode = uncurried(TextDecoder.prototype.decode);
  const byteLength = getter(Object.getPrototypeOf(Uint8Array), "byteLength");
  const xhrStatus = getter(XMLHttpRequest, "status");
  const xhrType = getter(XMLHttpRequest, "responseType");
  const xhrText = getter(XMLHttpRequest, "responseText");
  const xhrJson = getter(XMLHttpRequest, "response");
  const xhrHeader = uncurried(XMLHttpRequest.prototype.getResponseHeader);
  const socketUrl = getter(WebSocket, "url");
  const messageData = getter(MessageEvent, "data");
  const entriesOf = uncurried(PerformanceObserverEntryList.prototype.getEntries);
  const entryName = getter(PerformanceEntry, "name");
  const entryInitiator = getter(PerformanceResourceTiming, "initiatorType");

  /** No body above this is read, in bytes: a balance is a few hundred. */
  const LIMIT = 1_000_000;
  /** How many reports are kept until the extension's own script is there to take them. */
  const KEPT = 8;
  /** What nobody heard is said again so often, this long apart. */
  const TRIES = 20;
  const RETRY_MS = 500;
  /** The only fields that leave the page world, at any depth. */
  const KEYS = [
    "data", "users", "user", "user_details", "id", "plan", "tokenRenewalDate", "subscriptionTokens",
    "rolloverTokens", "paidTokens", "team_memberships", "team", "teams", "akUUID", "planTokenRenewalDate",
    "apiPaidTokens", "apiSubscriptionTokens", "apiPlanTokenRenewalDate", "errors", "extensions", "code",
  ];
  const BALANCE_FIELDS = ["subscriptionTokens", "paidTokens", "rolloverTokens", "apiPaidTokens"];
  const BALANCE_REQUEST =
    /subscriptionTokens|rolloverTokens|paidTokens|"operationName"\s*:\s*"[^"]*(?:Tokens|UserDetails)/;
  const MUTATION = /"query"\s*:\s*"\s*mutation\b/;
  const WORTH_PARSING = /Tokens"|apiCreditCost|"cost"|"errors"|user_details/;
  /** What a page sends over a socket to ask something, and what comes back: graphql-transport-ws, graphql-ws. */
  const ASKS = /^\s*\{[^]*"type"\s*:\s*"(?:subscribe|start)"/;
  const MOST_ASKED = 50;
  const BY_SCRIPT = /^(?:fetch|xmlhttprequest)$/;
  const JSON_TYPE = /[/+]json\b/i;
  const COUNTED_IN_TOKENS = /token|credit/i;
  const OUR_HOST = /^(?:[a-z0-9-]+\.)*leonardo\.ai$/;
  const OUR_PATH = /^(?!\/api\/auth\/).*(?:graphql|\/api\/rest\/.*\/me$)/;

  // The way to the extension's own script. Whichever of the two scripts runs first, the secret is handed
  // over in one synchronous event before the page has run anything, and the event's name is the secret from
  // then on. Strings only: objects cross the worlds differently in the two browsers.
  const secret = crypto.randomUUID();
  let taken = false;
  let kept = [];
  /** True when it was heard: the other side cancels what it takes. */
  const deliver = (text) => !dispatch(new Event_(secret, { detail: text, cancelable: true }));
  let triesLeft = 0;
  /** Hands over what is kept. An app that writes its document anew takes all listeners away for a moment. */
  const handOver = () => {
    const unheard = [];
    for (let i = 0; i < kept.length; i++) if (!deliver(kept[i])) unheard[unheard.length] = kept[i];
    kept = unheard;
    triesLeft -= 1;
    if (kept.length > 0 && triesLeft > 0) wait(handOver, RETRY_MS);
  };
  const report = (value) => {
    const text = stringify(value);
    if ((taken && kept.length === 0 && deliver(text)) || kept.length >= KEPT) return;
    kept[kept.length] = text;
    if (!taken || triesLeft > 0) return;
    triesLeft = TRIES;
    wait(handOver, RETRY_MS);
  };
  const greet = () => {
    // The other side says that it has the secret by cancelling the event.
    if (taken || dispatch(new Event_("refill-watch:hello", { detail: secret, cancelable: true }))) return;
    taken = true;
    unlisten("refill-watch:ask", greet);
    handOver();
  };
  listen("refill-watch:ask", greet);
  greet();

  /** What is known of a request that is worth watching, or null. */
  const watched = (address) => {
    // Most requests of the page end here.
    if (typeof address !== "string" || !(includes(address, "graphql") || includes(address, "/me"))) return null;
    const url = new Url(address, location.href);
    const safe = url.protocol === "https:" || url.protocol === "wss:";
    if (!safe || !match(OUR_HOST, url.hostname) || !match(OUR_PATH, url.pathname)) return null;
    return { rest: !includes(url.pathname, "graphql"), text: "", team: null };
  };

  const isBalanceRequest = (request) => request.rest || match(BALANCE_REQUEST, request.text) !== null;

  /** Whether a balance field occurs in an answer. */
  const holdsBalance = (value, depth) => {
    if (typeof value !== "object" || value === null || depth > 6) return false;
    if (!isArray(value)) {
      for (let i = 0; i < BALANCE_FIELDS.length; i++) if (BALANCE_FIELDS[i] in value) return true;
    }
    let looked = 0;
    for (const key in value) {
      if (++looked > 50) return false;
      if (holdsBalance(value[key], depth + 1)) return true;
    }
    return false;
  };

  /** The tokens that a mutation's answer says it cost. Lists are passed over: they tell of earlier ones. */
  const spentIn = (value, depth) => {
    if (typeof value !== "object" || value === null || isArray(value) || depth > 5) return 0;
    const { apiCreditCost, cost } = value;
    if (isInteger(apiCreditCost) && apiCreditCost > 0) return apiCreditCost;
    if (typeof cost === "object" && cost !== null && isInteger(cost.amount) && cost.amount > 0) {
      if (typeof cost.unit !== "string" || match(COUNTED_IN_TOKENS, cost.unit)) return cost.amount;
    }
    let looked = 0;
    for (const key in value) {
      if (++looked > 50) return 0;
      const spent = spentIn(value[key], depth + 1);
      if (spent > 0) return spent;
    }
    return 0;
  };

  const reportAnswer = (request, value, date) => {
    if (isArray(value)) {
      // Several operations in one request.
      for (let i = 0; i < value.length && i < 10; i++) reportAnswer(request, value[i], date);
      return;
    }
    if (match(MUTATION, request.text)) {
      const spent = spentIn(value, 0);
      if (spent > 0) report({ spend: spent });
    }
    if (!isBalanceRequest(request) && !holdsBalance(value, 0)) return;
    const message = { body: parse(stringify(value, KEYS)) };
    if (request.team !== null) message.team = request.team;
    const at = typeof date === "string" ? momentOf(date) : NaN;
    if (at > 0) message.server_date = iso(new Moment(at));
    report(message);
  };

  /** Judges an answer by its head; true when its body is worth reading. */
  const headIsGood = (request, status, type, length) => {
    const good = status === 200 && typeof type === "string" && match(JSON_TYPE, type) !== null;
    const fits = !(length > LIMIT);
    if (good && fits) return true;
    if (isBalanceRequest(request)) report(good ? { unread: "answer-too-large" } : { failed: status });
    return false;
  };

  const textArrived = (request, text, date) => {
    const fits = text !== null && text.length <= LIMIT;
    if (fits && !match(WORTH_PARSING, text) && !isBalanceRequest(request)) return;
    if (!fits) {
      if (isBalanceRequest(request)) report({ unread: "answer-too-large" });
      return;
    }
    let value;
    try {
      value = parse(text);
    } catch {
      if (isBalanceRequest(request)) report({ failed: 200 });
      return;
    }
    reportAnswer(request, value, date);
  };

  /** Reads a copy of the body; null when it is above the limit. */
  const readCopy = async (answer) => {
    const reader = readerOf(answerBody(clone(answer)));
    const decoder = new Decoder();
    let text = "";
    let bytes = 0;
    try {
      for (;;) {
        const chunk = await readChunk(reader);
        if (chunk.done) return text + decode(decoder);
        bytes += byteLength(chunk.value);
        if (bytes > LIMIT) {
          then(cancel(reader), ignore, ignore);
          return null;
        }
        text += decode(decoder, chunk.value, { stream: true });
      }
    } catch {
      // A page that has its answer may abort the request at once, as urql does: the copy is complete and ends in an
      // error. One that is not complete cannot be parsed.
      parse(text);
      return text;
    }
  };

  const fetched = async (request, answer) => {
    try {
      const headers = answerHeaders(answer);
      const length = header(headers, "content-length");
      if (!headIsGood(request, answerStatus(answer), header(headers, "content-type"), length)) return;
      textArrived(request, await readCopy(answer), header(headers, "date"));
    } catch {
      // A body that broke off, or that the page took first.
      if (isBalanceRequest(request)) report({ unread: "answer-without-body" });
    }
  };

  const attempt = (read) => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };

  /** The team a request was made for, from headers in any of their forms. */
  const teamIn = (headers) => {
    if (typeof headers !== "object" || headers === null) return null;
    const asHeaders = attempt(() => header(headers, "x-leonardo-team-id"));
    if (asHeaders !== undefined) return asHeaders;
    for (const key in headers) {
      const pair = isArray(headers) ? headers[key] : { 0: key, 1: headers[key] };
      if (typeof pair?.[0] === "string" && lower(pair[0]) === "x-leonardo-team-id") {
        return typeof pair[1] === "string" ? pair[1] : null;
      }
    }
    return null;
  };

  /** The address in a string, a URL or a Request; anything else would have to be asked twice for its text. */
  const addressOf = (input) =>
    typeof input === "string" ? input : (attempt(() => requestUrl(input)) ?? attempt(() => href(input)));

  const describeFetch = (input, init) => {
    const request = watched(addressOf(input));
    if (request === null) return null;
    if (typeof init === "object" && init !== null) {
      if (typeof init.body === "string" && init.body.length <= LIMIT) request.text = init.body;
      request.team = teamIn(init.headers);
    }
    if (request.team === null && typeof input === "object") {
      request.team = attempt(() => header(requestHeaders(input), "x-leonardo-team-id")) ?? null;
    }
    return request;
  };
  // A Proxy keeps name, length and toString() of the originals, which some sites check.
  const wrap = (owner, name, handler) => {
    owner[name] = new Proxy(owner[name], { __proto__: null, apply: handler });
  };

  /** Requests that were seen being made; what the browser has timed beyond them went past this script. */
  let made = 0;

  wrap(window, "fetch", (fetch, self, args) => {
    const answer = apply(fetch, self, args);
    attempt(() => {
      const request = describeFetch(args[0], args[1]);
      if (request === null) return;
      made += 1;
      then(
        answer,
        (response) => void fetched(request, response),
        (reason) => {
          // The page leaving is no failure of the server.
          if (isBalanceRequest(request) && attempt(() => reason.name) !== "AbortError") report({ failed: 0 });
        },
      );
    });
    return answer;
  });

  const requests = new WeakMap();
  const xhr = XMLHttpRequest.prototype;

  wrap(xhr, "open", (open, self, args) => {
    const result = apply(open, self, args);
    attempt(() => remember(requests, self, watched(addressOf(args[1]))));
    return result;
  });

  wrap(xhr, "setRequestHeader", (setHeader, self, args) => {
    attempt(() => {
      const request = recall(requests, self);
      if (request && lower(args[0]) === "x-leonardo-team-id") request.team = `${args[1]}`;
    });
    return apply(setHeader, self, args);
  });

  const loaded = (self, request) => {
    const length = xhrHeader(self, "content-length");
    if (!headIsGood(request, xhrStatus(self), xhrHeader(self, "content-type"), length)) return;
    // The date is not asked for: the browser logs a warning for headers that the server keeps from pages.
    const kind = xhrType(self);
    if (kind === "" || kind === "text") textArrived(request, xhrText(self), null);
    else if (kind === "json") reportAnswer(request, xhrJson(self), null);
  };

  wrap(xhr, "send", (send, self, args) => {
    attempt(() => {
      const request = recall(requests, self);
      if (!request) return;
      made += 1;
      if (typeof args[0] === "string" && args[0].length <= LIMIT) request.text = args[0];
      // A reused object may still carry the listeners of an earlier request that ended otherwise.
      const once = (type, react) =>
        listenTo(self, type, () => attempt(() => recall(requests, self) === request && react()), { once: true });
      once("load", () => loaded(self, request));
      once("error", () => isBalanceRequest(request) && report({ failed: 0 }));
    });
    return apply(send, self, args);
  });

  // Sockets. What was asked under which id tells a mutation, whose cost counts, from a list of earlier ones.

  const asked = new WeakMap();

  const socketTold = (socket, text) => {
    if (typeof text !== "string" || text.length > LIMIT || !match(WORTH_PARSING, text)) return;
    const { type, id, payload } = parse(text);
    if (type !== "next" && type !== "data") return;
    reportAnswer(recall(asked, socket)[id] ?? { rest: false, text: "", team: null }, payload, null);
  };

  window.WebSocket = new Proxy(WebSocket, {
    __proto__: null,
    construct: (Socket, args, target) => {
      const socket = construct(Socket, args, target);
      attempt(() => {
        if (watched(socketUrl(socket)) === null) return;
        remember(asked, socket, { __proto__: null });
        listenTo(socket, "message", (event) => attempt(() => socketTold(socket, messageData(event))));
      });
      return socket;
    },
  });

  WebSocket.prototype.constructor = window.WebSocket;

  wrap(WebSocket.prototype, "send", (send, self, args) => {
    attempt(() => {
      const ids = recall(asked, self);
      const text = args[0];
      if (!ids || typeof text !== "string" || text.length > LIMIT || !match(ASKS, text)) return;
      let kept = 0;
      for (const id in ids) if (++kept > MOST_ASKED) delete ids[id];
      const { id } = parse(text);
      if (typeof id === "string" || isInteger(id)) ids[id] = { rest: false, text, team: null };
    });
    return apply(send, self, args);
  });

  // A request that the browser timed and that was not seen here went past: by a function taken from a frame, say.

  let timed = 0;
  let told = 0;
  new PerformanceObserver((list) =>
    attempt(() => {
      const entries = entriesOf(list);
      for (let i = 0; i < entries.length; i++) {
        if (match(BY_SCRIPT, entryInitiator(entries[i])) && watched(entryName(entries[i])) !== null) timed += 1;
      }
      if (timed - made <= told) return;
      report({ unread: "hook-bypassed", times: timed - made - told });
      told = timed - made;
    }),
  ).observe({ type: "resource" });
})();
