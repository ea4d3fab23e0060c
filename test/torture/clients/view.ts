/**
 * What one client shows of one conversation: a cursor that moves on without holes, by facts and, where
 * one is missing, by reading from it [LOG-5] [SYNC-1].
 */
import type { Case, Eyes, Reads } from '../checker/case.ts';
import type { Page, Seen } from '../checker/seen.ts';
import type { Link } from './link.ts';
import type { Outcome } from './outcome.ts';
import { isForLater, waitAsTold } from './patience.ts';

interface Snapshot extends Page {
  conversation: { id: string; lastSeq: number; reads: Reads } | null;
}

export interface View {
  /** Everything up to here is known. */
  cursor(): number;
  /** A live `entry:appended`. @returns whether there is a hole before it */
  take(entry: Seen): boolean;
  /** As after each connect. @returns whether it reached the end; a lost link does not */
  catchUp(link: Link): Promise<boolean>;
}

export interface ViewOptions {
  eyes: Eyes;
  of: Case;
  onRefused(code: string): void;
}

export function createView({ eyes, of, onRefused }: ViewOptions): View {
  let cursor = 0;
  let highest = 0;
  let reading: Promise<boolean> | null = null;

  async function ask(link: Link, event: string, body: object): Promise<Outcome | null> {
    for (;;) {
      const outcome = await link.request(event, body);
      if (outcome === null || outcome.ok) return outcome;
      onRefused(outcome.error.code);
      if (!isForLater(outcome.error.code)) {
        of.report(
          'refused',
          `${eyes.name}: ${event} ${JSON.stringify(body)}: ${outcome.error.code}`,
        );
        return null;
      }
      await waitAsTold(outcome.error.retryAfterMs);
    }
  }

  async function readPage(link: Link, from: { after: number } | { before: number }) {
    const floor = of.floor();
    const conversationId = of.id();
    const outcome = await ask(link, 'log:read', { conversationId, ...from });
    if (!outcome?.ok) return null;
    const page = outcome.data as Page;
    of.readPage(eyes, { ...from, floor }, page);
    return page;
  }

  /** From the last page to the beginning, as somebody who scrolls up. */
  async function readBack(link: Link, first: number): Promise<boolean> {
    for (let before = first; before > 1; ) {
      const page = await readPage(link, { before });
      if (!page) return false;
      const next = page.entries[0]?.seq;
      if (next === undefined || next >= before) return false;
      before = next;
      if (!page.more) break;
    }
    return true;
  }

  function reach(entries: readonly Seen[]): void {
    for (const { seq } of entries) if (seq === cursor + 1) cursor = seq;
  }

  async function sync(link: Link): Promise<boolean> {
    const floor = of.floor();
    const after = cursor;
    const body = { conversationId: of.id(), after };
    const outcome = await ask(link, 'conversation:sync', body);
    if (!outcome?.ok) return false;
    const { conversation, ...page } = outcome.data as Snapshot;
    if (conversation === null) {
      if (floor.seq > 0) of.report('lost', `${eyes.name}: no conversation, and there was one`);
      return true;
    }
    of.sawReads(eyes, floor, conversation.reads);
    of.readPage(eyes, after === 0 ? { floor } : { after, floor }, page);
    if (after > 0) {
      reach(page.entries);
      return page.more ? readOn(link) : true;
    }
    const first = page.entries[0]?.seq ?? 1;
    if (page.more && !(await readBack(link, first))) return false;
    cursor = Math.max(cursor, page.entries.at(-1)?.seq ?? 0);
    return true;
  }

  async function readOn(link: Link): Promise<boolean> {
    for (;;) {
      const page = await readPage(link, { after: cursor });
      if (!page) return false;
      const before = cursor;
      reach(page.entries);
      if (!page.more) return true;
      if (cursor === before) return false;
    }
  }

  async function catchUp(link: Link): Promise<boolean> {
    if (!(await sync(link))) return false;
    while (highest > cursor) {
      const before = cursor;
      if (!(await readOn(link))) return false;
      // What is told and cannot be read is a stale page, and was reported as one.
      if (cursor === before) return false;
    }
    return true;
  }

  return {
    cursor: () => cursor,
    take(entry) {
      of.saw(eyes, entry);
      highest = Math.max(highest, entry.seq);
      if (entry.seq === cursor + 1) cursor = entry.seq;
      return entry.seq > cursor;
    },
    catchUp(link) {
      reading ??= catchUp(link).finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

/** The whole log, from the beginning [LOG-3]. @returns null where the link was lost */
export async function readWhole(link: Link, { eyes, of, onRefused }: ViewOptions) {
  const log: Seen[] = [];
  for (;;) {
    const floor = of.floor();
    const after = log.at(-1)?.seq ?? 0;
    const outcome = await link.request('log:read', { conversationId: of.id(), after });
    if (outcome === null) return null;
    if (!outcome.ok) {
      onRefused(outcome.error.code);
      if (!isForLater(outcome.error.code)) {
        of.report('refused', `${eyes.name}: the last look: ${outcome.error.code}`);
        return log;
      }
      await waitAsTold(outcome.error.retryAfterMs);
      continue;
    }
    const page = outcome.data as Page;
    of.readPage(eyes, { after, floor }, page);
    log.push(...page.entries);
    if (!page.more || page.entries.length === 0) return log;
  }
}
