import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

const peer = () => ({
  connected: true,
  conn: { transport: { name: 'websocket', socket: { bufferedAmount: 0 } } },
});
type Peer = ReturnType<typeof peer>;
const settled = () => new Promise((resolve) => setTimeout(resolve, 40));

function readings() {
  const waiting: (() => void)[] = [];
  const read = createTurns()(
    (_peer: Peer, page: number) =>
      new Promise<number>((resolve) => waiting.push(() => resolve(page))),
  );
  return { waiting, read };
}

it('[LIMIT-1] reads one page after another for one socket, and for two sockets at once', async () => {
  const { waiting, read } = readings();
  const one = peer();
  const answers = Promise.all([read(one, 1), read(one, 2), read(peer(), 3)]);
  await settled();
  expect(waiting).toHaveLength(2);
  waiting[0]?.();
  await settled();
  expect(waiting).toHaveLength(3);
  for (const go of waiting) go();
  expect(await answers).toEqual([1, 2, 3]);
});

it('[LIMIT-1] waits until the peer has read the last page', async () => {
  const { waiting, read } = readings();
  const slow = peer();
  slow.conn.transport.socket.bufferedAmount = 400_000;
  void read(slow, 1);
  await settled();
  expect(waiting).toHaveLength(0);
  slow.conn.transport.socket.bufferedAmount = 0;
  await settled();
  expect(waiting).toHaveLength(1);
});

it('[LIMIT-1] lets a hundred wait and refuses more', () => {
  const { read } = readings();
  const one = peer();
  for (let page = 0; page < 100; page++) void read(one, page);
  expect(() => read(one, 100)).toThrow('rate_limited');
});

it('goes on after a refusal, and does nothing more for a peer that is gone', async () => {
  let reads = 0;
  const read = createTurns()((_peer: Peer, page: number) => {
    reads++;
    if (page < 0) throw new Error('refused');
    return page;
  });
  const one = peer();
  const [bad, good] = await Promise.allSettled([read(one, -1), read(one, 1)]);
  expect([bad?.status, good?.status]).toEqual(['rejected', 'fulfilled']);
  const late = read(one, 2);
  one.connected = false;
  await expect(late).rejects.toThrow('unavailable');
  expect(reads).toBe(2);
});
