import { describe, expect, it, vi } from 'vitest';
import { findCards, redactCards } from './card-guard.ts';

/** Numbers that brands and payment providers publish for tests. */
const CARDS = {
  visa: '4242424242424242',
  visa19: '4000000000000000006',
  mastercard: '5555555555554444',
  mastercard2: '2223003122003222',
  amex: '378282246310005',
  discover: '6011111111111117',
  diners14: '36227206271667',
  diners16: '3056930009020004',
  jcb: '3566002020360505',
  unionPay: '6200000000000005',
  unionPay19: '6205500000000000004',
  maestro: '6759649826438453',
  maestro19: '6759000000000000005',
  mir: '2200000000000053',
  eftpos: '4000050360000001',
  cartesBancaires: '5555552500001001',
};

const inDigitsFrom = (zero: number, digits: string) =>
  [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');

describe('[CARD-1] the card guard', () => {
  it.each(Object.entries(CARDS))('finds %s', (_brand, number) => {
    expect(findCards(`my card is ${number}, thanks`)).toEqual([
      { start: 11, end: 11 + number.length, last4: number.slice(-4) },
    ]);
  });

  it.each([
    ['spaces', '4242 4242 4242 4242'],
    ['hyphens', '4242-4242-4242-4242'],
    ['three separators', '4242 - 4242 . 4242 / 4242'],
    ['one digit at a time', [...CARDS.visa].join(' ')],
    ['line breaks', '4242\n4242\n4242\n4242'],
    ['no-break and thin spaces', '4242\u00a04242\u20094242\u202f4242'],
    ['zero-width spaces', [...CARDS.visa].join('\u200b')],
    ['many invisible characters', [...CARDS.visa].join('\u200b\u2060\u200d\ufeff\u00ad')],
    ['commas and full stops', '4242,4242.4242;4242'],
    ['emoji between', '4242💳4242💳4242💳4242'],
  ])('finds a number written with %s', (_way, text) => {
    expect(redactCards(text)).toEqual({ text: '•••• 4242', count: 1 });
  });

  it.each([
    ['full-width', 0xff10],
    ['Arabic-Indic', 0x0660],
    ['extended Arabic-Indic', 0x06f0],
    ['Devanagari', 0x0966],
    ['Thai', 0x0e50],
    ['mathematical bold', 0x1d7ce],
    ['mathematical monospace', 0x1d7f6],
    ['segmented', 0x1fbf0],
  ])('finds %s digits', (_script, zero) => {
    expect(redactCards(inDigitsFrom(zero, CARDS.visa)).text).toBe('•••• 4242');
  });

  it('finds circled, superscript and keycap digits', () => {
    expect(redactCards('④②④②④②④②④②④②④②④②').count).toBe(1);
    expect(redactCards('⁴²⁴²⁴²⁴²⁴²⁴²⁴²⁴²').count).toBe(1);
    expect(redactCards([...CARDS.visa].map((digit) => `${digit}\ufe0f\u20e3`).join('')).count).toBe(
      1,
    );
  });

  it('takes a card apart from what else stands beside it', () => {
    expect(redactCards('4242 4242 4242 4242 for 2 lanterns').text).toBe('•••• 4242 for 2 lanterns');
    expect(redactCards('2 x 4242424242424242').text).toBe('2 x •••• 4242');
  });

  it.each([
    ['the expiry date', '42424242424242421226'],
    ['date and code', '42424242424242421226123'],
    ['date and four digits of code', '37828224631000512261234'],
    ['the date, behind groups', '4242 4242 4242 42421226'],
  ])('finds a number with %s written on', (_what, text) => {
    expect(redactCards(`it is ${text}, thanks`).text).toMatch(/^it is •••• (4242|0005), thanks$/);
  });

  it.each([
    ['no month', '42424242424242421326'],
    ['no year', '42424242424242421292'],
    ['too short for a date', '4242424242424242122'],
    ['too long', '424242424242424212261234567'],
  ])('leaves a longer number alone whose end is %s', (_what, text) => {
    expect(redactCards(text)).toEqual({ text, count: 0 });
  });

  it('finds several in one text and keeps what stands between', () => {
    const { text, count } = redactCards(`${CARDS.visa} or ${CARDS.amex}?`);
    expect(text).toBe('•••• 4242 or •••• 0005?');
    expect(count).toBe(2);
  });

  it.each([
    ['a wrong check digit', '4242424242424243'],
    ['a wrong length', '42424242424242424'],
    ['a telephone number', 'call +49 30 901820 or 0049 171 1234567'],
    ['the 13 digits of an EAN, which a Visa once had', '4222222222222'],
    ['an unknown prefix', '1234567812345670'],
    ['an order with letters inside', 'HX4242424A42424242'],
    ['more than three separators', '4242 .... 4242 .... 4242 .... 4242'],
    ['a date and a time', '2026-11-21 20:15:00.000'],
    ['an IBAN', 'DE89370400440532013000'],
    ['nothing', ''],
  ])('leaves %s alone', (_what, text) => {
    expect(redactCards(text)).toEqual({ text, count: 0 });
  });

  it('covers all of two numbers that overlap', () => {
    expect(redactCards('4242 4242 4242 4242 4242 4242 4242 4242').text).not.toMatch(/4242 4242/);
  });

  it('leaves no keycap or accent behind', () => {
    expect(redactCards(`${[...CARDS.visa].join('\u0301')}\u0301!`).text).toBe('•••• 4242!');
  });
});

describe('[CARD-1] the time that the card guard takes', () => {
  const LENGTHS = [4_000, 16_000];
  /** Every look at a text or a part of it goes through one of these. */
  function stepsOf(text: string): number {
    const exec = vi.spyOn(RegExp.prototype, 'exec');
    findCards(text);
    const steps = exec.mock.calls.length;
    exec.mockRestore();
    return steps;
  }

  it.each([
    ['single digits', '4 '],
    ['one long number', '4'],
    ['a card without an end', '4242 '],
    ['valid cards', '4242 4242 4242 4242 '],
    ['digits with many invisible signs', `4${'\u200b'.repeat(200)}`],
    ['runs that are nearly long enough', `${'4 '.repeat(13)}x`],
    ['digits of another script', '४ '],
    ['prices', '42.42, '],
    ['prices that break off', `${'42.42, '.repeat(40)}42.4`],
    ['an IBAN without an end', 'DE42 4242 '],
    ['parcels', '9424 4242 '],
    ['details without a card', 'cvc exp 12/27 123 '],
    ['details beside cards', '4242424242424242 exp 12/27 cvc 123 '],
    ['separators', ' '],
    ['invisible signs', '\u200b'],
    ['letters', 'a'],
  ])('grows with the text and not faster: %s', (_what, unit) => {
    const [short = 0, long = 0] = LENGTHS.map((length) =>
      stepsOf(unit.repeat(Math.ceil(length / unit.length))),
    );
    expect(long).toBeLessThanOrEqual(4.2 * short + 100);
    // What an expression does inside shows in the time alone: 200,000 characters, quadratic, take minutes.
    const startedAt = performance.now();
    findCards(unit.repeat(Math.ceil(200_000 / unit.length)));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
