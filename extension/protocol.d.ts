// Written from src/protocol by `REFILL_WATCH_WRITE=1 cargo test --lib protocol`; a test keeps it current.

declare namespace Protocol {
/** A text or an element, as src/view/node.rs writes it. */
type Tree = string | Branch;
type Branch = [tag: string, attributes: { [name: string]: string }, ...children: Tree[]];
type Surface = "popup" | "options";
type Moment = {
/**
 * Milliseconds since 1970 by the computer's clock: `Date.now()`.
 */
wall: number,
/**
 * Milliseconds since the document began, by the monotonic clock: `performance.now()`.
 */
mono: number, };
type Operation = "query" | "mutation" | "subscription";
type Unread = "hook-bypassed" | "answer-too-large" | "answer-without-body" | "answer-in-other-form" | "answer-unreadable";
type Form = "in-address" | "batch" | "persisted" | "request-object" | "form-body" | "blob-body" | "bytes-body" | "xhr" | "socket" | "event-source" | "multipart" | "event-stream" | "other-type";
type Report = { "kind": "answer",
/**
 * The body.
 */
body: unknown,
/**
 * The kind of operation, where its document was sent.
 */
operation?: Operation,
/**
 * The team that the request was made for (`x-leonardo-team-id`).
 */
team?: string,
/**
 * The account that it asked about (`variables.sub`).
 */
sub?: string,
/**
 * The answer's `Date`, in RFC 3339.
 */
server_date?: string,
/**
 * Its `Age`, in seconds.
 */
age_s?: number,
/**
 * When the page asked.
 */
asked: Moment,
/**
 * The forms of the request and the answer.
 */
forms: Array<Form>, } | { "kind": "failed",
/**
 * The HTTP status; 0 if there was no answer at all.
 */
status: number,
/**
 * When the page asked.
 */
asked: Moment,
/**
 * The forms of the request and the answer.
 */
forms: Array<Form>, } | { "kind": "unread",
/**
 * Why.
 */
why: Unread,
/**
 * How many.
 */
times: number,
/**
 * The forms of the request and the answer.
 */
forms: Array<Form>, };
type Context = {
/**
 * The path of its address, cut short.
 */
path: string,
/**
 * Whether the page is in front of the user.
 */
in_front: boolean,
/**
 * Whether this is the document's first message.
 */
first: boolean,
/**
 * Whether the banner still lacks its style sheet.
 */
unstyled: boolean,
/**
 * When the message was sent.
 */
sent: Moment, };
type SitePage = "app" | "api-access" | "help" | "contact" | "api-support" | "discord" | "status" | "pricing";
type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";
type ExportFormat = "json" | "csv";
type Action = { "action": "fresh-reload" } | { "action": "reload-anyway" } | { "action": "fresh-login", "value": string } | { "action": "login-anyway", "value": string } | { "action": "ask-access", "value": string } | { "action": "reload-page" } | { "action": "may-clear" } | { "action": "check" } | { "action": "open-app" } | { "action": "open-page", "value": SitePage } | { "action": "open-options" } | { "action": "fold" } | { "action": "unfold" } | { "action": "expand" } | { "action": "collapse" } | { "action": "put-away" } | { "action": "show" } | { "action": "got-it" } | { "action": "toggle" } | { "action": "move-to", "value": Corner } | { "action": "undo" } | { "action": "export", "value": ExportFormat } | { "action": "show-chart", "value": string } | { "action": "save-calendar" } | { "action": "import", "value": string } | { "action": "delete-everything" } | { "action": "pick-counter" } | { "action": "copy-report" } | { "action": "copy-support" } | { "action": "copy-field", "value": string } | { "action": "save-support" } | { "action": "no-picture" } | { "action": "save-diagnostics" } | { "action": "remove-device", "value": string } | { "action": "set", "value": {
/**
 * Which setting.
 */
key: string,
/**
 * The value as typed.
 */
value: string, } };
type Message = { "kind": "look",
/**
 * What the background last asked this banner to keep.
 */
kept?: string,
/**
 * The page was frozen in the back/forward cache in between.
 */
from_cache?: boolean, } | { "kind": "hooked",
/**
 * The report.
 */
text: string,
/**
 * How many reports page.js dropped before this one.
 */
dropped?: number, } | { "kind": "counter",
/**
 * Its text.
 */
text: string, } | { "kind": "candidates",
/**
 * Each text with its place in the page.
 */
found: Array<[string, string]>,
/**
 * The index of the one watched as the counter.
 */
watched?: number, } | { "kind": "picked",
/**
 * Its text and its place in the page.
 */
picked: [string, string], } | { "kind": "act" } & Action;
type Sent = {
/**
 * The page, if a page sent it.
 */
page?: Context,
/**
 * The surface, if a surface sent it.
 */
surface?: Surface, } & ({ "kind": "look",
/**
 * What the background last asked this banner to keep.
 */
kept?: string,
/**
 * The page was frozen in the back/forward cache in between.
 */
from_cache?: boolean, } | { "kind": "hooked",
/**
 * The report.
 */
text: string,
/**
 * How many reports page.js dropped before this one.
 */
dropped?: number, } | { "kind": "counter",
/**
 * Its text.
 */
text: string, } | { "kind": "candidates",
/**
 * Each text with its place in the page.
 */
found: Array<[string, string]>,
/**
 * The index of the one watched as the counter.
 */
watched?: number, } | { "kind": "picked",
/**
 * Its text and its place in the page.
 */
picked: [string, string], } | { "kind": "act" } & Action);
type Shown = {
/**
 * The page is in front. Otherwise it drew nothing, and asks again when the user looks at it.
 */
in_front: boolean, };
type File = {
/**
 * Its name.
 */
name: string,
/**
 * Its content.
 */
text: string, };
type Picture = {
/**
 * The file's name.
 */
name: string,
/**
 * Only if the tab's address matches this pattern.
 */
pages: string, };
type Reply = {
/**
 * The tree for paint.js, as one JSON string: as an object it takes 5 ms longer to reach the popup. Empty for a
 * page that nobody sees.
 */
view: string,
/**
 * When to ask again, in milliseconds from now.
 */
ask_again_ms?: number,
/**
 * The numbers that the page's counter may show, as plain digits.
 */
sums: Array<string>,
/**
 * The style sheet, for a banner that has none or needs another.
 */
style?: string,
/**
 * The index of the candidate that is the page's counter.
 */
counter?: number,
/**
 * What the page keeps about its tab, for a background that has forgotten it.
 */
kept?: string,
/**
 * The tree to draw once the extension has been updated and nobody is left to ask, as a JSON string.
 */
farewell?: string,
/**
 * A text for the clipboard.
 */
copy?: string,
/**
 * A file for the user to save.
 */
file?: File,
/**
 * A picture to take of the tab in front.
 */
picture?: Picture, };
type Push = { "kind": "paint" } & Reply | { "kind": "pick",
/**
 * What to show meanwhile: a tree as a JSON string.
 */
hint: string, } | { "kind": "ask-unsent" } | { "kind": "changed" };
type UnsentText = {
/**
 * Whether the page holds unsent text.
 */
is_there: boolean, };
}
