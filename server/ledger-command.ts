/**
 * `npm run ledger`: proves a ledger, from an export alone or from a data directory, writes one down,
 * and says how it stands. Proving an export needs no database, no network and no secret.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { LedgerHead } from '../protocol/ledger.ts';
import {
  CommandError,
  EXIT_USAGE,
  parseArgsOrExplain,
  runCommand,
  say,
  withStore,
} from './command.ts';
import { parseConfig } from './config.ts';
import { createKeys, loadSecret } from './keys.ts';
import { createHeads } from './ledger/heads.ts';
import { readHeads, readLedger } from './ledger/read-ledger.ts';
import { type CheckedLine, type Verdict, verifyLedger } from './ledger/verify.ts';
import { systemClock, systemRandom } from './world.ts';

const USAGE = `Usage: npm run ledger -- <command>

  verify FILE [--heads FILE] [--key KEY]        proves an export
  verify --data DIR [--heads FILE] [--key KEY]  proves the ledger of a data directory
  verify [the same options]                     proves the ledger of DATABASE_URL
  export [FILE]     writes all lines, as JSON, one a line; to the terminal without FILE
  head              signs how the ledger stands now, and prints it
  heads             prints every head that was signed here, one a line

--heads: heads that the witness has received, as JSON, one a line. Without them a ledger that was cut
off at its end, or written anew as a whole, looks like a true one.
--key: the public key that the first line must announce, as you wrote it down on the first day.`;

const OPTIONS = {
  data: { type: 'string' },
  heads: { type: 'string' },
  key: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Values = ReturnType<typeof read>['values'];
const read = () => parseArgsOrExplain({ options: OPTIONS }, USAGE);

async function verify(file: string | undefined, values: Values): Promise<number> {
  const isFile = file !== undefined;
  const isStore = values.data !== undefined || parseConfig(process.env).databaseUrl !== null;
  if (isFile ? values.data !== undefined : !isStore)
    throw new CommandError(USAGE, { exitCode: EXIT_USAGE });
  const given = values.heads === undefined ? [] : await readHeadsFile(values.heads);
  const verdict = isFile
    ? await verifyLedger(keyed(linesOf(file), values), given)
    : await withStore(values.data, async ({ db }) =>
        verifyLedger(keyed(readLedger(db), values), [...given, ...(await readHeads(db))]),
      );
  return tell(verdict);
}

/** [LEDGER-3] The first key is the root of all heads: one that you know shuts out a ledger made up. */
async function* keyed(
  lines: AsyncIterable<CheckedLine>,
  values: Values,
): AsyncGenerator<CheckedLine, void> {
  let isChecked = values.key === undefined;
  for await (const line of lines) {
    if (!isChecked && line.kind === 'key.changed' && line.detail !== null) {
      const { what, key } = JSON.parse(line.detail);
      isChecked = what === 'ledger key';
      if (isChecked && key !== values.key) {
        throw new CommandError(`line ${line.n}: announces the key ${key}, not the one given`);
      }
    }
    yield line;
  }
  if (!isChecked) throw new CommandError('No line announces a key.');
}

function tell({ lines, erased, heads, last, problems }: Verdict): number {
  for (const { n, words } of problems) say(`line ${n}: ${words}`);
  if (problems.length > 0) {
    say(
      `The ledger does not hold: ${problems.length} ${problems.length === 1 ? 'flaw' : 'flaws'}.`,
    );
    return 1;
  }
  const until = last ? ` to ${new Date(last.at).toISOString()}, ${last.hash}` : '';
  say(`The ledger holds: ${lines} lines${until}; ${erased} erased details; ${heads} heads agree.`);
  if (heads === 0) say('Without heads nobody can tell whether lines are missing at its end.');
  return 0;
}

async function* linesOf(file: string): AsyncGenerator<CheckedLine, void> {
  if (!existsSync(file)) throw new CommandError(`${file} does not exist`);
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    number++;
    if (text.trim() === '') continue;
    yield parseLine(text, `${file}, line ${number} of the file`);
  }
}

function parseLine<T>(text: string, where: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'n' in value && 'hash' in value) {
      return value as T;
    }
  } catch {
    // Said below.
  }
  throw new CommandError(`${where}: not a line of a ledger`);
}

async function readHeadsFile(file: string): Promise<LedgerHead[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} cannot be read`, { cause });
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => parseLine<LedgerHead>(line, `${file}, line ${index + 1}`));
}

const exportTo = (file: string | undefined): Promise<number> =>
  withStore(undefined, async ({ db }) => {
    async function* lines() {
      for await (const { address: _address, ...line } of readLedger(db)) {
        yield `${JSON.stringify(line)}\n`;
      }
    }
    if (file === undefined) for await (const line of lines()) process.stdout.write(line);
    else await pipeline(lines, createWriteStream(file, { mode: 0o600 }));
    return 0;
  });

const signHead = (): Promise<number> =>
  withStore(undefined, async (store, config) => {
    const key = createKeys(loadSecret(config, systemRandom)).ledger;
    const heads = createHeads({ store, clock: systemClock, key });
    if ((await heads.announcedKey()) !== key.publicKey) {
      throw new CommandError(
        'The secret here is not the one that the server signs with: set BULKHEAD_SECRET as it has it.',
      );
    }
    say(JSON.stringify(await heads.sign()));
    return 0;
  });

const printHeads = (): Promise<number> =>
  withStore(undefined, async ({ db }) => {
    for (const head of await readHeads(db)) say(JSON.stringify(head));
    return 0;
  });

runCommand(async () => {
  const { positionals, values } = read();
  const [command, file, ...rest] = positionals;
  if (values.help) {
    say(USAGE);
    return 0;
  }
  if (rest.length === 0) {
    if (command === 'verify') return verify(file, values);
    if (command === 'export') return exportTo(file);
    if (command === 'head' && file === undefined) return signHead();
    if (command === 'heads' && file === undefined) return printHeads();
  }
  throw new CommandError(USAGE, { exitCode: EXIT_USAGE });
});
