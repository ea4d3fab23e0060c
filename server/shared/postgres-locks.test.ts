import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startHangingLocks } from '../../test/support/hanging-locks.ts';
import {
  createDatabase,
  findWhyNoPostgres,
  type TestDatabase,
} from '../../test/support/postgres.ts';
import { createPostgresLocks } from './postgres-locks.ts';
import { createTurns, type Turns } from './turns.ts';

const whyNot = await findWhyNoPostgres();
const logger = pino({ level: 'silent' });

describe.skipIf(whyNot)(`turns of two processes${whyNot ? ` (${whyNot})` : ''}`, () => {
  let database: TestDatabase;
  const opened: Turns[] = [];
  const open = (patienceMs?: number): Turns => {
    const options = { url: database.url, logger, ...(patienceMs !== undefined && { patienceMs }) };
    const turns = createTurns(createPostgresLocks(options));
    opened.push(turns);
    return turns;
  };
  /** As the death of every process does. */
  async function endSessions(): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'bulkhead locks'`,
    );
    await client.end();
  }
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(async () => {
    await Promise.all(opened.map((turns) => turns.close()));
    await database.drop();
  });

  it('never run at the same time for one key, and do for two', async () => {
    const both = [open(), open()];
    const running = new Map<string, number>();
    let most = 0;
    let together = 0;
    const task = (key: string) => async () => {
      running.set(key, (running.get(key) ?? 0) + 1);
      most = Math.max(most, running.get(key) ?? 0);
      together = Math.max(
        together,
        [...running.values()].reduce((sum, count) => sum + count, 0),
      );
      await sleep(5);
      running.set(key, (running.get(key) ?? 0) - 1);
    };
    const keys = Array.from({ length: 40 }, (_, n) => `key ${n % 3}`);
    await Promise.all(keys.flatMap((key) => both.map((turns) => turns.take(key, task(key)))));
    expect(most).toBe(1);
    expect(together).toBeGreaterThan(1);
  });

  it('are had all the same where the session breaks that asks for them', async () => {
    const [here, there] = [open(), open()];
    const keys = Array.from({ length: 20 }, (_, n) => `asked ${n}`);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const held = keys.map((key) => here.take(key, () => over));
    await here.take('held by now', async () => {});
    const waiting = keys.map((key) => there.take(key, async () => 'mine'));
    await sleep(50);
    await endSessions();
    expect(await Promise.all(waiting)).toEqual(keys.map(() => 'mine'));
    end();
    await Promise.all(held);
  });

  it('are led by another one when a process hangs, and not by it when it goes on', async () => {
    const leaseMs = 900;
    const other = startHangingLocks(database.url, leaseMs);
    const here = open();
    expect(await other.keeps('led')).toBe(true);
    // It says nothing for longer than that, and is alive all the same.
    await sleep(2 * leaseMs);
    expect(await here.leads('led')).toBe(false);
    other.hang();
    await vi.waitFor(async () => expect(await here.leads('led')).toBe(true), { timeout: 15_000 });
    other.wake();
    expect(await other.keeps('led')).toBe(false);
    expect(await here.leads('led')).toBe(true);
    await other.close();
  });

  it('give what failed its turn back', async () => {
    const [here, there] = [open(), open()];
    await expect(here.take('fails', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await there.take('fails', async () => 'mine')).toBe('mine');
  });

  it('of a process whose session ended are free', async () => {
    const [here, there] = [open(), open()];
    let end: () => void = () => {};
    const held = here.take(
      'held',
      () =>
        new Promise<void>((done) => {
          end = done;
        }),
    );
    await vi.waitFor(() => expect(end.length).toBe(1), 10_000);
    const waiting = there.take('held', async () => 'mine');
    await endSessions();
    expect(await waiting).toBe('mine');
    end();
    await held;
    expect(await here.take('held', async () => 'again')).toBe('again');
  });

  it('that take too long are refused, having done nothing', async () => {
    const [here, there] = [open(), open(50)];
    const run = vi.fn(async () => {});
    await here.take('long', () =>
      expect(there.take('long', run)).rejects.toMatchObject({ code: 'unavailable' }),
    );
    expect(run).not.toHaveBeenCalled();
  });

  it('are not waited for by a process that is to end', async () => {
    const [here, there] = [open(), open()];
    await here.take('slow', async () => {
      const waiting = there.take('slow', async () => {});
      there.hurry();
      await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    });
    expect(await there.take('slow', async () => 'free')).toBe('free');
  });

  it("that last are one process's, until it ends", async () => {
    const [here, there] = [open(), open()];
    expect(await here.leads('work')).toBe(true);
    expect(await there.leads('work')).toBe(false);
    expect(await here.leads('work')).toBe(true);
    await here.close();
    await vi.waitFor(async () => expect(await there.leads('work')).toBe(true), 10_000);
    expect(await here.leads('work')).toBe(false);
  });

  it('that last are lost with the session, and known to be', async () => {
    const [here, there] = [open(), open()];
    expect(await here.leads('lost')).toBe(true);
    await endSessions();
    await vi.waitFor(async () => {
      const leading = [await there.leads('lost'), await here.leads('lost')];
      expect(leading.filter(Boolean)).toHaveLength(1);
    }, 10_000);
  });
});
