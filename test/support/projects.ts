/**
 * Which suites run on which store. `npm test` runs everything on SQLite, and what matters most once
 * more on PostgreSQL; `npm run test:postgres` runs there whatever keeps something in a store.
 */
import { findWhyNoPostgres } from './postgres.ts';

const COMMON = { globalSetup: 'test/support/global-setup.ts' };

const EVERYTHING = {
  extends: true as const,
  test: {
    ...COMMON,
    name: 'all',
    testTimeout: process.env.CI ? 60_000 : 20_000,
    include: [
      '{protocol,widget,console,server,demo-site,tools}/**/*.test.{ts,tsx}',
      'test/**/*.test.{ts,tsx}',
    ],
  },
};

/** Not about what a server keeps, or about the files of SQLite. */
const NOT_ON_POSTGRES = [
  // SQLite's own: how it is opened, its files and its copies.
  'test/contract/sqlite.test.ts',
  'test/integration/{admin-store,copy,full-disk}.test.ts',
  // There a server dies by losing its database in the middle of a turn, in the test's own process.
  'test/integration/payments-model*.test.ts',
  // Files that are built, signed and served; the stand-in for Stripe. No store is opened.
  'test/contract/stripe.test.ts',
  'test/integration/{releases,releases-publish,published-releases,reproducible-build}.test.ts',
  'test/integration/verify*.test.ts',
  'test/integration/stripe-stand-in*.test.ts',
];

const CHOSEN = [
  'conversation',
  'conversation-desk',
  'session',
  'session-token',
  'payments-life',
  'payments-webhook',
  'ledger-records',
  'crash',
];

const onPostgres = (include: string[]) => ({
  extends: true as const,
  test: {
    ...COMMON,
    name: 'postgres',
    env: { TEST_STORE: 'postgres' },
    // Each file has a database of its own to make, and each commit waits for another process.
    testTimeout: 60_000,
    include,
    exclude: NOT_ON_POSTGRES,
  },
});

/** Nothing but an answer for vitest: a build asks no database. */
export async function testProjects() {
  if (process.env.VITEST !== 'true') return [];
  if (process.env.TEST_STORE === 'postgres') {
    return [onPostgres(['test/{contract,integration}/**/*.test.ts'])];
  }
  const why = await findWhyNoPostgres();
  if (why === null) {
    return [EVERYTHING, onPostgres([`test/integration/{${CHOSEN.join()}}.test.ts`])];
  }
  process.stderr.write(`Skipped on PostgreSQL: ${CHOSEN.join(', ')} (${why})\n`);
  return [EVERYTHING];
}
