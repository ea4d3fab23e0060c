import { describe, expect, it } from 'vitest';
import { tracesIn } from './card-traces.ts';

const CARD = { number: '5267 3198 4471 6036', cvc: '931' };
const DIGITS = CARD.number.replaceAll(' ', '');
const found = (text: string | Buffer) => tracesIn(Buffer.from(text), { the: CARD });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the search for card numbers', () => {
  it.each([
    ['as digits', `x${DIGITS}y`],
    ['with spaces', CARD.number],
    ['with dashes', CARD.number.replaceAll(' ', '-')],
    ['as a form has it', `card=${CARD.number.replaceAll(' ', '+')}&x=1`],
    ['percent-encoded', CARD.number.replaceAll(' ', '%20')],
    ['digit by digit percent-encoded', [...DIGITS].map((digit) => `%3${digit}`).join('')],
    ['escaped', [...DIGITS].map((digit) => `\\u003${digit}`).join('')],
    ['in base64', `d=${base64(DIGITS)}&`],
    ['deep in base64', base64(`{"fields":{"n":"${CARD.number}"}}`)],
    ['in base64 at an odd place', `zz${base64(`a${DIGITS}`)}`],
    ['in base64 for URLs', Buffer.from(`??${CARD.number}`).toString('base64url')],
    ['in hex', Buffer.from(DIGITS).toString('hex')],
    ['in UTF-16', Buffer.from(DIGITS, 'utf16le')],
    ['backwards', [...DIGITS].reverse().join('')],
    ['in full-width digits', DIGITS.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)))],
    ['in four fields', '[{"a":"5267"},{"b":"3198"},{"c":"4471"},{"d":"6036"}]'],
  ])('finds one %s', (_way, text) => {
    expect(found(text)).toEqual(['the number']);
  });

  it('finds a code beside a word that says what it is', () => {
    expect(found('card-cvc=931')).toEqual(['the cvc']);
    expect(found('payment_method_data%5Bcard%5D%5Bcvc%5D=931&x')).toEqual(['the cvc']);
    expect(found(base64('{"cvv":"931"}'))).toEqual(['the cvc']);
  });

  it('is silent about what is not there', () => {
    const text = `•••• 6036, ${'0123456789'.repeat(40)}, {"ms":931,"code":"ok"}`;
    expect(found(text)).toEqual([]);
  });
});
