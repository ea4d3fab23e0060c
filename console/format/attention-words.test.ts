import { describe, expect, it } from 'vitest';
import { attentionWords } from './attention-words.ts';

const ASKED = { amountMinor: 4900, currency: 'EUR' };
const sum = (charged: boolean, returnedMinor = 0) =>
  ({
    code: 'amount_differs',
    since: 1,
    amountMinor: 500_000,
    currency: 'JPY',
    charged,
    returnedMinor,
  }) as const;
const words = (attention: Parameters<typeof attentionWords>[0]) =>
  Object.values(attentionWords(attention, ASKED, 'en-GB')).join(' ');

describe('[PAY-12] why a payment needs attention, in words', () => {
  it('names both sums, each in its own currency', () => {
    expect(words(sum(false))).toContain('JP¥500,000 instead of €49.00');
    expect(words(sum(false))).toContain('nothing was charged');
    expect(words(sum(true))).toContain('JP¥500,000 was charged instead of €49.00');
  });

  it('says how far the giving back is', () => {
    expect(words(sum(true))).toContain('Give it back');
    expect(words(sum(true, 100_000))).toContain('JP¥100,000 of it is given back or on its way');
    expect(words(sum(true, 500_000))).toContain('All of it is on its way back');
    expect(words(sum(true, 500_000))).not.toContain('Give it back');
  });

  it('says what to mend where nobody answers for it', () => {
    expect(words({ code: 'minter_missing', since: 1 })).toContain('back in the settings');
    expect(words({ code: 'provider_refused', since: 1 })).toContain('permission');
  });
});
