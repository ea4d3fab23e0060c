/** The queues and the database behind them, counted when somebody asks. */
import type { Shared } from '../shared/shared.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../world.ts';
import type { Gauge, Meters } from './meters.ts';

interface Counted {
  store: Store;
  meters: Meters;
  clock: Clock;
  shared: Shared;
}

export const storeGauges = ({ store, meters, clock, shared }: Counted): Gauge[] => [
  {
    name: 'bulkhead_queue_jobs',
    help: 'What waits: for its commit, for a receiver of alerts, for a look at a payment.',
    labels: ['queue'],
    async read() {
      const [alerts, looks] = await Promise.all([countAlerts(store), countDue(store, clock.now())]);
      return Object.entries({
        log: meters.log.waiting,
        ledger: meters.ledger.waiting,
        alerts,
        payment_looks: looks,
      }).map(([queue, value]) => ({ labels: { queue }, value }));
    },
  },
  {
    name: 'bulkhead_redis_up',
    help: 'Whether the other processes can be asked.',
    read: () => (shared.kind === 'redis' ? [{ value: shared.isAlive() ? 1 : 0 }] : []),
  },
  {
    name: 'bulkhead_postgres_connections',
    help: 'Connections of the pool to Postgres, and requests that wait for one.',
    labels: ['state'],
    read() {
      if (store.kind !== 'postgres') return [];
      const { totalCount, idleCount, waitingCount } = store.pool;
      return [
        { labels: { state: 'busy' }, value: totalCount - idleCount },
        { labels: { state: 'idle' }, value: idleCount },
        { labels: { state: 'waiting' }, value: waitingCount },
      ];
    },
  },
];

/** A database that is away must not keep anybody from reading the rest. */
const UNKNOWN = Number.NaN;

const countAlerts = ({ db }: Store): Promise<number> =>
  db
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
    .then(
      ({ rows }) => Number(rows),
      () => UNKNOWN,
    );

const countDue = ({ db }: Store, now: number): Promise<number> =>
  db
    .selectFrom('payments')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('next_look_at', '<=', now)
    .executeTakeFirstOrThrow()
    .then(
      ({ rows }) => Number(rows),
      () => UNKNOWN,
    );
