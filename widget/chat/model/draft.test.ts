import { describe, expect, it } from 'vitest';
import { draftToKeep } from './draft.ts';

describe('[PORT-6] the draft that is kept', () => {
  it('is what was typed', () => {
    expect(draftToKeep('Is order 4711 on its way? It cost 49.00')).toBe(
      'Is order 4711 on its way? It cost 49.00',
    );
  });

  it('is nothing while a card number stands in it', () => {
    expect(draftToKeep('4242 4242 4242 4242 cvc 264')).toBe('');
  });

  it.each([
    '4242 42',
    '4242 4242 42',
    '424242424242424',
    '٤٢٤٢ ٤٢٤٢',
  ])('leaves out %s, which may become one', (digits) => {
    expect(draftToKeep(`my card: ${digits}`)).toBe('my card');
  });

  it('takes time in proportion to the text', () => {
    expect(draftToKeep('1 '.repeat(100_000))).toBe('');
  });
});
