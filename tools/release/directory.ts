/**
 * The release directory, which a server shows under `/embed/`: `<version>/<file>` with `.gz` and
 * `.br` beside it, `bootstrap.<hash>.js`, `keys.json`, `releases.jsonl`, and what follows from the
 * log, `current.json` and `manifest.json`. What is there is never written over with other bytes; the
 * last two are replaced whole.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Manifest, type ReleaseFile } from '../../protocol/http.ts';
import { ReleaseKeys, type ReleaseLogLine } from '../../protocol/releases.ts';
import { brotli, gzip } from './compressed.ts';
import { formatLine, parseLog } from './log.ts';
import { ReleaseError } from './release-error.ts';
import { createCheck, parseJson } from './statements.ts';

export const LOG = 'releases.jsonl';
export const CURRENT = 'current.json';
export const MANIFEST = 'manifest.json';
export const KEYS = 'keys.json';

const isKeys = createCheck(ReleaseKeys);
const isManifest = createCheck(Manifest);

export const sha384 = (bytes: Uint8Array): string =>
  `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

/** @throws ReleaseError in words, where the file cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ReleaseError(`${file} cannot be read`, { cause });
  }
}

/** @throws ReleaseError */
export function readKeys(file: string): ReleaseKeys {
  const keys = parseJson(readText(file), file);
  if (!isKeys(keys)) {
    throw new ReleaseError(`${file} must be {"threshold": 2, "keys": ["B…", …]}`);
  }
  if (keys.threshold > keys.keys.length) {
    throw new ReleaseError(`${file} asks for ${keys.threshold} of ${keys.keys.length} keys`);
  }
  return keys;
}

/** @throws ReleaseError */
export function readManifestFile(dir: string): Manifest {
  const file = path.join(dir, MANIFEST);
  const manifest = parseJson(readText(file), file);
  if (isManifest(manifest)) return manifest;
  throw new ReleaseError(`${file} is no manifest of releases: build again`);
}

/** @returns the lines, none where nothing was published yet. @throws ReleaseError */
export function readLog(dir: string): ReleaseLogLine[] {
  const file = path.join(dir, LOG);
  return existsSync(file) ? parseLog(readText(file)) : [];
}

/** On disk when it returns: a release that is in force stands in the log, whatever happens then. */
export function appendLine(dir: string, line: ReleaseLogLine): void {
  const file = path.join(dir, LOG);
  appendFileSync(file, formatLine(line));
  syncToDisk(file);
}

/** In one step: a reader sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text);
  syncToDisk(draft);
  renameSync(draft, file);
}

function syncToDisk(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/**
 * Puts a script where it stays for ever, with its compressed forms beside it.
 *
 * @throws ReleaseError where other bytes stand there already [REL-1]
 */
export function keepScript(file: string, bytes: Uint8Array): void {
  if (existsSync(file)) {
    if (readFileSync(file).equals(bytes)) return;
    throw new ReleaseError(
      `${file} is published with other bytes and cannot change: raise the version`,
    );
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.gz`, gzip(bytes));
  writeFileSync(`${file}.br`, brotli(bytes));
  replaceFile(file, Buffer.from(bytes).toString('utf8'));
}

/** @returns the bytes of a built or published script. @throws ReleaseError unless they are those */
export function readScript(file: string, expected: ReleaseFile): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new ReleaseError(`${file} is missing`, { cause });
  }
  if (sha384(bytes) !== expected.sha384 || bytes.length !== expected.bytes) {
    throw new ReleaseError(`${file} is not the file that the statement names by its hash`);
  }
  return bytes;
}
