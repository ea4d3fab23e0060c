/** What the processes share, by the configuration: Redis, or the memory of the only one. */
import type { Config } from '../config.ts';
import type { Keys } from '../keys.ts';
import type { Clock, Logger, RandomBytes } from '../world.ts';
import { createMemoryShared } from './memory-shared.ts';
import { openRedisLink, type RedisLink } from './redis-link.ts';
import { createRedisShared } from './redis-shared.ts';
import { createSeal, type Seal } from './seal.ts';
import type { Shared } from './shared.ts';

export interface OpenShared {
  shared: Shared;
  /** To the other processes; null where there are none. */
  cluster: Cluster | null;
}

/** How processes speak to each other. */
export interface Cluster {
  link: RedisLink;
  seal: Seal;
}

export interface OpenSharedOptions {
  config: Pick<Config, 'redisUrl'>;
  clock: Clock;
  keys: Keys;
  random: RandomBytes;
  logger: Logger;
}

export function openShared(options: OpenSharedOptions): OpenShared {
  const { config, clock, keys, random, logger } = options;
  if (config.redisUrl === null) return { shared: createMemoryShared(clock), cluster: null };
  const seal = createSeal(keys, random);
  const prefix = `bulkhead:${seal.nameOf('prefix').slice(0, 16)}`;
  const link = openRedisLink({ url: config.redisUrl, prefix, logger });
  return { shared: createRedisShared({ link, seal, clock }), cluster: { link, seal } };
}
