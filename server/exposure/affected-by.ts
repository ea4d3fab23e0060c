/** A stored report, as a notice reads it: whom it names on one site, a page at a time. */
import { AppError } from '../app-error.ts';
import type { AffectedBy } from '../notices/exposures.ts';
import type { Database } from '../store/store.ts';
import { eachExposed, findReportHead } from './reports.ts';

export const createAffectedBy = (db: Database): AffectedBy =>
  async function* affectedBy(exposureId, siteId) {
    if (!(await findReportHead(db, exposureId))) throw new AppError('exposure_unknown');
    for await (const page of eachExposed(db, exposureId)) {
      yield page.filter((one) => one.siteId === siteId);
    }
  };
