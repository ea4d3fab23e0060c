/** `visitor:identify`: what the page says of its visitor. Unverified, and shown as such. */
import type { VisitorIdentify } from '../../protocol/requests.ts';
import type { Deps } from '../deps.ts';
import { recordFacts } from '../people/record-facts.ts';
import { cleanFacts } from '../people/visitors.ts';
import type { VisitorActor } from './actors.ts';

export async function identifyVisitor(
  deps: Deps,
  visitor: VisitorActor,
  body: VisitorIdentify,
): Promise<null> {
  const facts = cleanFacts(body);
  visitor.facts = { ...visitor.facts, ...facts };
  const recorded = await recordFacts(deps, visitor, facts);
  if (recorded && visitor.conversationId)
    deps.publisher.conversationChanged(visitor.conversationId);
  return null;
}
