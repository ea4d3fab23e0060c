import { describe, expect, it } from 'vitest';
import { KILLS_CONTEXT, RELEASE_CONTEXT, type Signed } from '../../protocol/releases.ts';
import { createKey, publicKeyOf, sign } from '../../tools/release/signing.ts';
import { isSigned } from './signatures.ts';

const STATEMENT = '{"version":"1.0.0","naïve":"€"}';
const people = [createKey(), createKey(), createKey()] as const;
const [ada, bo, cy] = people;
const stranger = createKey();
const keys = people.map(publicKeyOf).join(' ');
const signedBy = (...signers: (typeof ada)[]): Signed => ({
  statement: STATEMENT,
  signatures: signers.map((key) => sign(RELEASE_CONTEXT, STATEMENT, key)),
});
const holds = (signed: Signed, threshold = 2, named = keys) =>
  isSigned(signed, RELEASE_CONTEXT, named, threshold);

/** The same point, whose last character carries two bits that mean nothing. */
function otherSpelling(key: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(key.at(-1) ?? '');
  return key.slice(0, -1) + alphabet[last ^ 1];
}

describe('[REL-3] the bootstrap’s own verification', () => {
  it('agrees with the tools that sign, for each pair of keys and for all', async () => {
    for (const pair of [
      [ada, bo],
      [bo, cy],
      [ada, cy],
      [ada, bo, cy],
    ] as const)
      expect(await holds(signedBy(...pair))).toBe(true);
  });

  it.each([
    ['too few', signedBy(ada)],
    ['none', signedBy()],
    ['the same key twice', signedBy(ada, ada)],
    ['a key that the tag does not name', signedBy(ada, stranger)],
    ['another text', { ...signedBy(ada, bo), statement: STATEMENT.replace('1.0.0', '1.0.1') }],
    ['one more blank', { ...signedBy(ada, bo), statement: `${STATEMENT} ` }],
  ])('refuses %s', async (_what, signed) => {
    expect(await holds(signed)).toBe(false);
  });

  it('refuses signatures of another context', async () => {
    expect(await isSigned(signedBy(ada, bo), KILLS_CONTEXT, keys, 2)).toBe(false);
  });

  it('refuses a signature under another’s name, and one that is cut off', async () => {
    const { signatures } = signedBy(ada, stranger);
    const forged = signatures.map((each, index) =>
      index ? { ...each, key: publicKeyOf(bo) } : each,
    );
    expect(await holds({ statement: STATEMENT, signatures: forged })).toBe(false);
    const cut = signedBy(ada, bo).signatures.map((each) => ({
      ...each,
      signature: each.signature.slice(0, -4),
    }));
    expect(await holds({ statement: STATEMENT, signatures: cut })).toBe(false);
  });

  it('counts a key once though the tag names it twice, or in another spelling', async () => {
    const key = publicKeyOf(ada);
    const twice = [key, key, otherSpelling(key)].join('\n ');
    const signed = {
      statement: STATEMENT,
      signatures: [key, otherSpelling(key)].map((name) => ({
        ...sign(RELEASE_CONTEXT, STATEMENT, ada),
        key: name,
      })),
    };
    expect(await holds(signed, 1, twice)).toBe(true);
    expect(await holds(signed, 2, twice)).toBe(false);
  });

  it.each([
    [Number.NaN],
    [0],
    [-1],
    [4],
    [Number.POSITIVE_INFINITY],
  ])('is never enough for a threshold of %d', async (threshold) => {
    expect(await holds(signedBy(...people), threshold)).toBe(false);
  });

  it('is never enough where the tag names no key, or one that is none', async () => {
    expect(await holds(signedBy(ada, bo), 1, '')).toBe(false);
    expect(await holds(signedBy(ada, bo), 1, 'AAAA')).toBe(false);
    expect(await holds(signedBy(ada, bo), 2, `AAAA ${publicKeyOf(ada)}`)).toBe(false);
  });

  it('looks at sixteen signatures and no more', async () => {
    const [first] = signedBy(stranger).signatures;
    const junk = Array.from({ length: 16 }, () => first).filter((each) => each !== undefined);
    const { signatures } = signedBy(ada, bo);
    expect(await holds({ statement: STATEMENT, signatures: [...junk, ...signatures] })).toBe(false);
  });
});
