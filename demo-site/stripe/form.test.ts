import { describe, expect, it } from 'vitest';
import { decodeForm, readList, refuseUnknown } from './form.ts';

/** Records have no prototype; compare them as JSON. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('decodeForm', () => {
  it('nests what brackets nest', () => {
    const form = decodeForm(
      'amount=50&card[number]=42&card[billing][name]=A+B&expand[]=a&expand[]=b',
    );
    expect(plain(form)).toEqual({
      amount: '50',
      card: { number: '42', billing: { name: 'A B' } },
      expand: { 0: 'a', 1: 'b' },
    });
    expect(readList(form, 'expand')).toEqual(['a', 'b']);
  });

  it('takes a name that would be special for a plain name', () => {
    const form = decodeForm('__proto__[polluted]=yes&constructor=1');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
  });
});

describe('refuseUnknown', () => {
  it("names the parameter, with Stripe's code", () => {
    expect(() => refuseUnknown(decodeForm('colour=red'), ['amount'])).toThrow(
      'Received unknown parameter: colour',
    );
  });
});
