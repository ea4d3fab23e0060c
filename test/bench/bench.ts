/**
 * `npm run bench`: Bulkhead's server beside a bare Socket.IO server, in turn, on the same machine in
 * the same minutes. Prints JSON: for each the messages a second, the server's CPU microseconds a
 * message, p50 and p99 of the ack, resident KB per idle connection; and the ratios of the medians.
 * At the end what the card guard costs, in microseconds a message.
 * Machines differ and are noisy, so only the ratios are worth comparing.
 *
 * Options: `--rounds 5`, `--talkers 50`, `--messages 20000`, `--idle 1500`.
 */
import { parseArgs } from 'node:util';
import { startBare } from './bare-subject.ts';
import { startBulkhead } from './bulkhead-subject.ts';
import { measureCardGuard } from './card-guard.ts';
import { cpuMicros, residentKb } from './process-usage.ts';
import type { Subject, Talker } from './subject.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    talkers: { type: 'string', default: '50' },
    messages: { type: 'string', default: '20000' },
    idle: { type: 'string', default: '1500' },
  },
});
const ROUNDS = Number(values.rounds);
const TALKERS = Number(values.talkers);
const MESSAGES = Number(values.messages);
const IDLE = Number(values.idle);
const WARM_UP = Math.min(4_000, MESSAGES);
const TEXT = 'Is the brass lantern in stock, and would it arrive before Friday?';

interface Figures {
  messagesPerSecond: number;
  cpuMicrosPerMessage: number;
  ackP50Ms: number;
  ackP99Ms: number;
  idleKbPerConnection: number;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
const median = (numbers: readonly number[]) =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );

/** Each talker sends its next message when the last one is acked. @returns ack times in ms */
async function talk(talkers: readonly Talker[], messages: number): Promise<number[]> {
  const times: number[] = [];
  let left = messages;
  await Promise.all(
    talkers.map(async (talker) => {
      while (left-- > 0) {
        const start = performance.now();
        await talker.send(TEXT);
        times.push(performance.now() - start);
      }
    }),
  );
  return times;
}

async function measureTalk(start: () => Promise<Subject>) {
  const subject = await start();
  try {
    const talkers = await subject.connectTalkers(TALKERS);
    await talk(talkers, WARM_UP);
    await sleep(300);
    const deliveredBefore = subject.delivered();
    const cpuBefore = cpuMicros(subject.pid);
    const startedAt = performance.now();
    const times = (await talk(talkers, MESSAGES)).sort((a, b) => a - b);
    const seconds = (performance.now() - startedAt) / 1000;
    while (subject.delivered() - deliveredBefore < 2 * times.length) await sleep(20);
    return {
      messagesPerSecond: times.length / seconds,
      cpuMicrosPerMessage: (cpuMicros(subject.pid) - cpuBefore) / times.length,
      ackP50Ms: quantile(times, 0.5),
      ackP99Ms: quantile(times, 0.99),
    };
  } finally {
    await subject.close();
  }
}

/** Resident memory that connections hold after a full collection, in KB for each. */
async function measureIdle(start: () => Promise<Subject>): Promise<number> {
  const subject = await start();
  const settled = async () => {
    process.kill(subject.pid, 'SIGUSR2');
    await sleep(700);
    return residentKb(subject.pid);
  };
  const connect = async (count: number) => {
    for (let left = count; left > 0; left -= 50) {
      await Promise.all(Array.from({ length: Math.min(50, left) }, () => subject.connectIdle()));
    }
  };
  try {
    // The first connections load code and fill what the heap had in reserve; they are not counted.
    await connect(IDLE);
    const before = await settled();
    await connect(IDLE);
    return ((await settled()) - before) / IDLE;
  } finally {
    await subject.close();
  }
}

const subjects = { bare: startBare, bulkhead: startBulkhead };
const results: Record<keyof typeof subjects, Figures[]> = { bare: [], bulkhead: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const name of ['bare', 'bulkhead'] as const) {
    const talked = await measureTalk(subjects[name]);
    results[name].push({ ...talked, idleKbPerConnection: await measureIdle(subjects[name]) });
  }
}

const FIGURES = [
  'messagesPerSecond',
  'cpuMicrosPerMessage',
  'ackP50Ms',
  'ackP99Ms',
  'idleKbPerConnection',
] as const;
const round = (value: number) => Math.round(value * 100) / 100;
const medians = (name: keyof typeof subjects) =>
  Object.fromEntries(
    FIGURES.map((figure) => [figure, round(median(results[name].map((one) => one[figure])))]),
  );
/** Round by round, so that a machine that slows down slows both; then the median. */
const ratios = Object.fromEntries(
  FIGURES.map((figure) => [
    figure,
    round(
      median(
        results.bulkhead.map((one, index) => one[figure] / (results.bare[index]?.[figure] ?? 1)),
      ),
    ),
  ]),
);
process.stdout.write(
  `${JSON.stringify(
    {
      setup: {
        rounds: ROUNDS,
        talkers: TALKERS,
        messages: MESSAGES,
        idle: IDLE,
        node: process.version,
      },
      bare: medians('bare'),
      bulkhead: medians('bulkhead'),
      ratios,
      cardGuard: measureCardGuard(),
    },
    null,
    2,
  )}\n`,
);
