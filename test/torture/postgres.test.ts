import { describe, it } from 'vitest';
import { expectNothingWrong } from './short-form.ts';
import { findWhyNoPostgresAndRedis } from './world/postgres-backing.ts';

const whyNot = findWhyNoPostgresAndRedis();

describe.skipIf(whyNot !== null)(
  `two processes on PostgreSQL and Redis${whyNot ? ` (${whyNot})` : ''}`,
  () => {
    it(
      '[SEND-1] [SEND-3] [LOG-2] [LOG-4] lose, double, reorder and leak nothing',
      () =>
        expectNothingWrong(
          '--store postgres --messages 2500 --side 40 --length 60 --every 200 --minutes 3',
        ),
      300_000,
    );
  },
);
