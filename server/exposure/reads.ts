/** What agents' accounts, or whoever sat at an address, saw within the window [EXP-2]. */
import { READ_LATE_MS, readingIn } from '../ledger/readings.ts';
import { chunks, firstLineAt, pause, type Scope } from './scope.ts';

/** By agent; instants within the window. */
export type Readers = Map<string, { from: number; to: number; times: number; previews: number }>;

export interface ReadHere {
  conversationId: string;
  visitorId: string;
  siteId: string;
  readers: Readers;
}

type Kind = 'conversation.read' | 'conversation.listed' | 'data.exported';
const READING: readonly Kind[] = ['conversation.read', 'conversation.listed', 'data.exported'];

interface Line {
  n: number;
  at: number;
  agent_id: string | null;
  visitor_id: string | null;
  site_id: string | null;
  conversation_id: string | null;
  detail: string;
}

const PAGE = 2000;

/** @returns by conversation */
export async function findReads(scope: Scope): Promise<Map<string, ReadHere>> {
  const { from, to } = scope.question;
  const first = await firstLineAt(scope, from);
  const end = await firstLineAt(scope, to + READ_LATE_MS);
  const found = new Map<string, ReadHere>();
  /** Lists name conversations alone. */
  const listed = new Map<string, Readers>();
  for (let after = first - 1; ; ) {
    const page = await selectLines(scope, after, end);
    for (const line of page) note(scope, line, found, listed);
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.n;
    await pause();
  }
  await addListed(scope, found, listed);
  const { siteId } = scope.question;
  for (const [id, read] of found) {
    if (siteId !== undefined && read.siteId !== siteId) found.delete(id);
  }
  return found;
}

function selectLines({ db, question }: Scope, after: number, end: number): Promise<Line[]> {
  const { agentId, ip } = question;
  let query = db
    .selectFrom('ledger_details as d')
    .innerJoin('ledger as l', 'l.n', 'd.n')
    .select([
      'l.n',
      'l.at',
      'l.agent_id',
      'l.visitor_id',
      'l.site_id',
      'l.conversation_id',
      'd.detail',
    ])
    .where('l.kind', 'in', READING);
  if (agentId !== undefined) query = query.where('l.agent_id', '=', agentId);
  query =
    ip === undefined
      ? query.where('l.n', '>', after).where('l.n', '<', end)
      : query.where('d.address', '=', ip).where('d.n', '>', after).where('d.n', '<', end);
  return query.orderBy('l.n').limit(PAGE).execute();
}

function note(
  { question: { from, to } }: Scope,
  line: Line,
  found: Map<string, ReadHere>,
  listed: Map<string, Readers>,
): void {
  const { since, conversationIds } = readingIn(line.detail);
  const begun = since ?? line.at;
  if (begun >= to || line.at < from || line.agent_id === null) return;
  const span = { from: Math.max(begun, from), to: Math.min(line.at, to - 1) };
  if (conversationIds) {
    for (const id of conversationIds) {
      const readers = listed.get(id) ?? new Map();
      listed.set(id, addTo(readers, line.agent_id, { ...span, times: 0, previews: 1 }));
    }
    return;
  }
  const { conversation_id: id, visitor_id, site_id } = line;
  if (id === null || visitor_id === null || site_id === null) return;
  const read = found.get(id) ?? {
    conversationId: id,
    visitorId: visitor_id,
    siteId: site_id,
    readers: new Map(),
  };
  found.set(id, read);
  addTo(read.readers, line.agent_id, { ...span, times: 1, previews: 0 });
}

type Reading = Readers extends Map<string, infer One> ? One : never;

function addTo(readers: Readers, agentId: string, more: Reading): Readers {
  const known = readers.get(agentId);
  return readers.set(agentId, {
    from: Math.min(known?.from ?? more.from, more.from),
    to: Math.max(known?.to ?? more.to, more.to),
    times: (known?.times ?? 0) + more.times,
    previews: (known?.previews ?? 0) + more.previews,
  });
}

async function addListed(
  { db }: Scope,
  found: Map<string, ReadHere>,
  listed: ReadonlyMap<string, Readers>,
): Promise<void> {
  for (const chunk of chunks([...listed.keys()])) {
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'visitor_id', 'site_id'])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, visitor_id, site_id } of rows) {
      const read = found.get(id) ?? {
        conversationId: id,
        visitorId: visitor_id,
        siteId: site_id,
        readers: new Map(),
      };
      found.set(id, read);
      for (const [agentId, one] of listed.get(id) ?? []) addTo(read.readers, agentId, one);
    }
    await pause();
  }
}
