/**
 * A visitor's bearer token [AUTH-1]: `bv1.<visitor>.<secret>.<issued>.<mac>`. The secret is 256
 * random bits. The visitor's id stands in it because a visitor who has written nothing has no
 * record; the MAC covers the site, so that a token of one site is nothing on another.
 */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import type { Keys } from '../keys.ts';
import { hashSecret } from './hashing.ts';

export const DAY_MS = 86_400_000;
const UNUSED_MS = 180 * DAY_MS;
const SECRET_BYTES = 32;
const FORM =
  /^bv1\.([A-Za-z0-9_-]{16,40})\.([A-Za-z0-9_-]{43})\.([0-9a-z]{1,11})\.([A-Za-z0-9_-]{43})$/;

/** What a token says of itself; not yet that the server still honours it. */
export interface TokenClaims {
  visitorId: string;
  /** As it is stored. */
  hash: string;
  issuedAt: number;
}

export interface IssuedToken extends TokenClaims {
  token: string;
}

/** @param visitorId absent for somebody new */
export function issueToken(
  { keys, random, clock }: Pick<Deps, 'keys' | 'random' | 'clock'>,
  siteId: string,
  visitorId: string = newId(random, 'vs'),
): IssuedToken {
  const issuedAt = clock.now();
  const content = [
    'bv1',
    visitorId.slice('vs_'.length),
    random(SECRET_BYTES).toString('base64url'),
    issuedAt.toString(36),
  ].join('.');
  const token = `${content}.${keys.sign('visitor-token', `${siteId}.${content}`)}`;
  return { token, visitorId, hash: hashSecret(token), issuedAt };
}

/** @throws AppError `token_invalid`, `token_expired` */
export function readToken(
  { keys, clock }: { keys: Keys; clock: Deps['clock'] },
  siteId: string,
  token: string,
): TokenClaims {
  const [, visitor, , issued, mac] = FORM.exec(token) ?? [];
  if (!visitor || !issued || !mac) throw new AppError('token_invalid');
  const content = token.slice(0, -(mac.length + 1));
  if (!keys.verify('visitor-token', `${siteId}.${content}`, mac)) {
    throw new AppError('token_invalid');
  }
  const issuedAt = Number.parseInt(issued, 36);
  if (issuedAt + UNUSED_MS < clock.now()) throw new AppError('token_expired');
  return { visitorId: `vs_${visitor}`, hash: hashSecret(token), issuedAt };
}
