/** `npm run verify -- <url>`: reads the words of the command line, runs, prints, and ends with a code. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ReleaseKeys } from '../../protocol/releases.ts';
import { EXIT_CODES } from './findings.ts';
import { createCheck, parseJson } from './statements.ts';
import { toTable } from './table.ts';
import { type VerifyOptions, verify } from './verify.ts';

const USAGE = `Usage: npm run verify -- <url> [options]

  <url>               a page with the tag, or an address under /embed/ of a chat server
  --keys FILE         the public keys that you were handed: {"threshold": 2, "keys": ["B…", "B…"]}
  --source DIR        a checkout, installed with npm ci: builds it and compares the files
  --state FILE        remembers the public log from run to run
  --page-csp POLICY   judge this policy instead of the page's own; may be given several times
  --timeout SECONDS   for each address (20)
  --json              for machines; see docs/verify.md

Ends with 0 when all holds, 1 when something differs, 2 when it could not be checked.`;

/** Wrong words on the command line, as in sysexits.h. */
const EXIT_USAGE = 64;

/** Something is wrong with what was given; `message` is for the person at the terminal. */
class UsageError extends Error {}

const text = { type: 'string' } as const;

async function parseOptions(args: string[]): Promise<VerifyOptions & { json: boolean }> {
  const { values, positionals } = readArgs(args);
  const [given, ...more] = positionals;
  if (given === undefined || more.length) throw new UsageError('Give one address.');
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${given} is not an http:// or https:// address.`);
  const seconds = values.timeout === undefined ? undefined : Number(values.timeout);
  if (seconds !== undefined && !(seconds > 0 && seconds <= 600))
    throw new UsageError('--timeout takes seconds, up to 600.');
  return {
    url,
    keys: values.keys === undefined ? null : await readKeys(values.keys),
    source: values.source ?? null,
    state: values.state ?? null,
    pageCsp: values['page-csp'] ?? [],
    limits: seconds === undefined ? {} : { timeoutMs: seconds * 1000 },
    json: values.json === true,
  };
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        keys: text,
        source: text,
        state: text,
        timeout: text,
        'page-csp': { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const isKeyFile = createCheck(ReleaseKeys);

async function readKeys(file: string): Promise<ReleaseKeys> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read.`);
  });
  const value = parseJson(content);
  if (isKeyFile(value) && value.threshold <= new Set(value.keys).size) return value;
  throw new UsageError(`${file} is not of the form {"threshold": 2, "keys": ["B…", "B…"]}.`);
}

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(args[0] ?? '')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    const { json, ...options } = await parseOptions(args);
    const report = await verify(options);
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    process.stdout.write(
      json ? `${JSON.stringify(report, null, 2)}\n` : toTable(report, { color }),
    );
    return EXIT_CODES[report.verdict];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return EXIT_USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
