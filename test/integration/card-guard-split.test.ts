/** [CARD-3] Numbers over several messages, through real sockets, down to the bytes on the disk. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import {
  type AgentClient,
  agentClient,
  collect,
  granted,
  newClientId,
  say,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { TEST_STORE } from '../support/data-dir.ts';
import { makeDataDir, startServer, type TestServer } from '../support/server.ts';

/** Not the number of every other test: its parts must stand in no file for another reason. */
const PARTS = ['5105 1051', '0510 5100'] as const;

let dataDir: string;
let server: TestServer;
let visitor: VisitorClient;
let agent: AgentClient;
let conversationId: string;

const answer = async (text: string, request: 'message:send' | 'note:send' = 'message:send') =>
  granted(
    await agent.socket.emitWithAck(request, { conversationId, clientId: newClientId(), text }),
  );
const logged = async () =>
  granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
const textsOf = (entries: readonly Entry[]) =>
  entries.flatMap((entry) => ('text' in entry ? [entry.text] : []));
const filesWith = async (planted: string) => {
  const found: string[] = [];
  for (const file of await readdir(dataDir)) {
    if ((await readFile(join(dataDir, file), 'latin1')).includes(planted)) found.push(file);
  }
  return found;
};

beforeEach(async () => {
  dataDir = await makeDataDir();
  server = await startServer({ dataDir, env: { LIMIT_VISITOR_REQUESTS_BURST: '1000' } });
  visitor = await visitorClient(server.url);
  agent = await agentClient(server.url);
  ({ conversationId } = await say(visitor, 'Hello'));
  await logged();
});
afterEach(async () => {
  visitor.close();
  agent.close();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('[CARD-3] a card number over several messages', () => {
  it('leaves the log, the preview and every open screen', async () => {
    const seen = [visitor, agent].map(({ socket }) => collect<Entry>(socket, 'entry:appended'));
    const first = await say(visitor, `first ${PARTS[0]}`);
    expect((await logged()).conversation.preview).toContain(PARTS[0]);
    const last = await say(visitor, `then ${PARTS[1]} 12/27 123`);

    const { entries, conversation } = await logged();
    expect(textsOf(entries)).toEqual(['Hello', 'first ••••', 'then ••••']);
    expect(entries.slice(1)).toMatchObject([{ redacted: 1 }, { redacted: 1 }]);
    expect(conversation.preview).toBe('then ••••');
    for (const facts of seen) {
      expect(facts.map(({ seq }) => seq)).toEqual([first.seq, first.seq, last.seq]);
      expect(facts[1]).toMatchObject({ text: 'first ••••', redacted: 1 });
    }
  });

  it('is found at once in one commit, and from the very first message on', async () => {
    const other = await visitorClient(server.url);
    const [one, two] = await Promise.all([say(other, PARTS[0]), say(other, PARTS[1])]);
    expect(two.seq).toBe(one.seq + 1);
    const { entries } = granted(
      await other.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );
    expect(textsOf(entries)).toEqual(['••••', '••••']);
    await Promise.all([say(visitor, PARTS[0]), say(visitor, 'between'), say(visitor, PARTS[1])]);
    expect(textsOf((await logged()).entries)).toEqual(['Hello', '••••', 'between', '••••']);
    other.close();
  });

  it('leaves what an agent wrote, in a note as well, and the preview behind a note', async () => {
    await answer(PARTS[0]);
    await answer(PARTS[1], 'note:send');
    const { entries, conversation } = await logged();
    expect(textsOf(entries)).toEqual(['Hello', '••••', '••••']);
    expect(conversation.preview).toBe('••••');
  });

  it('gives the redacted entry back for a repeated clientId', async () => {
    const request = { conversationId: null, clientId: newClientId(), text: PARTS[0] };
    const first = granted(await visitor.socket.emitWithAck('message:send', request));
    await say(visitor, PARTS[1]);
    const again = granted(await visitor.socket.emitWithAck('message:send', request));
    expect(again.seq).toBe(first.seq);
    expect(textsOf((await logged()).entries)).toEqual(['Hello', '••••', '••••']);
  });

  // How long Postgres keeps what was overwritten is a matter of its vacuum, and the operator's.
  it.skipIf(TEST_STORE !== 'sqlite')(
    'leaves every file, a moment later and after the end',
    async () => {
      const padding = 'x'.repeat(3000);
      // Large commits, so that the journal has pages that are free afterwards and not used again.
      for (let round = 0; round < 4; round++) {
        const others = Array.from({ length: 12 }, (_, index) =>
          say(visitor, `${padding} ${index}`),
        );
        await Promise.all([say(visitor, `${'-'.repeat(200 * round)}${PARTS[0]}`), ...others]);
        // In the journal, and in the tables.
        if (round % 2 === 0) await logged();
        await say(visitor, PARTS[1]);
      }
      expect((await filesWith('Hello')).length).toBeGreaterThan(0);
      await expect.poll(() => filesWith(PARTS[0]), { timeout: 5000 }).toEqual([]);
      await server.close();
      for (const part of PARTS) expect(await filesWith(part)).toEqual([]);
      expect(await filesWith('5105')).toEqual([]);
      expect(server.logged()).not.toContain('5105');
    },
  );
});
