/**
 * What the parts of the server are given, so that none of them reaches for the world by itself.
 * `app.ts` makes one `Deps`; tests replace the clock, the randomness and the logger.
 */
import type { Config } from './config.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Load } from './load/load.ts';
import type { ConversationLog } from './log/log.ts';
import type { Publisher } from './log/publisher.ts';
import type { Meters } from './metrics/meters.ts';
import type { Shared } from './shared/shared.ts';
import type { Turns } from './shared/turns.ts';
import type { Store } from './store/store.ts';
import type { Clock, Logger, RandomBytes } from './world.ts';

export interface Deps {
  config: Config;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  store: Store;
  log: ConversationLog;
  ledger: Ledger;
  publisher: Publisher;
  keys: Keys;
  load: Load;
  meters: Meters;
  shared: Shared;
  /** What two processes must not do at the same time. */
  turns: Turns;
  /** Origin under which browsers reach this server. Known once it listens. */
  publicUrl(): string;
}
