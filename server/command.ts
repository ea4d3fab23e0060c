/**
 * What the commands of an operator share: words on the terminal, exit codes, and the configured store,
 * which a running server may use at the same time.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { DatabaseUnusableError } from './store/database-errors.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

/** Wrong words on the command line, as in sysexits.h. */
export const EXIT_USAGE = 64;

export const say = (line: string) => void process.stdout.write(`${line}\n`);
export const complain = (line: string) => void process.stderr.write(`${line}\n`);

/** Something is missing or wrong; `message` is for the person at the terminal. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}

const PLAIN_ERRORS = [CommandError, ConfigError, DatabaseUnusableError];

/** @throws CommandError with what is wrong, and the usage */
export function parseArgsOrExplain<const Options extends NonNullable<ParseArgsConfig['options']>>(
  { options }: { options: Options },
  usage: string,
) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${words}\n\n${usage}`, { exitCode: EXIT_USAGE });
  }
}

/** @param run gives the exit code */
export function runCommand(run: () => Promise<number>): void {
  run().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const isPlain = PLAIN_ERRORS.some((kind) => error instanceof kind);
      complain(error instanceof Error ? (isPlain ? error.message : `${error.stack}`) : `${error}`);
      process.exitCode = error instanceof CommandError ? error.exitCode : 1;
    },
  );
}

/** @param dataDir SQLite's, whatever is configured. @throws CommandError where there is none */
export async function withStore<T>(
  dataDir: string | undefined,
  run: (store: Store, config: Config) => Promise<T>,
): Promise<T> {
  const config = parseConfig(process.env);
  const asked =
    dataDir === undefined ? config : { ...config, dataDir: resolve(dataDir), databaseUrl: null };
  // Opening would make an empty one, and an empty ledger holds.
  if (asked.databaseUrl === null && !existsSync(join(asked.dataDir, 'bulkhead.db'))) {
    throw new CommandError(`${asked.dataDir} is not the data directory of a server`);
  }
  const store = await openStore(asked);
  try {
    return await run(store, asked);
  } finally {
    await store.close();
  }
}
