/** What every `Shared` does, one process or many. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shared } from '../../server/shared/shared.ts';

const key = (kind = 'kind') => `${kind}:${randomBytes(8).toString('hex')}`;
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** @param open two processes of one installation; where there is one, the same twice */
export function sharedContract(open: () => Promise<readonly [Shared, Shared]>): void {
  describe('shared', () => {
    let here: Shared;
    let there: Shared;
    beforeAll(async () => {
      [here, there] = await open();
    });
    afterAll(async () => {
      await here.close();
      await there.close();
    });

    it('lets a key be claimed once, whoever comes first', async () => {
      const one = key();
      const claims = [here, there, here, there].map((shared) => shared.claim(one, 60_000));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      expect(await here.claim(key(), 60_000)).toBe(true);
    });

    it('forgets a claim once its time is over', async () => {
      const one = key();
      expect(await here.claim(one, 50)).toBe(true);
      await sleep(80);
      expect(await there.claim(one, 60_000)).toBe(true);
    });

    it('counts the tries of all within one window', async () => {
      const one = key();
      const counted = [];
      for (const shared of [here, there, here]) counted.push(await shared.count(one, 60_000));
      expect(counted.map(({ tries }) => tries)).toEqual([1, 2, 3]);
      for (const { endsInMs } of counted) {
        expect(endsInMs).toBeGreaterThan(50_000);
        expect(endsInMs).toBeLessThanOrEqual(60_000);
      }
      expect((await there.count(key(), 60_000)).tries).toBe(1);
    });

    it('begins a new window when the first is over, however often was tried', async () => {
      const one = key();
      await here.count(one, 200);
      await sleep(120);
      await there.count(one, 200);
      await sleep(120);
      expect((await here.count(one, 200)).tries).toBe(1);
    });

    it('gives a key its tries back', async () => {
      const one = key();
      await here.count(one, 60_000);
      await there.forget(one);
      expect((await here.count(one, 60_000)).tries).toBe(1);
    });

    it('keeps a text for the others, for a while', async () => {
      const [one, other] = [key(), key()];
      await here.keep(one, 'Ægir said “ahoy”', 60_000);
      await here.keep(other, 'gone soon', 50);
      expect(await there.kept(one)).toBe('Ægir said “ahoy”');
      await there.keep(one, 'later', 60_000);
      expect(await here.kept(one)).toBe('later');
      await sleep(80);
      expect(await there.kept(other)).toBeNull();
      expect(await there.kept(key())).toBeNull();
    });
  });
}
