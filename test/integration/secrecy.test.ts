/**
 * Nothing of what people write, no token, ticket, cookie, secret or e-mail address stands in the log
 * of the server, at its most talkative; and no card number in any file that it keeps.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import {
  agentClient,
  collect,
  connectVisitor,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  say,
  signIn,
  visitorClient,
} from '../support/clients.ts';
import { removeDataDir, TEST_STORE } from '../support/data-dir.ts';
import { readKept } from '../support/kept.ts';
import { AGENT, makeDataDir, SHOP_ORIGIN, startServer } from '../support/server.ts';

const CARD = '4242424242424242';
const WAYS = [CARD, '4242 4242 4242 4242', '4242-4242-4242-4242', [...CARD].join('\u200b')];
const TEXT = 'My dog is called Bartholomew';
const NOTE = 'This customer is a handful';

/** Every way in which a card number may stand in a file, whatever parts its digits. */
const holdsCard = (bytes: string) => /(4[^\d]{0,6}2[^\d]{0,6}){7}4[^\d]{0,6}2/.test(bytes);

it('[CARD-2] keeps secrets and texts out of the log, and cards out of every file', async () => {
  const dataDir = await makeDataDir();
  const server = await startServer({ dataDir, env: { LOG_LEVEL: 'trace' } });
  const { url } = server;

  const visitor = await visitorClient(url, {
    session: {
      page: `${SHOP_ORIGIN}/${CARD}`,
      identity: { name: `Vera ${CARD}`, email: 'vera@example.org' },
    },
  });
  const { ticket } = granted(await requestSession(url, { token: visitor.token }));
  const agent = await agentClient(url);
  const broadcast = collect(agent.socket, 'entry:appended');
  const text = `${TEXT}: ${WAYS.join(' or ')}`;
  const sent = await say(visitor, text);
  const { conversationId } = sent;
  const ask = { conversationId, clientId: newClientId() };
  await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 });
  await agent.socket.emitWithAck('note:send', { ...ask, text: `${NOTE} ${CARD}` });
  await visitor.socket.emitWithAck('visitor:identify', { name: `Vera ${WAYS[1]}` });
  await postFromShop(`${url}/api/reports`, {
    site: server.site.publicKey,
    kind: 'script_refused',
    release: '1.0.0',
    subject: CARD,
    page: `${SHOP_ORIGIN}/${CARD}`,
  });

  // What goes wrong is where logs usually talk.
  await requestSession(url, { token: `${visitor.token}x`, page: `${SHOP_ORIGIN}/?q=${CARD}` });
  await connectVisitor(url, { ticket: `${ticket}x` }).catch(() => {});
  await signIn(url, { email: AGENT.email, password: 'hunter2-hunter2' });
  await fetch(`${url}/api/agent/me?token=${visitor.token}`);
  await fetch(`${url}/nowhere/${CARD}?email=vera@example.org`);
  await postFromShop(`${url}/api/session`, `{"token":"${visitor.token}"`);
  const { db } = server.app.store;
  await sql`alter table visitors rename to visitors_gone`.execute(db);
  await visitor.socket.emitWithAck('visitor:identify', { email: 'vera2@example.org' });
  await requestSession(url, { token: visitor.token });
  await sql`alter table visitors_gone rename to visitors`.execute(db);

  visitor.close();
  agent.close();
  const secret = await readFile(join(dataDir, 'secret'), 'utf8');
  await server.close();

  const log = server.logged();
  expect(log).toContain('socket request failed');
  for (const planted of [
    TEXT,
    'Bartholomew',
    NOTE,
    'Vera',
    'example.org',
    AGENT.email,
    AGENT.password,
    'hunter2',
    visitor.token,
    ticket,
    agent.cookie.split('=')[1] ?? '',
    secret,
    '?q=',
    '/nowhere',
  ]) {
    expect(planted.length).toBeGreaterThan(2);
    expect(log).not.toContain(planted);
  }
  expect(log).not.toMatch(/bv1\./);
  expect(holdsCard(log)).toBe(false);
  expect(holdsCard(JSON.stringify(broadcast))).toBe(false);

  const kept = await readKept(dataDir);
  for (const [file, bytes] of kept) {
    expect([file, holdsCard(bytes)]).toEqual([file, false]);
    expect([file, bytes.includes(visitor.token), bytes.includes(ticket)]).toEqual([
      file,
      false,
      false,
    ]);
  }
  const database = kept.get(TEST_STORE === 'sqlite' ? 'bulkhead.db' : 'entries') ?? '';
  expect(Buffer.from(database, 'latin1').toString()).toContain(
    'Bartholomew: •••• 4242 or •••• 4242',
  );
  await removeDataDir(dataDir);
});

it('would find a card that stood there', () => {
  for (const way of WAYS) expect(holdsCard(`x${Buffer.from(way).toString('latin1')}y`)).toBe(true);
});
