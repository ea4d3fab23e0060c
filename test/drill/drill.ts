/** The whole drill: a demo of its own, every browser that can be had, and what came of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDemo } from '../../demo-site/demo.ts';
import { type Attack, breachOf, type Row } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import { startLanes } from './lane.ts';
import { isRobbed } from './outcome.ts';
import { runDrill } from './run.ts';
import type { Photographs } from './stage.ts';
import type { DrillBrowser } from './tab.ts';

/** At least so many have to rob the conventional widget, or the drill proves little. */
export const ROBBED_MIN = 50;
export const ATTACKS_MIN = 60;

export interface DrillResult {
  startedAt: Date;
  tookMs: number;
  browsers: string[];
  rows: Row[];
  /** Visits that could not be carried out, in words. */
  failures: string[];
  /** By browser, attack and column; JPEG. */
  photographs: Map<string, Buffer>;
}

export interface DrillSettings {
  browsers: readonly (() => Promise<DrillBrowser>)[];
  attacks?: readonly Attack[];
  lanes?: number;
  isPhotographed?: Photographs['wants'];
  onProgress?: (words: string) => void;
}

export async function drill(settings: DrillSettings): Promise<DrillResult> {
  const { attacks = ATTACKS, lanes: laneCount = 3, onProgress } = settings;
  const startedAt = new Date();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-drill-'));
  const demo = await startDemo({
    PORT: '0',
    SHOP_PORT: '0',
    STRIPE_PORT: '0',
    BULKHEAD_DATA: dataDir,
    LOG_LEVEL: 'silent',
    // All visitors come from one address here, and a limit that is reached is no wall.
    LIMIT_SESSIONS_PER_MINUTE: '1000000',
    LIMIT_REPORTS_PER_MINUTE: '1000000',
    LIMIT_PAYMENT_TRIES_PER_HOUR: '1000000',
  });
  const lanes = await startLanes(demo, laneCount);
  const rows: Row[] = [];
  const browsers: string[] = [];
  const failures: string[] = [];
  const taken = new Map<string, Buffer>();
  try {
    for (const open of settings.browsers) {
      const browser = await open();
      browsers.push(browser.name);
      try {
        const found = await runDrill({
          demo,
          browser,
          lanes,
          attacks,
          photographs: { taken, wants: settings.isPhotographed ?? (() => false) },
          onProgress: (done, of, name) =>
            onProgress?.(`${browser.name}: ${done} of ${of}  ${name}`),
        });
        rows.push(...found.rows);
        failures.push(...found.failures.map((words) => `${browser.name}: ${words}`));
      } finally {
        await browser.close();
      }
    }
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
    await demo.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  const tookMs = Date.now() - startedAt.getTime();
  return { startedAt, tookMs, browsers, rows, failures, photographs: taken };
}

export interface Verdict {
  attacks: number;
  robbed: number;
  bytes: number;
  lines: number;
  strayKeys: number;
  /** What got through, and what the control withstood that should have fallen; empty when all is well. */
  complaints: string[];
}

export function judge({ rows, failures }: Pick<DrillResult, 'rows' | 'failures'>): Verdict {
  const walls = rows.flatMap(({ outcomes: { signed, pinned, frame } }) =>
    [signed, pinned, frame].filter((outcome) => outcome !== undefined),
  );
  const sum = (of: 'bytes' | 'lines' | 'strayKeys') =>
    walls.reduce((total, outcome) => total + outcome[of], 0);
  const unproved = rows.filter(
    ({ attack, outcomes, browser }) =>
      !attack.noControl &&
      (attack.controlIn?.some((kind) => browser.toLowerCase().startsWith(kind)) ?? true) &&
      !isRobbed(outcomes.control),
  );
  return {
    attacks: new Set(rows.map(({ attack }) => attack.id)).size,
    robbed: new Set(
      rows.filter(({ outcomes }) => isRobbed(outcomes.control)).map(({ attack }) => attack.id),
    ).size,
    bytes: sum('bytes'),
    lines: sum('lines'),
    strayKeys: sum('strayKeys'),
    complaints: [
      ...failures.map((words) => `not carried out: ${words}`),
      ...rows.flatMap((row) => breachOf(row).map((words) => `${row.browser}: ${words}`)),
      ...unproved.map(
        ({ attack, browser }) => `${browser}: ${attack.id} did not rob the conventional widget`,
      ),
    ],
  };
}
