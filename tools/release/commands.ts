/** What `npm run release` can do, one function a command. Says its results, throws `ReleaseError`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { ReleaseKeys, Signed } from '../../protocol/releases.ts';
import { type Config, parseConfig } from '../../server/config.ts';
import { commitOf, newKillList, newRelease } from './build.ts';
import { checkReleases } from './check.ts';
import { KEYS, readKeys, readScript, readText, replaceFile } from './directory.ts';
import { publish } from './publish.ts';
import { ReleaseError } from './release-error.ts';
import { createKey, publicKeyOf, readKey, sign, writeKey } from './signing.ts';
import {
  creationTime,
  parseJson,
  parseSigned,
  type ReadStatement,
  readStatement,
} from './statements.ts';

export const USAGE = `Usage: npm run release -- <command>

  keygen --out FILE [--plain]     makes a private key and prints its public key; do this on the
                                  machine of the person who will sign, never on the server
  build [--version V] [--days 90] [--out FILE]
                                  builds the widget and writes a statement for the keys to sign
  build --published VERSION       the same for files that are published already: to extend their
                                  time, or to go back to them
  sign FILE --key KEYFILE         adds one key's signature; pass the file on to the next person
  publish FILE [--keys FILE]      puts a statement into force that enough keys have signed
  kill VERSION… [--out FILE]      writes a kill list, to be signed and published like a release
  log                             prints what was published
  check [--keys FILE] [--head HASH]
                                  proves the log's chain, its signatures and every file

  --from DIR                      built files other than those in dist/embed; nothing is built then
  --releases DIR                  the release directory (BULKHEAD_RELEASES, else data/releases)

Private keys are encrypted with the passphrase in BULKHEAD_KEY_PASSPHRASE, or one that is asked for.
Statements are dated by SOURCE_DATE_EPOCH where it is set.`;

export interface ReleaseContext {
  env: Readonly<Record<string, string | undefined>>;
  root: string;
  say(line: string): void;
  /** Asked for when it is needed; never shown. */
  passphrase(question: string): Promise<string>;
}
export interface Given {
  positionals: string[];
  values: {
    out?: string | undefined;
    plain?: boolean | undefined;
    version?: string | undefined;
    published?: string | undefined;
    from?: string | undefined;
    days?: string | undefined;
    key?: string | undefined;
    keys?: string | undefined;
    head?: string | undefined;
    releases?: string | undefined;
  };
}
type Command = (context: ReleaseContext, given: Given) => Promise<void> | void;

const PASSPHRASE_MIN_LENGTH = 12;

function required(value: string | undefined, what: string): string {
  if (!value) throw new ReleaseError(`${what} is missing\n\n${USAGE}`);
  return value;
}

const configOf = ({ env, root }: ReleaseContext): Config => parseConfig(env, root);
const builtOf = (context: ReleaseContext, { values }: Given): string =>
  values.from ? path.resolve(values.from) : configOf(context).embedDir;
const releasesOf = (context: ReleaseContext, { values }: Given): string =>
  values.releases ? path.resolve(values.releases) : configOf(context).releasesDir;

function writeNew(file: string, text: string, mode = 0o644): void {
  if (existsSync(file)) throw new ReleaseError(`${file} is there already, and is not overwritten`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode, flag: 'wx' });
}

const keygen: Command = async (context, { values }) => {
  const file = path.resolve(required(values.out, '--out'));
  const { dataDir, releasesDir, embedDir } = configOf(context);
  const isWithin = (dir: string) => !path.relative(dir, file).startsWith('..');
  if ([dataDir, releasesDir, path.dirname(embedDir)].some(isWithin)) {
    throw new ReleaseError(
      `${file} is a place of the server's. Whoever breaks into the server would have the key: ` +
        'keep it on another machine, best on a medium that is offline.',
    );
  }
  if (existsSync(file)) throw new ReleaseError(`${file} is there already, and is not overwritten`);
  const passphrase = values.plain ? null : await context.passphrase('Passphrase for the new key: ');
  if (passphrase !== null && passphrase.length < PASSPHRASE_MIN_LENGTH) {
    throw new ReleaseError(`A passphrase has at least ${PASSPHRASE_MIN_LENGTH} characters`);
  }
  const key = createKey();
  writeNew(file, writeKey(key, passphrase), 0o600);
  context.say(publicKeyOf(key));
};

const build: Command = (context, given) => {
  const { values } = given;
  const releasesDir = releasesOf(context, given);
  const isBuiltHere = !values.published && !values.from;
  const version =
    values.published ?? values.version ?? (isBuiltHere ? packageJson.version : undefined);
  if (isBuiltHere) runBuild(context, version ?? packageJson.version);
  const signed = newRelease({
    filesDir: values.published ? releasesDir : builtOf(context, given),
    releasesDir,
    created: creationTime(context.env),
    ...(values.days !== undefined && { days: Number(values.days) }),
    version,
    commit: commitOf(context.root),
  });
  writeStatement(context, values.out, signed);
};

