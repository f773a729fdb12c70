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
 * The kind of operation, where its document was seen.
 */
operation?: Operation,
/**
 * The team that the request was made for (`x-leonardo-team-id`).
 */
team?: string,
/**
 * The account that it asked for (`variables.sub`).
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
 * The forms that question and answer came in.
 */
forms: Array<Form>, } | { "kind": "failed",
/**
 * The HTTP status; 0 when there was no answer at all.
 */
status: number,
/**
 * When the page asked.
 */
asked: Moment,
/**
 * The forms that question and answer came in.
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
 * The forms that question and answer came in.
 */
forms: Array<Form>, };
type Context = {
/**
 * The path of its address, cut short.
 */
path: string,
/**
 * The user has it in front.
 */
in_front: boolean,
/**
 * It is the first message of this document.
 */
first: boolean,
/**
 * The banner has no style sheet yet.
 */
unstyled: boolean,
/**
 * When it was sent.
 */
sent: Moment, };
type SitePage = "app" | "api-access" | "help" | "contact" | "api-support" | "discord" | "status" | "pricing";
type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";
type ExportFormat = "json" | "csv";
type Action = { "action": "fresh-reload" } | { "action": "reload-anyway" } | { "action": "fresh-login", "value": string } | { "action": "login-anyway", "value": string } | { "action": "ask-access", "value": string } | { "action": "reload-page" } | { "action": "may-clear" } | { "action": "check" } | { "action": "open-app" } | { "action": "open-page", "value": SitePage } | { "action": "open-options" } | { "action": "fold" } | { "action": "unfold" } | { "action": "expand" } | { "action": "collapse" } | { "action": "put-away" } | { "action": "show" } | { "action": "got-it" } | { "action": "toggle" } | { "action": "move-to", "value": Corner } | { "action": "undo" } | { "action": "export", "value": ExportFormat } | { "action": "show-chart", "value": string } | { "action": "save-calendar" } | { "action": "import", "value": string } | { "action": "delete-everything" } | { "action": "pick-counter" } | { "action": "copy-report" } | { "action": "copy-support" } | { "action": "copy-field", "value": string } | { "action": "save-support" } | { "action": "no-picture" } | { "action": "save-diagnostics" } | { "action": "remove-device", "value": string } | { "action": "set", "value": {
/**
 * Which.
 */
key: string,
/**
 * The value as typed.
 */
value: string, } };
type Message = { "kind": "look",
/**
 * What a banner was last told to keep.
 */
kept?: string,
/**
 * The page was frozen in the back/forward cache meanwhile.
 */
from_cache?: boolean, } | { "kind": "hooked",
/**
 * The report.
 */
text: string,
/**
 * How many reports page.js has dropped before it.
 */
dropped?: number, } | { "kind": "counter",
/**
 * Its text.
 */
text: string, } | { "kind": "candidates",
/**
 * Each with its place in the page.
 */
found: Array<[string, string]>,
/**
 * Which of them is watched as the counter.
 */
watched?: number, } | { "kind": "picked",
/**
 * Its text, and its place in the page.
 */
picked: [string, string], } | { "kind": "act" } & Action;
type Sent = {
/**
 * The page, when it comes from one.
 */
page?: Context,
/**
 * The surface, when it comes from one.
 */
surface?: Surface, } & ({ "kind": "look",
/**
 * What a banner was last told to keep.
 */
kept?: string,
/**
 * The page was frozen in the back/forward cache meanwhile.
 */
from_cache?: boolean, } | { "kind": "hooked",
/**
 * The report.
 */
text: string,
/**
 * How many reports page.js has dropped before it.
 */
dropped?: number, } | { "kind": "counter",
/**
 * Its text.
 */
text: string, } | { "kind": "candidates",
/**
 * Each with its place in the page.
 */
found: Array<[string, string]>,
/**
 * Which of them is watched as the counter.
 */
watched?: number, } | { "kind": "picked",
/**
 * Its text, and its place in the page.
 */
picked: [string, string], } | { "kind": "act" } & Action);
type Shown = {
/**
 * The user has it in front; else it has drawn nothing, and asks when it is looked at.
 */
in_front: boolean, };
type File = {
/**
 * Its name.
 */
name: string,
/**
 * What is in it.
 */
text: string, };
type Picture = {
/**
 * The file's name.
 */
name: string,
/**
 * Only of a tab whose address matches this.
 */
pages: string, };
type Reply = {
/**
 * The tree that paint.js draws, as one JSON text: as an object it takes 5 ms longer to reach the popup. Empty for a page
 * that nobody sees.
 */
view: string,
/**
 * When to ask again, in milliseconds from now.
 */
ask_again_ms?: number,
/**
 * What the page's own counter may show, as plain digits.
 */
sums: Array<string>,
/**
 * The style sheet, for a banner that has none or needs another.
 */
style?: string,
/**
 * Which of the candidates is the page's counter.
 */
counter?: number,
/**
 * What the page keeps of its tab for a background that has forgotten it.
 */
kept?: string,
/**
 * The tree to draw when the extension is updated and nobody is left to ask, as a JSON text.
 */
farewell?: string,
/**
 * A text for the clipboard.
 */
copy?: string,
/**
 * A file for the user.
 */
file?: File,
/**
 * A picture to take of the tab in front.
 */
picture?: Picture, };
type Push = { "kind": "paint" } & Reply | { "kind": "pick",
/**
 * What is shown meanwhile, as the JSON text of a tree.
 */
hint: string, } | { "kind": "ask-unsent" } | { "kind": "changed" };
type UnsentText = {
/**
 * Whether there is any.
 */
is_there: boolean, };
}
