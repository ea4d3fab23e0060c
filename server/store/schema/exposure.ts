/** Exposure reports, as they were given. */

export interface ExposureReportRow {
  id: string;
  asked_at: number;
  /** Null for the command line. */
  asked_by: string | null;
  /** JSON of `ExposureQuestion`, `LedgerHead` and `ExposureCounts`. */
  question: string;
  head: string;
  counts: string;
}
/** One visitor of a report, in its order. */
export interface ExposedRow {
  report_id: string;
  position: number;
  visitor_id: string;
  conversation_id: string | null;
  site_id: string;
  /** JSON arrays. */
  categories: string;
  read_by: string;
  first_at: number;
  last_at: number;
}

export interface ExposureTables {
  exposure_reports: ExposureReportRow;
  exposed: ExposedRow;
}
