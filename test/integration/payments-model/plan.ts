/**
 * Random histories of payments, made from a seed alone: what a plan says does not depend on what
 * happens while it runs, so that a seed that failed can be run again.
 */
import { seeded } from '../../support/random.ts';

/** By weight: how often each is chosen. */
const VERBS = {
  request: 7,
  askAgain: 2,
  edit: 3,
  cancel: 2,
  approve: 3,
  open: 8,
  confirm: 10,
  challenge: 3,
  refresh: 2,
  refund: 6,
  refundAgain: 2,
  approveRefund: 2,
  cancelRefund: 1,
  dashboardRefund: 2,
  settleRefund: 2,
  dispute: 1,
  closeDispute: 1,
  warnOfFraud: 1,
  process: 1,
  finishProcessing: 2,
  fault: 6,
  outage: 1,
  hold: 2,
  release: 3,
  drop: 3,
  repeat: 2,
  resend: 2,
  pass: 4,
  kill: 3,
} as const;
export type Verb = keyof typeof VERBS;

const CARDS = [
  'pm_card_visa',
  'pm_card_visa',
  'pm_card_visa',
  'pm_card_visa_chargeDeclined',
  'pm_card_authenticationRequired',
  'pm_card_threeDSecureRequiredChargeDeclined',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
] as const;

export interface Step {
  verb: Verb;
  /** Which of the history's payment requests. */
  slot: number;
  /** Which of the visitor's two tabs. */
  tab: number;
  card: (typeof CARDS)[number];
  /** From 0 to 1, for whatever the verb has to choose: an amount, a fault, an order. */
  chance: number;
  /** Whether the next step waits for this one, or runs beside it. */
  waits: boolean;
}

/** What most of the second half is about: by then, mostly, something was paid. */
const AFTERWARDS: readonly Verb[] = [
  'refund',
  'refund',
  'refund',
  'refundAgain',
  'approveRefund',
  'dashboardRefund',
  'settleRefund',
  'dispute',
  'closeDispute',
  'fault',
  'fault',
  'kill',
];

const SLOTS = 2;
const STEPS_MIN = 8;
const STEPS_MAX = 26;

export function planOf(seed: number): Step[] {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const bag = Object.entries(VERBS).flatMap(([verb, weight]) =>
    Array<Verb>(weight).fill(verb as Verb),
  );
  const length = STEPS_MIN + Math.floor(random() * (STEPS_MAX - STEPS_MIN));
  const steps = Array.from({ length }, (_, index) => ({
    verb: index > length / 2 && random() < 0.6 ? pick(AFTERWARDS) : pick(bag),
    slot: Math.floor(random() * SLOTS),
    tab: Math.floor(random() * 2),
    card: pick(CARDS),
    chance: random(),
    waits: random() < 0.6,
  }));
  for (const step of steps) if (step.verb === 'kill') step.waits = true;
  // Nothing can happen before something was asked for and, mostly, opened.
  const first = { ...pick(steps), verb: 'request' as const, slot: 0, waits: true };
  const then = { ...pick(steps), verb: 'open' as const, slot: 0, waits: true };
  const pays = { ...pick(steps), verb: 'confirm' as const, slot: 0, card: CARDS[0] };
  return random() < 0.6 ? [first, then, pays, ...steps] : [first, then, ...steps];
}

export const toText = (steps: readonly Step[]): string =>
  steps
    .map(({ verb, slot, tab, card, chance, waits }) =>
      [verb, slot, tab, card.slice(8), chance.toFixed(3), waits ? '' : '…'].join(' ').trim(),
    )
    .join('\n');
