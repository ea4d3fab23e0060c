/**
 * Facts from process to process: what is told within one turn of the loop goes as one sealed message
 * through Socket.IO's Redis adapter. Nobody here waits for Redis: own sockets are told first and by
 * themselves. What could not be said, or may not have been heard, ends in `state:stale` [SYNC-1].
 */
import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Namespace, Server } from 'socket.io';
import type { Cluster } from '../shared/open-shared.ts';
import type { Logger } from '../world.ts';
import type { Fact, Tell } from './facts.ts';

export interface Relay {
  /** To the other processes alone. */
  tell: Tell;
  close(): void;
}

export interface RelayOptions {
  io: Server;
  /** `null`: there are no others. */
  cluster: Cluster | null;
  logger: Pick<Logger, 'error'>;
  /** What another process told. */
  hear(fact: Fact): void;
  /** Facts of others may have been missed. */
  missed(): void;
}

const EVENT = 'facts';
/** After something could not be said, how soon the others hear that there was something. */
const OWN_UP_MS = 1000;

export function createRelay({ io, cluster, logger, hear, missed }: RelayOptions): Relay {
  if (!cluster) return { tell() {}, close() {} };
  const { link, seal } = cluster;
  let waiting: Fact[] = [];
  /** Something of ours did not reach the others. */
  let isUnsaid = false;

  const publisher = {
    spublish: (channel: string, message: Buffer | string) =>
      link.client.spublish(channel, message).catch((error: unknown) => {
        isUnsaid = true;
        throw error;
      }),
  };
  /** Whoever can write to Redis must not end a process by what the adapter does not expect. */
  const subscriber = {
    on: (event: 'smessageBuffer', run: (channel: Buffer, message: Buffer) => void) =>
      link.subscriber.on(event, (channel: Buffer, message: Buffer) => {
        try {
          run(channel, message);
        } catch (err) {
          logger.error({ err }, 'what Redis carried could not be taken');
        }
      }),
    ssubscribe: (channel: string) => link.subscriber.ssubscribe(channel),
    sunsubscribe: (channel: string) => link.subscriber.sunsubscribe(channel),
  };
  const inMemory = io.adapter();
  if (!inMemory) throw new Error('Socket.IO has no adapter');
  const spanning = createShardedAdapter(publisher, subscriber, {
    channelPrefix: link.prefix,
    subscriptionMode: 'static',
  });
  // Nobody is ever in the main namespace. The others stay in memory: what is told to a room there
  // neither waits for Redis nor lets anybody in who can write to it.
  io.adapter(function adapterOf(namespace: Namespace) {
    return namespace.name === '/' ? spanning(namespace) : Reflect.construct(inMemory, [namespace]);
  });

  function flush(): void {
    const facts = waiting;
    waiting = [];
    if (link.isAlive()) io.serverSideEmit(EVENT, seal.close(JSON.stringify(facts)));
    else isUnsaid = true;
  }

  const tell: Tell = (fact) => {
    if (waiting.push(fact) === 1) setImmediate(flush);
  };

  // What other processes say is typed as nothing at all, and parsed below.
  const main = io.of('/') as unknown as NodeJS.EventEmitter;
  main.on(EVENT, (sealed: unknown) => {
    const facts = sealed instanceof Uint8Array ? parseFacts(seal.open(sealed)) : null;
    if (facts === null) {
      logger.error('Redis carried what no process of this installation has said');
      return;
    }
    for (const fact of facts) hear(fact);
  });

  function ownUp(): void {
    if (!isUnsaid || !link.isAlive()) return;
    isUnsaid = false;
    tell({ is: 'stale' });
  }
  // Not only when Redis was away: an answer that came too late is no answer either.
  const owning = setInterval(ownUp, OWN_UP_MS).unref();

  link.onBack(() => {
    missed();
    ownUp();
  });
  return { tell, close: () => clearInterval(owning) };
}

/** What is sealed and no list of facts was kept there for another purpose, and put here by somebody. */
function parseFacts(text: string | null): Fact[] | null {
  try {
    const facts: unknown = JSON.parse(text ?? '');
    return Array.isArray(facts) ? facts : null;
  } catch {
    return null;
  }
}
