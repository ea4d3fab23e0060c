import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { corkPerTurn } from './cork.ts';
import { UNREAD_MAX_BYTES } from './unread.ts';

/** @param reads whether the peer takes what is written */
function connection({ reads = true } = {}) {
  const calls: string[] = [];
  const socket = new Duplex({
    read() {},
    decodeStrings: false,
    write(chunk, _encoding, done) {
      calls.push(String(chunk));
      if (reads) done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      if (reads) done();
    },
  });
  corkPerTurn(socket);
  /** As `ws` sends a frame: a header, and the text as it was given. */
  const send = (frame: string, done = () => {}) => {
    socket.cork();
    socket.write(Buffer.from(`[${frame}`));
    socket.write(']', done);
    socket.uncork();
  };
  return { calls, send, socket };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('writes all frames of a turn at once, in order, and the next turn’s apart', async () => {
  const { calls, send } = connection();
  send('a');
  await Promise.resolve();
  send('b');
  expect(calls).toEqual([]);
  await turn();
  expect(calls).toEqual(['[a][b]']);
  send('c');
  await turn();
  expect(calls).toEqual(['[a][b]', '[c]']);
});

it('lets the sender go on in the same turn', async () => {
  const { calls, send } = connection();
  send('fact', () => send('ack'));
  await turn();
  expect(calls).toEqual(['[fact][ack]']);
});

it('leaves a write outside a frame as it was, and an end does not lose what waits', async () => {
  const { calls, send, socket } = connection();
  await new Promise<void>((resolve) => socket.write('x', 'utf8', () => resolve()));
  send('last');
  socket.end();
  await turn();
  expect(calls).toEqual(['x', '[last]']);
});

it('[LIMIT-1] cuts a peer off that has too much unread, and not before', async () => {
  const { send, socket } = connection({ reads: false });
  const page = 'x'.repeat(UNREAD_MAX_BYTES / 2);
  send(page);
  send(page);
  await turn();
  expect(socket.destroyed).toBe(false);
  send('one more');
  expect(socket.destroyed).toBe(true);
});

it('[LIMIT-1] does not hold against a peer what came in the same turn', async () => {
  const { send, socket, calls } = connection();
  const page = 'x'.repeat(UNREAD_MAX_BYTES);
  for (let pages = 0; pages < 5; pages++) send(page);
  await turn();
  expect(socket.destroyed).toBe(false);
  expect(calls.join('')).toHaveLength(5 * (page.length + 2));
});
