/**
 * Holds what the server says at the end against what the stand-in knows. Written from the rules
 * alone, and on purpose not with the server's own functions.
 */
import type Stripe from 'stripe';
import type { PaymentEntry, PaymentState } from '../../../protocol/entries.ts';
import type { PaymentRow, RefundRow } from '../../../server/store/schema.ts';
import type { Known } from './known.ts';
import type { ModelWorld } from './world.ts';

const PAID = ['succeeded', 'partially_refunded', 'refunded', 'disputed'];
const ENDED = ['canceled', 'expired'];

/** @returns everything that is wrong, in words; nothing when the books agree */
export async function disagreements(world: ModelWorld, known: Known): Promise<string[]> {
  const { db } = world.app().store;
  const wrong: string[] = [];
  const payments = await db.selectFrom('payments').selectAll().execute();
  const refunds = await db.selectFrom('refunds').selectAll().execute();
  const newest = await newestStates(world);
  const truth = truthOf(world);

  for (const id of known.acknowledged.payments) {
    if (!payments.some((row) => row.id === id)) wrong.push(`payment ${id} is lost`);
  }
  for (const id of known.acknowledged.refunds) {
    if (!refunds.some((row) => row.id === id)) wrong.push(`refund ${id} is lost`);
  }
  for (const secret of known.given) {
    const { id, status } = world.control.paymentIntent(secret.split('_secret_')[0] ?? '');
    if (!['succeeded', 'canceled'].includes(status))
      wrong.push(`${id} can still be paid: ${status}`);
  }
  for (const [paymentId, intents] of truth.intents) {
    const paid = intents.filter(({ status }) => status === 'succeeded');
    if (paid.length > 1) wrong.push(`${paymentId} was charged ${paid.length} times`);
    const revisions = intents.map(({ metadata }) => metadata.revision);
    if (new Set(revisions).size < intents.length) wrong.push(`${paymentId} has an intent too many`);
    if (paid.length > 0 && !payments.some(({ id }) => id === paymentId)) {
      wrong.push(`${paymentId} was charged, and nobody knows of it`);
    }
  }
  for (const row of payments) {
    const paid = truth.intents.get(row.id)?.find(({ status }) => status === 'succeeded');
    const own = refunds.filter(({ payment_id }) => payment_id === row.id);
    if (paid) wrong.push(...checkPaid(row, own, paid, truth));
    else wrong.push(...checkUnpaid(row, own));
    wrong.push(...checkLog(row, own, newest.get(row.id)));
  }
  return wrong;
}

interface Truth {
  intents: Map<string, Stripe.PaymentIntent[]>;
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  warnings: Stripe.Radar.EarlyFraudWarning[];
}

const truthOf = ({ control }: ModelWorld): Truth => ({
  intents: Map.groupBy(
    control.all('payment_intent'),
    ({ metadata }) => metadata.payment_id ?? 'nobody',
  ),
  refunds: control.all('refund'),
  disputes: control.all('dispute'),
  warnings: control.all('radar.early_fraud_warning'),
});

function checkPaid(
  row: PaymentRow,
  own: readonly RefundRow[],
  intent: Stripe.PaymentIntent,
  truth: Truth,
): string[] {
  const wrong: string[] = [];
  const refunds = truth.refunds.filter(({ payment_intent }) => payment_intent === intent.id);
  const disputes = truth.disputes.filter(({ payment_intent }) => payment_intent === intent.id);
  const backMinor = refunds
    .filter(({ status }) => status === 'succeeded' || status === 'pending')
    .reduce((sum, { amount }) => sum + amount, 0);
  const held = disputes.some(({ status }) => !['won', 'warning_closed'].includes(status));
  const given = backMinor === 0 ? 'succeeded' : 'partially_refunded';
  const status = held ? 'disputed' : backMinor >= intent.amount ? 'refunded' : given;
  const say = (what: string) => wrong.push(`${row.id}: ${what}`);

  if (row.status !== status) say(`is ${row.status}, and truly ${status}`);
  if (row.intent_id !== intent.id) say('points to another intent than the one that was paid');
  if (row.amount_minor !== intent.amount) say(`asks ${row.amount_minor}, paid ${intent.amount}`);
  if (row.refunded_minor !== backMinor) say(`gave ${row.refunded_minor} back, truly ${backMinor}`);
  if ((row.dispute !== null) !== disputes.length > 0) say('and Stripe disagree on a dispute');
  const warned = truth.warnings.some(({ payment_intent }) => payment_intent === intent.id);
  if ((row.fraud_warning === 1) !== warned) say('and Stripe disagree on a fraud warning');

  for (const refund of own) {
    const made = refunds.filter(({ metadata }) => metadata?.refund_id === refund.id);
    if (made.length > 1) say(`refund ${refund.id} was made ${made.length} times`);
    if (refund.status === 'pending') say(`refund ${refund.id} is stuck`);
    const unmade = refund.provider_id === null;
    if (unmade && made.length > 0) say(`refund ${refund.id} was made, and nobody knows of it`);
    if (unmade && refund.status === 'succeeded') say(`refund ${refund.id} was never made`);
  }
  for (const refund of refunds) {
    const kept = own.find(({ provider_id }) => provider_id === refund.id);
    if (!kept) say(`${refund.id} is missing`);
    else if (kept.status !== refund.status) say(`${refund.id} is ${kept.status}`);
    else if (kept.amount_minor !== refund.amount) say(`${refund.id} has another amount`);
  }
  return wrong;
}

function checkUnpaid(row: PaymentRow, own: readonly RefundRow[]): string[] {
  if (PAID.includes(row.status)) return [`${row.id} is ${row.status}, and nobody has paid`];
  // One whose first answer was "not reached" is left alone, and seen by nobody [PAY-3].
  const unmade = row.intent_id === null && row.status === 'created' && row.next_look_at === null;
  if (!ENDED.includes(row.status) && !unmade) return [`${row.id} is stuck: ${JSON.stringify(row)}`];
  return own.length > 0 ? [`${row.id} has refunds and was never paid`] : [];
}

function checkLog(
  row: PaymentRow,
  own: readonly RefundRow[],
  state: PaymentState | undefined,
): string[] {
  if (!state) return row.intent_id === null ? [] : [`${row.id} stands in no log`];
  const said = [state.status, state.revision, state.amountMinor, state.refundedMinor ?? 0];
  const true_ = [row.status, row.revision, row.amount_minor, row.refunded_minor];
  const wrong =
    said.join() === true_.join() ? [] : [`${row.id}: the log says ${said}, not ${true_}`];
  const told = (state.refunds ?? []).map(({ refundId, status }) => `${refundId} ${status}`).sort();
  const kept = own.map(({ id, status }) => `${id} ${status}`).sort();
  if (told.join() !== kept.join()) wrong.push(`${row.id}: the log says ${told}, not ${kept}`);
  if (JSON.stringify(state.dispute ?? null) !== (row.dispute ?? 'null')) {
    wrong.push(`${row.id}: the log has another dispute`);
  }
  return wrong;
}

async function newestStates(world: ModelWorld): Promise<Map<string, PaymentState>> {
  const { log } = world.app().deps;
  const states = new Map<string, PaymentState>();
  for (let after = 0, more = true; more; ) {
    const page = await log.read({ conversationId: world.conversationId, after });
    for (const entry of page.entries) {
      if (entry.type === 'payment')
        states.set(entry.payment.paymentId, (entry as PaymentEntry).payment);
      after = entry.seq;
    }
    more = page.more;
  }
  return states;
}
