import type { ComponentChildren } from 'preact';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentState } from '../../protocol/entries.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { httpsOnly } from '../format/links.ts';
import { brandName } from '../format/payment-words.ts';
import { fullTime } from '../format/times.ts';
import { sumOf } from '../models/line-items.ts';
import { addressOf } from '../models/place.ts';
import { Icon } from './Icon.tsx';

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

export const StripeLink = ({ href, children }: { href: string; children: ComponentChildren }) => (
  <a href={href} target="_blank" rel="noopener noreferrer">
    {children}
    <Icon name="out" class="flips" />
  </a>
);

export interface FactsProps {
  summary: PaymentSummary;
  visitor: string;
  /** Whether to lead to the conversation. */
  linked: boolean;
}

export function Facts({ summary, visitor, linked }: FactsProps) {
  const { payment, conversationId, requestedBy, createdAt, receiptEmail } = summary;
  const { card, reference, expiresAt, paidAt, revision } = payment;
  const stripe = httpsOnly(summary.providerUrl);
  const isOver = payment.status === 'expired' || (expiresAt ?? 0) < Date.now();
  return (
    <section>
      <h3>Facts</h3>
      <dl class="facts panel-facts">
        {reference && <Fact name="Reference">{reference}</Fact>}
        <Fact name="Visitor">
          {linked ? (
            <a href={addressOf(conversationId)} aria-label={`Conversation with ${visitor}`}>
              <bdi>{visitor}</bdi>
              <Icon name="chat" />
            </a>
          ) : (
            <bdi>{visitor}</bdi>
          )}
        </Fact>
        <Fact name="Asked for by">
          <bdi>{requestedBy.name}</bdi>
        </Fact>
        <Fact name="Asked for on">{fullTime(createdAt)}</Fact>
        {paidAt !== undefined && <Fact name="Paid on">{fullTime(paidAt)}</Fact>}
        {card && (
          <Fact name="Paid with">
            {brandName(card.brand)} <span aria-hidden="true">••••</span>
            <span class="visually-hidden">ending in</span> {card.last4}
          </Fact>
        )}
        {paidAt === undefined && expiresAt !== undefined && (
          <Fact name={isOver ? 'Expired on' : 'Can be paid until'}>{fullTime(expiresAt)}</Fact>
        )}
        {receiptEmail && (
          <Fact name="Receipt goes to">
            <bdi>{receiptEmail}</bdi>
          </Fact>
        )}
        <Fact name="Site">
          <bdi>{summary.site.name}</bdi>
        </Fact>
        {revision > 1 && (
          <Fact name="Changed">{revision === 2 ? 'Once' : `${revision - 1} times`}</Fact>
        )}
        {stripe && (
          <Fact name="At the provider">
            <StripeLink href={stripe}>Open in Stripe</StripeLink>
          </Fact>
        )}
      </dl>
    </section>
  );
}

export function Items({ payment }: { payment: PaymentState }) {
  const { lineItems, currency } = payment;
  if (!lineItems?.length) return null;
  const money = (minor: number) => formatMoney(minor, currency);
  return (
    <section>
      <h3 id="panel-items">Items</h3>
      <table class="items" aria-labelledby="panel-items">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Price</th>
          </tr>
        </thead>
        <tbody>
          {lineItems.map(({ description, quantity, unitAmountMinor }, index) => (
            <tr key={index}>
              <td>
                <bdi>{description}</bdi>
                {quantity > 1 && (
                  <span class="items-each">
                    {quantity} × {money(unitAmountMinor)}
                  </span>
                )}
              </td>
              <td>{money(quantity * unitAmountMinor)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td>{money(sumOf(lineItems))}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
