/** `npm run exposure`: asks who was exposed, at the terminal, and checks a signed report. */

import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { parseArgs } from 'node:util';
import { ERRORS } from '../protocol/errors.ts';
import { DATA_CATEGORIES, type ExposureQuestion, type ExposureReport } from '../protocol/ledger.ts';
import { AppError } from './app-error.ts';
import {
  CommandError,
  EXIT_USAGE,
  parseArgsOrExplain,
  runCommand,
  say,
  withStore,
} from './command.ts';
import { askExposure } from './exposure/ask-exposure.ts';
import { parseInstant } from './exposure/parse-instant.ts';
import { reportCsv } from './exposure/report-csv.ts';
import { checkSignedReport, signReport } from './exposure/signed-report.ts';
import { createKeys, loadSecret } from './keys.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { toEmail } from './people/agents.ts';
import { findSiteByKey } from './sites/sites.ts';
import type { Database } from './store/store.ts';
import { systemClock, systemRandom } from './world.ts';

const USAGE = `Usage: npm run exposure -- --from INSTANT --to INSTANT [conditions] [--csv FILE] [--json]
                                [--sign FILE]
       npm run exposure -- check FILE [--key KEY]

Who was within reach between two instants (--from is included, --to is not), given as
2017-09-26T00:00:00Z, with an offset such as +02:00, or as milliseconds since 1970.
Without a condition: of somebody who held server and database.

  --site SITE         of one site: its key or id
  --release VERSION   whose browser ran this release
  --agent AGENT       what this agent's account read: e-mail or id
  --ip ADDRESS        what was read from this address

  --csv FILE          everyone, one a line     --json   the report as JSON, the first 500
  --sign FILE         the whole report with a signature that \`check\` verifies`;

const SILENT = { error() {}, warn() {} };
const text = { type: 'string' } as const;
const OPTIONS = {
  from: text,
  to: text,
  site: text,
  release: text,
  agent: text,
  ip: text,
  csv: text,
  sign: text,
  key: text,
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function toQuestion(db: Database, values: Values): Promise<ExposureQuestion> {
  const instant = (name: 'from' | 'to') => {
    const given = values[name];
    if (given === undefined) throw new CommandError(`--${name} is missing: a window has two ends`);
    const parsed = parseInstant(given);
    if (!parsed.ok) throw new CommandError(`--${name} ${given}: ${parsed.words}`);
    return parsed.at;
  };
  const { release, ip } = values;
  return {
    from: instant('from'),
    to: instant('to'),
    ...(values.site !== undefined && { siteId: await siteIdOf(db, values.site) }),
    ...(values.agent !== undefined && { agentId: await agentIdOf(db, values.agent) }),
    ...(release !== undefined && { release }),
    ...(ip !== undefined && { ip }),
  };
}

const siteIdOf = async (db: Database, given: string) =>
  (await findSiteByKey(db, given))?.id ?? given;

const agentIdOf = async (db: Database, given: string) =>
  (
    await db
      .selectFrom('agents')
      .select('id')
      .where('email', '=', toEmail(given))
      .executeTakeFirst()
  )?.id ?? given;

const ask = (values: Values): Promise<number> =>
  withStore(undefined, async (store, config) => {
    const question = await toQuestion(store.db, values);
    const key = createKeys(loadSecret(config, systemRandom)).ledger;
    const parts = { store, clock: systemClock, random: systemRandom };
    const ledger = createLedger({ ...parts, key, logger: SILENT, witnessUrl: null });
    try {
      const report = await askExposure({ ...parts, ledger }, question, null);
      if (values.csv !== undefined) {
        const out = createWriteStream(values.csv, { mode: 0o600 });
        await pipeline(Readable.from(reportCsv(store.db, report.id)), out);
      }
      if (values.sign !== undefined) {
        const signed = await signReport(store.db, key, report.id);
        await writeFile(values.sign, `${JSON.stringify(signed)}\n`, { mode: 0o600 });
      }
      say(values.json ? JSON.stringify(report, null, 2) : inWords(report));
      return 0;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new CommandError(`${error.code}: ${ERRORS[error.code]}`);
    } finally {
      await ledger.close();
    }
  });

function inWords({ id, question, head, counts, exposed }: ExposureReport): string {
  const instant = (at: number) => new Date(at).toISOString();
  const having = DATA_CATEGORIES.map((category) => `${category} ${counts.byCategory[category]}`);
  const first = exposed.slice(0, 10).map((one) => {
    const categories = one.categories.join(', ') || 'nothing given';
    return `  ${one.visitorId}  ${one.conversationId ?? 'no conversation'}  ${categories}`;
  });
  const more = counts.visitors > first.length ? [`  … --csv FILE has all`] : [];
  return [
    `${id}: ${instant(question.from)} to ${instant(question.to)}`,
    `${counts.visitors} visitors, ${counts.conversations} conversations; ` +
      `${counts.reads} reads, ${counts.previews} lines in lists`,
    `had given: ${having.join(', ')}; card data: none, since none reaches the server`,
    ...first,
    ...more,
    `from the ledger as it stood at line ${head.n}, ${head.hash}`,
  ].join('\n');
}

async function check(file: string, key: string | undefined): Promise<number> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} cannot be read`, { cause });
  });
  const problem = checkSignedReport(content, key);
  say(
    problem === null
      ? `${file} holds: signed by ${JSON.parse(content).key}`
      : `${file}: ${problem}`,
  );
  return problem === null ? 0 : 1;
}

runCommand(async () => {
  const { positionals, values } = parseArgsOrExplain({ options: OPTIONS }, USAGE);
  const [command, file, ...rest] = positionals;
  if (values.help) {
    say(USAGE);
    return 0;
  }
  if (command === 'check' && file !== undefined && rest.length === 0)
    return check(file, values.key);
  if (command === undefined && (values.from ?? values.to) !== undefined) return ask(values);
  throw new CommandError(USAGE, { exitCode: EXIT_USAGE });
});
