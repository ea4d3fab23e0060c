/** Who was cut off together comes back together, while the server is busy with those who came first. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { removeDataDir } from '../support/data-dir.ts';
import { makeDataDir, spawnServer } from '../support/server.ts';

/** More than the 511 that Node asks for by itself. */
const COMING = 800;
const MOST = '/proc/sys/net/core/somaxconn';

function mostOfThisMachine(): number {
  try {
    return Number(readFileSync(MOST, 'utf8'));
  } catch {
    return 0;
  }
}

it('lets hundreds wait to be taken, whom their own kernel would bring back after seconds', async (test) => {
  if (mostOfThisMachine() < COMING) test.skip(`this machine lets fewer wait (${MOST})`);
  const dataDir = await makeDataDir();
  const server = await spawnServer(dataDir);
  const goOn = server.freeze();
  const { hostname, port } = new URL(server.url);
  const coming = Array.from({ length: COMING }, () => connect(Number(port), hostname));
  try {
    const waiting = () => coming.filter(({ connecting }) => connecting).length;
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  } finally {
    for (const socket of coming) socket.destroy();
    goOn();
    await server.stop();
    await removeDataDir(dataDir);
  }
});
