import { describe, expect, it } from 'vitest';
import { cleanUrl } from './entry-draft.ts';

const SHOP = 'https://shop.example';

describe('[CARD-2] the address of a page', () => {
  it.each([
    ['plain', '4242424242424242'],
    ['with spaces', '4242%204242%204242%204242'],
    ['with plus signs', '4242+4242+4242+4242'],
    ['encoded twice', '4242%25204242%25204242%25204242'],
    ['encoded three times', '4242%2525204242%2525204242%2525204242'],
    ['its digits encoded', '%34%32%34%32%34%32%34%32%34%32%34%32%34%32%34%32'],
    ['its digits encoded twice', '%2534%2532'.repeat(8)],
    ['beside what is no encoding', '%zz/4242%204242%204242%204242/100%'],
    ['beside bytes that are no text', '%ff%fe/4242%204242%204242%204242'],
    ['parted by bytes that are no text', '4242%ff4242%ff4242%ff4242'.replaceAll('%ff', '%a0')],
  ])('holds no number (%s)', (_way, path) => {
    expect(cleanUrl(`${SHOP}/${path}`)).toContain('•••• 4242');
  });

  it.each([
    '/cart',
    '/suche/caf%C3%A9%20gro%C3%9F',
    '/sale/100%',
    '/%E0%A4%A/%zz',
    '/a+b/42%2B42',
  ])('stays as it was without one (%s)', (path) => {
    expect(cleanUrl(SHOP + path)).toBe(SHOP + path);
  });

  it('takes no longer than its length asks for', () => {
    const startedAt = performance.now();
    cleanUrl(`${SHOP}/${'%25'.repeat(20_000)}`);
    cleanUrl(`${SHOP}/${'%ff'.repeat(20_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
