/**
 * `npm run bench:ledger`: the same questions put to a short ledger and to a long one. A question whose
 * answer is the same size should take the same time, however much stands around it. Prints JSON; only
 * the ratios are worth comparing. Options: `--short 10000`, `--long 1000000`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ExposureQuestion } from '../../protocol/ledger.ts';
import { askExposure } from '../../server/exposure/ask-exposure.ts';
import { createKeys } from '../../server/keys.ts';
import { createLedger } from '../../server/ledger/create-ledger.ts';
import { readEvent } from '../../server/ledger/readings.ts';
import { createAgent } from '../../server/people/agents.ts';
import { createSite } from '../../server/sites/sites.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { systemRandom } from '../../server/world.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'string', default: '10000' },
    long: { type: 'string', default: '1000000' },
  },
});
const START = Date.UTC(2017, 8, 20);
const STEP_MS = 1000;
/** Lines of a visit: opened, given twice, read, closed. */
const VISIT = 5;
const BATCH = 5000;
/** The window that every question is about, in the middle: forty visits. */
const WINDOW_MS = 200 * STEP_MS;
const TIMES = 15;

const median = (numbers: number[]) =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function measure(length: number) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-ledger-'));
  const store = await openSqliteStore(dataDir);
  store.sqlite.exec('pragma synchronous = off');
  let now = START;
  const clock = { now: () => now };
  const key = createKeys('a secret for nothing but a bench').ledger;
  const logger = { error() {}, warn() {} };
  const parts = { store, clock, random: systemRandom };
  const ledger = createLedger({ ...parts, logger, key, witnessUrl: null });
  const maker = { db: store.db, random: systemRandom, now };
  const site = await createSite(maker, { name: 'Bench', allowedOrigins: ['https://a.example'] });
  const passwordCost = { N: 2 ** 10, r: 8, p: 1 };
  const people = { name: 'Bench', password: 'a long password', passwordCost };
  const agents = [];
  for (let index = 0; index < 50; index++) {
    agents.push(await createAgent(maker, { ...people, email: `${index}@chat.example` }));
  }

  const startedAt = performance.now();
  let writing: Promise<unknown>[] = [];
  for (let visit = 0; visit * VISIT < length; visit++) {
    const at = () => {
      now += STEP_MS;
    };
    const [visitorId, conversationId] = [`vs_${visit}`, `cv_${visit}`];
    const of = { visitorId, siteId: site.id, conversationId };
    const release = `1.0.${Math.floor(visit / 2000)}`;
    writing.push(ledger.record({ kind: 'session.opened', ...of, release, detail: { page: '/' } }));
    at();
    const giver = { id: visitorId, siteId: site.id, conversationId };
    writing.push(ledger.given(giver, 'page'), ledger.given(giver, 'messages'));
    at();
    const reader = { agentId: agents[visit % 50]?.id ?? '', ip: `10.0.0.${visit % 50}` };
    const read = { id: conversationId, visitorId, siteId: site.id };
    writing.push(ledger.record(readEvent(reader, read, { firstSeq: 1, lastSeq: 1 })));
    at();
    const opened = visit * VISIT + 1;
    writing.push(ledger.record({ kind: 'session.closed', ...of, release, detail: { opened } }));
    if (writing.length > BATCH) {
      await Promise.all(writing);
      writing = [];
    }
  }
  await Promise.all(writing);
  const microsPerLine = ((performance.now() - startedAt) * 1000) / length;

  const middle = START + Math.floor((now - START) / 2);
  const window = { from: middle, to: middle + WINDOW_MS };
  const release = `1.0.${Math.floor((middle - START) / STEP_MS / 3 / 2000)}`;
  const questions: Record<string, ExposureQuestion> = {
    release: { ...window, release },
    agent: { ...window, agentId: agents[0]?.id ?? '' },
    address: { ...window, ip: '10.0.0.1' },
    // Everyone who was stored by then: a window at the very beginning has a short answer.
    stored: { from: START, to: START + WINDOW_MS },
  };
  const took: Record<string, { ms: number; visitors: number }> = {};
  for (const [name, question] of Object.entries(questions)) {
    const times = [];
    let visitors = 0;
    for (let time = 0; time < TIMES; time++) {
      const begun = performance.now();
      ({ visitors } = (await askExposure({ ...parts, ledger }, question, null)).counts);
      times.push(performance.now() - begun);
    }
    took[name] = { ms: median(times), visitors };
  }
  await ledger.close();
  await store.close();
  await rm(dataDir, { recursive: true });
  return { microsPerLine, took };
}

const short = await measure(Number(values.short));
const long = await measure(Number(values.long));
const ratios = Object.fromEntries(
  Object.entries(long.took).map(([name, { ms }]) => [
    name,
    Number((ms / (short.took[name]?.ms ?? Number.NaN)).toFixed(2)),
  ]),
);
process.stdout.write(`${JSON.stringify({ short, long, ratios }, null, 2)}\n`);
