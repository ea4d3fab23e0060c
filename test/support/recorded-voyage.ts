/**
 * A voyage with a recorder at every place where bytes pass: what each person's browser sends, what
 * arrives at the chat server's port, what it logs at its most talkative, and every file that it keeps.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLogger } from '../../server/logger.ts';
import { recordArrivals } from './arrivals.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from './voyage.ts';

export interface RecordedVoyage extends Pick<Voyage, 'demo'> {
  /** What visitors' pages send, and what the agent's does. */
  visitors: RecordingProxy;
  agents: RecordingProxy;
  visit(route: string): Promise<Visitor>;
  answer(): Promise<Agent>;
  /** What a visitor's page says to anybody while `act` runs, but for heartbeats and good-byes. */
  saidDuring(act: () => Promise<unknown>): Promise<string[]>;
  /** All that came to the chat server so far, from whomever. */
  arrived(): Buffer;
  logged(): string;
  /** Name and content of every file in the data directory, as it is now. */
  keptFiles(): Promise<Map<string, Buffer>>;
  close(): Promise<void>;
}

/** Engine.IO's pong and close, Socket.IO's disconnect, a WebSocket's close with 1000 or 1001. */
const HEARTBEATS = new RegExp(
  `^(${['3', '1', '41/visitor,', '\u0003[\u00e8\u00e9]'].join('|')})*$`,
);

/** Without the bypass Chromium goes to localhost directly. */
const through = ({ url }: RecordingProxy) => ({ proxy: { server: url, bypass: '<-loopback>' } });

export async function startRecordedVoyage(): Promise<RecordedVoyage> {
  const [visitors, agents] = await Promise.all([startRecordingProxy(), startRecordingProxy()]);
  const lines: string[] = [];
  const logger = createLogger('trace', { write: (line) => void lines.push(line) });
  const voyage = await startVoyage({ env: { LOG_LEVEL: 'trace' }, logger });
  const arrivals = recordArrivals(Number(new URL(voyage.demo.urls.chat).port));
  return {
    demo: voyage.demo,
    visitors,
    agents,
    visit: (route) => voyage.visit(route, through(visitors)),
    answer: () => voyage.answer(through(agents)),
    arrived: arrivals.bytes,
    logged: () => lines.join(''),
    async saidDuring(act) {
      const before = new Map(visitors.hosts().map((host) => [host, visitors.sentTo(host).length]));
      await act();
      return visitors.hosts().flatMap((host) => {
        const said = visitors.sentTo(host).subarray(before.get(host) ?? 0);
        const words = said.toString('latin1').replace(HEARTBEATS, '');
        return words ? [`${host}: ${words}`] : [];
      });
    },
    async keptFiles() {
      const files = await readdir(voyage.dataDir, { recursive: true, withFileTypes: true });
      const read = files
        .filter((entry) => entry.isFile())
        .map(
          async ({ parentPath, name }): Promise<[string, Buffer]> => [
            name,
            await readFile(path.join(parentPath, name)),
          ],
        );
      return new Map(await Promise.all(read));
    },
    async close() {
      await voyage.close();
      arrivals.stop();
      await Promise.all([visitors.close(), agents.close()]);
    },
  };
}