/** In a process of its own: Vite reads its version from the environment, once. */
function runBuild({ root, env }: ReleaseContext, version: string): void {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  try {
    execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      cwd: root,
      env: { ...env, BULKHEAD_VERSION: version },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (cause) {
    throw new ReleaseError('The widget could not be built', { cause });
  }
}

const kill: Command = (context, given) => {
  const versions = given.positionals;
  if (!versions.length) required(undefined, 'VERSION');
  const releasesDir = releasesOf(context, given);
  const signed = newKillList({ releasesDir, created: creationTime(context.env), versions });
  writeStatement(context, given.values.out, signed);
};

function writeStatement(context: ReleaseContext, out: string | undefined, signed: Signed): void {
  const read = readStatement(signed, 'the statement');
  const { sequence } = read.statement;
  const name = read.kind === 'release' ? `release-${read.statement.version}` : 'kills';
  const file = path.resolve(out ?? `${name}-${sequence}.json`);
  writeNew(file, formatSigned(signed));
  describe(context, read);
  context.say(`written to ${file}; next: npm run release -- sign ${path.basename(file)} --key …`);
}

const formatSigned = (signed: Signed) => `${JSON.stringify(signed, null, 2)}\n`;

function describe({ say }: ReleaseContext, read: ReadStatement): void {
  const { sequence, created } = read.statement;
  if (read.kind === 'kills') {
    say(`kill list ${sequence} of ${created}: ${read.statement.versions.join(', ')}`);
    return;
  }
  const { version, expires, commit, kills, files } = read.statement;
  say(`release ${version}, sequence ${sequence}, of ${created}, to be loaded until ${expires}`);
  say(`  commit ${commit}, kill list ${kills}`);
  for (const { file, sha384, bytes } of Object.values(files)) {
    say(`  ${file}  ${sha384}  ${bytes} bytes`);
  }
}

const signStatement: Command = async (context, given) => {
  const file = path.resolve(required(given.positionals[0], 'FILE'));
  const keyFile = required(given.values.key, '--key');
  const signed = parseSigned(parseJson(readText(file), file), file);
  const read = readStatement(signed, file);
  describe(context, read);
  if (read.kind === 'release') compareWithBuild(context, builtOf(context, given), read.statement);
  const pem = readText(path.resolve(keyFile));
  const isEncrypted = pem.includes('ENCRYPTED');
  const key = readKey(
    pem,
    isEncrypted ? await context.passphrase(`Passphrase of ${keyFile}: `) : null,
  );
  const added = sign(read.context, signed.statement, key);
  if (signed.signatures.some((each) => each.key === added.key)) {
    throw new ReleaseError('This key has signed it already; each key counts once');
  }
  replaceFile(file, formatSigned({ ...signed, signatures: [...signed.signatures, added] }));
  context.say(`signed by ${added.key}; ${signed.signatures.length + 1} in all`);
};

type ReleaseStatement = Extract<ReadStatement, { kind: 'release' }>['statement'];

/** Whoever signs should have built it too: that is what makes two people's signatures two. */
function compareWithBuild(
  context: ReleaseContext,
  built: string,
  { version, files }: ReleaseStatement,
): void {
  const dir = path.join(built, version);
  if (!existsSync(dir)) {
    context.say(
      `Not compared with a build of yours: check the commit out and run BULKHEAD_VERSION=${version} npm run build`,
    );
    return;
  }
  for (const each of Object.values(files)) readScript(path.join(dir, each.file), each);
  context.say('The same bytes as in your own build.');
}

const publishStatement: Command = (context, given) => {
  const file = path.resolve(required(given.positionals[0], 'FILE'));
  const signed = parseSigned(parseJson(readText(file), file), file);
  const read = readStatement(signed, file);
  const releasesDir = releasesOf(context, given);
  const built = builtOf(context, given);
  const isBuilt =
    read.kind === 'release' && existsSync(path.join(built, read.statement.version, 'release.json'));
  const { line, signers } = publish({
    signed,
    keys: keysOf(context, given),
    releasesDir,
    filesDir: isBuilt ? built : releasesDir,
    now: Date.now(),
  });
  describe(context, read);
  context.say(`published as line ${line.n}, signed by ${signers.length} keys`);
  context.say(`head ${line.hash}`);
};

/** The directory's own list is the server's word: good enough to go on by, and said. */
function keysOf(context: ReleaseContext, given: Given): ReleaseKeys {
  const { keys } = given.values;
  if (keys) return readKeys(path.resolve(keys));
  const file = path.join(releasesOf(context, given), KEYS);
  const own = readKeys(file);
  context.say(`By the keys in ${file}; --keys FILE takes a list of your own.`);
  return own;
}

const log: Command = (context, given) => {
  const { lines } = checkReleases({
    releasesDir: releasesOf(context, given),
    keys: keysOf(context, given),
  });
  for (const { n, at, signed, hash } of lines) {
    context.say(`${n}  published ${at}  ${hash}`);
    describe(context, readStatement(signed, `line ${n}`));
  }
};

const check: Command = (context, given) => {
  const { head } = given.values;
  const { lines, faults } = checkReleases({
    releasesDir: releasesOf(context, given),
    keys: keysOf(context, given),
    head,
  });
  if (faults.length) throw new ReleaseError(`The releases do not hold:\n${faults.join('\n')}`);
  context.say(`${lines.length} lines hold: chain, signatures and files`);
  context.say(`head ${lines.at(-1)?.hash}`);
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['keygen', keygen],
  ['build', build],
  ['sign', signStatement],
  ['publish', publishStatement],
  ['kill', kill],
  ['log', log],
  ['check', check],
]);
