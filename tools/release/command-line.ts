/** Words on a command line into one command, and whatever it throws into words and an exit code. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../../server/config.ts';
import { COMMANDS, type ReleaseContext, USAGE } from './commands.ts';
import { ReleaseError } from './release-error.ts';

/** Wrong words on the command line, as in sysexits.h. */
const EXIT_USAGE = 64;

const text = { type: 'string' } as const;

const read = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: text,
      plain: { type: 'boolean' },
      version: text,
      published: text,
      from: text,
      days: text,
      key: text,
      keys: text,
      head: text,
      releases: text,
    },
  });

export interface Terminal extends ReleaseContext {
  complain(line: string): void;
}

/** @returns the exit code; rejects for faults of the program alone */
export async function runRelease([name = '', ...rest]: string[], at: Terminal): Promise<number> {
  const command = COMMANDS.get(name);
  if (!command) {
    const isAsked = ['help', '--help', '-h'].includes(name);
    (isAsked ? at.say : at.complain)(USAGE);
    return isAsked ? 0 : EXIT_USAGE;
  }
  let given: ReturnType<typeof read>;
  try {
    given = read(rest);
  } catch (error) {
    at.complain(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  try {
    await command(at, given);
    return 0;
  } catch (error) {
    if (!(error instanceof ReleaseError || error instanceof ConfigError)) throw error;
    at.complain(error.message);
    return 1;
  }
}
