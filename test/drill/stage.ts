/** What a visit needs at hand, and the waiting that all of them share. */
import { readFileSync } from 'node:fs';
import type { Demo } from '../../demo-site/demo.ts';
import type { Lane } from './lane.ts';
import type { Column } from './outcome.ts';
import type { DrillBrowser, Tab } from './tab.ts';

/** A control may take as long as a busy machine needs. */
export const PATIENCE_MS = 20_000;
/** After it a script that removed its own frame, or lost it, is taken to have ended. */
const ENDED_MS = 4_000;
const POLL_MS = 40;

/** Of an attack, all that a stage goes by. */
export interface Named {
  readonly id: string;
}

export interface Stage {
  demo: Demo;
  browser: DrillBrowser;
  lane: Lane;
  /** Source of the unprotected widget. */
  widget: string;
  controlTag(): string;
  /** Until each of them said that it runs. @throws when one never does: it would prove nothing */
  ran(batch: readonly Named[]): Promise<void>;
  /** Until each of them said that it is through, or the frame was taken away. */
  ended(batch: readonly Named[]): Promise<void>;
  /** Until the browser has refused the tag's own script. */
  refused(tab: Tab): Promise<void>;
  photograph(column: Column, batch: readonly Named[], tab: Tab): Promise<void>;
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** @returns whether it came true in time. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  patienceMs: number,
): Promise<boolean> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (await isTrue()) return true;
    if (Date.now() > end) return false;
    await pause(POLL_MS);
  }
}

export async function withTab<Result>(
  { browser }: Stage,
  act: (tab: Tab) => Promise<Result>,
): Promise<Result> {
  const tab = await browser.open();
  try {
    return await act(tab);
  } finally {
    await tab.close();
  }
}

const WIDGET = new URL('../../demo-site/drill/conventional-widget.js', import.meta.url);
const SITE_STATE = {
  site: { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy! Ask us anything.' },
  entries: [{ author: 'Anna', text: 'Hello, how can I help?' }],
};

export interface Photographs {
  /** By browser, attack and column; JPEG. */
  taken: Map<string, Buffer>;
  wants(attack: Named, column: Column): boolean;
}

export function createStage(
  demo: Demo,
  browser: DrillBrowser,
  lane: Lane,
  photographs: Photographs,
): Stage {
  const saidBy = (batch: readonly Named[], kind: 'ran' | 'done') =>
    batch.every(({ id }) =>
      lane.vendor.words.some(
        (word) => word.kind === kind && word.id === id && word.run === lane.run,
      ),
    );
  return {
    demo,
    browser,
    lane,
    widget: readFileSync(WIDGET, 'utf8'),
    controlTag() {
      const { files } = lane.vendor.hostility;
      const serve = (name: string, body: string) => {
        const path = `/control/${name}`;
        if (!files.has(path)) files.set(path, body);
      };
      serve('state.json', JSON.stringify(SITE_STATE));
      serve('current.json', '{}');
      for (const name of ['chat.js', 'pay.js', 'send', 'pay.json']) serve(name, '');
      return `<script async src="${lane.vendor.url}/control/widget.js"></script>`;
    },
    async ran(batch) {
      if (await until(() => saidBy(batch, 'ran'), PATIENCE_MS)) return;
      const silent = batch.filter((attack) => !saidBy([attack], 'ran')).map(({ id }) => id);
      throw new Error(`never ran: ${silent.join(', ')}`);
    },
    async ended(batch) {
      const { reports } = lane.vendor;
      await until(() => saidBy(batch, 'done') || reports.length > 0, ENDED_MS);
    },
    async refused(tab) {
      const isThere = await until(
        async () => (await tab.evaluate('document.readyState === "complete"')) === true,
        PATIENCE_MS,
      );
      if (!isThere) throw new Error('the shop did not come up');
    },
    async photograph(column, batch, tab) {
      // One is enough for all that share the visit; the first of them shows it.
      for (const attack of batch.slice(0, 1)) {
        if (!photographs.wants(attack, column)) continue;
        const picture = await tab.screenshot();
        if (picture) photographs.taken.set(`${browser.name} ${attack.id} ${column}`, picture);
      }
    },
  };
}
