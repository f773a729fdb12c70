// Watches the page's own answers, in the page's own world, and passes on only the balance fields.
//
// It runs before the page's first script. It asks the server for nothing, changes nothing that the page sends or
// receives, and swallows its own failures. An answer is cut down here to the fields in `KEYS`: no e-mail, prompt,
// image, token or address ever leaves this world. The Rust core decides what an answer means. This script only asks:
// what was requested, can the answer carry a balance or a cost, and which fields hold it?
"use strict";
(() => {
  // The page may patch anything after this point, so everything we call later is saved now. For the same reason no
  // iterator, spread or prototype method is used below.
  const { apply, construct } = Reflect;
  const { call } = Function.prototype;
  const uncurried = (f) => call.bind(f);
  const ignore = () => {};
  const getter = (owner, name) => uncurried(Object.getOwnPropertyDescriptor(owner.prototype, name).get);
  const { parse, stringify } = JSON;
  const propertyOf = Object.getOwnPropertyDescriptor;
  const { isArray } = Array;
  const Numeric = Number;
  const { isInteger } = Number;
  const { isView } = ArrayBuffer;
  const Event_ = CustomEvent;
  const Decoder = TextDecoder;
  const Url = URL;
  const Buffer_ = ArrayBuffer;
  const Form = FormData;
  const Params = URLSearchParams;
  const Binary = Blob;
  const Moment = Date;
  const momentOf = Date.parse;
  const wallClock = Date.now;
  const monotonic = performance.now.bind(performance);
  const wait = window.setTimeout.bind(window);
  const listen = window.addEventListener.bind(window);
  const unlisten = window.removeEventListener.bind(window);
  const dispatch = window.dispatchEvent.bind(window);
  const listenTo = uncurried(EventTarget.prototype.addEventListener);
  const then = uncurried(Promise.prototype.then);
  const match = uncurried(RegExp.prototype.exec);
  const includes = uncurried(String.prototype.includes);
  const indexOf = uncurried(String.prototype.indexOf);
  const slice = uncurried(String.prototype.slice);
  const split = uncurried(String.prototype.split);
  const lower = uncurried(String.prototype.toLowerCase);
  const iso = uncurried(Moment.prototype.toISOString);
  const remember = uncurried(WeakMap.prototype.set);
  const recall = uncurried(WeakMap.prototype.get);
  const knows = uncurried(WeakMap.prototype.has);
  const isIn = uncurried(Set.prototype.has);
  const put = uncurried(Set.prototype.add);
  const href = getter(URL, "href");
  const searchOf = getter(URL, "searchParams");
  const fieldOf = uncurried(URLSearchParams.prototype.get);
  const partOf = uncurried(FormData.prototype.get);
  const blobSize = getter(Blob, "size");
  const blobText = uncurried(Blob.prototype.text);
  const requestUrl = getter(Request, "url");
  const requestHeaders = getter(Request, "headers");
  const requestSignal = getter(Request, "signal");
  /** Not every browser has it. */
  const requestBody = "body" in Request.prototype ? getter(Request, "body") : undefined;
  const requestMethod = getter(Request, "method");
  const copyRequest = uncurried(Request.prototype.clone);
  const requestText = uncurried(Request.prototype.text);
  const isAborted = getter(AbortSignal, "aborted");
  const header = uncurried(Headers.prototype.get);
  const answerStatus = getter(Response, "status");
  const answerHeaders = getter(Response, "headers");
  const answerBody = getter(Response, "body");
  const clone = uncurried(Response.prototype.clone);
  const readerOf = uncurried(ReadableStream.prototype.getReader);
  const readChunk = uncurried(ReadableStreamDefaultReader.prototype.read);
  const cancel = uncurried(ReadableStreamDefaultReader.prototype.cancel);
  const decode = uncurried(TextDecoder.prototype.decode);
  const bytesOf = getter(Object.getPrototypeOf(Uint8Array), "byteLength");
  const xhrStatus = getter(XMLHttpRequest, "status");
  const xhrType = getter(XMLHttpRequest, "responseType");
  const xhrText = getter(XMLHttpRequest, "responseText");
  const xhrBody = getter(XMLHttpRequest, "response");
  const xhrHeader = uncurried(XMLHttpRequest.prototype.getResponseHeader);
  const socketUrl = getter(WebSocket, "url");
  const streamUrl = getter(EventSource, "url");
  const messageData = getter(MessageEvent, "data");
  const entriesOf = uncurried(PerformanceObserverEntryList.prototype.getEntries);
  const entryName = getter(PerformanceEntry, "name");
  const entryInitiator = getter(PerformanceResourceTiming, "initiatorType");

  /** No larger body is read, in bytes: a balance is a few hundred. */
  const LIMIT = 1_000_000;
  /** How long a stream is read: the page may have left it, and nothing says so. */
  const STREAM_MS = 60_000;
  /** How many chunks of a body are requested ahead. */
  const AHEAD = 4;
  /** How many reports are kept until the extension's own script is there to take them. */
  const KEPT = 8;
  /** An unheard report is repeated this many times, this far apart. */
  const TRIES = 20;
  const RETRY_MS = 500;
  /** The only fields that leave the page's world, at any depth; a text in one is no longer than this. */
  const KEYS = new Set([
    "data", "users", "user", "userId", "user_details", "id", "plan", "tokenRenewalDate", "subscriptionTokens",
    "rolloverTokens", "paidTokens", "team_memberships", "team_membership", "team", "teams", "teams_by_pk", "akUUID",
    "planTokenRenewalDate", "apiPaidTokens", "apiSubscriptionTokens", "apiPlanTokenRenewalDate", "errors", "extensions",
    "code", "path",
  ]);
  const LONGEST_TEXT = 200;
  /** The fields of a cost, below a root of any name in a mutation's answer. */
  const COST_KEYS = new Set(["cost", "amount", "unit", "apiCreditCost", "generationId"]);
  const ROOT = /^\w{1,64}$/;
  const MOST = 200;
  const BALANCE_FIELDS = new Set(["subscriptionTokens", "paidTokens", "rolloverTokens", "apiPaidTokens"]);
  /** The operation whose failure concerns the balance; one about teams mentions tokens, too. */
  const BALANCE_NAME = /^GetUserTokens(?:FromSub)?$/;
  const BALANCE_TEXT = /user_details[^]*?(?:subscriptionTokens|rolloverTokens|paidTokens)/;
  const OTHER_NAME = /team/i;
  const WORTH_PARSING = /Tokens"|apiCreditCost|"cost"|"errors?"|user_details/;
  /** Socket messages that ask something, and those that answer: graphql-transport-ws, graphql-ws. */
  const ASKS = /^\s*\{[^]*"type"\s*:\s*"(?:subscribe|start)"/;
  const MOST_ASKED = 50;
  const BY_SCRIPT = /^(?:fetch|xmlhttprequest)$/;
  const TEXT_TYPE = /^\s*$|[/+]json\b|^text\/plain|octet-stream|graphql/i;
  const JSON_TYPE = /[/+]json\b/i;
  const PAGE_TYPE = /^text\/html/i;
  const PARTS_TYPE = /^multipart\/mixed(?:.*?boundary="?([^";]+))?/i;
  const EVENTS_TYPE = /^text\/event-stream/i;
  const OUR_HOST = /^(?:[a-z0-9-]+\.)*leonardo\.ai$/;
  const OUR_PATH = /^(?!\/api\/auth\/).*(?:graphql|\/api\/rest\/.*\/me$)/;

  // The channel to the extension's own script. Whichever script runs first, the secret is handed over in one
  // synchronous event before the page has run anything. After that, the secret is the event's name. Strings only:
  // objects cross between worlds differently in the two browsers.
  const secret = crypto.randomUUID();
  let taken = false;
  let kept = [];
  /** True if it was heard: the other side cancels what it takes. */
  const deliver = (text) => !dispatch(new Event_(secret, { detail: text, cancelable: true }));
  let triesLeft = 0;
  /** Hands over what is kept. An app that rewrites its document removes all listeners for a moment. */
  const handOver = () => {
    const unheard = [];
    for (let i = 0; i < kept.length; i++) if (!deliver(kept[i])) unheard[unheard.length] = kept[i];
    kept = unheard;
    // With nothing left the tries are over; otherwise the next unheard report would wait for a timer that nobody set.
    triesLeft = kept.length > 0 ? triesLeft - 1 : 0;
    if (triesLeft > 0) wait(handOver, RETRY_MS);
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
    // The other side cancels the event to confirm that it has the secret.
    if (taken || dispatch(new Event_("refill-watch:hello", { detail: secret, cancelable: true }))) return;
    taken = true;
    unlisten("refill-watch:ask", greet);
    handOver();
  };
  listen("refill-watch:ask", greet);
  greet();

  const attempt = (read) => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };

  // Requests.

  /** Now, by both clocks: the computer's may be set between request and answer, the other may stop during sleep. */
  const moment = () => ({ wall: wallClock(), mono: monotonic() });

  /** What we know about a request worth watching, or null. */
  const watched = (address) => {
    // Most of the page's requests end here.
    if (typeof address !== "string" || !(includes(address, "graphql") || includes(address, "/me"))) return null;
    const url = new Url(address, location.href);
    const safe = url.protocol === "https:" || url.protocol === "wss:";
    if (!safe || !match(OUR_HOST, url.hostname) || !match(OUR_PATH, url.pathname)) return null;
    const rest = !includes(url.pathname, "graphql");
    const request = { rest, team: null, asked: moment(), operations: [], isBatch: false, isRead: null, signal: null, isTold: false, forms: [] };
    // The question may be in the address, especially a hashed one.
    const params = searchOf(url);
    if (!rest && (fieldOf(params, "query") ?? fieldOf(params, "operationName") ?? fieldOf(params, "extensions"))) {
      understandFields(request, (name) => fieldOf(params, name));
      met(request, "in-address");
    }
    return request;
  };

  /** Notes the form of a request or an answer, for the report on what the site does. */
  const met = (request, form) => {
    for (let i = 0; i < request.forms.length; i++) if (request.forms[i] === form) return;
    request.forms[request.forms.length] = form;
  };

  /**
   * Parts of a GraphQL document that mean nothing to us: spaces, commas, comments, and strings, which can hold
   * anything.
   */
  const PASSED_OVER = /^(?:[\s,\uFEFF]+|#[^\n\r]*|"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n\r])*")/;
  const WORD = /^[_A-Za-z]\w*/;

  /** The operations of a GraphQL document, as `{ kind, name }`. */
  const operationsIn = (document) => {
    const found = [];
    // The fragments that any of them may spread.
    let fragments = "";
    let rest = document;
    let depth = 0;
    let begun = null;
    while (rest !== "") {
      const over = match(PASSED_OVER, rest);
      const word = over === null ? match(WORD, rest) : null;
      if (over !== null) rest = slice(rest, over[0].length);
      else if (word !== null) {
        rest = slice(rest, word[0].length);
        if (begun !== null) begun.words += ` ${word[0]}`;
        if (depth > 0) continue;
        if (begun === null) begun = { kind: word[0], name: "", words: "" };
        else if (begun.name === "") begun.name = word[0];
      } else {
        const sign = rest[0];
        rest = slice(rest, 1);
        if (sign === "{" && depth === 0) {
          // A bare selection set is a query.
          begun ??= { kind: "query", name: "", words: "" };
          if (begun.kind !== "fragment") found[found.length] = begun;
        }
        if (sign === "{" || sign === "(") depth += 1;
        if (sign === "}" || sign === ")") depth -= 1;
        if (sign === "}" && depth === 0) {
          if (begun?.kind === "fragment") fragments += begun.words;
          begun = null;
        }
      }
    }
    return { found, fragments };
  };

  const KINDS = new Set(["query", "mutation", "subscription"]);

  /** One operation in a request's body: its kind, if its document is there, and whether it asks for the balance. */
  const operationOf = (question) => {
    const { query, operationName, variables } = question ?? {};
    const name = typeof operationName === "string" ? operationName : "";
    const operation = { kind: null, sub: null, isBalance: match(BALANCE_NAME, name) !== null };
    const sub = variables?.sub;
    if (typeof sub === "string" && sub.length <= LONGEST_TEXT) operation.sub = sub;
    if (typeof query !== "string") return operation;
    const { found: all, fragments } = operationsIn(query);
    let chosen = all.length === 1 ? all[0] : null;
    for (let i = 0; i < all.length; i++) if (name !== "" && all[i].name === name) chosen = all[i];
    if (chosen !== null && isIn(KINDS, chosen.kind)) operation.kind = chosen.kind;
    const isNamed = match(BALANCE_NAME, chosen?.name ?? name) !== null;
    const said = chosen === null ? query : chosen.words + fragments;
    const speaks = match(BALANCE_TEXT, said) !== null && match(OTHER_NAME, chosen?.name ?? name) === null;
    operation.isBalance = operation.kind === "query" && (isNamed || speaks);
    return operation;
  };

  /** Reads what a request's body asks. */
  const understand = (request, text) => {
    if (typeof text !== "string" || text.length > LIMIT || request.rest) return;
    const asked = attempt(() => parse(text)) ?? { query: text };
    if (isArray(asked)) {
      request.isBatch = true;
      met(request, "batch");
      for (let i = 0; i < asked.length && i < MOST; i++) request.operations[i] = operationOf(asked[i]);
    } else {
      request.operations[0] = operationOf(asked);
      if (typeof asked.query !== "string") met(request, "persisted");
    }
  };
  /** The same for a body whose fields are separate, as in a form. */
  const understandFields = (request, field) => {
    const operations = field("operations");
    if (typeof operations === "string") return understand(request, operations);
    const [query, operationName] = [field("query") ?? undefined, field("operationName") ?? undefined];
    understand(request, stringify({ query, operationName, variables: attempt(() => parse(field("variables"))) }));
  };

  /** Reads a body in any form that a page may send. */
  const understandBody = (request, body) => {
    if (typeof body === "string") return understand(request, body);
    if (typeof body !== "object" || body === null) return;
    if (body instanceof Params) {
      met(request, "form-body");
      understandFields(request, (name) => fieldOf(body, name));
    } else if (body instanceof Form) {
      met(request, "form-body");
      understandFields(request, (name) => partOf(body, name));
    } else if (body instanceof Binary) {
      met(request, "blob-body");
      if (blobSize(body) <= LIMIT) request.isRead = then(blobText(body), (text) => understand(request, text), ignore);
    } else if (isView(body) || body instanceof Buffer_) {
      met(request, "bytes-body");
      if (body.byteLength <= LIMIT) understand(request, decode(new Decoder(), body));
    }
  };

  const UNKNOWN = { kind: null, sub: null, isBalance: false };
  const operationAt = (request, index) => request.operations[request.isBatch ? index : 0] ?? UNKNOWN;
  const asksBalance = (request) => {
    if (request.rest) return true;
    for (let i = 0; i < request.operations.length; i++) if (request.operations[i].isBalance) return true;
    return false;
  };

  // Answers, and which of their fields are passed on.

  /** Whether an answer has one of the fields that `isWanted` accepts; lists are searched if `inLists`. */
  const holds = (value, isWanted, inLists, depth) => {
    if (typeof value !== "object" || value === null || depth > 6 || (isArray(value) && !inLists)) return false;
    let looked = 0;
    for (const key in value) {
      if (++looked > 50) return false;
      if ((!isArray(value) && isWanted(key, value[key])) || holds(value[key], isWanted, inLists, depth + 1)) return true;
    }
    return false;
  };
  const holdsBalance = (value) => holds(value, (key) => isIn(BALANCE_FIELDS, key), true, 0);
  /** Lists are skipped: they hold earlier generations. */
  const holdsCost = (value) => holds(value, (key, cost) => (key === "cost" || key === "apiCreditCost") && cost !== null, false, 0);

  /** An answer without anything that must stay in this world. */
  const reduced = (value, mayCost, depth) => {
    if (typeof value === "string") return value.length <= LONGEST_TEXT ? value : undefined;
    if (typeof value !== "object" || value === null) return value;
    if (depth > 8) return undefined;
    const left = isArray(value) ? [] : { __proto__: null };
    let looked = 0;
    for (const key in value) {
      if (++looked > MOST) break;
      const isKept = isArray(value) || isIn(KEYS, key) || (mayCost && isIn(COST_KEYS, key));
      if (isKept || (mayCost && depth < 4 && match(ROOT, key) && holdsCost(value[key]))) {
        left[key] = reduced(value[key], mayCost, depth + 1);
      }
    }
    return left;
  };

  const reportAnswer = (request, value, index, head) => {
    if (isArray(value)) {
      // Several operations in one request.
      for (let i = 0; i < value.length && i < MOST; i++) reportAnswer(request, value[i], i, head);
      return;
    }
    const { kind, sub, isBalance } = operationAt(request, index);
    const mayCost = (kind === null || kind === "mutation") && holdsCost(value);
    if (!(request.rest || isBalance || mayCost || holdsBalance(value))) return;
    const message = { kind: "answer", body: reduced(value, mayCost, 0), asked: request.asked, forms: request.forms };
    if (kind !== null) message.operation = kind;
    if (sub !== null) message.sub = sub;
    if (request.team !== null) message.team = request.team;
    if (head?.date !== undefined) message.server_date = head.date;
    if (head?.age !== undefined) message.age_s = head.age;
    request.isTold = true;
    report(message);
  };
  const reportUnread = (request, why) => {
    if (asksBalance(request)) report({ kind: "unread", why, times: 1, forms: request.forms });
  };
  const reportFailure = (request, status) => {
    if (asksBalance(request)) report({ kind: "failed", status, asked: request.asked, forms: request.forms });
  };

  /** Judges an answer by its headers; returns how to read its body, or null to leave it. */
  const formOf = (request, status, type, length) => {
    const is2xx = status >= 200 && status < 300;
    if (!is2xx || match(PAGE_TYPE, type)) {
      reportFailure(request, status);
      return null;
    }
    const parts = match(PARTS_TYPE, type);
    if (parts) return { boundary: parts[1] ?? "-" };
    if (match(EVENTS_TYPE, type)) return { isEvents: true };
    if (!match(TEXT_TYPE, type)) {
      reportUnread(request, "answer-in-other-form");
      return null;
    }
    if (length > LIMIT) {
      reportUnread(request, "answer-too-large");
      return null;
    }
    if (!match(JSON_TYPE, type)) met(request, "other-type");
    return {};
  };

  const textArrived = (request, text, head) => {
    if (text === null || text.length > LIMIT) return reportUnread(request, "answer-too-large");
    if (!match(WORTH_PARSING, text) && !asksBalance(request)) return;
    let value;
    try {
      value = parse(text);
    } catch {
      return reportUnread(request, "answer-unreadable");
    }
    reportAnswer(request, value, 0, head);
  };

  /**
   * Follows an answer that comes in pieces: `@defer`, or a subscription. Returns a function that takes each piece.
   */
  const follower = (request, head) => {
    let whole = null;
    const places = { __proto__: null };
    const merge = ({ id, path, subPath, data }) => {
      let at = whole?.data;
      const way = [path ?? places[id] ?? [], subPath ?? []];
      for (let n = 0; n < 2; n++) for (let i = 0; i < way[n].length; i++) at = at?.[way[n][i]];
      if (typeof at === "object" && at !== null) for (const key in data) at[key] = data[key];
    };
    return (text) => {
      if (!match(WORTH_PARSING, text) && !asksBalance(request)) return;
      const piece = attempt(() => parse(text));
      if (typeof piece !== "object" || piece === null) return;
      const told = piece.payload ?? piece;
      const { pending, incremental, hasNext } = told;
      for (let i = 0; i < (pending?.length ?? 0) && i < MOST; i++) places[pending[i].id] = pending[i].path;
      if (incremental) for (let i = 0; i < incremental.length && i < MOST; i++) merge(incremental[i]);
      else if (told.path) merge(told);
      else if (told.data || told.errors || isArray(told)) whole = told;
      else return;
      // A part that announces more says nothing about what comes.
      if (whole !== null && (hasNext !== true || holdsBalance(whole))) reportAnswer(request, whole, 0, head);
    };
  };

  /** Splits a streamed text into its answers, by the boundary of its parts or as events. */
  const cutter = ({ boundary }, take) => {
    let text = "";
    const partIn = (part) => {
      const head = match(/\r?\n\r?\n/, part);
      return head === null ? "" : slice(part, head.index + head[0].length);
    };
    const eventIn = (event) => {
      const lines = split(event, /\r\n|\n|\r/);
      let data = "";
      for (let i = 0; i < lines.length; i++) if (indexOf(lines[i], "data:") === 0) data += `${slice(lines[i], 5)}\n`;
      return data;
    };
    const end = boundary === undefined ? /\r\n\r\n|\n\n|\r\r/ : null;
    return (more, isLast) => {
      text += more;
      for (;;) {
        const at = end === null ? indexOf(text, `--${boundary}`) : (match(end, text)?.index ?? -1);
        if (at < 0 && !(isLast && text !== "")) return;
        const piece = at < 0 ? text : slice(text, 0, at);
        text = at < 0 ? "" : slice(text, at + (end === null ? boundary.length + 2 : match(end, text)[0].length));
        const answer = end === null ? partIn(piece) : eventIn(piece);
        if (answer !== "") take(answer);
      }
    };
  };
  const piecesArrived = (request, form, head) => {
    met(request, form.isEvents ? "event-stream" : "multipart");
    return cutter(form, follower(request, head));
  };

  const isGone = (request) => attempt(() => isAborted(request.signal)) === true;

  /** Reads a copy of a body, chunk by chunk; returns why it was not read to the end, if so. */
  const readCopy = async (request, copy, take, isStream) => {
    const reader = readerOf(copy);
    const decoder = new Decoder();
    const began = monotonic();
    let bytes = 0;
    // Requested ahead: a chunk that waits in the copy is lost if the page aborts what it has already read.
    const ahead = [];
    const askFor = (n) => {
      ahead[n % AHEAD] = readChunk(reader);
      // A promise we never await must not reach the page as an unhandled rejection.
      then(ahead[n % AHEAD], ignore, ignore);
    };
    try {
      for (let n = 0; n < AHEAD; n++) askFor(n);
      for (let n = 0; ; n++) {
        const chunk = await ahead[n % AHEAD];
        askFor(n);
        if (chunk.done) {
          take(decode(decoder), true);
          return;
        }
        bytes += bytesOf(chunk.value);
        if (bytes > LIMIT || (isStream && monotonic() - began > STREAM_MS)) {
          then(cancel(reader), ignore, ignore);
          if (bytes > LIMIT) reportUnread(request, "answer-too-large");
          return;
        }
        take(decode(decoder, chunk.value, { stream: true }), false);
      }
    } catch {
      // A page that has its answer may abort the request at once, as urql does. The copy is then complete but ends in
      // an error. An incomplete one does not parse.
      if (isGone(request)) take(null, true);
      else reportUnread(request, "answer-without-body");
    }
  };

  const fetched = async (request, answer) => {
    try {
      const headers = answerHeaders(answer);
      const [date, age] = [momentOf(header(headers, "date")), Numeric(header(headers, "age") ?? NaN)];
      const head = {
        date: date > 0 ? iso(new Moment(date)) : undefined,
        age: isInteger(age) && age > 0 ? age : undefined,
      };
      const type = header(headers, "content-type") ?? "";
      // Make the copy at once, before the page reads the answer.
      const copy = attempt(() => answerBody(clone(answer)));
      if (request.isRead !== null) await request.isRead;
      const form = formOf(request, answerStatus(answer), type, header(headers, "content-length"));
      if (form === null) {
        if (copy) then(cancel(readerOf(copy)), ignore, ignore);
      } else if (!copy) {
        reportUnread(request, "answer-without-body");
      } else if (form.isEvents || form.boundary !== undefined) {
        const pieces = piecesArrived(request, form, head);
        await readCopy(request, copy, (text, isLast) => text !== null && pieces(text, isLast), true);
        // In Firefox, the copy loses what has arrived when the page ends the stream.
        if (isGone(request) && !request.isTold) reportUnread(request, "answer-without-body");
      } else {
        let whole = "";
        await readCopy(
          request,
          copy,
          (text, isLast) => {
            whole += text ?? "";
            const isCut = text === null && attempt(() => parse(whole)) === undefined;
            if (isLast && !isCut) textArrived(request, whole, head);
          },
          false,
        );
      }
    } catch {
      // The page took the body first.
      if (!isGone(request)) reportUnread(request, "answer-without-body");
    }
  };

  /** The team a request was made for, from headers in any form. */
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

  /** The address in a string, a URL or a Request; anything else would have to be converted to text twice. */
  const addressOf = (input) =>
    typeof input === "string" ? input : (attempt(() => requestUrl(input)) ?? attempt(() => href(input)));

  const describeFetch = (input, init) => {
    const request = watched(addressOf(input));
    if (request === null) return null;
    const isRequest = typeof input === "object" && attempt(() => requestUrl(input)) !== undefined;
    if (typeof init === "object" && init !== null) {
      understandBody(request, init.body);
      request.team = teamIn(init.headers);
      request.signal = init.signal ?? null;
    }
    if (isRequest) {
      met(request, "request-object");
      request.team ??= attempt(() => header(requestHeaders(input), "x-leonardo-team-id")) ?? null;
      request.signal ??= requestSignal(input);
      // Its body is gone once the request is made.
      const isSent = init?.body === undefined && requestMethod(input) !== "GET" && requestMethod(input) !== "HEAD";
      const hasBody = requestBody === undefined || requestBody(input) !== null;
      const copy = isSent && hasBody ? attempt(() => copyRequest(input)) : undefined;
      if (copy) request.isRead = then(requestText(copy), (text) => understand(request, text), ignore);
    }
    return request;
  };

  // A wrapped function looks as before: a Proxy keeps name and length, its text is the original's, and our file does
  // not appear in the stacks of errors.

  const originals = new WeakMap();
  const OWN_FRAME = attempt(() => match(/(?:chrome|moz)-extension:\/\/[^\s)]+?hook\.js/, new Error().stack)?.[0]);

  /** Removes our own frames from an error's stack. */
  const cleaned = (reason) =>
    attempt(() => {
      const { stack } = reason;
      if (OWN_FRAME === undefined || typeof stack !== "string" || !includes(stack, OWN_FRAME)) return;
      const lines = split(stack, "\n");
      let left = lines[0];
      for (let i = 1; i < lines.length; i++) if (!includes(lines[i], OWN_FRAME)) left += `\n${lines[i]}`;
      reason.stack = left;
    });

  const disguised = (original, traps) => {
    const proxy = new Proxy(original, { __proto__: null, ...traps });
    remember(originals, proxy, original);
    return proxy;
  };
  const wrap = (owner, name, handler) => {
    owner[name] = disguised(owner[name], {
      apply: (original, self, args) => {
        try {
          return handler(original, self, args);
        } catch (reason) {
          cleaned(reason);
          throw reason;
        }
      },
    });
  };
  wrap(Function.prototype, "toString", (toString, self, args) => {
    const isOurs = typeof self === "function" && knows(originals, self);
    const shown = isOurs ? recall(originals, self) : self;
    return apply(toString, shown, args);
  });

  /** Requests that we saw being made; any that the browser timed beyond them bypassed this script. */
  let made = 0;

  /** When a request fails, Chromium takes the stack from when it was made, which includes us. */
  const rejectedCleanly = (answer) =>
    then(answer, undefined, (reason) => {
      cleaned(reason);
      throw reason;
    });
  /** Checks the signal of a request we do not watch, in a way that the page cannot notice. */
  const isAbortedAlready = (input, init) => {
    const signal = attempt(() => propertyOf(init, "signal")?.value) ?? attempt(() => requestSignal(input));
    return attempt(() => isAborted(signal)) === true;
  };

  wrap(window, "fetch", (fetch, self, args) => {
    const request = attempt(() => describeFetch(args[0], args[1])) ?? null;
    const answer = apply(fetch, self, args);
    if (request === null) return isAbortedAlready(args[0], args[1]) ? answer : rejectedCleanly(answer);
    // A web platform test fixes the order in which such a promise settles.
    if (isGone(request)) return answer;
    made += 1;
    // The page gets the promise behind the observer, so a rejection that it leaves unhandled stays unhandled.
    return then(
      answer,
      (response) => {
        fetched(request, response);
        return response;
      },
      (reason) => {
        // The page being left is not a server failure.
        if (!isGone(request)) {
          if (request.isRead === null) reportFailure(request, 0);
          else then(request.isRead, () => reportFailure(request, 0));
        }
        cleaned(reason);
        throw reason;
      },
    );
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
      if (!request || lower(args[0]) !== "x-leonardo-team-id") return;
      // Setting a header again appends to it, as the browser does.
      request.team = request.team === null ? `${args[1]}` : `${request.team}, ${args[1]}`;
    });
    return apply(setHeader, self, args);
  });

  const loaded = (self, request) => {
    const length = xhrHeader(self, "content-length");
    const form = formOf(request, xhrStatus(self), xhrHeader(self, "content-type") ?? "", length);
    if (form === null) return;
    // Do not read the date: the browser logs a warning for headers that the server hides from pages.
    const take = (text) => {
      if (form.isEvents || form.boundary !== undefined) piecesArrived(request, form)(text, true);
      else textArrived(request, text);
    };
    const kind = xhrType(self);
    const body = kind === "" || kind === "text" ? xhrText(self) : xhrBody(self);
    if (typeof body === "string") take(body);
    else if (kind === "json" && body !== null) reportAnswer(request, body, 0);
    else if (body instanceof Binary || body instanceof Buffer_) {
      const size = body instanceof Binary ? blobSize(body) : body.byteLength;
      if (size > LIMIT) reportUnread(request, "answer-too-large");
      else if (body instanceof Buffer_) take(decode(new Decoder(), body));
      else then(blobText(body), (text) => attempt(() => take(text)), ignore);
    } else reportUnread(request, kind === "json" || body === null ? "answer-unreadable" : "answer-in-other-form");
  };

  wrap(xhr, "send", (send, self, args) => {
    attempt(() => {
      const request = recall(requests, self);
      if (!request) return;
      made += 1;
      request.asked = moment();
      understandBody(request, args[0]);
      met(request, "xhr");
      // A reused object may still have the listeners of an earlier request that ended differently. Aborts and
      // timeouts set by the page are not failures, and end in other events.
      const once = (type, react) =>
        listenTo(
          self,
          type,
          () => {
            const isOurs = () => recall(requests, self) === request;
            if (request.isRead === null) attempt(() => isOurs() && react());
            else then(request.isRead, () => attempt(() => isOurs() && react()));
          },
          { once: true },
        );
      once("load", () => loaded(self, request));
      once("error", () => reportFailure(request, 0));
    });
    return apply(send, self, args);
  });

  // Sockets. What was asked under an id distinguishes a mutation, whose cost counts, from a list of earlier ones.

  const asked = new WeakMap();

  /** An unreadable message may be the one that was asked for. */
  const socketTooLarge = (socket) => {
    const all = recall(asked, socket);
    for (const id in all) if (asksBalance(all[id])) return reportUnread(all[id], "answer-too-large");
  };
  const socketTold = (socket, text) => {
    if (typeof text !== "string") return;
    if (text.length > LIMIT) socketTooLarge(socket);
    if (text.length > LIMIT || !match(WORTH_PARSING, text)) return;
    const { type, id, payload } = parse(text);
    const known = recall(asked, socket)[id];
    // A refusal answers a question; without one it says nothing about the balance.
    if (type === "error" && known) reportAnswer(known, { errors: isArray(payload) ? payload : [payload] }, 0);
    if (type !== "next" && type !== "data") return;
    const request = known ?? watched(socketUrl(socket));
    met(request, "socket");
    reportAnswer(request, payload, 0);
    // Later messages under the same id were not asked for: the server sends them on its own.
    if (known) recall(asked, socket)[id] = { ...known, get asked() { return moment(); } };
  };
  const socketArrived = (socket, data) => {
    if (data instanceof Binary) {
      if (blobSize(data) > LIMIT) socketTooLarge(socket);
      else then(blobText(data), (text) => attempt(() => socketTold(socket, text)), ignore);
    } else if (data instanceof Buffer_) {
      if (data.byteLength > LIMIT) socketTooLarge(socket);
      else socketTold(socket, decode(new Decoder(), data));
    } else socketTold(socket, data);
  };

  /** Watches the objects that a constructor makes for one of our addresses. */
  const watchMade = (name, addressIn, begin) => {
    window[name] = disguised(window[name], {
      construct: (Original, args, target) => {
        let one;
        try {
          one = construct(Original, args, target);
        } catch (reason) {
          cleaned(reason);
          throw reason;
        }
        attempt(() => {
          const request = watched(addressIn(one));
          if (request !== null) begin(one, request);
        });
        return one;
      },
    });
    recall(originals, window[name]).prototype.constructor = window[name];
  };

  watchMade("WebSocket", socketUrl, (socket) => {
    remember(asked, socket, { __proto__: null });
    listenTo(socket, "message", (event) => attempt(() => socketArrived(socket, messageData(event))));
  });
  watchMade("EventSource", streamUrl, (stream, request) => {
    met(request, "event-source");
    const take = follower(request);
    const heard = (event) => attempt(() => take(messageData(event)));
    listenTo(stream, "message", heard);
    listenTo(stream, "next", heard);
  });

  const socketAsked = (socket, text) => {
    const ids = recall(asked, socket);
    if (text.length > LIMIT || !match(ASKS, text)) return;
    let kept = 0;
    for (const id in ids) if (++kept > MOST_ASKED) delete ids[id];
    const { id, payload } = parse(text);
    if (typeof id !== "string" && !isInteger(id)) return;
    const request = watched(socketUrl(socket));
    understand(request, stringify(payload));
    ids[id] = request;
  };
  wrap(WebSocket.prototype, "send", (send, self, args) => {
    attempt(() => {
      const sent = args[0];
      if (!knows(asked, self)) return;
      if (typeof sent === "string") socketAsked(self, sent);
      else if (isView(sent) || sent instanceof Buffer_) {
        if (sent.byteLength <= LIMIT) socketAsked(self, decode(new Decoder(), sent));
      } else if (sent instanceof Binary && blobSize(sent) <= LIMIT) {
        then(blobText(sent), (text) => attempt(() => socketAsked(self, text)), ignore);
      }
    });
    return apply(send, self, args);
  });

  // A request that the browser timed but we did not see bypassed this script, for example through a frame's function.

  let timed = 0;
  let told = 0;
  new PerformanceObserver((list) =>
    attempt(() => {
      const entries = entriesOf(list);
      for (let i = 0; i < entries.length; i++) {
        if (match(BY_SCRIPT, entryInitiator(entries[i])) && watched(entryName(entries[i])) !== null) timed += 1;
      }
      if (timed - made <= told) return;
      report({ kind: "unread", why: "hook-bypassed", times: timed - made - told, forms: [] });
      told = timed - made;
    }),
  ).observe({ type: "resource" });
})();
