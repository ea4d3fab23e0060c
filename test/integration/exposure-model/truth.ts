/**
 * Who was exposed, by the letter of [EXP-2], from what really happened: every event is looked at for
 * every question. Slow, plain, and without any of the server's code.
 */
import {
  DATA_CATEGORIES,
  type ExposedConversation,
  type ExposureQuestion,
} from '../../../protocol/ledger.ts';
import type { Gift, History, Read, Session } from './world.ts';

const DAY = 86_400_000;

export function exposedIn(history: History, question: ExposureQuestion): ExposedConversation[] {
  const { agentId, ip, release, siteId } = question;
  const ran = release === undefined ? null : ranRelease(history, question, release);
  const isHere = (one: { siteId: string }) => siteId === undefined || one.siteId === siteId;
  if (agentId !== undefined || ip !== undefined) {
    const reads = history.reads.filter(
      (read) =>
        isHere(read) &&
        read.from < question.to &&
        read.to >= question.from &&
        (agentId === undefined || read.agentId === agentId) &&
        (ip === undefined || read.ip === ip) &&
        (ran === null || ran.has(read.visitorId)),
    );
    return [...Map.groupBy(reads, (read) => read.conversationId).values()].map((some) =>
      readConversation(history, question, some),
    );
  }
  if (ran) {
    return [...ran.values()]
      .filter(({ session }) => isHere(session))
      .map(({ session: { visitorId, siteId: at }, firstAt }) => ({
        ...person(history, question, visitorId),
        ...{ visitorId, siteId: at, firstAt, lastAt: 0, readBy: [] },
      }));
  }
  const held = history.gifts.filter((gift) => isHere(gift) && isHeld(gift, question));
  return [...Map.groupBy(held, (gift) => gift.visitorId)].map(([visitorId, gifts]) => ({
    ...person(history, question, visitorId),
    ...{ visitorId, siteId: gifts[0]?.siteId ?? '', lastAt: 0, readBy: [] },
    firstAt: Math.min(...gifts.map(({ at }) => Math.max(at, question.from))),
  }));
}

const isHeld = ({ at, erasedAt }: Gift, { from, to }: ExposureQuestion) =>
  at < to && erasedAt > from;

/** The instant at which a session no longer counts as open. */
function endOf({ sessions }: History, session: Session): number {
  if (session.left !== null) return session.left;
  const later = sessions.filter(
    ({ visitorId, at }) => visitorId === session.visitorId && at > session.at,
  );
  return Math.min(session.at + DAY, ...later.map(({ at }) => at));
}

function ranRelease(history: History, { from, to }: ExposureQuestion, release: string) {
  const ran = new Map<string, { session: Session; firstAt: number }>();
  for (const session of history.sessions) {
    if (session.release !== release || session.at >= to) continue;
    if (endOf(history, session) <= from) continue;
    const firstAt = Math.max(session.at, from);
    const known = ran.get(session.visitorId);
    if (!known || firstAt < known.firstAt) ran.set(session.visitorId, { session, firstAt });
  }
  return ran;
}

function person({ gifts }: History, question: ExposureQuestion, visitorId: string) {
  const own = gifts.filter((gift) => gift.visitorId === visitorId);
  const held = new Set(own.filter((gift) => isHeld(gift, question)).map((gift) => gift.category));
  const before = own.filter(({ at }) => at < question.to);
  return {
    conversationId: before.findLast((gift) => gift.conversationId)?.conversationId ?? null,
    categories: DATA_CATEGORIES.filter((category) => held.has(category)),
  };
}

function readConversation(
  history: History,
  question: ExposureQuestion,
  reads: readonly Read[],
): ExposedConversation {
  const [first] = reads;
  if (!first) throw new Error('Nobody read it');
  const { conversationId, visitorId, siteId } = first;
  const from = (some: readonly Read[]) =>
    Math.min(...some.map((read) => Math.max(read.from, question.from)));
  const to = (some: readonly Read[]) =>
    Math.max(...some.map((read) => Math.min(read.to, question.to - 1)));
  const readBy = [...Map.groupBy(reads, ({ agentId }) => agentId)].map(([agentId, some]) => ({
    ...{ agentId, name: history.names.get(agentId) ?? '', from: from(some), to: to(some) },
    times: some.filter(({ preview }) => !preview).length,
    previews: some.filter(({ preview }) => preview).length,
  }));
  const { categories } = person(history, question, visitorId);
  return { conversationId, visitorId, siteId, categories, firstAt: from(reads), lastAt: 0, readBy };
}
