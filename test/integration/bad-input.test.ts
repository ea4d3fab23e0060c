/** [ERR-3] What does not fit is refused with its code, and the connection lives on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import {
  type AgentClient,
  agentClient,
  granted,
  newClientId,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let visitor: VisitorClient;
let other: VisitorClient;
let agent: AgentClient;
let ownId: string;
let othersId: string;

beforeAll(async () => {
  server = await startServer({ env: { LIMIT_VISITOR_REQUESTS_BURST: '1000' } });
  [visitor, other, agent] = await Promise.all([
    visitorClient(server.url),
    visitorClient(server.url),
    agentClient(server.url),
  ]);
  ownId = await begin(visitor);
  othersId = await begin(other);
});
afterAll(async () => {
  for (const client of [visitor, other, agent]) client.close();
  await server.close();
});

const message = (fields = {}) => ({
  conversationId: null,
  clientId: newClientId(),
  text: 'Hello',
  ...fields,
});
const begin = async ({ socket }: VisitorClient) =>
  granted(await socket.emitWithAck('message:send', message())).conversationId;

/** Past the types: what a hostile peer would send. */
type Loose = { emitWithAck(event: string, ...args: unknown[]): Promise<unknown> };
const ask = (client: VisitorClient | AgentClient, event: string, ...args: unknown[]) =>
  (client.socket.timeout(3000) as unknown as Loose).emitWithAck(event, ...args);
const refusal = (code: ErrorCode) => ({ ok: false, error: { code, message: ERRORS[code] } });

const UNKNOWN = 'cv_unknownunknown00';

describe('a visitor’s message', () => {
  it.each<[string, object, ErrorCode]>([
    ['of no characters', { text: '' }, 'message_empty'],
    ['of white space', { text: ' \n\t\u00a0\u2003 ' }, 'message_empty'],
    ['of invisible characters', { text: '\u200b\u2060\ufeff' }, 'message_empty'],
    ['of 4,001 characters', { text: 'x'.repeat(4001) }, 'message_too_long'],
    ['in an unknown conversation', { conversationId: UNKNOWN }, 'conversation_unknown'],
    ['with a short clientId', { clientId: 'short' }, 'bad_request'],
    ['with a clientId of other characters', { clientId: `${'x'.repeat(16)}\n` }, 'bad_request'],
    ['[CARD-2] with a card number as clientId', { clientId: '4242424242424242' }, 'bad_request'],
    ['[CARD-2] with one in parts', { clientId: 'x-4242-4242_4242-4242' }, 'bad_request'],
    ['without a text', { text: undefined }, 'bad_request'],
    ['with a number as text', { text: 7 }, 'bad_request'],
    ['with an unknown field', { author: { kind: 'agent' } }, 'bad_request'],
    ['with an id that is no id', { conversationId: "' or 1=1" }, 'bad_request'],
  ])('%s is refused', async (_what, fields, code) => {
    expect(await ask(visitor, 'message:send', message(fields))).toEqual(refusal(code));
    expect(await ask(visitor, 'message:send', message())).toMatchObject({ ok: true });
  });

  it('[SEND-2] of 1 and of 4,000 characters after trimming is accepted', async () => {
    for (const text of ['x', `  ${'é'.repeat(4000)}\n`]) {
      expect(await ask(visitor, 'message:send', message({ text }))).toMatchObject({ ok: true });
    }
  });
});

describe('another visitor’s conversation', () => {
  it.each([
    ['message:send', () => message({ conversationId: othersId })],
    ['conversation:sync', () => ({ conversationId: othersId, after: 0 })],
    ['log:read', () => ({ conversationId: othersId })],
    ['typing:set', () => ({ conversationId: othersId, on: true })],
    ['read:mark', () => ({ conversationId: othersId, seq: 1 })],
  ])('is unknown to %s', async (event, body) => {
    expect(await ask(visitor, event, body())).toEqual(refusal('conversation_unknown'));
  });

  it('is unknown to a visitor who has none, too', async () => {
    const fresh = await visitorClient(server.url);
    const body = { conversationId: ownId, after: 0 };
    expect(await ask(fresh, 'conversation:sync', body)).toEqual(refusal('conversation_unknown'));
    fresh.close();
  });
});

