/** [CARD-2] Everywhere a person or a page can put text, with a card in it; then every byte is read. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS, type Given } from '../../server/admin-commands.ts';
import { systemRandom } from '../../server/world.ts';
import {
  agentClient,
  collect,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  visitorClient,
} from '../support/clients.ts';
import { AGENT, makeDataDir, SHOP_ORIGIN, startServer } from '../support/server.ts';

const CARD = '5105105105105100';
const GROUPS = '5105 1051 0510 5100';
const MASKED = '•••• 5100';

/** However it is parted or percent-encoded. */
const holdsCard = (bytes: string) =>
  /5\D{0,9}1\D{0,9}0\D{0,9}5\D{0,9}1\D{0,9}0/.test(bytes.replaceAll('%20', ' '));

it('[CARD-2] leaves no card in the database, the log, an answer or a broadcast', async () => {
  const dataDir = await makeDataDir();
  const server = await startServer({ dataDir, env: { LOG_LEVEL: 'trace' } });
  const { url } = server;
  const said: string[] = [];
  const { config, store, ledger } = server.app.deps;
  const context = { config, store, ledger, db: store.db, random: systemRandom, now: Date.now() };
  const admin = async (command: string, values: Given['values']) =>
    COMMANDS.get(command)?.(
      { ...context, say: (line) => said.push(line) },
      { positionals: [], values },
    );

  const origin = ['https://second.example'];
  await admin('site create', { name: `Shop ${CARD}`, origin, greeting: `Pay with ${GROUPS}` });
  const { password } = AGENT;
  await admin('agent create', { name: `Bob ${GROUPS}`, email: 'bob@chat.example', password });
  await expect(
    admin('agent create', { name: 'Eve', email: `${CARD}@chat.example`, password }),
  ).rejects.toThrow('not an e-mail address');

  const visitor = await visitorClient(url, {
    session: {
      page: `${SHOP_ORIGIN}/thanks/5105%201051+0510-5100/12%2F27`,
      locale: `en-${CARD}`,
      identity: { name: `Vera ${GROUPS}`, email: `vera+${CARD}@example.org` },
    },
  });
  const agent = await agentClient(url, { email: 'bob@chat.example', password: AGENT.password });
  const broadcasts = [visitor, agent].flatMap(({ socket }) => [
    collect(socket, 'entry:appended'),
    collect(socket, 'conversation:changed'),
  ]);
  const request = () => ({ clientId: newClientId(), text: `It is ${GROUPS} 12/27 123` });
  const { conversationId } = granted(
    await visitor.socket.emitWithAck('message:send', { conversationId: null, ...request() }),
  );
  await agent.socket.emitWithAck('message:send', { conversationId, ...request() });
  await agent.socket.emitWithAck('note:send', { conversationId, ...request() });
  await visitor.socket.emitWithAck('visitor:identify', {
    name: CARD,
    email: `${CARD}@example.org`,
  });
  granted(await requestSession(url, { token: visitor.token, page: `${SHOP_ORIGIN}/${CARD}` }));
  await postFromShop(
    `${url}/api/reports`,
    {
      site: server.site.publicKey,
      kind: 'script_refused',
      release: CARD,
      subject: GROUPS,
      page: `${SHOP_ORIGIN}/5105%201051%200510%205100`,
    },
    { 'user-agent': `Browser/${CARD}` },
  );
  // Refused, and perhaps logged.
  await postFromShop(`${url}/api/session`, { protocol: 1, site: CARD, page: GROUPS });
  await fetch(`${url}/nowhere/${CARD}?card=${CARD}`, { headers: { referer: `${url}/${CARD}` } });
  await agent.socket.emitWithAck('message:send', { conversationId: 'cv_none', ...request() });

  const snapshot = granted(
    await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
  );
  const site = await (await fetch(`${url}/api/sites/${server.site.publicKey}`)).text();
  expect(snapshot.entries.map((entry) => 'text' in entry && entry.text)).toEqual(
    Array(3).fill(`It is ${MASKED}`),
  );
  expect(snapshot.conversation.visitor).toMatchObject({
    name: MASKED,
    email: `${MASKED}@example.org`,
    page: `${SHOP_ORIGIN}/${MASKED}`,
    firstPage: `${SHOP_ORIGIN}/thanks/${MASKED}`,
  });
  for (const told of [snapshot, broadcasts, site, agent.identity, said]) {
    expect(holdsCard(JSON.stringify(told))).toBe(false);
  }

  visitor.close();
  agent.close();
  await server.close();
  expect(holdsCard(server.logged())).toBe(false);
  for (const file of await readdir(dataDir)) {
    const bytes = await readFile(join(dataDir, file), 'latin1');
    expect([file, holdsCard(bytes)]).toEqual([file, false]);
  }
  await rm(dataDir, { recursive: true });
});
