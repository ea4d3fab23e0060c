import { expect, it } from 'vitest';
import { systemRandom } from '../world.ts';
import { hashPassword, verifyNothing, verifyPassword } from './passwords.ts';

const CHEAP = { N: 2 ** 10, r: 8, p: 1 };

it('stores the parameters that OWASP names with a salted hash', async () => {
  const stored = await hashPassword('correct horse battery', systemRandom);
  expect(stored).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword('correct horse battery', stored)).toBe(true);
  expect(await verifyPassword('correct horse batterz', stored)).toBe(false);
});

it('verifies by the parameters that were stored, not by today’s', async () => {
  const stored = await hashPassword('an older password', systemRandom, CHEAP);
  expect(await verifyPassword('an older password', stored)).toBe(true);
});

it('takes a password typed on another keyboard for the same', async () => {
  const stored = await hashPassword('caf\u00e9 au lait', systemRandom, CHEAP);
  expect(await verifyPassword('cafe\u0301 au lait', stored)).toBe(true);
});

it('[AUTH-5] spends as much on an e-mail that nobody has', async () => {
  const stored = await hashPassword('x'.repeat(12), systemRandom);
  const cost = async (run: () => Promise<boolean>) => {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const wrong = await cost(() => verifyPassword('wrong', stored));
  const nobody = await cost(() => verifyNothing('wrong'));
  expect(nobody / wrong).toBeGreaterThan(0.4);
  expect(nobody / wrong).toBeLessThan(2.5);
});

it('lets twenty wait, says to the next that it is busy, and is there again afterwards', async () => {
  const stored = await hashPassword('some password', systemRandom, CHEAP);
  const tries = Array.from({ length: 25 }, () => verifyPassword('some password', stored));
  const codes = (await Promise.allSettled(tries)).map((one) =>
    one.status === 'fulfilled' ? 'ok' : one.reason.code,
  );
  expect(codes).toEqual([...Array(22).fill('ok'), ...Array(3).fill('unavailable')]);
  expect(await verifyPassword('some password', stored)).toBe(true);
});
