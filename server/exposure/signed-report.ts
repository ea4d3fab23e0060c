/**
 * An exposure report that somebody else can check: its text, signed by the key of the ledger's heads.
 * Checking needs nothing but the file.
 */
import type { ExposureReport, SignedExposureReport } from '../../protocol/ledger.ts';
import type { LedgerKey } from '../keys.ts';
import { headText, reportText } from '../ledger/chain.ts';
import { isSignedBy } from '../ledger/signature.ts';
import type { Database } from '../store/store.ts';
import { eachExposed, findReportHead } from './reports.ts';

/** @returns null where there is no such report */
export async function signReport(
  db: Database,
  key: LedgerKey,
  reportId: string,
): Promise<SignedExposureReport | null> {
  const head = await findReportHead(db, reportId);
  if (!head) return null;
  const exposed = [];
  for await (const page of eachExposed(db, reportId)) exposed.push(...page);
  const report = JSON.stringify({ ...head, exposed, more: false } satisfies ExposureReport);
  return { report, signature: key.sign(reportText(report)), key: key.publicKey };
}

/**
 * @param key the one that must have signed it, where it is known
 * @returns what is wrong with a file in words, or null
 */
export function checkSignedReport(content: string, key?: string): string | null {
  const signed = parseSigned(content);
  if (!signed) return 'is not a signed exposure report';
  if (key !== undefined && signed.key !== key) return `is signed by ${signed.key}, another key`;
  if (!isSignedBy(signed.key, reportText(signed.report), signed.signature)) {
    return 'the signature does not fit the report: it was changed, or signed by another key';
  }
  const { head } = JSON.parse(signed.report) as ExposureReport;
  if (head.key !== signed.key || !isSignedBy(head.key, headText(head), head.signature)) {
    return 'the head of the ledger in it is not signed by the same key';
  }
  return null;
}

function parseSigned(content: string): SignedExposureReport | null {
  try {
    const { report, signature, key } = JSON.parse(content);
    const isWhole = [report, signature, key].every((field) => typeof field === 'string');
    return isWhole ? { report, signature, key } : null;
  } catch {
    return null;
  }
}
