/**
 * Reports of loaders and browsers [REPORT-1] [REPORT-3]. The same thing seen again raises a count;
 * what is of one site, kind, subject and release is one incident, which a new report opens again.
 */
import type { ReportRequest } from '../../protocol/http.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import { cleanText, cleanUrl } from '../log/entry-draft.ts';
import { browserVersion } from '../people/browser-name.ts';
import type { Site } from '../sites/sites.ts';
import type { ReportRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';

/**
 * Different ones of one site. Whoever forges an `Origin` can send any number; past this one a report
 * is only counted by its kind, so that the tables are bounded and none goes by unseen.
 */
const MAX_NEW_PER_DAY = 1000;
const DAY_MS = 86_400_000;
const USER_AGENT_MAX_LENGTH = 300;
const ID_BYTES = 16;

type What = Pick<ReportRow, 'site_id' | 'kind' | 'subject' | 'release' | 'page' | 'user_agent'>;
type Filing = Pick<Deps, 'store' | 'clock' | 'random'>;

interface Seen {
  site: Site;
  body: Pick<ReportRequest, 'kind' | 'release' | 'subject' | 'page'>;
  userAgent: string;
  /** How often at once, of a browser's batch. */
  times?: number;
}

export interface FiledReport {
  id: string;
  /** Of the very same report. */
  count: number;
  incidentId: string;
}

export async function fileReport(
  { store, clock, random }: Filing,
  { site, body, userAgent, times = 1 }: Seen,
): Promise<FiledReport> {
  const now = clock.now();
  const what: What = {
    site_id: site.id,
    kind: body.kind,
    subject: cleanUrl(body.subject ?? ''),
    release: cleanText(body.release),
    page: pageOf(site, body.page ?? ''),
    user_agent: cleanText(userAgent.slice(0, USER_AGENT_MAX_LENGTH)),
  };
  return store.transact(async (tx) => {
    const again = async (known: What) => {
      const row = await countAgain(tx, known, { now, times });
      return row && { ...row, incidentId: await growIncident(tx, random, known, { now, times }) };
    };
    const counted = await again(what);
    if (counted) return counted;
    const isFull = (await countNew(tx, site.id, now - DAY_MS)) >= MAX_NEW_PER_DAY;
    const kept = isFull ? { ...what, subject: '', release: '', page: '', user_agent: '' } : what;
    const folded = isFull && (await again(kept));
    if (folded) return folded;
    const id = `rp_${random(ID_BYTES).toString('base64url')}`;
    const incidentId = await growIncident(tx, random, kept, { now, times });
    await tx
      .insertInto('reports')
      .values({
        id,
        ...kept,
        browser: browserVersion(kept.user_agent) ?? '',
        incident_id: incidentId,
        count: times,
        first_at: now,
        last_at: now,
      })
      .execute();
    return { id, count: times, incidentId };
  });
}

/** A page of this site, or nothing: whoever forges a report does not choose a link that we show. */
function pageOf({ allowedOrigins }: Site, page: string): string {
  const { origin } = URL.parse(page) ?? {};
  return origin && allowedOrigins.includes(origin) ? cleanUrl(page) : '';
}

interface Growth {
  now: number;
  times: number;
}

const countAgain = (tx: Tx, what: What, { now, times }: Growth) =>
  tx
    .updateTable('reports')
    .set((column) => ({ count: column('count', '+', times), last_at: now }))
    .where((where) => where.and(what))
    .returning(['id', 'count'])
    .executeTakeFirst();

/** @returns the incident's id. A closed one is open again [REPORT-4]. */
async function growIncident(
  tx: Tx,
  random: Deps['random'],
  { site_id, kind, subject, release }: What,
  { now, times }: Growth,
): Promise<string> {
  const { id } = await tx
    .insertInto('incidents')
    .values({
      id: newId(random, 'ic'),
      site_id,
      kind,
      subject,
      release,
      status: 'open',
      count: times,
      first_at: now,
      last_at: now,
      opened_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['site_id', 'kind', 'subject', 'release']).doUpdateSet((column) => ({
        count: column('incidents.count', '+', times),
        last_at: now,
        updated_at: now,
        opened_at: column
          .case()
          .when('incidents.status', '=', 'closed')
          .then(now)
          .else(column.ref('incidents.opened_at'))
          .end(),
        status: 'open',
        closed_at: null,
        closed_by: null,
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function countNew(tx: Tx, siteId: string, since: number): Promise<number> {
  const { rows } = await tx
    .selectFrom('reports')
    .select((column) => column.fn.countAll<number>().as('rows'))
    .where('site_id', '=', siteId)
    .where('first_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/** A browser's reports that had nothing to do with Bulkhead: how many, and nothing of what they say. */
export async function countDropped(
  { store }: Pick<Deps, 'store'>,
  siteId: string,
  count: number,
): Promise<void> {
  await store.db
    .insertInto('dropped_reports')
    .values({ site_id: siteId, count })
    .onConflict((conflict) =>
      conflict
        .column('site_id')
        .doUpdateSet((column) => ({ count: column('dropped_reports.count', '+', count) })),
    )
    .execute();
}
