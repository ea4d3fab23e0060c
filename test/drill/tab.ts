/**
 * A browser as the drill needs it, small enough for every way of driving one. Sees what a visitor
 * would see of the browser's own: windows, dialogs, downloads, complaints.
 */

export interface Seen {
  windows: number;
  dialogs: number;
  downloads: number;
  /** What the browser itself says: refusals by integrity, policy or sandbox. */
  complaints: string[];
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A visitor of their own: no storage, no cache, no cookies of anybody else's. */
export interface Tab {
  seen: Seen;
  go(url: string): Promise<void>;
  /** An expression in the merchant's page; undefined when the page is gone. */
  evaluate<Value>(expression: string): Promise<Value | undefined>;
  /** In each document of the tab, frames of other origins too; those that are gone are left out. */
  everywhere<Value>(expression: string): Promise<Value[]>;
  click(x: number, y: number): Promise<void>;
  /** @param delayMs between keys */
  type(text: string, delayMs?: number): Promise<void>;
  /** PNG or JPEG. */
  screenshot(): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

export interface DrillBrowser {
  /** With its version. */
  name: string;
  kind: 'chromium' | 'firefox' | 'webkit';
  open(): Promise<Tab>;
  close(): Promise<void>;
}
