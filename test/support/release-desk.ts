/**
 * People with keys, a build of three small scripts, and a release directory: what it takes to publish,
 * and to attack what was published. Everything lies in one temporary folder.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ReleaseFile } from '../../protocol/http.ts';
import type { KillStatement, ReleaseStatement, Signed } from '../../protocol/releases.ts';
import { newKillList, newRelease } from '../../tools/release/build.ts';
import { readKeys, sha384 } from '../../tools/release/directory.ts';
import { type Published, publish } from '../../tools/release/publish.ts';
import { createKey, publicKeyOf, readKey, sign } from '../../tools/release/signing.ts';
import { CONTEXTS, type StatementKind, unsigned } from '../../tools/release/statements.ts';

export type Scripts = Record<'loader' | 'chat' | 'pay', string>;

export const scriptsSaying = (word: string): Scripts => ({
  loader: `/* loader ${word} */`,
  chat: `/* chat ${word} */`,
  pay: `/* pay ${word} */`,
});

const describe = (file: string, code: string): ReleaseFile => ({
  file,
  sha384: sha384(Buffer.from(code)),
  bytes: Buffer.byteLength(code),
  gzip: 1,
  brotli: 1,
});

/** As `vite build` leaves it. */
export function writeBuild(dir: string, version: string, scripts: Scripts): void {
  const digest = (code: string) => createHash('sha256').update(code).digest('hex').slice(0, 10);
  const files: Record<string, ReleaseFile> = {};
  mkdirSync(path.join(dir, version), { recursive: true });
  for (const [name, code] of Object.entries(scripts)) {
    const file = name === 'loader' ? 'loader.js' : `${name}.${digest(code)}.js`;
    writeFileSync(path.join(dir, version, file), code);
    files[name] = describe(file, code);
  }
  const code = '/* bootstrap */';
  const bootstrap = describe(`bootstrap.${digest(code)}.js`, code);
  writeFileSync(path.join(dir, bootstrap.file), code);
  const release = { version, files };
  writeFileSync(path.join(dir, version, 'release.json'), JSON.stringify(release));
  const manifest = { protocol: 1, releases: [release], bootstrap };
  writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify(manifest));
}

/** Signatures of these people over exactly that statement, in the context given. */
export const signedBy = (
  statement: ReleaseStatement | KillStatement,
  people: readonly KeyObject[],
  kind: StatementKind = 'files' in statement ? 'release' : 'kills',
): Signed => {
  const { statement: text } = unsigned(statement);
  return { statement: text, signatures: people.map((key) => sign(CONTEXTS[kind], text, key)) };
};

export interface ReleaseDesk {
  root: string;
  built: string;
  releases: string;
  people: KeyObject[];
  keys: { threshold: number; keys: string[] };
  build(version: string, scripts?: Scripts): void;
  /** What `build` or `kill` of the command line would write, as a value. */
  releaseOf(version?: string, days?: number): ReleaseStatement;
  killsOf(...versions: string[]): KillStatement;
  /** Signed by the first people, as many as it takes. */
  publish(statement: ReleaseStatement | KillStatement, people?: KeyObject[]): Published;
  /** With keys of somebody else's, as PEM, and their list as published. */
  publishKills(version: string, pems: string[]): Published;
  remove(): void;
}

/** Three people, of whom two are enough. */
export function openReleaseDesk(): ReleaseDesk {
  const root = mkdtempSync(path.join(tmpdir(), 'bulkhead-releases-'));
  const built = path.join(root, 'built');
  const releases = path.join(root, 'releases');
  const people = [createKey(), createKey(), createKey()];
  const keys = { threshold: 2, keys: people.map(publicKeyOf) };
  const created = Date.now();
  return {
    root,
    built,
    releases,
    people,
    keys,
    build: (version, scripts = scriptsSaying(version)) => writeBuild(built, version, scripts),
    releaseOf: (version, days = 90) =>
      JSON.parse(
        newRelease({
          ...{ filesDir: built, releasesDir: releases, created, commit: 'unknown' },
          ...{ version, days },
        }).statement,
      ),
    killsOf: (...versions) =>
      JSON.parse(newKillList({ releasesDir: releases, created, versions }).statement),
    publish: (statement, signers = people.slice(0, 2)) =>
      publish({
        signed: signedBy(statement, signers),
        keys,
        releasesDir: releases,
        filesDir: built,
        now: Date.now(),
      }),
    publishKills: (version, pems) =>
      publish({
        signed: signedBy(
          JSON.parse(
            newKillList({ releasesDir: releases, created, versions: [version] }).statement,
          ),
          pems.map((pem) => readKey(pem, null)),
        ),
        keys: readKeys(path.join(releases, 'keys.json')),
        releasesDir: releases,
        filesDir: built,
        now: Date.now(),
      }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
