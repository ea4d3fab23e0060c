/** [LIMIT-1] [LIMIT-2] What one peer may have the server keep for it. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  connectVisitor,
  granted,
  newClientId,
  requestSession,
  visitorClient,
} from '../support/clients.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;
let conversationId: string;

beforeAll(async () => {
  server = await startServer({ env: { LIMIT_VISITOR_REQUESTS_BURST: '10000' } });
  const writer = await visitorClient(server.url);
  token = writer.token;
  const message = { conversationId: null, clientId: newClientId(), text: 'x' };
  ({ conversationId } = granted(await writer.socket.emitWithAck('message:send', message)));
  writer.close();
  await write(100);
});
afterAll(() => server.close());

const text = 'x'.repeat(4000);
/** Somebody else's messages, of 4 KB each. */
const write = (count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      server.app.deps.log.append({
        conversationId,
        author: { kind: 'system' },
        clientId: newClientId(),
        type: 'message',
        text,
      }),
    ),
  );

const ticket = async () => granted(await requestSession(server.url, { token })).ticket;
const joining = async () => `40/visitor,${JSON.stringify({ protocol: 1, ticket: await ticket() })}`;
/** Some 100 bytes, answered with 400 KB. */
const reading = () => `42/visitor,7["log:read",${JSON.stringify({ conversationId })}]`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A client's frame, masked as RFC 6455 5.3 wants it, with a mask of zeros. */
function frame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(4), Buffer.from(text)]);
}
function tcp(): Socket & { ended: boolean } {
  const { hostname, port } = new URL(server.url);
  const socket = Object.assign(connect(Number(port), hostname), { ended: false });
  const end = () => {
    socket.ended = true;
  };
  socket.on('error', end).on('close', end);
  return socket;
}
const upTo = (socket: Socket, marker: string) =>
  new Promise<void>((resolve) => {
    let seen = '';
    socket.on('data', (chunk) => {
      seen += chunk;
      if (seen.includes(marker)) resolve();
    });
  });

/** A WebSocket that has joined and then reads nothing more. */
async function deafSocket() {
  const socket = tcp();
  socket.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      'Host: chat',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      '\r\n',
    ].join('\r\n'),
  );
  await upTo(socket, '0{');
  const joined = upTo(socket, '40/visitor,');
  socket.write(frame(await joining()));
  await joined;
  socket.pause();
  return socket;
}
/** A session by long-polling that has joined. */
async function polling() {
  const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
  const post = async (body: string) =>
    (await fetch(`${url}&sid=${sid}`, { method: 'POST', body })).status;
  await post(await joining());
  await (await fetch(`${url}&sid=${sid}`)).text();
  return post;
}

it('[LIMIT-1] reads no pages for a WebSocket that asks and pongs and does not read', async () => {
  const reads = vi.spyOn(server.app.deps.log, 'read');
  const socket = await deafSocket();
  for (let asked = 0; asked < 80; asked++) socket.write(frame(reading()));
  await sleep(1000);
  // What the network itself takes, and one page more.
  expect(reads.mock.calls.length).toBeLessThan(30);
  socket.destroy();
  reads.mockRestore();
});

it('[LIMIT-1] reads no pages for a poller that asks and does not poll', async () => {
  const reads = vi.spyOn(server.app.deps.log, 'read');
  const post = await polling();
  for (let asked = 0; asked < 20; asked++) expect(await post(reading())).toBe(200);
  expect(reads).toHaveBeenCalledTimes(1);
  reads.mockRestore();
});

it.each([
  ['websocket'],
  ['polling'],
] as const)('[LIMIT-1] lets one that reads by %s have as much as it asks for', async (transport) => {
  const options = { transports: [transport] };
  const socket = await connectVisitor(server.url, { ticket: await ticket() }, options);
  const pages = await Promise.all(
    Array.from({ length: 30 }, () => socket.emitWithAck('log:read', { conversationId })),
  );
  expect(pages.every((page) => page.ok && page.data.entries.length === 100)).toBe(true);
  socket.close();
});

it('[LIMIT-1] cuts off a WebSocket that does not read what others write', async () => {
  const socket = await deafSocket();
  const deadline = Date.now() + 10_000;
  while (!socket.ended && Date.now() < deadline) {
    await write(200);
    // Whoever was cut off learns it at the next write.
    socket.write(frame('3'));
    await sleep(10);
  }
  expect(socket.ended).toBe(true);
  socket.destroy();
});

it('[LIMIT-1] cuts off a poller that does not poll for what others write', async () => {
  const post = await polling();
  await write(200);
  expect(await post('3')).toBe(200);
  await write(200);
  expect(await post('3')).toBe(400);
});

it('[LIMIT-2] refuses a visitor’s 21st socket, also when all come at once', async () => {
  const { token: own } = granted(await requestSession(server.url));
  const attempts = Array.from({ length: 25 }, async () => {
    const session = granted(await requestSession(server.url, { token: own }));
    return connectVisitor(server.url, { ticket: session.ticket });
  });
  const settled = await Promise.allSettled(attempts);
  const open = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(open).toHaveLength(20);
  expect(refused).toEqual(Array(5).fill('unavailable'));
  open.pop()?.close();
  const again = async () => {
    const session = granted(await requestSession(server.url, { token: own }));
    return connectVisitor(server.url, { ticket: session.ticket });
  };
  await expect.poll(() => again().then(({ connected }) => connected)).toBe(true);
  for (const socket of open) socket.close();
});
