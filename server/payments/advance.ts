/**
 * Moves a payment: its row and its entry in the log change in one transaction or not at all, under a
 * look at the row as it is now. Two who saw the same news make one entry [PAY-1]. Asks nobody
 * whether the news is true: that is `look.ts`.
 */
import type { Author } from '../../protocol/entries.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AppendIn } from '../log/log.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { countFailures } from './count-failures.ts';
import { record } from './history.ts';
import { keepBooks } from './keep-books.ts';
import { entryOf, findPayment, isAnnounced, standingColumns, toStanding } from './payment-rows.ts';
import type { ReadBooks } from './read-books.ts';
import { isPaid, type Standing, transition } from './states.ts';

export interface Advance {
  /** What was seen of it. */
  standing: Standing;
  /** What was seen of its money, where it was paid; without it no paid payment moves. */
  books?: ReadBooks | undefined;
  author: Author;
  /** The intent that the provider made for it, where it may not be known yet. */
  intentId?: string;
  /** Names the failed try that was seen, for counting [PAY-10]. */
  failure?: string | null;
  /** When to look again, given the row as it is after the move. */
  nextLookAt(row: PaymentRow): number | null;
}

/** @returns the row as it is now. @throws AppError `payment_unknown` */
export async function advance(deps: Deps, paymentId: string, step: Advance): Promise<PaymentRow> {
  let warned = false;
  let mended = false;
  const moved = await deps.log.transact(async (tx, append) => {
    const found = await findPayment(tx, paymentId);
    if (!found) throw new AppError('payment_unknown');
    const now = deps.clock.now();
    let row = found;
    // News of an intent that an edit has voided meanwhile.
    if (row.intent_id !== null && row.intent_id !== (step.intentId ?? row.intent_id)) return row;
    if (row.intent_id === null && step.intentId !== undefined) {
      const isFirst = !isAnnounced(row);
      row = { ...row, intent_id: step.intentId, updated_at: now };
      if (isFirst) await appendRequested(tx, append, row);
    }
    if (step.failure !== undefined) {
      row = { ...row, ...(await countFailures(tx, row, step.failure)), pending_edit: null };
    }
    const keeping = { random: deps.random, now };
    const kept = step.books && (await keepBooks(keeping, tx, row, step.books));
    if (kept) row = { ...row, ...kept.columns };
    warned = kept?.warned ?? false;
    const standing =
      isPaid(row.status) && !kept ? null : transition(toStanding(row), step.standing);
    if (standing) {
      row = becomes(row, standing, now);
      await record(tx, { paymentId, at: now, ...lineOf(standing, step.author) });
    }
    if (standing || kept?.changed) {
      row = { ...row, updated_at: now };
      await append(entryOf(row, step.author, kept?.refunds));
    }
    // Whatever stood in the way: by now the provider has been asked, and has answered.
    mended = row.attention !== null;
    row = { ...row, attention: null, next_look_at: step.nextLookAt(row) };
    await tx.updateTable('payments').set(row).where('id', '=', row.id).execute();
    return row;
  });
  if (warned || mended) deps.publisher.paymentChanged(paymentId);
  return moved;
}

/** The one move that an agent makes is to call it off. */
const lineOf = ({ status, reason }: Standing, author: Author) => ({
  kind: author.kind === 'agent' ? ('canceled' as const) : ('state' as const),
  agentId: author.kind === 'agent' ? author.id : undefined,
  detail: reason === undefined ? status : `${status}: ${reason}`,
});

function becomes(row: PaymentRow, standing: Standing, now: number): PaymentRow {
  const paidAt = isPaid(standing.status) ? (standing.paidAt ?? now) : null;
  return { ...row, ...standingColumns(standing), paid_at: row.paid_at ?? paidAt };
}

/** The first entry of a payment, by the agent who asked for it; from then on it can be seen. */
async function appendRequested(tx: Tx, append: AppendIn, row: PaymentRow): Promise<void> {
  const { id, name } = await tx
    .selectFrom('agents')
    .select(['id', 'name'])
    .where('id', '=', row.requested_by)
    .executeTakeFirstOrThrow();
  const draft = entryOf(row, { kind: 'agent', id, name });
  const { entry } = await append({ ...draft, clientId: row.client_id });
  // While the provider was asked a message took this `clientId` [SEND-1]: what can be paid is shown.
  if (entry.type !== 'payment') await append(draft);
}
