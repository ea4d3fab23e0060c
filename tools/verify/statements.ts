/**
 * Signatures and signed statements, as a merchant checks them [REL-2] [REL-3]. Written apart from
 * the code that publishes, so that a mistake there is not made here too.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  KILLS_CONTEXT,
  KillStatement,
  RELEASE_CONTEXT,
  type ReleaseKeys,
  ReleaseStatement,
  type Signed,
} from '../../protocol/releases.ts';

export type KeySet = Pick<ReleaseKeys, 'threshold' | 'keys'>;

/** @returns a check by that schema that narrows */
export function createCheck<const S extends TSchema>(schema: S) {
  const validator = Compile(schema);
  return (value: unknown): value is Static<S> => validator.Check(value);
}

const isRelease = createCheck(ReleaseStatement);
const isKills = createCheck(KillStatement);

/** @returns nothing for what is no JSON, or not of that kind */
export function parseRelease({ statement }: Signed): ReleaseStatement | undefined {
  const value = parseJson(statement);
  return isRelease(value) ? value : undefined;
}
export function parseKills({ statement }: Signed): KillStatement | undefined {
  const value = parseJson(statement);
  return isKills(value) ? value : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const KEY_BYTES = 65;
const COORDINATE_BYTES = 32;

/** @returns nothing for what is not an uncompressed point of P-256 */
export function readPublicKey(key: string): KeyObject | undefined {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== KEY_BYTES || bytes[0] !== 4) return undefined;
  const part = (from: number) =>
    bytes.subarray(from, from + COORDINATE_BYTES).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: part(1), y: part(1 + COORDINATE_BYTES) };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

const CONTEXTS = { release: RELEASE_CONTEXT, kills: KILLS_CONTEXT } as const;
export type StatementKind = keyof typeof CONTEXTS;

/** How many keys of the set have signed, each once however often it did. */
export function countSigners(kind: StatementKind, signed: Signed, keys: readonly string[]): number {
  const bytes = Buffer.from(`${CONTEXTS[kind]}\n${signed.statement}`, 'utf8');
  const signers = [...new Set(keys)].filter((name) => {
    const key = readPublicKey(name);
    return signed.signatures.some(
      (each) =>
        key !== undefined &&
        each.key === name &&
        verify(
          'sha256',
          bytes,
          { key, dsaEncoding: 'ieee-p1363' },
          Buffer.from(each.signature, 'base64url'),
        ),
    );
  });
  return signers.length;
}

/** Whether one of the sets has signed, with its own threshold. */
export const isSignedBy = (kind: StatementKind, signed: Signed, sets: readonly KeySet[]): boolean =>
  sets.some(({ keys, threshold }) => countSigners(kind, signed, keys) >= Math.max(1, threshold));

export const sha384 = (bytes: Buffer | string): string =>
  `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
