/** A visitor with one conversation: one tab or two, which are reloaded while messages are under way. */
import type { Case } from '../checker/case.ts';
import type { Seen } from '../checker/seen.ts';
import { mixed } from '../words.ts';
import { createOutbox } from './outbox.ts';
import type { Stage } from './stage.ts';
import { type Browser, openTab, type Tab } from './tab.ts';

export interface Visitor {
  /** Resolves once everything was said and acknowledged. */
  readonly done: Promise<void>;
  reload(): void;
  lastLook(): Promise<Seen[]>;
  close(): void;
}

interface VisitorOptions {
  stage: Stage;
  of: Case;
  quota: number;
  /** Once somebody else may look for the conversation. */
  onBegun(): void;
}

const MAX_WINDOW = 12;
/** One visitor in so many has a second tab; one tab in so many has no WebSocket. */
const SECOND_TAB = 3;
const POLLING = 12;

export function createVisitor({ stage, of, quota, onBegun }: VisitorOptions): Visitor {
  const choice = (what: number, below: number) => mixed(stage.seed, of.index, what) % below;
  const browser: Browser = {
    token: null,
    outbox: createOutbox({ stage, of, voice: 'visitor', quota }),
  };
  const reloadAt = new Set([choice(1, quota), choice(2, quota), choice(3, 3 * quota)]);
  const tabs: Tab[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let hasBegun = false;

  function add(name: string): void {
    const number = tabs.length;
    const tab = openTab({
      stage,
      of,
      browser,
      name,
      window: 1 + choice(10 + number, MAX_WINDOW),
      polling: stage.hasPolling && choice(20 + number, POLLING) === 0,
      onSaid(count) {
        if (reloadAt.has(count)) setImmediate(() => tab.reload());
      },
      onMoved,
    });
    tabs.push(tab);
  }

  function onMoved(): void {
    if (!hasBegun && of.id() !== null) {
      hasBegun = true;
      onBegun();
      if (choice(4, SECOND_TAB) === 0) add('second tab');
    }
    if (browser.outbox.isDone()) resolve();
  }

  add('first tab');

  return {
    done,
    reload() {
      for (const tab of tabs) tab.reload();
    },
    async lastLook() {
      const logs = await Promise.all(tabs.map((tab) => tab.lastLook()));
      return logs[0] ?? [];
    },
    close() {
      for (const tab of tabs) tab.close();
    },
  };
}
