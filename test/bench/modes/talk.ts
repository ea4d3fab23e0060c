/** What a message costs, and how soon it is acknowledged when the server has all it can do. */
import { type Compared, compare, median } from '../figures.ts';
import { type LoadProcess, startLoad } from '../load-process.ts';
import { cpuMicros } from '../processes.ts';
import { SUBJECTS, type Subject } from '../subjects.ts';

export interface TalkOptions {
  talkers: number;
  messages: number;
}

export interface TalkFigures {
  messagesPerSecond: number;
  cpuMicrosPerMessage: number;
  ackP50Ms: number;
  ackP95Ms: number;
  ackP99Ms: number;
}

const CONNECT_IN_FLIGHT = 50;
const WARM_UP = 8000;
/** Of each round: short, so that whatever else the machine does falls on both alike. */
const TURNS = 10;
const DELIVERED_TIMEOUT_MS = 60_000;
const SETTLE_MS = 1000;
const KINDS = ['bare', 'bulkhead'] as const;

export async function runTalk(rounds: number, options: TalkOptions): Promise<Compared> {
  const figures = { bare: [] as TalkFigures[], bulkhead: [] as TalkFigures[] };
  for (let round = 0; round < rounds; round++) {
    const parties = [];
    try {
      for (const kind of KINDS) parties.push(await startTalking(await SUBJECTS[kind](), options));
      for (const [kind, measured] of await talkInTurns(parties, options)) {
        figures[kind].push(measured);
      }
    } finally {
      for (const { load, subject } of parties) {
        await load.close();
        await subject.close();
      }
    }
  }
  return compare(figures.bare, figures.bulkhead);
}

interface Party {
  subject: Subject;
  load: LoadProcess;
}

async function startTalking(subject: Subject, { talkers, messages }: TalkOptions): Promise<Party> {
  const load = startLoad();
  await load.ask('target', subject);
  await load.ask('connect', { count: talkers, inFlight: CONNECT_IN_FLIGHT });
  await load.ask('beginToTalk', { count: talkers });
  await load.ask('talk', { messages: Math.min(WARM_UP, messages), inFlight: talkers });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { subject, load };
}

/**
 * Closed loop: each talker sends the next message when the last is acknowledged. The CPU is that of
 * the whole time, what a server puts off until it is quiet included; the rest is the turns' median.
 */
async function talkInTurns(
  parties: readonly Party[],
  { talkers, messages }: TalkOptions,
): Promise<[Subject['kind'], TalkFigures][]> {
  const each = Math.round(messages / TURNS);
  const cpuBefore = parties.map(({ subject }) => cpuMicros(subject.pid()));
  const turns = parties.map((): TalkFigures[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, { load, subject }] of parties.entries()) {
      const pace = { inFlight: talkers, messages: each };
      turns[index]?.push(await talkAndMeasure(load, [subject], pace));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return parties.map(({ subject }, index) => {
    const medianOf = (figure: keyof TalkFigures) =>
      median((turns[index] ?? []).map((one) => one[figure]));
    const cpu = cpuMicros(subject.pid()) - (cpuBefore[index] ?? 0);
    return [
      subject.kind,
      {
        messagesPerSecond: medianOf('messagesPerSecond'),
        cpuMicrosPerMessage: cpu / (each * TURNS),
        ackP50Ms: medianOf('ackP50Ms'),
        ackP95Ms: medianOf('ackP95Ms'),
        ackP99Ms: medianOf('ackP99Ms'),
      },
    ];
  });
}

interface Talk {
  inFlight: number;
  messages: number;
  perSecond?: number;
}

/** @throws when something was refused, or is not delivered to both who should hear it */
export async function talkAndMeasure(
  load: LoadProcess,
  servers: readonly Pick<Subject, 'pid'>[],
  { messages, ...pace }: Talk,
): Promise<TalkFigures> {
  const before = await load.ask('counts', null);
  const cpu = () => servers.reduce((sum, { pid }) => sum + cpuMicros(pid()), 0);
  const cpuBefore = cpu();
  const talked = await load.ask('talk', { messages, ...pace });
  if (talked.refused > 0) throw new Error(`${talked.refused} messages were refused`);
  await untilDelivered(load, before.delivered + 2 * messages);
  return {
    messagesPerSecond: messages / talked.seconds,
    cpuMicrosPerMessage: (cpu() - cpuBefore) / messages,
    ackP50Ms: talked.p50Ms,
    ackP95Ms: talked.p95Ms,
    ackP99Ms: talked.p99Ms,
  };
}

async function untilDelivered(load: LoadProcess, all: number): Promise<void> {
  const until = performance.now() + DELIVERED_TIMEOUT_MS;
  while ((await load.ask('counts', null)).delivered < all) {
    if (performance.now() > until) throw new Error('not everything was delivered');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
