/**
 * Passwords by scrypt (RFC 7914) with the parameters that OWASP's cheat sheet names, stored with
 * each hash so that they can be raised later. One hash takes 128 MiB, so few are made at a time.
 */
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../app-error.ts';
import type { RandomBytes } from '../world.ts';

export interface PasswordCost {
  N: number;
  r: number;
  p: number;
}
const COST: PasswordCost = { N: 2 ** 17, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_AT_ONCE = 2;
/** Some seconds of work. Whoever comes then is told to come again. */
const MAX_WAITING = 20;
const RETRY_AFTER_MS = 5000;

/** @returns `scrypt$N$r$p$salt$hash`. @throws AppError `unavailable` when too many wait */
export async function hashPassword(
  password: string,
  random: RandomBytes,
  cost: PasswordCost = COST,
): Promise<string> {
  const salt = random(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** @throws AppError `unavailable` when too many wait */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !hash) throw new Error('A stored password cannot be read');
  const right = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), cost), right);
}

/** Takes as long as a wrong password, for an e-mail that nobody has [AUTH-5]. */
export async function verifyNothing(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), COST);
  return false;
}

let running = 0;
const queue: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  if (queue.length >= MAX_WAITING) {
    throw new AppError('unavailable', { retryAfterMs: RETRY_AFTER_MS });
  }
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  running++;
  try {
    const options: ScryptOptions = { ...cost, maxmem: 2 * 128 * cost.N * cost.r };
    return await new Promise<Buffer>((resolve, reject) => {
      // NFKC, so that a password typed on another keyboard is the same one (NIST SP 800-63B).
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    running--;
    queue.shift()?.();
  }
}
