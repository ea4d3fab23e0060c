/**
 * Who ran a release's files: visitors with a session of it open at any instant of the window [EXP-2].
 *
 * A session lasts from its line to the line that closes it. One that was never closed (the server was
 * killed) counts as open until the visitor's next session, or for a day. No session is older than
 * that: the server renews those of long visits (`realtime/visitor-sessions.ts`).
 */
import {
  byNumber,
  chunks,
  firstLineAt,
  pause,
  push,
  type Scope,
  type Span,
  spanOf,
  withinWindow,
} from './scope.ts';

export const SESSION_MAX_MS = 86_400_000;

export interface Visit {
  visitorId: string;
  siteId: string;
  /** Within the window. */
  span: Span;
}

interface Line {
  n: number;
  at: number;
  visitor_id: string | null;
}
interface Opened extends Line {
  site_id: string | null;
}
interface Closed extends Line {
  detail: string | null;
}

/** @returns one for each visitor */
export async function findVisits(scope: Scope, release: string): Promise<Map<string, Visit>> {
  const { db, question } = scope;
  const since = await firstLineAt(scope, question.from - SESSION_MAX_MS);
  let query = db
    .selectFrom('ledger')
    .select(['n', 'at', 'visitor_id', 'site_id'])
    .where('release', '=', release)
    .where('kind', '=', 'session.opened')
    .where('n', '>=', since)
    .where('n', '<', scope.until);
  if (question.siteId !== undefined) query = query.where('site_id', '=', question.siteId);
  const opened = Map.groupBy(byNumber(await query.execute()), (line) => line.visitor_id ?? '');

  const visits = new Map<string, Visit>();
  for (const chunk of chunks([...opened.keys()])) {
    const ends = await findEnds(scope, since, chunk);
    for (const visitorId of chunk) {
      const visit = toVisit(scope, opened.get(visitorId) ?? [], ends.get(visitorId) ?? []);
      if (visit) visits.set(visitorId, visit);
    }
    await pause();
  }
  return visits;
}

/** What may end a session of these visitors: the line that closes one, or their next. */
async function findEnds(
  { db, length }: Scope,
  since: number,
  visitorIds: readonly string[],
): Promise<Map<string, Closed[]>> {
  const lines = await db
    .selectFrom('ledger as l')
    .leftJoin('ledger_details as d', 'd.n', 'l.n')
    .select(['l.n', 'l.at', 'l.kind', 'l.visitor_id', 'd.detail'])
    .where('l.visitor_id', 'in', visitorIds)
    .where('l.kind', 'in', ['session.opened', 'session.closed'])
    .where('l.n', '>=', since)
    .where('l.n', '<=', length)
    .execute();
  const ends = new Map<string, Closed[]>();
  for (const { kind, ...line } of byNumber(lines)) {
    push(ends, line.visitor_id ?? '', kind === 'session.closed' ? line : { ...line, detail: null });
  }
  return ends;
}

function toVisit(
  { question }: Scope,
  opened: readonly Opened[],
  ends: readonly Closed[],
): Visit | null {
  const closedBy = new Map<number, number>();
  for (const { at, detail } of ends) {
    const of = detail === null ? null : JSON.parse(detail).opened;
    if (typeof of === 'number') closedBy.set(of, at);
  }
  const spans = opened.flatMap(({ n, at }) => {
    const latest = at + SESSION_MAX_MS;
    const next = ends.find((line) => line.n > n && line.detail === null)?.at ?? latest;
    const to = closedBy.get(n) ?? Math.min(next, latest);
    return withinWindow(question, { from: at, to }) ?? [];
  });
  const span = spanOf(spans);
  const [first] = opened;
  return span && first?.visitor_id
    ? { visitorId: first.visitor_id, siteId: first.site_id ?? '', span }
    : null;
}
