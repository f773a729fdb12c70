// What src/browser/entry.rs exports, as background.js calls it; a test keeps the names in step.
export default function init(options: { module_or_path: string }): Promise<unknown>;

/** What `start` needs. */
export interface Reads {
  local: Promise<unknown>;
  session: Promise<unknown>;
  alarm: Promise<unknown>;
  tabs: Promise<unknown>;
  access: Promise<unknown>;
  folded: Promise<unknown>;
  card: Promise<unknown>;
  keys: Promise<unknown>;
  language: string;
  sentences: Promise<unknown>;
}

export function start(reads: Reads): Promise<void>;
export function on_message(sent: unknown, sender: chrome.runtime.MessageSender): Promise<Protocol.Reply | undefined>;
export function on_command(name: string, tab: chrome.tabs.Tab | undefined): Promise<void>;
export function on_notification_clicked(id: string): Promise<void>;
export function on_wake(): Promise<void>;
export function on_tab_removed(tab: number): void;
export function on_sync_changed(): void;
export function on_permissions_added(added: chrome.permissions.Permissions): Promise<void>;
export function on_permissions_removed(): Promise<void>;
