/**
 * What goes through Redis is closed to it: nobody who reads there learns what was written or by whom,
 * and nobody who writes there is believed. The key follows from the server's secret, which all
 * processes share and Redis never sees.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Keys } from '../keys.ts';
import type { RandomBytes } from '../world.ts';

export interface Seal {
  close(text: string): Buffer;
  /** @returns null for what was not closed with this key */
  open(sealed: Uint8Array): string | null;
  /** What a key is called there: the same for the same key, and nothing that tells the key. */
  nameOf(key: string): string;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createSeal(keys: Pick<Keys, 'sign'>, random: RandomBytes): Seal {
  const key = Buffer.from(keys.sign('shared', 'facts'), 'base64url');
  return {
    close(text) {
      const iv = random(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv);
      const body = cipher.update(text, 'utf8');
      cipher.final();
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      if (sealed.length < IV_BYTES + TAG_BYTES) return null;
      try {
        const iv = sealed.subarray(0, IV_BYTES);
        const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const text = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8');
        return text + decipher.final('utf8');
      } catch {
        return null;
      }
    },
    nameOf: (name) => keys.sign('shared', `key ${name}`),
  };
}
