/**
 * The form behind "Request payment" and "Edit request": what is asked for, whole, and what is wrong
 * with it in words. Sending it once is `submission.ts`; its lines are `line-items.ts`.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { findCards } from '../../protocol/card-guard.ts';
import { formatMoney, isCurrency } from '../../protocol/currencies.ts';
import type { LineItem } from '../../protocol/entries.ts';
import type { Outcome } from '../../protocol/errors.ts';
import { DESCRIPTION_MAX_LENGTH, EMAIL_MAX_LENGTH } from '../../protocol/limits.ts';
import type { PaymentSummary, PaymentTemplate } from '../../protocol/payments.ts';
import { amountWords, chargeProblem, exampleAmount, parseAmount, writeAmount } from './amount.ts';
import { DEFAULT_EXPIRY, expiresInMs, KEEP_EXPIRY } from './expiry.ts';
import { createLineItems, type LineItems } from './line-items.ts';
import type { AgentLink } from './link.ts';
import { createSubmission, type Submission } from './submission.ts';

export type Field = 'amount' | 'currency' | 'description' | 'receiptEmail' | 'expiry';
const ORDER: readonly Field[] = ['amount', 'currency', 'description', 'receiptEmail'];

export interface PaymentForm extends Pick<Submission, 'phase' | 'refusal'> {
  readonly kind: 'request' | 'edit';
  /** What was typed; the sum once there are lines. */
  readonly amount: ReadonlySignal<string>;
  readonly currency: ReadonlySignal<string>;
  readonly description: ReadonlySignal<string>;
  readonly receiptEmail: ReadonlySignal<string>;
  readonly expiry: ReadonlySignal<string>;
  /** On an edit: when the request stands to end, in milliseconds since the epoch. */
  readonly standsUntil: number | undefined;
  readonly lines: LineItems;
  /** In words, only for fields that were left or sent. */
  readonly problems: ReadonlySignal<Partial<Record<Field, string>>>;
  /** The amount as the visitor will read it, once it is understood. */
  readonly shown: ReadonlySignal<string | null>;
  readonly example: ReadonlySignal<string>;
  set(field: Field, value: string): void;
  leave(field: Field): void;
  fill(template: PaymentTemplate): void;
  /** @returns what stands in the form under that name; `null` while it cannot be asked for. */
  asTemplate(name: string): PaymentTemplate | null;
  /** @returns whether it was accepted; if not, the name of the first field to look at, if any. */
  submit(): Promise<{ accepted: boolean; focus?: string }>;
}

export interface PaymentFormDeps {
  conversationId: string;
  link: AgentLink;
  locale: string;
  currency: string;
  newClientId: () => string;
  /** The request to change; else a new one is made. */
  editing?: PaymentSummary;
}

function descriptionProblem(text: string): string | undefined {
  if (!text.trim()) return 'Say what the payment is for.';
  if (text.trim().length > DESCRIPTION_MAX_LENGTH)
    return `A description can have up to ${DESCRIPTION_MAX_LENGTH} characters.`;
  if (findCards(text).length) return 'This looks like a card number. Please remove it.';
  return undefined;
}

/** Only the form of an address: whether it exists nobody knows before a receipt arrives. */
function emailProblem(text: string): string | undefined {
  const email = text.trim();
  if (!email || (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && email.length <= EMAIL_MAX_LENGTH))
    return undefined;
  return 'That is not an e-mail address.';
}

