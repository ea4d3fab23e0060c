import { useState } from 'preact/hooks';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentTotals } from '../../protocol/payments.ts';

/** More currencies than this would push the list off the screen. */
const SHOWN = 2;

function Sum({ name, minor, currency }: { name: string; minor: number; currency: string }) {
  return (
    <div class={`sum ${minor === 0 ? 'sum-none' : ''}`}>
      <dt>{name}</dt>
      <dd>{formatMoney(minor, currency)}</dd>
    </div>
  );
}

/** What the filter lets through, added up per currency: amounts of two are never added. */
export function PaymentsSums({ totals }: { totals: readonly PaymentTotals[] }) {
  const [all, setAll] = useState(false);
  if (!totals.length) return null;
  const byCount = totals.toSorted((a, b) => b.count - a.count);
  const hidden = byCount.length - SHOWN;
  return (
    <section class="sums" aria-label="Sums by currency">
      {byCount.slice(0, all ? undefined : SHOWN).map((line) => {
        const { currency, count } = line;
        return (
          <div class="sums-line" key={currency}>
            <h3>
              {currency}
              <span dir="auto">{count === 1 ? '1 request' : `${count} requests`}</span>
            </h3>
            <dl>
              <Sum name="Requested" minor={line.requestedMinor} currency={currency} />
              <Sum name="Paid" minor={line.paidMinor} currency={currency} />
              <Sum name="Refunded" minor={line.refundedMinor} currency={currency} />
              <Sum name="Disputed" minor={line.disputedMinor} currency={currency} />
            </dl>
          </div>
        );
      })}
      {hidden > 0 && (
        <button type="button" class="button button-quiet" onClick={() => setAll(!all)}>
          {all
            ? 'Show fewer currencies'
            : hidden === 1
              ? 'Show 1 more currency'
              : `Show ${hidden} more currencies`}
        </button>
      )}
    </section>
  );
}
