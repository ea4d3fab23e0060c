/**
 * The load, a process of its own: connects visitors to one server and has them talk, come back and
 * leave, as the bench asks over IPC. Knows nothing of what is measured on the server's side.
 */
import type { Ask, Commands } from './commands.ts';
import { expectStorm, type Storm } from './storm.ts';
import { talk } from './talk.ts';
import { beginToTalk, type Coming, come, type Kind, type Visitor, watch } from './visitors.ts';
import type { Address } from './websocket.ts';

let kind: Kind = 'bare';
/** Where visitors go, in turn; watchers go to the first. */
let addresses: readonly [Address, ...Address[]] = [{ host: '127.0.0.1', port: 0 }];
let visitors: Visitor[] = [];
let talkers: Visitor[] = [];
let watchers: { close(): void }[] = [];
let delivered = 0;
let lost = 0;
let storm: Storm | null = null;

const coming = (index = 0): Omit<Coming, 'onLost'> => ({
  kind,
  address: addresses[index % addresses.length] ?? addresses[0],
  onEvent: () => delivered++,
});

/** @param inFlight so many at once */
async function each(count: number, inFlight: number, run: (index: number) => Promise<void>) {
  let next = 0;
  const work = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, work));
}

const commands: Commands = {
  async target(given) {
    kind = given.kind;
    addresses = [given.address, ...(given.others ?? [])];
  },
  async connect({ count, inFlight }) {
    const startedAt = performance.now();
    const first = visitors.length;
    await each(count, inFlight, async (index) => {
      const onLost = () => {
        lost++;
        storm?.lost(first + index);
      };
      visitors[first + index] = await come({ ...coming(index), onLost });
    });
    return { seconds: (performance.now() - startedAt) / 1000 };
  },
  async beginToTalk({ count }) {
    talkers = visitors.slice(0, count);
    await each(talkers.length, 20, async (index) => {
      const visitor = talkers[index];
      if (visitor) await beginToTalk(kind, visitor, `room ${index}`);
    });
    const rooms = talkers.flatMap(({ room }) => room ?? []);
    watchers.push(await watch(coming(), rooms));
  },
  talk: (pace) => talk(kind, talkers, pace),
  async counts() {
    return { delivered, lost, visitors: visitors.length };
  },
  async storm({ timeoutMs }) {
    storm = expectStorm(coming(), visitors);
    return storm.untilOver(timeoutMs).finally(() => {
      storm = null;
    });
  },
  async leave() {
    for (const { peer } of visitors) peer.close();
    for (const watcher of watchers) watcher.close();
    visitors = [];
    talkers = [];
    watchers = [];
    delivered = 0;
    lost = 0;
  },
};

process.on('message', ({ id, name, given }: Ask) => {
  // The sender pairs a command with what it takes; the types stand in `commands.ts`.
  const run = commands[name] as (given: unknown) => Promise<unknown>;
  run(given).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
