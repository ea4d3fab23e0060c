/**
 * Peers that keep to no protocol: frames without end, packets without sense, requests without haste.
 * Each is refused or cut off, and a visitor who was there before goes on.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  granted,
  newClientId,
  requestSession,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { frame, openJoined, openRaw, openStranger, type RawSocket } from '../support/raw-socket.ts';
import { SHOP_ORIGIN, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let visitor: VisitorClient;
beforeAll(async () => {
  const env = { LIMIT_VISITOR_REQUESTS_BURST: '10000', LIMIT_VISITOR_REQUESTS_PER_SECOND: '1000' };
  server = await startServer({ env });
  visitor = await visitorClient(server.url);
  granted(await visitor.socket.emitWithAck('message:send', message()));
});
afterAll(async () => {
  visitor.close();
  await server.close();
});
const message = () => ({ conversationId: null, clientId: newClientId(), text: 'Is it in stock?' });
const expectUnharmed = async () =>
  void granted(await visitor.socket.timeout(15_000).emitWithAck('message:send', message()));
const joined = async () => openJoined(server.url, granted(await requestSession(server.url)).ticket);

const BRACKETS = 15_000;
const deep = `${'['.repeat(BRACKETS)}${']'.repeat(BRACKETS)}`;

it.each<[string, (raw: RawSocket) => void]>([
  ['a frame that announces a gigabyte', (raw) => raw.write(frame('x', { length: 2 ** 30 }))],
  ['a frame of more than 32 KiB', (raw) => raw.write(frame(`42${'x'.repeat(40_000)}`))],
  [
    'one message in ever more frames',
    (raw) => {
      for (let sent = 0; sent < 40_000; sent++)
        raw.write(frame('x', { opcode: sent === 0 ? 1 : 0, isLast: false }));
    },
  ],
  ['a frame without a mask', (raw) => raw.write(Buffer.from([0x81, 0x01, 0x78]))],
  ['a frame of an unknown kind', (raw) => raw.write(frame('x', { opcode: 3 }))],
  ['text that is no UTF-8', (raw) => raw.write(frame(Buffer.from([0x34, 0xff, 0xfe])))],
  ['an unknown packet of Engine.IO', (raw) => raw.write(frame('9'))],
  ['an unknown packet of Socket.IO', (raw) => raw.write(frame('49'))],
  ['an event that is no list', (raw) => raw.write(frame('42/visitor,{"a":1}'))],
  ['half an event', (raw) => raw.write(frame('42/visitor,["message:send",{'))],
  ['an event of a reserved name', (raw) => raw.write(frame('42/visitor,["disconnect"]'))],
  [
    'more attachments than there may be',
    (raw) => raw.write(frame('451000-/visitor,["x",{"_placeholder":true,"num":0}]')),
  ],
  ['attachments without a number', (raw) => raw.write(frame('45-/visitor,["x"]'))],
  [
    'an attachment that nothing waits for',
    (raw) => raw.write(frame(Buffer.alloc(100), { opcode: 2 })),
  ],
  [
    'more attachments than were announced',
    (raw) => {
      raw.write(frame('461-/visitor,1[{"_placeholder":true,"num":0}]'));
      for (let sent = 0; sent < 2; sent++) raw.write(frame(Buffer.alloc(100), { opcode: 2 }));
    },
  ],
  [
    'text in place of an attachment',
    (raw) => {
      raw.write(frame('451-/visitor,["x",{"_placeholder":true,"num":0}]'));
      raw.write(frame('42/visitor,["x"]'));
    },
  ],
])('cuts off who sends %s', async (_what, attack) => {
  const raw = await joined();
  attack(raw);
  await raw.untilEnded();
  await expectUnharmed();
});

it('[ERR-3] refuses a request with attachments, which it does not keep', async () => {
  const raw = await joined();
  raw.write(frame('4510-/visitor,7["message:send",{"_placeholder":true,"num":0}]'));
  await raw.until('43/visitor,7[{"ok":false,"error":{"code":"bad_request"');
  for (let sent = 0; sent < 10; sent++) raw.write(frame(Buffer.alloc(30_000), { opcode: 2 }));
  raw.write(frame('42/visitor,8["log:read",{}]'));
  await raw.until('43/visitor,8[{"ok":false');
  raw.close();
  await expectUnharmed();
});

it('[ERR-3] refuses what is nested without end', async () => {
  const raw = await joined();
  raw.write(frame(`42/visitor,7["message:send",${deep}]`));
  await raw.until('43/visitor,7[{"ok":false,"error":{"code":"bad_request"');
  raw.close();
  const body = deep.slice(BRACKETS - 8000, BRACKETS + 8000);
  const headers = { origin: SHOP_ORIGIN };
  const answer = await fetch(`${server.url}/api/session`, { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: 'bad_request' } });
  await expectUnharmed();
});

it.each([
  -1,
  1.5,
  2 ** 53,
  1e308,
  '1',
  null,
  [],
  {},
])('[LOG-3] answers a cursor of %j with a page or a refusal, and goes on', async (cursor) => {
  const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', message()));
  // The types would not let anybody ask so.
  const loose = visitor.socket as unknown as {
    emitWithAck(event: string, body: unknown): Promise<{ ok: boolean; error?: { code: string } }>;
  };
  for (const body of [
    { conversationId, after: cursor },
    { conversationId, before: cursor },
  ])
    expect(await loose.emitWithAck('log:read', body)).toMatchObject({
      error: { code: 'bad_request' },
    });
  expect(await loose.emitWithAck('log:read', { conversationId, after: 2 ** 53 - 1 })).toMatchObject(
    { data: { entries: [], more: false } },
  );
  expect(await loose.emitWithAck('log:read', { conversationId, before: 1 })).toMatchObject({
    data: { entries: [], more: false },
  });
});

it('refuses a poll’s body that is too large, and one that makes no sense', async () => {
  const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
  const open = async () => JSON.parse((await (await fetch(url)).text()).slice(1)).sid;
  const post = async (sid: string, body: string) =>
    fetch(`${url}&sid=${sid}`, { method: 'POST', body }).then(
      ({ status }) => status,
      () => 'cut',
    );
  expect(await post(await open(), `4${'x'.repeat(40_000)}`)).toBe(413);
  const sid = await open();
  await post(sid, '49');
  // The end of the connection, as Engine.IO writes it.
  expect(await (await fetch(`${url}&sid=${sid}`)).text()).toMatch(/1$/);
  expect(await post(sid, '3')).toBe(400);
  expect(await post('unknown', '3')).toBe(400);
  await expectUnharmed();
});

it('refuses headers and bodies that are too large', async () => {
  const raw = openRaw(server.url);
  raw.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Filler: ${'x'.repeat(20_000)}\r\n\r\n`);
  await raw.until('HTTP/1.1 431');
  await raw.untilEnded();
  const headers = { origin: SHOP_ORIGIN };
  const body = JSON.stringify({ protocol: 1, site: 'x'.repeat(20_000) });
  const answer = await fetch(`${server.url}/api/session`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ error: { code: 'bad_request' } });
  await expectUnharmed();
});

it('closes who says nothing, dribbles a head or a body, or stops in the middle of a handshake', async () => {
  const silent = openRaw(server.url);
  const head = openRaw(server.url);
  head.write('GET / HTTP/1.1\r\nHost: x\r\n');
  const body = openRaw(server.url);
  body.write('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{');
  const stranger = await openStranger(server.url);
  const dribbling = setInterval(() => {
    head.write('X-More: x\r\n');
    body.write(' ');
    stranger.write(frame('3'));
  }, 500);
  await Promise.all([silent, head, body, stranger].map((raw) => raw.untilEnded()));
  clearInterval(dribbling);
  expect(head.received()).toMatch(/^HTTP\/1\.1 408 /);
  await expectUnharmed();
}, 60_000);
