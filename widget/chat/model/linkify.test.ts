import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) => linkify(text).filter(({ url }) => url);

describe('linkify', () => {
  it.each([
    ['see https://shop.example/a.', 'https://shop.example/a'],
    ['(https://shop.example/a_(b))', 'https://shop.example/a_(b)'],
    ['www.shop.example, please', 'https://www.shop.example/'],
    ['http://localhost:4001/cart?x=1#y!', 'http://localhost:4001/cart?x=1#y'],
    ['**https://shop.example/**', 'https://shop.example/'],
  ])('finds the address in %s', (text, url) => {
    expect(links(text).map((link) => link.url)).toEqual([url]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example',
    'anna@www.example',
    'foohttps://a.example',
    'https://',
    'https://nodot/',
  ])('finds none in %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it.each([
    ['https://bank.example@evil.example/', 'evil.example'],
    ['https://bank.example%2f@evil.example/', 'evil.example'],
    ['https://аррӏе.com/', 'xn--80ak6aa92e.com'],
    ['https://evil.example\\.bank.example/', 'evil.example'],
  ])('says where %s really leads', (text, host) => {
    const [link] = links(text);
    // The last one shows its host plainly, as far as the browser goes.
    expect(link?.host).toBe(host);
    if (!text.includes('\\')) expect(link?.isMisleading).toBe(true);
  });

  it('does not let invisible characters into an address', () => {
    expect(links('https://a.example/\u202Emoc.knab')[0]?.url).toBe('https://a.example/');
  });

  it('gives back the whole text', () => {
    const text = 'a https://b.example, www.c.example) d\n\nhttp://e f';
    expect(
      linkify(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});
