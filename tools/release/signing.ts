/**
 * Signatures over statements [REL-2]: ECDSA P-256 with SHA-256 over `<context>\n<statement>`, raw
 * (r then s), base64url. Pure but for the making of keys. Knows no file, no log and no server.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import type { ReleaseKeys, Signed } from '../../protocol/releases.ts';
import { ReleaseError } from './release-error.ts';

const CURVE = 'prime256v1';
const COORDINATE_BYTES = 32;
const UNCOMPRESSED = 4;

export type KeySet = Pick<ReleaseKeys, 'threshold' | 'keys'>;

/** Exactly what is signed: the context makes a signature over one kind of statement none over another. */
export const signedBytes = (context: string, statement: string): Buffer =>
  Buffer.from(`${context}\n${statement}`, 'utf8');

/** @returns the public point, uncompressed, base64url: 87 characters */
export function publicKeyOf(privateKey: KeyObject): string {
  const { crv, x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (crv !== 'P-256') throw new ReleaseError('This is not a key on the curve P-256');
  const point = [x, y].map((part) => Buffer.from(part, 'base64url'));
  return Buffer.concat([Buffer.from([UNCOMPRESSED]), ...point]).toString('base64url');
}

/** @returns nothing where the text is no point of the curve */
function toKeyObject(publicKey: string): KeyObject | undefined {
  const bytes = Buffer.from(publicKey, 'base64url');
  const [x, y] = [bytes.subarray(1, 1 + COORDINATE_BYTES), bytes.subarray(1 + COORDINATE_BYTES)];
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: x.toString('base64url'),
    y: y.toString('base64url'),
  };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

export const createKey = (): KeyObject =>
  generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey;

/** PKCS#8 in PEM; encrypted when there is a passphrase. */
export const writeKey = (key: KeyObject, passphrase: string | null): string =>
  key.export({
    type: 'pkcs8',
    format: 'pem',
    ...(passphrase !== null && { cipher: 'aes-256-cbc', passphrase }),
  }) as string;

/** @throws ReleaseError for a wrong passphrase and for what is no key */
export function readKey(pem: string, passphrase: string | null): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== null && { passphrase }) });
  } catch (cause) {
    throw new ReleaseError('The private key cannot be read: wrong passphrase, or no key', {
      cause,
    });
  }
}

export function sign(context: string, statement: string, key: KeyObject) {
  const bytes = signedBytes(context, statement);
  const signature = signBytes('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  return { key: publicKeyOf(key), signature: signature.toString('base64url') };
}

/** @returns the keys of the set whose signature holds, each once however often it signed [REL-3] */
export function signersOf(context: string, signed: Signed, keys: readonly string[]): string[] {
  const bytes = signedBytes(context, signed.statement);
  return [...new Set(keys)].filter((trusted) => {
    const key = toKeyObject(trusted);
    return (
      key !== undefined &&
      signed.signatures.some(
        (each) =>
          each.key === trusted &&
          verifyBytes(
            'sha256',
            bytes,
            { key, dsaEncoding: 'ieee-p1363' },
            Buffer.from(each.signature, 'base64url'),
          ),
      )
    );
  });
}

/** Whether the threshold of one set of keys has signed. */
export const isSigned = (context: string, signed: Signed, { threshold, keys }: KeySet): boolean =>
  signersOf(context, signed, keys).length >= Math.max(1, threshold);
