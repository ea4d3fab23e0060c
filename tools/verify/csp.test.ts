import { describe, expect, it } from 'vitest';
import { allowsScript, allowsUrl, parsePolicies, sourceListOf } from './csp.ts';

const page = new URL('https://shop.example/cart');
const header = { disposition: 'enforce', from: 'header' } as const;
const allows = (sources: string, url: string, from = page) =>
  allowsUrl(sources.split(' '), new URL(url), from);

describe('an address', () => {
  it.each([
    ['https://chat.example', 'https://chat.example/embed/1.0.0/loader.js'],
    ['http://chat.example', 'https://chat.example/'],
    ['chat.example', 'https://chat.example/x'],
    ['*.example', 'https://a.chat.example/'],
    ['https:', 'https://chat.example/'],
    ['*', 'wss://chat.example/'],
    ["'self'", 'https://shop.example/x'],
    ["'self'", 'wss://shop.example/socket.io/'],
    ['https://chat.example/embed/', 'https://chat.example/embed/1.0.0/a.js'],
    ['https://chat.example/embed/a.js', 'https://chat.example/embed/a.js'],
    ['https://chat.example:*', 'https://chat.example:8443/'],
    ['ws://chat.example', 'wss://chat.example/'],
    ['HTTPS://CHAT.EXAMPLE', 'https://chat.example/'],
  ])('%s allows %s', (source, url) => {
    expect(allows(source, url)).toBe(true);
  });

  it.each([
    ["'none'", 'https://chat.example/'],
    ['https://chat.example', 'wss://chat.example/'],
    ['https://chat.example', 'http://chat.example/'],
    ['https://chat.example', 'https://chat.example:8443/'],
    ['https://chat.example', 'https://evil.chat.example/'],
    ['*.chat.example', 'https://chat.example/'],
    ['https://chat.example/embed', 'https://chat.example/embed/a.js'],
    ['https://chat.example/embed/', 'https://chat.example/api/'],
    ['chat.example', 'http://chat.example/'],
    ["'self'", 'https://shop.example:8443/'],
    ['https:', 'wss://chat.example/'],
    ['*', 'data:text/plain,x'],
    ["'nonce-a'", 'https://chat.example/'],
  ])('%s does not allow %s', (source, url) => {
    expect(allows(source, url)).toBe(false);
  });

  it('has its own socket on a plain page of this machine', () => {
    const local = new URL('http://localhost:4001/');
    expect(allows("'self'", 'ws://localhost:4001/', local)).toBe(true);
    expect(allows('http://localhost:4000', 'ws://localhost:4000/', local)).toBe(false);
  });
});

describe('a script', () => {
  const script = (sources: string, asked: Partial<Parameters<typeof allowsScript>[1]>) =>
    allowsScript(
      sources.split(' '),
      {
        url: new URL('https://chat.example/a.js'),
        hash: null,
        nonce: null,
        inMarkup: true,
        ...asked,
      },
      page,
    );
  const hash = `sha384-${'A'.repeat(64)}`;

  it('goes by nonce, by hash, by address, and by who added it', () => {
    expect(script("'nonce-abc'", { nonce: 'abc' })).toBe(true);
    expect(script("'nonce-abc'", { nonce: 'abd' })).toBe(false);
    expect(script(`'${hash}'`, { hash })).toBe(true);
    expect(script('https://chat.example', {})).toBe(true);
    expect(script("https://chat.example 'strict-dynamic'", {})).toBe(false);
    expect(script("'strict-dynamic'", { inMarkup: false })).toBe(true);
  });

  it('that is inline needs `unsafe-inline`, which a nonce or a hash switches off', () => {
    expect(script("'unsafe-inline'", { url: null })).toBe(true);
    expect(script("'unsafe-inline' 'nonce-abc'", { url: null })).toBe(false);
    expect(script(`'${hash}'`, { url: null, hash })).toBe(true);
    expect(script('https://chat.example', { url: null, hash })).toBe(false);
  });
});

it('reads policies as browsers do', () => {
  const [first, second] = parsePolicies(
    " Default-SRC 'self' ;; script-src a b;script-src c, connect-src x,",
    header,
  );
  expect(Object.fromEntries(first?.directives ?? [])).toEqual({
    'default-src': ["'self'"],
    'script-src': ['a', 'b'],
  });
  expect([...(second?.directives.keys() ?? [])]).toEqual(['connect-src']);
  expect(parsePolicies(' , ;', header)).toEqual([]);
  expect(first && sourceListOf(first, 'frame')?.name).toBe('default-src');
  expect(second && sourceListOf(second, 'script')).toBeUndefined();
});
