/** One run: conversations side by side, faults in between, and at the end a look at everything again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../support/random.ts';
import { createCase, digestOf } from './checker/case.ts';
import type { Finding } from './checker/findings.ts';
import { createHistory } from './checker/history.ts';
import { type Agent, createAgent } from './clients/agent.ts';
import { createTally, type Stage } from './clients/stage.ts';
import type { Tampering } from './clients/tampering.ts';
import {
  type Conversation,
  createConversation,
  type Finished,
  pry,
  quotaOf,
} from './conversation.ts';
import { createSchedule, type Done } from './faults.ts';
import type { Plan } from './options.ts';
import { type Summary, summarise } from './summary.ts';
import { AGENTS, emailOf, PASSWORD, SHOP_ORIGIN, SITES } from './world/furnishing.ts';
import type { World } from './world/world.ts';

/** Without an ack for so long, and no fault under way, nothing will come any more. */
const STUCK_MS = 180_000;
const LOOK_EVERY_MS = 250;
/** So much is said among faults; what is left is said in peace, so that a run comes to an end. */
const TORMENTED_SHARE = 0.85;
/** Findings beyond are one finding. */
const MOST_FINDINGS = 200;

export interface RunOptions {
  plan: Plan;
  world: World;
  tampering?: Tampering;
  /** Told now and then, for who watches. */
  onProgress?(words: string): void;
}

export async function run({ plan, world, tampering, onProgress }: RunOptions): Promise<Summary> {
  const { seed } = plan;
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const tally = createTally();
  const findings: Finding[] = [];
  const finished: Finished[] = [];
  const done: Done[] = [];
  const live = new Map<number, Conversation>();
  let next = 0;
  let planned = 0;
  let isOver = false;
  let isCalm = true;
  let isTalkedOut = false;

  const stageFor = (index: number): Stage => ({
    seed,
    base: world.base,
    site: SITES[index % SITES.length] ?? SITES[0],
    shopOrigin: SHOP_ORIGIN,
    tampering: tampering ?? null,
    hasPolling: plan.processes === 1,
    tally,
    onRefused: (code) => tally.refusals.set(code, (tally.refusals.get(code) ?? 0) + 1),
  });
  const onFinding = (finding: Finding) => {
    if (findings.length < MOST_FINDINGS) findings.push(finding);
    if (plan.stopAtFirst) isOver = true;
  };

  const agents: Agent[] = Array.from({ length: AGENTS }, (_, agent) =>
    createAgent({
      stage: stageFor(0),
      name: `agent ${agent}`,
      email: emailOf(agent),
      password: PASSWORD,
    }),
  );

  const blows = { ...world.blows, reload: reloadMany };
  const kinds = Object.keys(blows).filter((kind) => plan.faults(kind));
  const isTried = () => kinds.every((kind) => done.some((one) => one.kind === kind));
  const isNearlyAcked = () => tally.acked > plan.messages * TORMENTED_SHARE;
  const isEnough = () => (planned >= plan.messages && isTried()) || now() > plan.minutes * 60_000;

  async function talk(): Promise<void> {
    while (!isOver && !isEnough()) {
      const index = next++;
      const quota = quotaOf(seed, index, plan.length);
      planned += quota.visitor + quota.messages + quota.notes;
      const stage = stageFor(index);
      const conversation = createConversation({ stage, index, quota, agents, now, onFinding });
      live.set(index, conversation);
      finished.push(await conversation.live());
      live.delete(index);
      if (index % 10 === 0) await pryInto(stage, conversation);
    }
  }

  /** Not worth another try when a fault was in the way. */
  async function pryInto(stage: Stage, { of }: Conversation): Promise<void> {
    const id = of.id();
    if (id !== null) await pry(stage, of, id).catch(() => {});
  }

  async function torment(): Promise<void> {
    const random = createRandom(seed ^ 0x5eed);
    if (kinds.length === 0) return;
    const draw = createSchedule(kinds, random, plan.everyMs);
    while (!isOver && !isTalkedOut && !(isTried() && isNearlyAcked())) {
      const { kind, afterMs } = draw();
      await sleep(afterMs);
      const blow = blows[kind as keyof typeof blows];
      if (!blow || isOver || isTalkedOut) continue;
      isCalm = false;
      const atMs = Math.round(now());
      const words = await blow(random);
      isCalm = true;
      done.push({ atMs, kind, words });
      for (const { of } of live.values()) of.history.add(null, `${kind}: ${words}`);
    }
  }

  async function reloadMany(random: { below(end: number): number }): Promise<string> {
    const some = [...live.values()].filter(() => random.below(3) === 0);
    for (const { visitor } of some) visitor.reload();
    for (const agent of agents) if (random.below(2) === 0) agent.reload();
    return `${some.length} visitors and some agents`;
  }

  /** Ends what cannot end by itself. */
  async function watch(): Promise<void> {
    let [acked, since] = [0, now()];
    while (!isOver) {
      await sleep(LOOK_EVERY_MS);
      if (tally.acked > acked || !isCalm) [acked, since] = [tally.acked, now()];
      if (now() - since < STUCK_MS) continue;
      const [index, stuck] = [...live][0] ?? [-1];
      onFinding({
        kind: 'stuck',
        conversation: index,
        words: `no ack for ${STUCK_MS / 1000} s, with ${live.size} conversations open`,
        history: stuck?.of.history.about(new Set()) ?? [],
      });
      isOver = true;
    }
  }

  async function tell(): Promise<void> {
    let before = 0;
    while (!isOver) {
      await sleep(5_000, undefined, { ref: false });
      const rate = Math.round((tally.acked - before) / 5);
      before = tally.acked;
      onProgress?.(`${Math.round(now() / 1000)} s: ${tally.acked} acked, ${rate} a second`);
    }
  }

  /** After a last crash: what was judged long ago still stands as it stood. */
  async function lookAgain(): Promise<void> {
    for (const server of world.servers) {
      await server.kill();
      await server.start();
    }
    const each = finished.values();
    const agent = agents[0];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (const { id, length, digest } of each) {
          if (isOver || !agent) return;
          const of = createCase(-1, createHistory(now), onFinding, id);
          const log = await agent.read(of);
          if (digestOf(log, length) !== digest) {
            of.report('altered', `${id}: ${log.length} entries now, ${length} then`, length);
          }
        }
      }),
    );
  }

  void tell();
  const watching = watch();
  const talking = Promise.all(Array.from({ length: plan.side }, talk)).then(() => {
    isTalkedOut = true;
  });
  const tormenting = torment();
  await Promise.race([Promise.all([talking, tormenting]), watching]);
  await tormenting;
  if (!isOver) await Promise.race([lookAgain(), watching]);
  isOver = true;
  for (const { visitor } of live.values()) visitor.close();
  for (const agent of agents) agent.close();
  for (const words of world.complaints()) {
    findings.push({ kind: 'refused', conversation: -1, words, history: [] });
  }
  return summarise({ plan, tally, findings, finished, done, missing: world.missing, ms: now() });
}
