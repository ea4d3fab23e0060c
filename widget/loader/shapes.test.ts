import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { ClientId, Id } from '../../protocol/entries.ts';
import { SiteConfig, VisitorToken } from '../../protocol/http.ts';
import { MESSAGE_MAX_LENGTH, OUTBOX_MAX_MESSAGES } from '../../protocol/limits.ts';
import { parse, type Shape } from './shape.ts';
import { KEPT, LINK, MEMORY, SESSION, SITE, VERBS } from './shapes.ts';

/** Whether shape and schema are of one mind about each of the values. */
const agree = (shape: Shape, schema: TSchema, values: unknown[]) => {
  const compiled = Compile(schema);
  for (const value of values)
    expect(parse(value, shape) !== undefined, String(value)).toBe(compiled.Check(value));
};

describe("the loader's tables", () => {
  it('hold ids, tokens and configurations to the same forms as the schemas of the wire', () => {
    agree(VERBS.pay.shown.paymentId, Id, [
      `pr_${'a'.repeat(16)}`,
      `pr_${'a'.repeat(41)}`,
      'pr_a',
      7,
    ]);
    agree(KEPT.outbox[0].clientId, ClientId, [
      'a'.repeat(15),
      'a'.repeat(16),
      'a'.repeat(65),
      'ä'.repeat(20),
    ]);
    agree(SESSION.token, VisitorToken, [
      `bv1.${'a'.repeat(40)}`,
      `bv1.${'a'.repeat(39)}`,
      `bv2.${'a'.repeat(40)}`,
      'bv1.<b>',
    ]);
    const site = { name: 'Lantern shop', color: '#0b4f6c', greeting: 'Hi\nthere' };
    agree(SITE, SiteConfig, [
      site,
      { ...site, color: '#0B4F6C' },
      { ...site, color: 'red' },
      { ...site, name: 'x'.repeat(81) },
      { ...site, greeting: 'x'.repeat(301) },
      { ...site, greeting: '' },
    ]);
  });

  it('keep the caps of the wire', () => {
    expect(KEPT.outbox[1]).toBe(OUTBOX_MAX_MESSAGES);
    expect(parse('x'.repeat(MESSAGE_MAX_LENGTH), KEPT.draft)).toBeDefined();
    expect(parse('x'.repeat(MESSAGE_MAX_LENGTH + 1), KEPT.draft)).toBeUndefined();
  });

  it('take no string for a number, and no object for a string', () => {
    expect(parse('4900', VERBS.pay.shown.amountMinor)).toBeUndefined();
    expect(parse('number4900', VERBS.pay.shown.amountMinor)).toBeUndefined();
    expect(parse({ toString: () => 'EUR' }, VERBS.pay.shown.currency)).toBeUndefined();
    expect(parse(['EUR'], VERBS.pay.shown.currency)).toBeUndefined();
  });
});

describe('[PORT-3] a link', () => {
  const link = (url: unknown) => parse({ bulkhead: 'open', url }, LINK)?.url;

  it.each([
    'https://example.com/',
    'HTTP://example.com/a?b#c',
    'https://例え.jp/',
  ])('may be %s', (url) => {
    expect(link(url)).toBe(url);
    expect(new URL(url).protocol).toMatch(/^https?:$/);
  });

  it.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    ' https://example.com',
    'https://exa mple.com',
    'data:text/html,x',
    'blob:https://example.com/1',
    'file:///etc/passwd',
    '//example.com',
    '/path',
    'https:example.com',
    `https://${'x'.repeat(2001)}`,
    null,
    { href: 'https://example.com' },
  ])('may not be %s', (url) => {
    expect(link(url)).toBeUndefined();
  });
});

describe('what is remembered', () => {
  const RECORD = {
    token: `bv1.${'a'.repeat(60)}`,
    conversation: true,
    openAt: 1,
    draft: 'd',
    outbox: [],
  };

  it('reads back what was written', () => {
    expect(parse(JSON.parse(JSON.stringify(RECORD)), MEMORY)).toEqual(RECORD);
    expect(parse({ ...RECORD, token: '' }, MEMORY)).toBeDefined();
  });

  it.each([
    { ...RECORD, token: 'bv1.<script>' },
    { ...RECORD, conversation: 'true' },
    { ...RECORD, openAt: -1 },
    { ...RECORD, draft: 7 },
    { ...RECORD, outbox: [{ clientId: 'x', text: 'y' }] },
    null,
    'token',
  ])('takes nothing from a record that somebody else wrote', (record) => {
    expect(parse(record, MEMORY)).toBeUndefined();
  });
});
