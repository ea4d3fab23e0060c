import { expect, it } from 'vitest';
import { createKeys } from '../keys.ts';
import { systemRandom } from '../world.ts';
import { createSeal } from './seal.ts';

const sealOf = (secret: string) => createSeal(createKeys(secret.repeat(32)), systemRandom);

it('opens what the same secret has closed, and nothing else', () => {
  const [ours, same, other] = [sealOf('a'), sealOf('a'), sealOf('b')];
  const text = '{"is":"stale","words":"Ægir “ahoy” 🏮"}';
  const sealed = ours.close(text);
  expect(same.open(sealed)).toBe(text);
  expect(other.open(sealed)).toBeNull();
  expect(ours.close(text).equals(sealed)).toBe(false);
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(same.open(altered)).toBeNull();
  }
  for (const length of [0, 11, 27, 28, sealed.length - 1]) {
    expect(same.open(sealed.subarray(0, length))).toBeNull();
  }
});

it('calls a key the same everywhere, and tells nothing of it', () => {
  const [ours, same, other] = [sealOf('a'), sealOf('a'), sealOf('b')];
  expect(ours.nameOf('email:ada@chat.example')).toBe(same.nameOf('email:ada@chat.example'));
  expect(ours.nameOf('email:ada@chat.example')).not.toBe(other.nameOf('email:ada@chat.example'));
  expect(ours.nameOf('email:ada@chat.example')).toMatch(/^[\w-]{43}$/);
});