describe('an agent’s request', () => {
  it.each([
    ['message:send', () => message({ conversationId: UNKNOWN }), 'conversation_unknown'],
    ['note:send', () => message({ conversationId: UNKNOWN }), 'conversation_unknown'],
    ['conversation:sync', () => ({ conversationId: UNKNOWN, after: 0 }), 'conversation_unknown'],
    ['log:read', () => ({ conversationId: UNKNOWN }), 'conversation_unknown'],
    ['typing:set', () => ({ conversationId: UNKNOWN, on: true }), 'conversation_unknown'],
    ['read:mark', () => ({ conversationId: UNKNOWN, seq: 1 }), 'conversation_unknown'],
    ['conversation:resolve', () => ({ conversationId: UNKNOWN }), 'conversation_unknown'],
    ['conversation:reopen', () => ({ conversationId: UNKNOWN }), 'conversation_unknown'],
    [
      'conversation:assign',
      () => ({ conversationId: UNKNOWN, agentId: null }),
      'conversation_unknown',
    ],
    ['message:send', () => message(), 'bad_request'],
    ['message:send', () => message({ conversationId: ownId, text: '' }), 'message_empty'],
    [
      'note:send',
      () => message({ conversationId: ownId, text: 'x'.repeat(4001) }),
      'message_too_long',
    ],
    [
      'message:send',
      () => message({ conversationId: ownId, clientId: '4242424242424242' }),
      'bad_request',
    ],
    [
      'note:send',
      () => message({ conversationId: ownId, clientId: '4242-4242-4242-4242' }),
      'bad_request',
    ],
    ['conversations:list', () => ({ status: 'every' }), 'bad_request'],
    ['conversations:list', () => ({ status: 'all', limit: 51 }), 'bad_request'],
  ] as const)('%s that does not fit is refused (%#)', async (event, body, code) => {
    expect(await ask(agent, event, body())).toEqual(refusal(code));
  });

  it('payment:request is refused where payments are not set up', async () => {
    const body = {
      conversationId: ownId,
      clientId: newClientId(),
      amountMinor: 4900,
      currency: 'EUR',
      description: 'Brass lantern',
    };
    expect(await ask(agent, 'payment:request', body)).toEqual(refusal('payments_disabled'));
  });
});

describe('[ERR-3] what is no request', () => {
  const NOISE: unknown[][] = [
    [],
    [null],
    ['text'],
    [7],
    [[]],
    [{}],
    [{ __proto__: null }],
    [{ conversationId: { $ne: null } }],
    [Buffer.from([1, 2, 3])],
    [{ conversationId: null, clientId: newClientId(), text: Buffer.from('x') }],
  ];

  it.each(NOISE)('a body of %j is refused', async (...args) => {
    expect(await ask(visitor, 'message:send', ...args)).toEqual(refusal('bad_request'));
    expect(await ask(agent, 'message:send', ...args)).toEqual(refusal('bad_request'));
  });

  it.each([
    ['message:sent'],
    ['constructor'],
    ['__proto__'],
    ['toString'],
    ['note:send'],
  ])('a visitor’s event %s is refused', async (event) => {
    const body = message({ conversationId: ownId });
    expect(await ask(visitor, event, body)).toEqual(refusal('bad_request'));
  });

  it('without an ack it is carried out or dropped in silence', async () => {
    visitor.socket.emit('message:send', message({ text: '' }), undefined as never);
    visitor.socket.emit('read:mark', { conversationId: ownId, seq: 1 });
    await expect
      .poll(async () => {
        const body = { conversationId: null, after: 0 } as const;
        const synced = await visitor.socket.emitWithAck('conversation:sync', body);
        return granted(synced).conversation?.reads.visitor;
      })
      .toBe(1);
  });

  it('packets that cannot be parsed, or are too large, harm nobody else', async () => {
    for (const frame of ['4', '42', '42/visitor,', '42/visitor,{', '4{}', '\u0000', '451-[', '9']) {
      await sendFrame(frame);
    }
    await sendFrame(`42/visitor,["message:send",{"text":"${'x'.repeat(40_000)}"}]`);
    expect(await ask(visitor, 'message:send', message())).toMatchObject({ ok: true });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

describe('too many requests', () => {
  it('are answered with rate_limited and when to try again', async () => {
    const strict = await startServer({
      env: { LIMIT_VISITOR_REQUESTS_BURST: '3', LIMIT_VISITOR_REQUESTS_PER_SECOND: '1' },
    });
    const client = await visitorClient(strict.url);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask(client, 'message:send', message())),
    );
    expect(answers.slice(0, 3)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(answers[4]).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    client.close();
    await strict.close();
  });
});

/** One raw frame on a socket of its own that has been through the handshake. */
async function sendFrame(frame: string): Promise<void> {
  const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const raw = new WebSocket(url);
  const closed = new Promise<void>((resolve) => raw.addEventListener('close', () => resolve()));
  await new Promise((resolve) => raw.addEventListener('open', resolve));
  raw.send('40/visitor,{}');
  raw.send(frame);
  setTimeout(() => raw.close(), 20);
  await closed;
}
