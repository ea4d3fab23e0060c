/** What each step of a plan does: to the server, as a visitor or an agent; at Stripe; to time and network. */
import type { FaultMatch } from '../../../demo-site/stripe/control.ts';
import type { Availability } from '../../../demo-site/stripe/stand-in.ts';
import type { Outcome } from '../../../protocol/errors.ts';
import type { PaymentOpenGrant } from '../../../protocol/http.ts';
import { newClientId, postFromShop } from '../../support/clients.ts';
import { SITE_KEY } from '../../support/server.ts';
import type { Known, Slot } from './known.ts';
import type { Step, Verb } from './plan.ts';
import { arranged, finishAll } from './settle.ts';
import type { ModelWorld } from './world.ts';

const MINUTE_MS = 60_000;
const FAULTS: readonly Availability[] = [
  'unreachable',
  'reply-lost',
  'failing',
  'failing-stored',
  'failing-acted',
];
/** What the server asks, and not what the visitor's browser does. */
const OF_SERVER: FaultMatch = /^(?!.*(confirm|3ds2))/;
const CHANGING: FaultMatch = /^POST (?!.*(confirm|3ds2))/;

type Action = (world: ModelWorld, step: Step, known: Known) => Promise<void>;

const slotOf = ({ slots }: Known, { slot }: Step): Slot => {
  const found = slots[slot];
  if (!found) throw new Error('no such slot');
  return found;
};
const amountOf = ({ chance }: Step) => 500 + Math.floor(chance * 8500);

/** A fresh `clientId` once the one of before has led to a payment. */
const request: Action = async (world, step, known) => {
  const slot = slotOf(known, step);
  if (slot.paymentId !== null) {
    slot.clientId = newClientId();
    slot.paymentId = null;
    slot.refunds = [];
  }
  slot.amountMinor = amountOf(step);
  await askFor(world, slot, known);
};

async function askFor(world: ModelWorld, slot: Slot, known: Known): Promise<void> {
  if (slot.amountMinor === 0) return;
  const { clientId } = slot;
  const answer = await world.ask<Outcome<{ paymentId: string }>>(0, 'payment:request', {
    conversationId: world.conversationId,
    clientId,
    amountMinor: slot.amountMinor,
    currency: 'EUR',
    description: 'Brass lantern',
  });
  if (!answer?.ok) return;
  known.acknowledged.payments.add(answer.data.paymentId);
  if (slot.clientId !== clientId) return;
  slot.paymentId = answer.data.paymentId;
  slot.revision = 1;
}

const edit: Action = async (world, step, known) => {
  const slot = slotOf(known, step);
  if (slot.paymentId === null) return;
  const { paymentId, revision } = slot;
  const answer = await world.ask<Outcome<{ revision: number }>>(0, 'payment:edit', {
    paymentId,
    revision,
    amountMinor: amountOf(step),
    currency: 'EUR',
    description: 'Brass lantern, polished',
  });
  if (answer?.ok && slot.paymentId === paymentId) slot.revision = answer.data.revision;
  else slot.revision = await revisionOf(world, paymentId);
};

const revisionOf = async (world: ModelWorld, paymentId: string): Promise<number> =>
  (
    await world
      .app()
      .store.db.selectFrom('payments')
      .select('revision')
      .where('id', '=', paymentId)
      .executeTakeFirst()
      .catch(() => undefined)
  )?.revision ?? 1;

const about =
  (event: string, agent: number): Action =>
  async (world, step, known) => {
    const { paymentId } = slotOf(known, step);
    if (paymentId !== null) await world.ask(agent, event, { paymentId });
  };

const fromShop = async <T>(
  world: ModelWorld,
  route: string,
  paymentId: string,
): Promise<Outcome<T>> => {
  const body = { protocol: 1, site: SITE_KEY, token: world.token, paymentId };
  return (await postFromShop(`${world.url()}/api/payments/${route}`, body)).json();
};

const open: Action = async (world, step, known) => {
  const slot = slotOf(known, step);
  if (slot.paymentId === null) return;
  const grant = await fromShop<PaymentOpenGrant>(world, 'open', slot.paymentId);
  if (!grant.ok) return;
  slot.secrets[step.tab] = grant.data.clientSecret;
  known.given.add(grant.data.clientSecret);
};

const fromBrowser = async (world: ModelWorld, path: string, fields: Record<string, string>) => {
  const form = new URLSearchParams({ key: world.standIn.publishableKey, ...fields });
  await fetch(`${world.standIn.url}/v1/${path}`, { method: 'POST', body: form });
};

const idIn = (secret: string) => secret.split('_secret_')[0] ?? '';

/** What this tab was given; where it was not, the other tab pays. */
const secretOf = ({ secrets }: Slot, { tab }: Step): string | null =>
  secrets[tab] ?? secrets[1 - tab] ?? null;

const confirm: Action = async (world, step, known) => {
  const secret = secretOf(slotOf(known, step), step);
  if (!secret) return;
  const fields = { client_secret: secret, payment_method: step.card };
  await fromBrowser(world, `payment_intents/${idIn(secret)}/confirm`, fields);
};

const challenge: Action = async (world, step, known) => {
  const secret = secretOf(slotOf(known, step), step);
  if (!secret) return;
  const { id, next_action } = world.control.paymentIntent(idIn(secret));
  const source = String(next_action?.use_stripe_sdk?.source);
  const outcome = step.chance < 0.7 ? 'authenticated' : 'failed';
  const fields = { client_secret: secret, payment_intent: id, source, outcome };
  await fromBrowser(world, '3ds2/authenticate', fields);
};

