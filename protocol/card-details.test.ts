import { describe, expect, it } from 'vitest';
import { redactCards } from './card-guard.ts';

const CARD = '4242 4242 4242 4242';

describe('[CARD-2] what belongs to a card', () => {
  it.each([
    `${CARD} 12/34 123`,
    `${CARD}\n12/2034\n1234`,
    `${CARD}, 1234, 567`,
    `${CARD} 1234 567`,
    `${CARD} exp 12/34 cvc 123`,
    `${CARD}\nexp: 1234\nCVV2: 123`,
    `${CARD} (cvc 123, valid thru 12-34)`.slice(0, -1),
    `${CARD}. It expires 1 / 34, and the security code is 123`,
    `${CARD} gültig bis 12.34 Prüfziffer 123`,
    `${CARD} expire 12/34 cryptogramme 123`,
    `123 ${CARD}`,
    `12/34 123 ${CARD}`,
    `12/34, my card: ${CARD}`,
    `４２４２４２４２４２４２４２４２ １２/３４ １２３`,
  ])('goes with it: %s', (text) => {
    expect(redactCards(text)).toEqual({ text: '•••• 4242', count: 1 });
  });

  it.each([
    [`cvc 123, exp 12/34: ${CARD} ok?`, '•••• 4242 ok?'],
    [`${CARD} and I want 2 of them`, '•••• 4242 and I want 2 of them'],
    [`${CARD} for the order of 120 pieces`, '•••• 4242 for the order of 120 pieces'],
    [`${CARD}, phone 030 901820`, '•••• 4242, phone 030 901820'],
    [`${CARD} 5555 5555 5555 4444 123`, '•••• 4242 •••• 4444'],
  ])('goes with it, and nothing else: %s', (text, expected) => {
    expect(redactCards(text).text).toBe(expected);
  });

  it('is left alone where there is no card', () => {
    const text = 'It expires 12/34, and the code is 123';
    expect(redactCards(text)).toEqual({ text, count: 0 });
  });
});
