import type { ConversationSummary, VisitorFacts } from '../../protocol/conversations.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import { visitorName } from '../format/people.ts';
import { fullTime } from '../format/times.ts';
import type { PaymentRecord } from '../models/payments.ts';
import { paymentAddress } from '../models/place.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';
import { MessageText } from './MessageText.tsx';
import { PaymentMarks, PaymentStateTag } from './PaymentTags.tsx';

export interface DetailsProps {
  summary: ConversationSummary;
  payments: readonly PaymentRecord[];
  onClose: () => void;
}

/** @returns a locale in the agent's words, such as "German (Germany)"; as it is when unknown. */
function localeName(locale: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

function Fact({ name, value, link }: { name: string; value: string | undefined; link?: boolean }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        {!value ? (
          <span class="fact-none">Not given</span>
        ) : link ? (
          <MessageText text={value} />
        ) : (
          <bdi>{value}</bdi>
        )}
      </dd>
    </div>
  );
}

function Facts({ visitor }: { visitor: VisitorFacts }) {
  return (
    <dl class="facts">
      <Fact name="Name" value={visitor.name} />
      <Fact name="E-mail" value={visitor.email} />
      <Fact name="Current page" value={visitor.page} link />
      {visitor.firstPage !== visitor.page && (
        <Fact name="First page" value={visitor.firstPage} link />
      )}
      <Fact name="First seen" value={fullTime(visitor.firstSeenAt)} />
      <Fact name="Browser" value={visitor.browser} />
      <Fact name="Language" value={visitor.locale && localeName(visitor.locale)} />
    </dl>
  );
}

export function Details({ summary, payments, onClose }: DetailsProps) {
  const { visitor } = summary;
  return (
    <aside class="details" aria-label="Details">
      <header class="details-head">
        <h2>Details</h2>
        <button
          type="button"
          class="icon-button details-close"
          aria-label="Close details"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="details-scroll">
        <div class="details-person">
          <Avatar id={visitor.id} name={visitor.name} size="large" online={visitor.online} />
          <p class="details-name">
            <bdi>{visitorName(visitor)}</bdi>
          </p>
          <p class="details-note">Told by the page or the visitor, not verified</p>
        </div>
        <section>
          <h3>Visitor</h3>
          <Facts visitor={visitor} />
        </section>
        <section>
          <h3>Payments</h3>
          {payments.length === 0 && <p class="fact-none">None in this conversation</p>}
          <ul class="details-payments">
            {payments.toReversed().map((payment) => (
              <li key={payment.paymentId}>
                <a class="details-payment-sum" href={paymentAddress(payment.paymentId, summary.id)}>
                  {formatMoney(payment.amountMinor, payment.currency)}
                </a>
                <PaymentStateTag payment={payment} />
                <bdi class="details-payment-what">{payment.description}</bdi>
                <PaymentMarks payment={payment} now={Date.now()} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </aside>
  );
}
