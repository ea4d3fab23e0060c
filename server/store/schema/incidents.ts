/** What browsers reported, and who is to be told of it. */
import type { Generated } from 'kysely';
import type { ReportKind } from '../../../protocol/http.ts';

export interface ReportRow {
  id: string;
  site_id: string;
  kind: ReportKind;
  subject: string;
  release: string;
  page: string;
  user_agent: string;
  /** `Chrome 156`, or empty. */
  browser: Generated<string>;
  /** Whose count this one is part of. */
  incident_id: string | null;
  count: number;
  first_at: number;
  last_at: number;
}

/** Unique by site, kind, subject and release [REPORT-3]. */
export interface IncidentRow {
  id: string;
  site_id: string;
  kind: ReportKind;
  subject: string;
  release: string;
  status: 'open' | 'closed';
  count: number;
  first_at: number;
  last_at: number;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  closed_by: string | null;
  /** When alerts were last made, and at which count; null before the first. */
  alerted_at: number | null;
  alerted_count: Generated<number>;
}

/** An alert that has not arrived yet, one for each way; see `incidents/alert-queue.ts`. */
export interface AlertRow {
  id: string;
  incident_id: string;
  channel: 'webhook' | 'email';
  /** Whose address it goes to: the installation's, or the site's. */
  scope: 'server' | 'site';
  reason: 'new' | 'grown';
  tries: number;
  next_at: number;
  created_at: number;
}

/** Browsers' reports that had nothing to do with Bulkhead. */
export interface DroppedReportsRow {
  site_id: string;
  count: number;
}

export interface IncidentsTables {
  reports: ReportRow;
  incidents: IncidentRow;
  alerts: AlertRow;
  dropped_reports: DroppedReportsRow;
}
