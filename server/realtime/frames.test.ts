import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Frames } from './frames.ts';
import { UNREAD_MAX_BYTES } from './unread.ts';

/** @param reads whether the peer takes what is written */
function connection({ reads = true } = {}) {
  const calls: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    decodeStrings: false,
    write(chunk, encoding, done) {
      calls.push(Buffer.from(chunk, encoding));
      if (reads) done();
    },
  });
  const frames = new Frames(socket);
  return { calls, socket, send: (text: string) => frames.send(text) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What a peer reads, by the letter of RFC 6455: final text frames without a mask. */
function textsOf(frames: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < frames.length; ) {
    expect(frames[at]).toBe(0x81);
    const short = frames.readUInt8(at + 1);
    const [length, head] =
      short < 126
        ? [short, 2]
        : short === 126
          ? [frames.readUInt16BE(at + 2), 4]
          : [Number(frames.readBigUInt64BE(at + 2)), 10];
    texts.push(frames.toString('utf8', at + head, at + head + length));
    at += head + length;
  }
  return texts;
}

it('writes all frames of a turn at once, in order, and the next turn’s apart', async () => {
  const { calls, send } = connection();
  send('a');
  await Promise.resolve();
  send('b');
  expect(calls).toEqual([]);
  await turn();
  expect(calls.map(textsOf)).toEqual([['a', 'b']]);
  send('c');
  await turn();
  expect(calls.map(textsOf)).toEqual([['a', 'b'], ['c']]);
});

it.each([
  0, 125, 126, 65_535, 65_536, 200_000,
])('says a length of %i as its peer reads it', async (length) => {
  const { calls, send } = connection();
  send('x'.repeat(length));
  send('next');
  await turn();
  expect(calls.map(textsOf)).toEqual([['x'.repeat(length), 'next']]);
});

it('sends UTF-8, whatever stands beside it', async () => {
  const { calls, send } = connection();
  const texts = ['café', 'مصباح', '灯'.repeat(50_000), 'plain', '🏮'.repeat(40), 'half \ud83c'];
  for (const text of texts) send(text);
  await turn();
  expect(calls.map(textsOf)).toEqual([[...texts.slice(0, -1), 'half \ufffd']]);
});

it('keeps the place of what is written past it, and an end does not lose what waits', async () => {
  const { calls, send, socket } = connection();
  send('before');
  socket.write(Buffer.from([0x89, 0]));
  send('last');
  socket.end();
  await turn();
  expect(calls.map((call) => call.toString('latin1'))).toEqual([
    '\x81\x06before',
    '\x89\x00',
    '\x81\x04last',
  ]);
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
  expect(calls.flatMap(textsOf)).toEqual(Array(5).fill(page));
});
