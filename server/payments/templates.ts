/** Requests that are asked for often, shared by all agents [PAY-7]. */
import type { PaymentTemplate, TemplateRef, TemplateSave } from '../../protocol/payments.ts';
import type { SavedTemplates } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { amountRefusal } from './amounts.ts';
import { requireCashier } from './permissions.ts';

const TEMPLATES_MAX = 200;

export async function listTemplates({ store }: Pick<Deps, 'store'>): Promise<SavedTemplates> {
  const rows = await store.db
    .selectFrom('payment_templates')
    .select(['id', 'body'])
    .orderBy('name')
    .orderBy('id')
    .execute();
  return {
    templates: rows.map(({ id, body }) => ({
      templateId: id,
      template: JSON.parse(body) as PaymentTemplate,
    })),
  };
}

/** `templateId: null` makes one. @throws AppError with the code of the rule that it breaks */
export async function saveTemplate(
  { store, clock, random }: Deps,
  agent: AgentActor,
  { templateId, template: given }: TemplateSave,
): Promise<{ templateId: string }> {
  await requireCashier(store.db, agent.id);
  const template = checked(given);
  const now = clock.now();
  const columns = { name: template.name, body: JSON.stringify(template), updated_at: now };
  if (templateId !== null) {
    const { numUpdatedRows } = await store.db
      .updateTable('payment_templates')
      .set(columns)
      .where('id', '=', templateId)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new AppError('template_unknown');
    return { templateId };
  }
  const { count } = await store.db
    .selectFrom('payment_templates')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= TEMPLATES_MAX) throw new AppError('bad_request');
  const id = newId(random, 'pt');
  await store.db
    .insertInto('payment_templates')
    .values({ ...columns, id, created_by: agent.id, created_at: now })
    .execute();
  return { templateId: id };
}

/** @throws AppError `template_unknown` or `forbidden` */
export async function deleteTemplate(
  { store }: Pick<Deps, 'store'>,
  agent: AgentActor,
  { templateId }: TemplateRef,
): Promise<null> {
  await requireCashier(store.db, agent.id);
  const { numDeletedRows } = await store.db
    .deleteFrom('payment_templates')
    .where('id', '=', templateId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new AppError('template_unknown');
  return null;
}

/** As a request that was made from it would be checked, so that no template can only be refused. */
function checked({ lineItems, ...rest }: PaymentTemplate): PaymentTemplate {
  const name = oneLine(rest.name);
  const description = oneLine(rest.description);
  const lines = lineItems?.map((line) => ({ ...line, description: oneLine(line.description) }));
  const texts = [name, description, ...(lines ?? []).map((line) => line.description)];
  if (texts.includes('')) throw new AppError('bad_request');
  const refusal = amountRefusal(rest.amountMinor, rest.currency);
  if (refusal) throw new AppError(refusal);
  const sum = lines?.reduce((total, one) => total + one.quantity * one.unitAmountMinor, 0);
  if (sum !== undefined && sum !== rest.amountMinor) throw new AppError('line_items_mismatch');
  return { ...rest, name, description, ...(lines && { lineItems: lines }) };
}

const oneLine = (text: string) => cleanText(text).replace(/\s+/g, ' ').trim();