export function createPaymentForm(deps: PaymentFormDeps): PaymentForm {
  const { conversationId, link, locale, editing } = deps;
  const known = editing?.payment;
  const values = {
    amount: signal(known ? writeAmount(known.amountMinor, known.currency, locale) : ''),
    currency: signal(known?.currency ?? deps.currency),
    description: signal(known?.description ?? ''),
    receiptEmail: signal(editing?.receiptEmail ?? ''),
    expiry: signal(known?.expiresAt ? KEEP_EXPIRY : DEFAULT_EXPIRY),
  };
  const lines = createLineItems(values.currency, locale);
  if (known?.lineItems) lines.fill(known.lineItems);
  const submission = createSubmission(deps.newClientId);
  const left = signal<ReadonlySet<Field>>(new Set());

  const hasLines = computed(() => lines.rows.value.length > 0);
  const parsed = computed(() => {
    const currency = values.currency.value;
    if (!hasLines.value) return parseAmount(values.amount.value, currency, locale);
    const sum = lines.sumMinor.value;
    if (sum === null) return null;
    const problem = chargeProblem(sum, currency);
    return problem ? ({ ok: false, problem } as const) : ({ ok: true, amountMinor: sum } as const);
  });
  const all = computed(() => {
    const found: Partial<Record<Field, string>> = {};
    const currency = values.currency.value;
    const amount = parsed.value;
    if (!isCurrency(currency)) found.currency = 'Choose a currency.';
    else if (amount && !amount.ok) found.amount = amountWords(amount.problem, currency, locale);
    const description = descriptionProblem(values.description.value);
    if (description) found.description = description;
    const email = emailProblem(values.receiptEmail.value);
    if (email) found.receiptEmail = email;
    return found;
  });
  const leave = (...fields: Field[]) => {
    left.value = new Set([...left.peek(), ...fields]);
  };

  /** What a template keeps, as it is asked for. */
  function whatIsAsked() {
    const amount = parsed.peek();
    if (!amount?.ok) return null;
    const items: LineItem[] = [...(lines.items.peek() ?? [])];
    return {
      amountMinor: amount.amountMinor,
      currency: values.currency.peek(),
      description: values.description.peek().trim(),
      ...(items.length && { lineItems: items }),
    };
  }

  async function send(clientId: string, repeated: boolean): Promise<Outcome<unknown>> {
    const asked = whatIsAsked();
    if (!asked) throw new Error('an order that is wrong is not sent');
    const receiptEmail = values.receiptEmail.peek().trim();
    const expiry = expiresInMs(values.expiry.peek(), known?.expiresAt, Date.now());
    const order = {
      ...asked,
      ...(receiptEmail && { receiptEmail }),
      ...(expiry !== undefined && { expiresInMs: expiry }),
    };
    if (!known) return link.request('payment:request', { conversationId, clientId, ...order });
    const { paymentId, revision } = known;
    const answer = await link.request('payment:edit', { paymentId, revision, ...order });
    if (answer.ok || answer.error.code !== 'revision_outdated' || !repeated) return answer;
    // Perhaps it was the first try, whose answer was lost, that made the next revision.
    const now = await link.request('payment:history', { paymentId });
    if (!now.ok) return now;
    const { payment } = now.data.summary;
    const isOurs =
      payment.revision === revision + 1 &&
      payment.amountMinor === order.amountMinor &&
      payment.currency === order.currency &&
      payment.description === order.description;
    return isOurs ? { ok: true, data: payment.revision } : answer;
  }

  return {
    ...values,
    kind: editing ? 'edit' : 'request',
    standsUntil: known?.expiresAt,
    lines: guarded(lines, submission),
    phase: submission.phase,
    refusal: submission.refusal,
    amount: computed(() => {
      if (!hasLines.value) return values.amount.value;
      const sum = lines.sumMinor.value;
      return sum === null ? '' : writeAmount(sum, values.currency.value, locale);
    }),
    problems: computed(() =>
      Object.fromEntries(
        Object.entries(all.value).filter(([field]) => left.value.has(field as Field)),
      ),
    ),
    shown: computed(() =>
      parsed.value?.ok
        ? formatMoney(parsed.value.amountMinor, values.currency.value, locale)
        : null,
    ),
    example: computed(() => exampleAmount(values.currency.value, locale)),
    set(field, value) {
      if (submission.locked()) return;
      values[field].value = value;
      submission.changed();
    },
    leave: (field) => leave(field),
    fill({ amountMinor, currency, description, lineItems }) {
      if (submission.locked()) return;
      values.currency.value = currency;
      values.description.value = description;
      values.amount.value = writeAmount(amountMinor, currency, locale);
      lines.fill(lineItems ?? []);
      submission.changed();
    },
    asTemplate(name) {
      const asked = descriptionProblem(values.description.peek()) ? null : whatIsAsked();
      return asked && { name, ...asked };
    },
    async submit() {
      leave(...ORDER);
      const inLines = lines.leaveAll();
      const field = ORDER.find((name) => all.peek()[name]);
      const focus = field === 'amount' && hasLines.peek() ? (inLines ?? field) : (field ?? inLines);
      if (focus) return { accepted: false, focus };
      const repeated = submission.phase.peek() === 'unknown';
      return { accepted: await submission.run((clientId) => send(clientId, repeated)) };
    },
  };
}

/** The lines are locked with the rest of the form. */
function guarded(lines: LineItems, submission: Submission): LineItems {
  const unlessLocked =
    <Args extends unknown[]>(run: (...args: Args) => void) =>
    (...args: Args) => {
      if (submission.locked()) return;
      submission.changed();
      run(...args);
    };
  return {
    ...lines,
    add: unlessLocked(lines.add),
    remove: unlessLocked(lines.remove),
    set: unlessLocked(lines.set),
  };
}
