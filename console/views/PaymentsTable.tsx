import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import type { Desk } from '../desk.ts';
import { httpsOnly } from '../format/links.ts';
import { dateTime, fullTime } from '../format/times.ts';
import { mayApprove } from '../models/permissions.ts';
import { addressOf, paymentAddress } from '../models/place.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';
import { PaymentMarks, PaymentStateTag } from './PaymentTags.tsx';
import { useNow } from './use-now.ts';

interface LineProps {
  line: PaymentSummary;
  selected: boolean;
  now: number;
  visitor: string;
  showSite: boolean;
  /** Whether this agent could approve it: the panel, where it is, has the button. */
  approvable: boolean;
}

function Links({ line, visitor }: Pick<LineProps, 'line' | 'visitor'>) {
  const stripe = httpsOnly(line.providerUrl);
  return (
    <span class="payments-links">
      <a
        class="icon-button"
        href={addressOf(line.conversationId)}
        title="Open the conversation"
        aria-label={`Conversation with ${visitor}`}
      >
        <Icon name="chat" />
      </a>
      {stripe && (
        <a
          class="icon-button"
          href={stripe}
          target="_blank"
          rel="noopener noreferrer"
          title="Open in Stripe"
          aria-label="Open in Stripe"
        >
          <Icon name="out" class="flips" />
        </a>
      )}
    </span>
  );
}

function Line({ line, selected, now, visitor, showSite, approvable }: LineProps) {
  const { payment, requestedBy, createdAt } = line;
  const { refundedMinor = 0 } = payment;
  return (
    <tr
      class={`${selected ? 'payments-selected' : ''} ${line.attention ? 'payments-attention' : ''}`}
    >
      <td class="payments-amount">
        <a
          class="payments-open"
          href={paymentAddress(payment.paymentId)}
          aria-current={selected ? 'true' : undefined}
          data-payment={payment.paymentId}
        >
          {formatMoney(payment.amountMinor, payment.currency)}
        </a>
        {refundedMinor > 0 && (
          <span class="payments-second">
            <bdi>{formatMoney(-refundedMinor, payment.currency)}</bdi>
            <span class="visually-hidden"> given back</span>
          </span>
        )}
      </td>
      <td class="payments-state">
        <PaymentStateTag payment={payment} />
        <PaymentMarks
          payment={payment}
          fraudWarning={line.fraudWarning}
          attention={line.attention}
          now={now}
        />
        {approvable && <span class="payments-second">You can approve it</span>}
      </td>
      <td class="payments-what">
        <bdi>{payment.description}</bdi>
        {payment.reference && (
          <span class="payments-second payments-reference">{payment.reference}</span>
        )}
      </td>
      <td class="payments-visitor">
        <bdi>{visitor}</bdi>
        {showSite && <span class="payments-second">{line.site.name}</span>}
        {/* Where there is no room for a column of its own. */}
        <span class="payments-second payments-agent-below">by {requestedBy.name}</span>
      </td>
      <td class="payments-agent">
        <span class="payments-person">
          <Avatar id={requestedBy.id} name={requestedBy.name} size="small" />
          <bdi>{requestedBy.name}</bdi>
        </span>
      </td>
      <td class="payments-date">
        <time dir="auto" title={fullTime(createdAt)}>
          {dateTime(createdAt, now)}
        </time>
      </td>
      <td class="payments-out">
        <Links line={line} visitor={visitor} />
      </td>
    </tr>
  );
}

export function PaymentsTable({ desk }: { desk: Desk }) {
  const { list, panel } = desk.payments;
  const now = useNow();
  const lines = list.lines.value;
  const sites = new Set(lines.map(({ site }) => site.id));
  return (
    <table class="payments-table" aria-label="Payments">
      <thead>
        <tr>
          <th scope="col" class="payments-amount">
            Amount
          </th>
          <th scope="col">State</th>
          <th scope="col">Description</th>
          <th scope="col">Visitor</th>
          <th scope="col" class="payments-agent">
            Agent
          </th>
          <th scope="col">Date</th>
          <th scope="col">
            <span class="visually-hidden">Links</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Line
            key={line.payment.paymentId}
            line={line}
            now={now}
            visitor={desk.visitorOf(line)}
            selected={panel.value?.paymentId === line.payment.paymentId}
            showSite={sites.size > 1}
            approvable={mayApprove(desk.agent, line.payment, line.requestedBy.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
