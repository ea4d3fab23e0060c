import { describe, expect, it } from 'vitest';
import { findCards, redactCards } from './card-guard.ts';
import { hideLookAlikes } from './look-alikes.ts';

describe('[CARD-1] look-alikes', () => {
  it.each([
    ['an IBAN', 'DE89 3704 0044 0532 0130 00'],
    ['an IBAN in a sentence', 'to AT61 1904 3002 3457 3201, please'],
    ['a parcel of USPS', '9400 1000 0000 0000 0000 06'],
    ['prices', '19.99, 24.50, 5.00'],
    ['coordinates', '52.520008, 13.404954'],
  ])('hides %s, and every place stays', (_what, text) => {
    const hidden = hideLookAlikes(text);
    expect(hidden).toHaveLength(text.length);
    expect(hidden).not.toMatch(/\d{2}/);
  });

  // The price of the rules: who writes a card in exactly this way is not stopped.
  it.each([
    ['prices', '42.42, 42.42, 42.42, 42.42'],
    ['prices with a comma', '4,24 + 24,24 + 242,42 + 4242,42'],
    ['coordinates', '42.424242, 42.424242'],
  ])('cannot tell it from %s', (_what, text) => {
    expect(findCards(text)).toEqual([]);
  });

  it.each([
    ['letters and wrong check digits', 'DE4242424242424242'],
    ['letters of no country with such an IBAN', 'CB4242424242424242'],
    ['letters in groups', 'FI00 4242 4242 4242 4242'],
    ['a parcel with a wrong check digit', '9424 4242 4242 4242 4242 40'],
    ['the date behind, in the groups of a parcel', '4242 4242 4242 4242 1227'],
    ['date and code behind', '4242 4242 4242 4242 1227 123'],
    ['the date before', '1227 4242 4242 4242 4242'],
    ['prices with a part left over', '4242.42 4242.42 4242'],
    ['prices with a part before', '42, 42.42, 42.42, 42.42, 42'],
    ['prices with two decimal signs', '42.42, 42,42, 42.42, 42.42'],
    ['thousands', '4,242,424,242,424,242.00'],
    ['three coordinates', '42.4242, 42.4242, 42.42'],
    ['coordinates off the earth', '4242.4242, 4242.4242'],
    ['coordinates of four and four', '424.24242, 424.24242'],
  ])('does not let a card through behind %s', (_disguise, text) => {
    expect(redactCards(text).text).toContain('•••• 4242');
  });
});
