import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentState, RefundState } from '../../protocol/entries.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { httpsOnly } from '../format/links.ts';
import {
  awaitsAnswer,
  disputeReason,
  disputeStanding,
  refundStanding,
} from '../format/payment-words.ts';
import { fullTime } from '../format/times.ts';
import { Icon } from './Icon.tsx';
import { Fact, StripeLink } from './PaymentFacts.tsx';
import { StandingTag } from './PaymentTags.tsx';

export interface RefundsProps {
  payment: PaymentState;
  busy: boolean;
  offered: (refund: RefundState) => { approve: boolean; callOff: boolean };
  onApprove: (refundId: string) => void;
  onCallOff: (refundId: string) => void;
}

export function Refunds({ payment, busy, offered, onApprove, onCallOff }: RefundsProps) {
  const { refunds, currency, amountMinor, refundedMinor = 0 } = payment;
  if (!refunds?.length) return null;
  return (
    <section>
      <h3>Refunds</h3>
      <ul class="refunds">
        {refunds.map((refund) => {
          const may = offered(refund);
          return (
            <li key={refund.refundId}>
              <span class="refunds-sum">{formatMoney(refund.amountMinor, currency)}</span>
              <StandingTag {...refundStanding(refund)} />
              {(may.callOff || may.approve) && (
                <span class="refunds-actions">
                  {may.callOff && (
                    <button
                      type="button"
                      class="button"
                      disabled={busy}
                      onClick={() => onCallOff(refund.refundId)}
                    >
                      Call off
                    </button>
                  )}
                  {may.approve && (
                    <button
                      type="button"
                      class="button button-primary"
                      disabled={busy}
                      onClick={() => onApprove(refund.refundId)}
                    >
                      Approve
                    </button>
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <p class="panel-note">
        <bdi>
          {formatMoney(refundedMinor, currency)} of {formatMoney(amountMinor, currency)} given back
          or on its way
        </bdi>
      </p>
    </section>
  );
}

export function Dispute({ summary }: { summary: PaymentSummary }) {
  const { dispute, currency } = summary.payment;
  const stripe = httpsOnly(summary.providerUrl);
  if (!dispute && !summary.fraudWarning) return null;
  return (
    <section class="panel-alert">
      {summary.fraudWarning && (
        <p>
          <Icon name="alert" />
          <span>
            <strong>Fraud warning.</strong> The payer’s bank thinks that the card was stolen. Giving
            the money back now may avoid a dispute.
          </span>
        </p>
      )}
      {dispute && (
        <>
          <p>
            <Icon name="alert" />
            <span>
              <strong>
                The payer’s bank contests {formatMoney(dispute.amountMinor, currency)}.
              </strong>{' '}
              Its reason: {disputeReason(dispute)}.
            </span>
          </p>
          <dl class="facts panel-facts">
            <Fact name="Stands">{disputeStanding(dispute).words}</Fact>
            {dispute.dueAt !== undefined && (
              <Fact name={awaitsAnswer(dispute) ? 'Answer by' : 'Answer was due'}>
                <strong>{fullTime(dispute.dueAt)}</strong>
              </Fact>
            )}
          </dl>
          {awaitsAnswer(dispute) && stripe && (
            <StripeLink href={stripe}>Answer in Stripe</StripeLink>
          )}
        </>
      )}
    </section>
  );
}
