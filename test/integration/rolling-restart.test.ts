/**
 * [SYNC-3] Several processes replaced one after the other, with people writing all the time: what was
 * acknowledged is there once and in order.
 */
import { describe, expect, it, vi } from 'vitest';
import { findWhyNoCluster, startCluster } from '../support/cluster.ts';
import { createResender } from '../support/resender.ts';

const why = await findWhyNoCluster();

describe.skipIf(why !== null)(`a rolling restart${why ? ` (skipped: ${why})` : ''}`, () => {
  it('loses nothing, doubles nothing and keeps the order', async () => {
    const env = {
      DRAIN_DELAY_MS: '200',
      DRAIN_SPREAD_MS: '500',
      LIMIT_SESSIONS_PER_MINUTE: '100000',
    };
    const cluster = await startCluster({ size: 2, env });
    const members = [...cluster.members];
    const urls = members.map(({ url }) => url);
    const senders = await Promise.all(Array.from({ length: 6 }, () => createResender(urls)));
    const goOn = (more: number) => {
      const before = senders.map(({ acknowledged }) => acknowledged.length);
      return vi.waitFor(
        () =>
          senders.forEach(({ acknowledged }, index) => {
            expect(acknowledged.length).toBeGreaterThan((before[index] ?? 0) + more);
          }),
        { timeout: 60_000 },
      );
    };

    for (const index of [0, 1, 0, 1]) {
      await goOn(5);
      const old = members[index];
      const young = await cluster.join();
      urls[index] = young.url;
      members[index] = young;
      expect(await old?.stop()).toBe(0);
    }
    await goOn(5);
    await Promise.all(senders.map((sender) => sender.finish()));

    for (const { acknowledged, conversationId } of senders) {
      const rows = await cluster.store.db
        .selectFrom('entries')
        .select(['seq', 'client_id'])
        .where('conversation_id', '=', conversationId())
        .orderBy('seq')
        .execute();
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => at + 1));
      // One after the other, so the order of the log is the order of sending.
      expect(rows.map(({ client_id }) => client_id)).toEqual(acknowledged);
    }
    await cluster.close();
  }, 240_000);
});
