/**
 * The server's secret and the keys made from it, one for each purpose, so that a signature made for
 * one can never pass for another. The secret lives in the data directory or the environment and
 * never leaves this module.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign as signWith,
  timingSafeEqual,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { RandomBytes } from './world.ts';

const PURPOSES = ['visitor-token', 'ticket', 'notice-proof', 'notice-message', 'shared'] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Keys {
  /** HMAC-SHA-256 of `text`, base64url, 43 characters. */
  sign(purpose: Purpose, text: string): string;
  /** Compares in constant time. */
  verify(purpose: Purpose, text: string, signature: string): boolean;
  /** Signs what others have to be able to check: the ledger's heads and reports [LEDGER-3]. */
  readonly ledger: LedgerKey;
}

export interface LedgerKey {
  /** Raw Ed25519 public key, base64url, 43 characters. */
  readonly publicKey: string;
  /** Ed25519 over the UTF-8 of `text`, base64url. */
  sign(text: string): string;
}

const SECRET_BYTES = 32;
/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410, 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function createKeys(secret: string): Keys {
  const derive = (purpose: Purpose) =>
    Buffer.from(hkdfSync('sha256', secret, '', `bulkhead ${purpose} v1`, SECRET_BYTES));
  const keys = new Map(PURPOSES.map((purpose) => [purpose, derive(purpose)]));
  const mac = (purpose: Purpose, text: string) =>
    createHmac('sha256', keys.get(purpose) ?? derive(purpose))
      .update(text)
      .digest();
  return {
    ledger: createLedgerKey(secret),
    sign: (purpose, text) => mac(purpose, text).toString('base64url'),
    verify(purpose, text, signature) {
      const right = mac(purpose, text);
      const given = Buffer.from(signature, 'base64url');
      // Base64url has several spellings of the same bytes; only the one we write is ours.
      return (
        given.length === right.length &&
        timingSafeEqual(given, right) &&
        given.toString('base64url') === signature
      );
    },
  };
}

function createLedgerKey(secret: string): LedgerKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'bulkhead ledger v1', SECRET_BYTES));
  const key = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: x,
    sign: (text) => signWith(null, Buffer.from(text, 'utf8'), key).toString('base64url'),
  };
}

/** @returns the secret of the environment, or the one kept with the data, made on the first start. */
export function loadSecret(config: Config, random: RandomBytes): string {
  if (config.secret !== null) return config.secret;
  const path = join(config.dataDir, 'secret');
  try {
    writeFileSync(path, random(SECRET_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
