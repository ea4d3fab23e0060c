import { generateKeyPairSync } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { KILLS_CONTEXT, PublicKey, RELEASE_CONTEXT, type Signed } from '../../protocol/releases.ts';
import {
  createKey,
  isSigned,
  publicKeyOf,
  readKey,
  sign,
  signedBytes,
  signersOf,
  writeKey,
} from './signing.ts';

const STATEMENT = '{"version":"1.0.0","naïve":"€"}';
const [ada, bo, cy, stranger] = [createKey(), createKey(), createKey(), createKey()];
const keys = [ada, bo, cy].map(publicKeyOf);
const signedBy = (...people: (typeof ada)[]): Signed => ({
  statement: STATEMENT,
  signatures: people.map((key) => sign(RELEASE_CONTEXT, STATEMENT, key)),
});
const holds = (signed: Signed, context = RELEASE_CONTEXT, threshold = 2) =>
  isSigned(context, signed, { threshold, keys });

describe('what is signed', () => {
  it('is the context, a line break and the exact text, in UTF-8', () => {
    expect(signedBytes('bulkhead-release-v1', '{"a":"€"}').toString('hex')).toBe(
      '62756c6b686561642d72656c656173652d76310a7b2261223a22e282ac227d',
    );
  });
});

describe('[REL-2] a threshold', () => {
  it('is reached by that many keys, whichever they are', () => {
    for (const pair of [
      [ada, bo],
      [bo, cy],
      [cy, ada],
      [ada, bo, cy],
    ] as const)
      expect(holds(signedBy(...pair))).toBe(true);
  });

  it('is not reached by fewer, nor by none', () => {
    expect(holds(signedBy(ada))).toBe(false);
    expect(holds(signedBy())).toBe(false);
    expect(holds(signedBy(), RELEASE_CONTEXT, 0)).toBe(false);
  });

  it('counts a key once, however often it has signed and is named', () => {
    expect(holds(signedBy(ada, ada, ada))).toBe(false);
    const twice = { threshold: 2, keys: [publicKeyOf(ada), publicKeyOf(ada)] };
    expect(isSigned(RELEASE_CONTEXT, signedBy(ada, ada), twice)).toBe(false);
  });

  it('counts no key that is not named', () => {
    expect(holds(signedBy(ada, stranger))).toBe(false);
    expect(signersOf(RELEASE_CONTEXT, signedBy(ada, stranger), keys)).toEqual([publicKeyOf(ada)]);
  });

  it('counts no signature under another’s name', () => {
    const { signatures } = signedBy(ada, stranger);
    const [first, second] = signatures;
    if (!first || !second) throw new Error('unsigned');
    const forged = { ...second, key: publicKeyOf(bo) };
    expect(holds({ statement: STATEMENT, signatures: [first, forged] })).toBe(false);
  });

  it('counts no signature over another text or in another context', () => {
    expect(holds({ ...signedBy(ada, bo), statement: `${STATEMENT} ` })).toBe(false);
    expect(holds(signedBy(ada, bo), KILLS_CONTEXT)).toBe(false);
  });

  it('is not thrown over by keys and signatures that are none', () => {
    const junk = { key: `B${'_'.repeat(86)}`, signature: 'A'.repeat(86) };
    const signed = { statement: STATEMENT, signatures: [junk, ...signedBy(ada, bo).signatures] };
    expect(isSigned(RELEASE_CONTEXT, signed, { threshold: 2, keys: [junk.key, ...keys] })).toBe(
      true,
    );
  });
});

describe('a private key', () => {
  it('is read again with its passphrase, and with no other', () => {
    const pem = writeKey(ada, 'correct horse battery');
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(publicKeyOf(readKey(pem, 'correct horse battery'))).toBe(publicKeyOf(ada));
    expect(() => readKey(pem, 'wrong')).toThrow(/wrong passphrase/);
    expect(() => readKey(pem, null)).toThrow(/wrong passphrase/);
    expect(() => readKey('hello', null)).toThrow(/no key/);
  });

  it('has a public key of the form that the wire knows', () => {
    expect(Compile(PublicKey).Check(publicKeyOf(ada))).toBe(true);
  });

  it('on another curve is refused', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    expect(() => publicKeyOf(privateKey)).toThrow(/P-256/);
  });
});
