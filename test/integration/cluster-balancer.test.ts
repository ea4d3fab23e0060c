/**
 * Two processes behind a load balancer without sticky sessions: WebSockets go anywhere, and where a
 * network lets none through, long-polling works by one rule of the balancer's. The same for nginx with
 * the configuration that is shipped, and for a balancer of the test's own.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import {
  collect,
  connectAgent,
  cookieOf,
  granted,
  newClientId,
  say,
  signIn,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import {
  type Cluster,
  findWhyNoCluster,
  PATIENCE,
  PUBLIC_URL,
  startCluster,
  UNHURRIED,
} from '../support/cluster.ts';
import { findWhyNoNginx, startNginx } from '../support/nginx.ts';

vi.setConfig(UNHURRIED);
const ADDRESSES = Array.from({ length: 8 }, (_, n) => `127.0.0.${n + 10}`);
const whyNot = await findWhyNoCluster();
const whyNoNginx = whyNot ?? findWhyNoNginx();

const transportOf = ({ socket }: Pick<VisitorClient, 'socket'>) => socket.io.engine.transport.name;

let cluster: Cluster;
beforeAll(async () => {
  if (whyNot === null) cluster = await startCluster({ env: { TRUST_PROXY: '1' } });
});
afterAll(() => cluster?.close());
const processes = () => cluster.members.map(({ url }) => url);

const fronts = [
  ['nginx, as it is shipped', whyNoNginx, () => startNginx(processes())],
  ['a balancer of the same rule', whyNot, () => startBalancer(processes())],
] as const;
for (const [name, why, start] of fronts) {
  describe.skipIf(why)(`${name}${why ? ` (${why})` : ''}`, () => {
    let front: { url: string; close(): Promise<void> };
    beforeAll(async () => {
      front = await start();
    });
    afterAll(() => front.close());

    it.each([
      ['websocket', ['websocket'] as const, 'websocket'],
      ['polling alone', ['polling'] as const, 'polling'],
      ['polling, then a websocket', ['polling', 'websocket'] as const, 'websocket'],
    ])(
      'carries %s, from many addresses, to one chat',
      { timeout: 60_000 },
      async (_name, transports, ends) => {
        const cookie = cookieOf(await signIn(front.url, undefined, { origin: PUBLIC_URL }));
        const headers = { cookie, origin: PUBLIC_URL };
        const agent = await connectAgent(front.url, headers, { transports: [...transports] });
        const visitors = await Promise.all(
          ADDRESSES.map((localAddress) =>
            visitorClient(front.url, { transports: [...transports], localAddress }),
          ),
        );
        for (const visitor of visitors) {
          const heardByVisitor = collect<Entry>(visitor.socket, 'entry:appended');
          const heardByAgent = collect<Entry>(agent, 'entry:appended');
          const { conversationId } = await say(visitor, 'one');
          granted(await agent.emitWithAck('conversation:sync', { conversationId, after: 0 }));
          const answer = { conversationId, clientId: newClientId(), text: 'two' };
          granted(await agent.emitWithAck('message:send', answer));
          await say(visitor, 'three');
          await vi.waitFor(() => {
            expect(heardByVisitor.map(({ seq }) => seq)).toEqual([1, 2, 3]);
            const here = heardByAgent.filter((entry) => entry.conversationId === conversationId);
            // The first may come late, from the other process; a client knows it by then.
            expect(here.map(({ seq }) => seq).filter((seq) => seq > 1)).toEqual([2, 3]);
          }, PATIENCE);
          await vi.waitFor(() => expect(transportOf(visitor)).toBe(ends), PATIENCE);
        }
        for (const visitor of visitors) visitor.close();
        agent.close();
      },
    );
  });
}

describe.skipIf(whyNot)('a balancer', () => {
  let front: Balancer;
  it('that spreads polling as it comes breaks it: the rule is needed', async () => {
    front = await startBalancer(processes(), { keepsPolling: false });
    const outcomes = await Promise.allSettled(
      ADDRESSES.map((localAddress) =>
        visitorClient(front.url, { transports: ['polling'], localAddress }),
      ),
    );
    for (const one of outcomes) if (one.status === 'fulfilled') one.value.close();
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    await front.close();
  });

  it('spreads both kinds over both processes', async () => {
    for (const transport of ['polling', 'websocket'] as const) {
      front = await startBalancer(processes());
      const visitors = await Promise.all(
        ADDRESSES.map((localAddress) =>
          visitorClient(front.url, { transports: [transport], localAddress }),
        ),
      );
      for (const given of front.given()) expect(given).toBeGreaterThan(0);
      for (const visitor of visitors) visitor.close();
      await front.close();
    }
  });
});
