/**
 * Who was exposed [EXP-1] [EXP-2]: from what was stored, which release ran and what was read, the ones
 * that every condition of the question leaves. Finds, and writes nothing.
 */
import {
  DATA_CATEGORIES,
  type DataCategory,
  type ExposedConversation,
  type ExposedReading,
  type ExposureCounts,
} from '../../protocol/ledger.ts';
import { findAllHoldings, findHoldings } from './holdings.ts';
import { findReads, type ReadHere } from './reads.ts';
import type { Scope, Span } from './scope.ts';
import { chunks } from './scope.ts';
import { findVisits } from './sessions.ts';

export interface Answer {
  /** Ascending by `firstAt`. */
  exposed: ExposedConversation[];
  counts: ExposureCounts;
}

export async function findAnswer(scope: Scope): Promise<Answer> {
  const { agentId, ip, release } = scope.question;
  const isAboutReading = agentId !== undefined || ip !== undefined;
  const exposed = isAboutReading
    ? await exposedByReading(scope, release)
    : release !== undefined
      ? await exposedByRelease(scope, release)
      : await exposedByStoring(scope);
  exposed.sort((a, b) => a.firstAt - b.firstAt || (a.visitorId < b.visitorId ? -1 : 1));
  return { exposed, counts: countsOf(exposed) };
}

async function exposedByStoring(scope: Scope): Promise<ExposedConversation[]> {
  const holdings = await findAllHoldings(scope);
  return [...holdings.values()].flatMap(({ span, ...holding }) =>
    span ? { ...holding, ...instants(scope, span), readBy: [] } : [],
  );
}

async function exposedByRelease(scope: Scope, release: string): Promise<ExposedConversation[]> {
  const visits = await findVisits(scope, release);
  const holdings = await findHoldings(scope, [...visits.keys()]);
  return [...visits.values()].map(({ visitorId, siteId, span }) => ({
    visitorId,
    siteId,
    conversationId: holdings.get(visitorId)?.conversationId ?? null,
    categories: holdings.get(visitorId)?.categories ?? [],
    ...instants(scope, span),
    readBy: [],
  }));
}

async function exposedByReading(
  scope: Scope,
  release: string | undefined,
): Promise<ExposedConversation[]> {
  const visits = release === undefined ? null : await findVisits(scope, release);
  const reads = [...(await findReads(scope)).values()].filter(
    ({ visitorId }) => visits?.has(visitorId) ?? true,
  );
  const holdings = await findHoldings(
    scope,
    reads.map(({ visitorId }) => visitorId),
  );
  const names = await namesOf(scope, reads);
  return reads.map(({ readers, ...read }) => {
    const readBy = [...readers].map(
      ([agentId, reading]): ExposedReading => ({
        agentId,
        name: names.get(agentId) ?? '',
        ...reading,
      }),
    );
    return {
      ...read,
      categories: holdings.get(read.visitorId)?.categories ?? [],
      firstAt: Math.min(...readBy.map(({ from }) => from)),
      lastAt: Math.max(...readBy.map(({ to }) => to)),
      readBy,
    };
  });
}

/** The first and the last instant of a span that ends before its end, and not after the asking. */
const instants = ({ askedAt }: Scope, { from, to }: Span) => ({
  firstAt: from,
  lastAt: Math.max(from, Math.min(to - 1, askedAt)),
});

async function namesOf({ db }: Scope, reads: readonly ReadHere[]): Promise<Map<string, string>> {
  const ids = [...new Set(reads.flatMap(({ readers }) => [...readers.keys()]))];
  const names = new Map<string, string>();
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('agents')
      .select(['id', 'name'])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, name } of rows) names.set(id, name);
  }
  return names;
}

function countsOf(exposed: readonly ExposedConversation[]): ExposureCounts {
  const visitors = new Map<string, Set<DataCategory>>();
  const conversations = new Set<string>();
  let reads = 0;
  let previews = 0;
  for (const { visitorId, conversationId, categories, readBy } of exposed) {
    const known = visitors.get(visitorId) ?? new Set();
    for (const category of categories) known.add(category);
    visitors.set(visitorId, known);
    if (conversationId !== null) conversations.add(conversationId);
    for (const reading of readBy) {
      reads += reading.times;
      previews += reading.previews;
    }
  }
  const having = (category: DataCategory) =>
    [...visitors.values()].filter((categories) => categories.has(category)).length;
  return {
    visitors: visitors.size,
    conversations: conversations.size,
    reads,
    previews,
    byCategory: Object.fromEntries(
      DATA_CATEGORIES.map((category) => [category, having(category)]),
    ) as Record<DataCategory, number>,
  };
}
