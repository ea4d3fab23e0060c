/** The drill's eyes: what they would miss, it would call safe. */
import { describe, expect, it } from 'vitest';
import { SKIMMERS } from './attacks/skimmers.ts';
import { CARDS, cardBytes } from './measure.ts';

const NUMBER = CARDS.checkout.number.replaceAll(' ', '');
const bytesOf = (text: string, decode?: (text: string) => string) =>
  cardBytes(Buffer.from(text), decode);

describe('bytes of card data', () => {
  it.each([
    ['plain', NUMBER],
    ['in groups', CARDS.checkout.number],
    ['in an address', `GET /x/1/a?c=${NUMBER} HTTP/1.1`],
    ['in base64', btoa(`card-number=${NUMBER}&x`)],
    ['in hex', Buffer.from(`card ${NUMBER}`).toString('hex')],
    ['with percent signs', encodeURIComponent(CARDS.checkout.number)],
    ['backwards', [...NUMBER].reverse().join('')],
    ['of the sheet', CARDS.sheet.number],
  ])('are 16 of a number %s', (_how, text) => {
    expect(bytesOf(text)).toBe(16);
  });

  it('count a security code where a word says what it is', () => {
    expect(bytesOf(`${NUMBER}-cvc-931`)).toBe(19);
    expect(bytesOf('931')).toBe(0);
  });

  it('count a part of a number, and no port, time or size', () => {
    expect(bytesOf(`keys ${NUMBER.slice(0, 9)}`)).toBe(9);
    expect(bytesOf('http://127.0.0.1:45267/x/319/931 1795291200000')).toBe(0);
  });

  it('are read as the attack itself packed them', () => {
    const decodeOf = (id: string) => SKIMMERS.find((attack) => attack.id === id)?.decode;
    const xor = Buffer.from([...NUMBER].map((char) => char.charCodeAt(0) ^ 90)).toString('base64');
    expect(bytesOf(`xor:${xor}`, decodeOf('skim-obfuscated'))).toBe(16);
    const digits = [...NUMBER].map((digit, place) => `GET /p?d${place}=${digit}\n`).reverse();
    expect(bytesOf(digits.join(''), decodeOf('skim-split'))).toBe(16);
  });
});
