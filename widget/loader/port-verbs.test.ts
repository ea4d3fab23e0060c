import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { ShownPayment } from '../../protocol/http.ts';
import { parseFrameVerb } from './port-verbs.ts';

const ID = `pr_${'a'.repeat(20)}`;
const SHOWN = { paymentId: ID, amountMinor: 4900, currency: 'EUR', description: 'Brass\nlantern' };
const UNSENT = { clientId: 'k'.repeat(16), text: 'Hello' };

const GOOD = [
  { verb: 'hello', protocol: 1 },
  { verb: 'ready' },
  { verb: 'close' },
  { verb: 'ticket' },
  { verb: 'unread', count: 0 },
  { verb: 'unread', count: 99 },
  { verb: 'conversation', open: true },
  { verb: 'conversation', open: false },
  { verb: 'keep', draft: '', outbox: [] },
  { verb: 'keep', draft: 'two\nlines', outbox: Array.from({ length: 20 }, () => UNSENT) },
  { verb: 'pay', shown: SHOWN },
  { verb: 'event', name: 'message:sent' },
  { verb: 'event', name: 'message:received' },
];

const BAD = [
  undefined,
  null,
  7,
  'ready',
  [],
  ['ready'],
  {},
  { verb: 'READY' },
  { verb: ['ready'] },
  { verb: 'constructor' },
  { verb: '__proto__' },
  { verb: 'hello', protocol: 2 },
  { verb: 'hello', protocol: '1' },
  { verb: 'unread', count: -1 },
  { verb: 'unread', count: 1.5 },
  { verb: 'unread', count: Number.NaN },
  { verb: 'unread', count: '3' },
  { verb: 'conversation', open: 'yes' },
  { verb: 'conversation', open: 1 },
  { verb: 'keep', draft: 'x'.repeat(4001), outbox: [] },
  { verb: 'keep', draft: '', outbox: {} },
  { verb: 'keep', draft: '', outbox: { length: 0, map: 1 } },
  { verb: 'keep', draft: '', outbox: Array.from({ length: 21 }, () => UNSENT) },
  { verb: 'keep', draft: '', outbox: [{ ...UNSENT, clientId: 'short' }] },
  { verb: 'keep', draft: '', outbox: [{ ...UNSENT, text: '' }] },
  { verb: 'pay' },
  { verb: 'pay', shown: null },
  { verb: 'pay', shown: { ...SHOWN, amountMinor: 0 } },
  { verb: 'pay', shown: { ...SHOWN, amountMinor: '4900' } },
  { verb: 'pay', shown: { ...SHOWN, amountMinor: 1e12 } },
  { verb: 'pay', shown: { ...SHOWN, currency: 'eur' } },
  { verb: 'pay', shown: { ...SHOWN, paymentId: '../../x' } },
  { verb: 'pay', shown: { ...SHOWN, description: '' } },
  { verb: 'pay', shown: { ...SHOWN, description: 'x'.repeat(201) } },
  { verb: 'event', name: 'message:deleted' },
];

describe('[PORT-2] a verb of the frame', () => {
  it.each(GOOD)('parses $verb', (verb) => {
    expect(parseFrameVerb(verb)).toEqual(verb);
  });

  it.each(
    BAD.map((message) => [JSON.stringify(message)?.slice(0, 80), message]),
  )('drops %s', (_shown, message) => {
    expect(parseFrameVerb(message)).toBeUndefined();
  });

  it('keeps nothing but the known fields', () => {
    const verb = { verb: 'pay', shown: { ...SHOWN, url: 'javascript:1' }, html: '<b>' };
    expect(parseFrameVerb(verb)).toEqual({ verb: 'pay', shown: SHOWN });
  });

  it('never throws, and lets nothing through that the schema of the wire would not', () => {
    const schema = Compile(ShownPayment);
    let seed = 2026;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const scraps: unknown[] = [
      ID,
      'EUR',
      'eur',
      4900,
      0,
      -1,
      1.5,
      1e13,
      '',
      'x',
      null,
      [],
      {},
      true,
    ];
    const scrap = () => scraps[random(scraps.length)];
    let parsed = 0;
    for (let round = 0; round < 20_000; round++) {
      const shown = {
        paymentId: random(3) ? ID : scrap(),
        amountMinor: random(3) ? random(5) * 1000 : scrap(),
        currency: random(3) ? 'EUR' : scrap(),
        description: random(3) ? 'Lantern' : scrap(),
      };
      const isParsed = parseFrameVerb({ verb: 'pay', shown }) !== undefined;
      expect(isParsed, JSON.stringify(shown)).toBe(schema.Check(shown));
      if (isParsed) parsed++;
    }
    expect(parsed).toBeGreaterThan(100);
  });
});
