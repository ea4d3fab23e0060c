/**
 * Reports that were made, kept as they were answered: a notice speaks of exactly these visitors, and
 * a report that is asked for again is the same one. Knows the tables, not how an answer is found.
 */
import type {
  ExposedConversation,
  ExposureReport,
  ExposureSummary,
} from '../../protocol/ledger.ts';
import type { ExposedRow, ExposureReportRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import { chunks, pause } from './scope.ts';

/** In one answer over the wire; the CSV and the signed report have all. */
export const EXPOSED_SHOWN = 500;
const REPORTS_LISTED = 100;

export type ReportHead = Omit<ExposureReport, 'exposed' | 'more'>;

/** The report comes last and makes the rest visible. */
export async function storeReport(
  db: Database,
  askedBy: string | null,
  report: ReportHead,
  exposed: readonly ExposedConversation[],
): Promise<void> {
  let position = 0;
  // Eight columns a row, and SQLite takes some thirty thousand parameters.
  for (const chunk of chunks(exposed)) {
    const rows = chunk.map((one) => toRow(report.id, position++, one));
    await db.insertInto('exposed').values(rows).execute();
    await pause();
  }
  await db
    .insertInto('exposure_reports')
    .values({
      id: report.id,
      asked_at: report.askedAt,
      asked_by: askedBy,
      question: JSON.stringify(report.question),
      head: JSON.stringify(report.head),
      counts: JSON.stringify(report.counts),
    })
    .execute();
}

/** With the first `EXPOSED_SHOWN`. */
export async function findReport(db: Database, id: string): Promise<ExposureReport | null> {
  const head = await findReportHead(db, id);
  if (!head) return null;
  const rows = await selectExposed(db, id)
    .limit(EXPOSED_SHOWN + 1)
    .execute();
  return {
    ...head,
    exposed: rows.slice(0, EXPOSED_SHOWN).map(toExposed),
    more: rows.length > EXPOSED_SHOWN,
  };
}

export async function findReportHead(db: Database, id: string): Promise<ReportHead | null> {
  const row = await db
    .selectFrom('exposure_reports')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? toReportHead(row) : null;
}

/** Everyone in a report, in its order, a page at a time. */
export async function* eachExposed(
  db: Database,
  reportId: string,
): AsyncGenerator<ExposedConversation[], void> {
  for (let from = 0; ; from += EXPOSED_SHOWN) {
    const rows = await selectExposed(db, reportId)
      .where('position', '>=', from)
      .limit(EXPOSED_SHOWN)
      .execute();
    if (rows.length > 0) yield rows.map(toExposed);
    if (rows.length < EXPOSED_SHOWN) return;
  }
}

/** What a report says of one visitor; empty where it does not name that visitor. */
export async function findExposed(
  db: Database,
  reportId: string,
  visitorId: string,
): Promise<ExposedConversation[]> {
  const rows = await selectExposed(db, reportId).where('visitor_id', '=', visitorId).execute();
  return rows.map(toExposed);
}

/** What was asked before, the newest first. */
export async function listReports(db: Database): Promise<ExposureSummary[]> {
  const rows = await db
    .selectFrom('exposure_reports as r')
    .leftJoin('agents as a', 'a.id', 'r.asked_by')
    .select(['r.id', 'r.question', 'r.asked_at', 'r.counts', 'r.asked_by', 'a.name'])
    .orderBy('r.asked_at', 'desc')
    .orderBy('r.id')
    .limit(REPORTS_LISTED)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    question: JSON.parse(row.question),
    askedAt: row.asked_at,
    askedBy: row.asked_by === null ? null : { id: row.asked_by, name: row.name ?? '' },
    counts: JSON.parse(row.counts),
  }));
}

const selectExposed = (db: Database, reportId: string) =>
  db.selectFrom('exposed').selectAll().where('report_id', '=', reportId).orderBy('position');

const toReportHead = (row: ExposureReportRow): ReportHead => ({
  id: row.id,
  question: JSON.parse(row.question),
  askedAt: row.asked_at,
  head: JSON.parse(row.head),
  counts: JSON.parse(row.counts),
});

const toRow = (reportId: string, position: number, one: ExposedConversation): ExposedRow => ({
  report_id: reportId,
  position,
  visitor_id: one.visitorId,
  conversation_id: one.conversationId,
  site_id: one.siteId,
  categories: JSON.stringify(one.categories),
  first_at: one.firstAt,
  last_at: one.lastAt,
  read_by: JSON.stringify(one.readBy),
});

const toExposed = (row: ExposedRow): ExposedConversation => ({
  conversationId: row.conversation_id,
  visitorId: row.visitor_id,
  siteId: row.site_id,
  categories: JSON.parse(row.categories),
  firstAt: row.first_at,
  lastAt: row.last_at,
  readBy: JSON.parse(row.read_by),
});