const refund: Action = async (world, step, known) => {
  const slot = slotOf(known, step);
  if (slot.paymentId === null) return;
  const amountMinor = Math.max(1, Math.floor(step.chance * 3600));
  const wish: Slot['refunds'][number] = { clientId: newClientId(), amountMinor, refundId: null };
  slot.refunds.push(wish);
  await giveBack(world, slot.paymentId, wish, known);
};

async function giveBack(
  world: ModelWorld,
  paymentId: string,
  wish: Slot['refunds'][number],
  known: Known,
): Promise<void> {
  const { clientId, amountMinor } = wish;
  const body = { paymentId, clientId, amountMinor, reason: 'requested_by_customer' };
  const answer = await world.ask<Outcome<{ refundId: string }>>(0, 'refund:request', body);
  if (!answer?.ok) return;
  wish.refundId = answer.data.refundId;
  known.acknowledged.refunds.add(wish.refundId);
}

const refundAgain: Action = async (world, step, known) => {
  const { paymentId, refunds } = slotOf(known, step);
  const wish = refunds[Math.floor(step.chance * refunds.length)];
  if (paymentId !== null && wish) await giveBack(world, paymentId, wish, known);
};

const aboutRefund =
  (event: string, agent: number): Action =>
  async (world, step, known) => {
    const { refunds } = slotOf(known, step);
    const wish = refunds[Math.floor(step.chance * refunds.length)];
    if (wish?.refundId) await world.ask(agent, event, { refundId: wish.refundId });
  };

const chargeOf = (world: ModelWorld, known: Known, step: Step): string | null => {
  const secret = slotOf(known, step).secrets.find((one) => one !== null);
  if (!secret) return null;
  const { latest_charge, status } = world.control.paymentIntent(idIn(secret));
  return status === 'succeeded' ? String(latest_charge) : null;
};

/** By the charge of the slot, where something was paid. */
const atStripe =
  (act: (world: ModelWorld, charge: string, step: Step) => unknown): Action =>
  async (world, step, known) => {
    const charge = chargeOf(world, known, step);
    if (charge !== null) await act(world, charge, step);
  };

const dashboardRefund = atStripe(async (world, charge, { chance }) => {
  const { url, secretKey } = world.standIn;
  await fetch(`${url}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}` },
    body: new URLSearchParams({ charge, amount: String(1 + Math.floor(chance * 3000)) }),
  });
});

const settleRefund = atStripe((world, charge, { chance }) => {
  for (const { id, status } of world.control.all('refund').filter((one) => one.charge === charge)) {
    if (status === 'pending') world.control.settleRefund(id, chance < 0.5 ? 'failed' : 'succeeded');
    else if (chance < 0.2) world.control.settleRefund(id, 'failed');
  }
});

const dispute = atStripe((world, charge, { chance }) => {
  if (world.control.all('dispute').some((one) => one.charge === charge)) return;
  world.control.dispute(charge, chance < 0.3 ? 'inquiry' : 'fraudulent');
});

const closeDispute = atStripe((world, charge, { chance }) => {
  const found = world.control.all('dispute').find((one) => one.charge === charge);
  if (found) world.control.closeDispute(found.id, chance < 0.5 ? 'won' : 'lost');
});

export const ACTIONS: Readonly<Record<Verb, Action>> = {
  request,
  askAgain: (world, step, known) => askFor(world, slotOf(known, step), known),
  edit,
  cancel: about('payment:cancel', 0),
  approve: about('payment:approve', 1),
  open,
  confirm,
  challenge,
  async refresh(world, step, known) {
    const { paymentId } = slotOf(known, step);
    if (paymentId !== null) await fromShop(world, 'refresh', paymentId);
  },
  refund,
  refundAgain,
  approveRefund: aboutRefund('refund:approve', 1),
  cancelRefund: aboutRefund('refund:cancel', 0),
  dashboardRefund,
  settleRefund,
  dispute,
  closeDispute,
  warnOfFraud: atStripe((world, charge) => world.control.warnOfFraud(charge)),
  process: async ({ control }) => control.processNext(),
  async finishProcessing({ control }, { chance }) {
    finishAll(control, chance < 0.7 ? 'succeeded' : 'failed');
  },
  async fault({ control }, { chance }) {
    const fault = FAULTS[Math.floor(chance * FAULTS.length)] ?? 'failing';
    const which = (chance * 10) % 1 < 0.6 ? CHANGING : OF_SERVER;
    // The Stripe client tries twice by itself: one alone is often not noticed at all.
    for (let count = (chance * 100) % 1 < 0.6 ? 2 : 1; count > 0; count--) {
      control.faultNext(fault, which);
    }
  },
  async outage({ control }, { chance }) {
    control.setAvailability(chance < 0.5 ? 'available' : 'unreachable');
  },
  hold: async ({ control }) => control.webhooks.hold(),
  release: async ({ control }, { chance }) =>
    control.webhooks.release((held) => arranged(held, chance)),
  drop: async ({ control }, { chance }) => control.webhooks.dropNext(1 + Math.floor(chance * 4)),
  repeat: async ({ control }, { chance }) =>
    control.webhooks.repeatNext(1 + Math.floor(chance * 3)),
  async resend({ control }, { chance }) {
    const events = control.events();
    const event = events[Math.floor(chance * events.length)];
    if (event) control.webhooks.resend(event.id);
  },
  async pass(world, { chance }) {
    world.clock.advance(Math.floor(chance * 10 * MINUTE_MS));
    world.round();
  },
  kill: (world) => world.kill(),
};
