/**
 * The question "who was exposed" [EXP-1] [EXP-3]: checked, written into the ledger, answered from the
 * ledger as it stood then, and kept.
 */
import { isIP } from 'node:net';
import type { ExposureQuestion, ExposureReport } from '../../protocol/ledger.ts';
import { plainAddress } from '../address.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import { findAgent } from '../people/agents.ts';
import { findSite } from '../sites/sites.ts';
import type { Database } from '../store/store.ts';
import { findAnswer } from './answer.ts';
import { EXPOSED_SHOWN, storeReport } from './reports.ts';
import { firstLineAt, type Scope } from './scope.ts';

type AskDeps = Pick<Deps, 'store' | 'ledger' | 'clock' | 'random'>;

/** Who asks; null for the operator at the command line. */
export type Asker = { id: string; address: string } | null;

/**
 * @throws AppError `window_invalid`, `site_unknown`, `agent_unknown`, `release_unknown` or
 * `address_invalid`
 */
export async function askExposure(
  deps: AskDeps,
  asked: ExposureQuestion,
  asker: Asker,
): Promise<ExposureReport> {
  const { store, ledger, clock, random } = deps;
  const question = await checkQuestion(deps, asked);
  const id = newId(random, 'ex');
  await ledger.record({
    kind: 'exposure.asked',
    agentId: asker?.id ?? null,
    detail: { reportId: id, question, ...(asker && { ip: asker.address }) },
  });
  const head = await ledger.head();
  const askedAt = clock.now();
  const partial = { db: store.db, question, askedAt, length: head.n };
  const scope: Scope = { ...partial, until: await firstLineAt(partial, question.to) };
  const { exposed, counts } = await findAnswer(scope);
  const report = { id, question, askedAt, head, counts };
  await storeReport(store.db, asker?.id ?? null, report, exposed);
  return {
    ...report,
    exposed: exposed.slice(0, EXPOSED_SHOWN),
    more: exposed.length > EXPOSED_SHOWN,
  };
}

/** Dates that can be written down; anything past that is a slip. */
const LATEST = 253_402_300_799_999;

async function checkQuestion(
  { store: { db } }: AskDeps,
  question: ExposureQuestion,
): Promise<ExposureQuestion> {
  const { from, to, siteId, agentId, release, ip } = question;
  if (!(from < to) || to > LATEST) throw new AppError('window_invalid');
  if (siteId !== undefined && !(await findSite(db, siteId))) throw new AppError('site_unknown');
  if (agentId !== undefined && !(await findAgent(db, agentId))) throw new AppError('agent_unknown');
  if (release !== undefined && !(await isKnownRelease(db, release))) {
    throw new AppError('release_unknown');
  }
  if (ip === undefined) return question;
  if (!isIP(ip)) throw new AppError('address_invalid');
  return { ...question, ip: plainAddress(ip) };
}

/** Published here, or seen in a browser. */
const isKnownRelease = (db: Database, release: string) =>
  db.selectFrom('ledger').select('n').where('release', '=', release).limit(1).executeTakeFirst();
