/**
 * The operator's commands: sites, agents and the tag. Talks to the configured database; the server may
 * be running.
 */
import { parseArgs } from 'node:util';
import { type AdminContext, AdminError, COMMANDS, USAGE } from './admin-commands.ts';
import { STORE_COMMANDS } from './admin-store-commands.ts';
import { ConfigError, parseConfig } from './config.ts';
import { createKeys, loadSecret } from './keys.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { EraseBusyError } from './ledger/erase-visitor.ts';
import { PolicyError } from './payments/policy.ts';
import { AgentSettingError } from './people/agents.ts';
import { SiteSettingError } from './sites/sites.ts';
import { CopyError } from './store/copy.ts';
import { DatabaseUnusableError } from './store/database-errors.ts';
import { openStore } from './store/open-store.ts';
import { systemClock, systemRandom } from './world.ts';

/** Wrong words on the command line, as in sysexits.h. */
const EXIT_USAGE = 64;

/** Errors whose message is for the person at the terminal. */
const PLAIN_ERRORS = [
  AdminError,
  CopyError,
  AgentSettingError,
  ConfigError,
  DatabaseUnusableError,
  EraseBusyError,
  PolicyError,
  SiteSettingError,
];

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const [group = '', action = ''] = args;
  const ofStore = STORE_COMMANDS.get(group);
  const command = ofStore ?? COMMANDS.get(`${group} ${action}`);
  const rest = args.slice(ofStore ? 1 : 2);
  if (!command) {
    const isAsked = ['', 'help', '--help', '-h'].includes(group);
    (isAsked ? say : complain)(USAGE);
    return isAsked && group !== '' ? 0 : EXIT_USAGE;
  }
  let given: ReturnType<typeof read>;
  try {
    given = read(rest);
  } catch (error) {
    complain(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  const config = parseConfig(process.env);
  const store = await openStore(config);
  const ledger = createLedger({
    store,
    clock: systemClock,
    random: systemRandom,
    logger: { error() {}, warn() {} },
    // The server's own: what a command writes, the server signs.
    key: createKeys(loadSecret(config, systemRandom)).ledger,
    witnessUrl: null,
  });
  try {
    const context: AdminContext = {
      config,
      store,
      ledger,
      db: store.db,
      random: systemRandom,
      now: systemClock.now(),
      say,
    };
    await command(context, given);
    return 0;
  } finally {
    await ledger.close();
    await store.close();
  }
}

const text = { type: 'string' } as const;

const read = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: text,
      origin: { type: 'string', multiple: true },
      color: text,
      greeting: text,
      'stripe-key': text,
      minting: text,
      'stripe-account': text,
      'merchant-url': text,
      'alert-url': text,
      'alert-email': text,
      file: text,
      role: text,
      email: text,
      password: text,
      to: text,
      from: text,
      pinned: { type: 'boolean' },
      report: text,
    },
  });

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isPlain = PLAIN_ERRORS.some((kind) => error instanceof kind);
    complain(error instanceof Error ? (isPlain ? error.message : `${error.stack}`) : `${error}`);
    process.exitCode = 1;
  },
);
