/**
 * What was stored of each visitor, and from when to when: from the line that says it was given to the
 * erasure after it [EXP-2]. Reads the ledger alone.
 */
import { DATA_CATEGORIES, type DataCategory } from '../../protocol/ledger.ts';
import {
  byNumber,
  chunks,
  pause,
  push,
  type Scope,
  type Span,
  spanOf,
  withinWindow,
} from './scope.ts';

export interface Holding {
  visitorId: string;
  siteId: string;
  /** The newest that is known before the end of the window. */
  conversationId: string | null;
  categories: DataCategory[];
  /** Within the window; null where nothing was stored at any instant of it. */
  span: Span | null;
}

interface Given {
  n: number;
  at: number;
  visitor_id: string | null;
  site_id: string | null;
  conversation_id: string | null;
  detail: string | null;
}
interface Erasure {
  n: number;
  at: number;
}

const PAGE = 5000;

/** Everyone of whom anything was ever given before the end of the window. */
export async function findAllHoldings(scope: Scope): Promise<Map<string, Holding>> {
  const given = new Map<string, Given[]>();
  let after = 0;
  for (;;) {
    const page = await givenPage(scope, after);
    for (const line of page) push(given, line.visitor_id ?? '', line);
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.n;
    await pause();
  }
  return toHoldings(scope, given, await erasuresOf(scope, null));
}

/** Of these visitors; one of whom nothing is known is left out. */
export async function findHoldings(
  scope: Scope,
  visitorIds: readonly string[],
): Promise<Map<string, Holding>> {
  const given = new Map<string, Given[]>();
  const erasures = new Map<string, Erasure[]>();
  for (const chunk of chunks(visitorIds)) {
    const found = await selectGiven(scope).where('l.visitor_id', 'in', chunk).execute();
    const lines = byNumber(found);
    for (const line of lines) push(given, line.visitor_id ?? '', line);
    for (const [id, some] of await erasuresOf(scope, chunk)) erasures.set(id, some);
    await pause();
  }
  return toHoldings(scope, given, erasures);
}

const selectGiven = ({ db, until }: Scope) =>
  db
    .selectFrom('ledger as l')
    .leftJoin('ledger_details as d', 'd.n', 'l.n')
    .select(['l.n', 'l.at', 'l.visitor_id', 'l.site_id', 'l.conversation_id', 'd.detail'])
    .where('l.kind', '=', 'data.given')
    .where('l.n', '<', until);

const givenPage = (scope: Scope, after: number): Promise<Given[]> => {
  const query = selectGiven(scope).where('l.n', '>', after).orderBy('l.n').limit(PAGE);
  const { siteId } = scope.question;
  return (siteId === undefined ? query : query.where('l.site_id', '=', siteId)).execute();
};

async function erasuresOf(
  { db, length }: Scope,
  visitorIds: readonly string[] | null,
): Promise<Map<string, Erasure[]>> {
  const query = db
    .selectFrom('ledger')
    .select(['n', 'at', 'visitor_id'])
    .where('kind', '=', 'data.erased')
    .where('n', '<=', length);
  const lines = await (visitorIds ? query.where('visitor_id', 'in', visitorIds) : query).execute();
  return Map.groupBy(byNumber(lines), ({ visitor_id }) => visitor_id ?? '');
}

function toHoldings(
  scope: Scope,
  given: ReadonlyMap<string, Given[]>,
  erasures: ReadonlyMap<string, Erasure[]>,
): Map<string, Holding> {
  const holdings = new Map<string, Holding>();
  for (const [visitorId, lines] of given) {
    holdings.set(visitorId, toHolding(scope, visitorId, lines, erasures.get(visitorId) ?? []));
  }
  return holdings;
}

function toHolding(
  { question }: Scope,
  visitorId: string,
  lines: readonly Given[],
  erasures: readonly Erasure[],
): Holding {
  const held = new Set<DataCategory>();
  const spans: Span[] = [];
  for (const { n, at, detail } of lines) {
    const to = erasures.find((erasure) => erasure.n > n)?.at ?? Number.POSITIVE_INFINITY;
    const category = categoryIn(detail);
    const span = withinWindow(question, { from: at, to });
    if (!category || !span) continue;
    held.add(category);
    spans.push(span);
  }
  return {
    visitorId,
    siteId: lines[0]?.site_id ?? '',
    conversationId:
      lines.findLast((line) => line.conversation_id !== null)?.conversation_id ?? null,
    categories: DATA_CATEGORIES.filter((category) => held.has(category)),
    span: spanOf(spans),
  };
}

const categoryIn = (detail: string | null): DataCategory | undefined => {
  const said: unknown = detail === null ? undefined : JSON.parse(detail).category;
  return DATA_CATEGORIES.find((category) => category === said);
};
