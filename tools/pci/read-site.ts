/** What the server's database knows of a site and of what browsers reported on its pages. */
import { type Static, Type } from 'typebox';
import { createCheck } from '../verify/statements.ts';
import { PciError } from './pci-error.ts';
import { readPostgresRows, readSqliteRows } from './read-rows.ts';

const Text = Type.String();
const Nullable = Type.Union([Text, Type.Null()]);

/** Only what is needed; a database of another version may have more columns, and some of these less. */
const SiteRow = Type.Object({
  id: Text,
  public_key: Text,
  name: Text,
  allowed_origins: Text,
  stripe_publishable_key: Nullable,
  minting: Type.Optional(Text),
  alert_url: Type.Optional(Nullable),
  alert_email: Type.Optional(Nullable),
});
const ReportRow = Type.Object({
  kind: Text,
  subject: Text,
  release: Text,
  page: Text,
  count: Type.Integer(),
  first_at: Type.Integer(),
  last_at: Type.Integer(),
});
type ReportRow = Static<typeof ReportRow>;

export interface SiteFacts {
  key: string;
  name: string;
  origins: string[];
  /** Whether the tag carries a Stripe key, and so loads the payment sheet. */
  payments: boolean;
  minting: string;
  /** `undefined`: this server keeps no such setting. */
  alertUrl: string | null | undefined;
  alertEmail: string | null | undefined;
  incidents: Incident[];
}

/** Reports of one kind, subject and release. */
export interface Incident {
  kind: string;
  subject: string;
  release: string;
  count: number;
  firstAt: string;
  lastAt: string;
  /** The most frequent first. */
  pages: string[];
}

const isSite = createCheck(SiteRow);
const isReport = createCheck(ReportRow);

/** @throws PciError when there is no database, or no such site in it */
export async function readSite(
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string | null },
  key: string,
): Promise<SiteFacts> {
  const { site: row, reports } =
    databaseUrl === null ? readSqliteRows(dataDir, key) : await readPostgresRows(databaseUrl, key);
  if (row === undefined) throw new PciError(`There is no site ${key}`);
  if (!isSite(row)) throw new PciError('The database is of another version than this tool');
  return {
    key: row.public_key,
    name: row.name,
    origins: JSON.parse(row.allowed_origins),
    payments: row.stripe_publishable_key !== null,
    minting: row.minting ?? 'server',
    alertUrl: row.alert_url,
    alertEmail: row.alert_email,
    incidents: toIncidents(reports.flatMap((report) => (isReport(report) ? report : []))),
  };
}

const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const PAGES_MAX = 5;

function toIncidents(reports: readonly ReportRow[]): Incident[] {
  const groups = Map.groupBy(reports, ({ kind, subject, release }) =>
    JSON.stringify([kind, subject, release]),
  );
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const byCount = [...rows].sort((a, b) => b.count - a.count);
    return {
      kind: first.kind,
      subject: first.subject,
      release: first.release,
      count: rows.reduce((sum, { count }) => sum + count, 0),
      firstAt: instant(Math.min(...rows.map((row) => row.first_at))),
      lastAt: instant(Math.max(...rows.map((row) => row.last_at))),
      pages: [...new Set(byCount.map(({ page }) => page).filter(Boolean))].slice(0, PAGES_MAX),
    };
  });
}
