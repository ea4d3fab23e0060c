import { expect, it } from 'vitest';
import { isSignedBody, signBody } from './signed-body.ts';

const NOW = Date.UTC(2026, 10, 21);
const body = Buffer.from('{"a": "ü"}');
const header = signBody('secret', body.toString(), NOW);

it('[PAY-11] signs the time and the bytes', () => {
  // By hand: printf '1795219200.{"a": "ü"}' | openssl dgst -sha256 -hmac secret
  expect(header).toBe(
    't=1795219200,v1=7cbe12d96b93f91a9502272468d63e970aef15ad338915a9f8b19d2af1966641',
  );
  expect(isSignedBody('secret', header, body, NOW)).toBe(true);
});

it.each([
  ['another secret', () => isSignedBody('other', header, body, NOW)],
  ['another body', () => isSignedBody('secret', header, Buffer.from('{}'), NOW)],
  ['another time', () => isSignedBody('secret', header.replace('t=1', 't=2'), body, NOW)],
  ['six minutes of age', () => isSignedBody('secret', header, body, NOW + 360_000)],
  ['a clock six minutes ahead', () => isSignedBody('secret', header, body, NOW - 360_000)],
  ['no signature', () => isSignedBody('secret', '', body, NOW)],
  ['half of one', () => isSignedBody('secret', header.slice(0, -2), body, NOW)],
])('[PAY-11] refuses %s', (_what, check) => {
  expect(check()).toBe(false);
});
