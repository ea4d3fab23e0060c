/**
 * A server that can be killed at any moment, two agents, a visitor with two tabs, and the stand-in.
 * "Killed" is: its database is taken away between two statements, so that nothing more of it is ever
 * written, whatever it still has under way; then another one starts on the same data.
 */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStripeStandIn } from '../../../demo-site/stripe/stand-in.ts';
import { type App, createApp } from '../../../server/app.ts';
import { parseConfig } from '../../../server/config.ts';
import { createLogger } from '../../../server/logger.ts';
import { ROUND_MS } from '../../../server/payments/reconcile.ts';
import { ensureAgent } from '../../../server/people/agents.ts';
import { systemRandom } from '../../../server/world.ts';
import {
  type AgentClient,
  agentClient,
  granted,
  newClientId,
  visitorClient,
} from '../../support/clients.ts';
import { removeDataDir, storeEnv } from '../../support/data-dir.ts';
import { furnish, testClock } from '../../support/server.ts';

const WEBHOOK_SECRET = 'whsec_of_the_model';
const NEVER_MS = 100_000_000;
/** The Stripe client's pause between its two tries. */
const SDK_PAUSE_MS = 500;
const HELPER = { email: 'bo@chat.example', name: 'Bo', password: 'correct horse battery' };
/** Above the first a request waits for a second agent, above the second a refund. */
const POLICY = {
  currencies: { EUR: { approvalAboveMinor: 7000, refundApprovalAboveMinor: 2500 } },
};
/** Memory, where there is some: what is tested here is not the disk. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export type ModelWorld = Awaited<ReturnType<typeof createModelWorld>>;

/** Makes that pause short, and the rounds of the reconcilers the test's own. @returns the undoing */
export function shortenTimers(): () => void {
  const { setTimeout: later, setInterval: often } = globalThis;
  const short = (run: () => void, ms?: number, ...given: []) =>
    later(run, ms === SDK_PAUSE_MS ? 2 : ms, ...given);
  const caught = (run: () => void, ms?: number, ...given: []) => {
    if (ms !== ROUND_MS) return often(run, ms, ...given);
    rounds.push(run);
    return often(() => {}, NEVER_MS);
  };
  globalThis.setTimeout = Object.assign(short, later) as typeof setTimeout;
  globalThis.setInterval = Object.assign(caught, often) as typeof setInterval;
  return () => {
    globalThis.setTimeout = later;
    globalThis.setInterval = often;
  };
}
/** Not waited for: a connection that a client keeps open without a request holds it up for seconds. */
/** From its database: what it still wants to write comes to nothing. */
const cutOff = ({ store }: App): void => {
  if (store.kind === 'sqlite') store.sqlite.close();
  else store.close().catch(() => {});
};
const buryQuietly = (app: App): void => void app.close().catch(() => {});

const rounds: (() => void)[] = [];
/** One server starts at a time, so that the round that is caught is its own. */
let starting: Promise<unknown> = Promise.resolve();

export async function createModelWorld() {
  const clock = testClock();
  const dataDir = await mkdtemp(join(SCRATCH, 'bulkhead-model-'));
  const standIn = await createStripeStandIn({
    port: 0,
    webhookRetryDelaysMs: [],
    timing: { refundSettlesMs: NEVER_MS, disputeAfterMs: NEVER_MS },
    now: clock.now,
  });
  const stripe = {
    secretKey: standIn.secretKey,
    webhookSecret: WEBHOOK_SECRET,
    apiBase: standIn.url,
  };
  const own = await storeEnv(dataDir);
  const env = { PORT: '0', ...own, LIMIT_PAYMENT_TRIES_PER_HOUR: '100000' };
  const config = { ...parseConfig(env), stripe };
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => void lines.push(line) });

  let url = '';
  let round = () => {};
  let agents: AgentClient[] = [];

  async function startNow(): Promise<App> {
    const started = await createApp({ config, logger, clock });
    ({ url } = await started.listen());
    round = rounds.pop() ?? (() => {});
    standIn.control.webhooks.setEndpoint({
      url: `${url}/api/stripe/webhook`,
      secret: WEBHOOK_SECRET,
    });
    return started;
  }
  async function start(): Promise<App> {
    const turn = starting.then(startNow);
    starting = turn.catch(() => {});
    return turn;
  }
  const signIn = async () => {
    agents = [await agentClient(url), await agentClient(url, HELPER)];
  };

  let app = await start();
  const first = app;
  await furnish(first.store.db, { stripePublishableKey: standIn.publishableKey });
  const maker = { db: first.store.db, random: systemRandom, now: clock.now() };
  await ensureAgent(maker, { ...HELPER, passwordCost: { N: 2 ** 10, r: 8, p: 1 } });
  await first.store.db
    .updateTable('sites')
    .set({ payment_policy: JSON.stringify(POLICY) })
    .execute();
  await signIn();
  const visitor = await visitorClient(url);
  const hello = { conversationId: null, clientId: newClientId(), text: 'Hello' };
  const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', hello));
  visitor.close();

  return {
    clock,
    standIn,
    control: standIn.control,
    conversationId,
    token: visitor.token,
    lines,
    url: () => url,
    app: () => app,
    round: () => round(),

    /** @returns what was answered, or `null` when the server died first */
    async ask<T>(agent: number, event: string, body: object): Promise<T | null> {
      const socket = agents[agent]?.socket;
      if (!socket?.connected) return null;
      const died = new Promise<null>((resolve) => socket.once('disconnect', () => resolve(null)));
      const answer: Promise<T> = Reflect.apply(socket.emitWithAck, socket, [event, body]);
      return Promise.race([answer, died]);
    },
    async kill(): Promise<void> {
      const old = app;
      standIn.control.webhooks.setEndpoint(undefined);
      cutOff(old);
      for (const { socket } of agents) socket.close();
      buryQuietly(old);
      app = await start();
      await signIn();
    },
    async revive(): Promise<void> {
      for (const agent of agents) agent.close();
      await signIn();
    },
    async close(): Promise<void> {
      for (const agent of agents) agent.close();
      buryQuietly(app);
      await standIn.close();
      await removeDataDir(dataDir);
    },
  };
}
