/**
 * The demo's own release keys and the publishing of what was built, so that `npm start` needs
 * nothing. All keys lie on one machine, beside the server's data: a demo's shortcut, and what nobody
 * should do who sells anything (docs/releases.md says how it is done).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ReleaseKeys } from '../protocol/releases.ts';
import type { Config } from '../server/config.ts';
import { newRelease } from '../tools/release/build.ts';
import { readLog, readManifestFile } from '../tools/release/directory.ts';
import { standingOf } from '../tools/release/log.ts';
import { publish } from '../tools/release/publish.ts';
import { createKey, publicKeyOf, readKey, sign, writeKey } from '../tools/release/signing.ts';
import { readStatement } from '../tools/release/statements.ts';

const FOLDER = 'demo-release-keys';
const KEY_COUNT = 3;
const THRESHOLD = 2;
/** A release that lives no longer than this is signed anew at the start. */
const RENEW_MS = 30 * 86_400_000;
const WARNING = `Private keys of the demo's releases, made by \`npm start\` so that it needs nothing.
A real installation keeps each key with another person, and none of them near the server:
see docs/releases.md.
`;

type Places = Pick<Config, 'dataDir' | 'releasesDir' | 'embedDir'>;

/** Where the demo's private keys are; tests that stage a theft read them. */
export const demoKeysDir = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  path.join(dataDir, FOLDER);

const keyFiles = (places: Pick<Config, 'dataDir'>) =>
  Array.from({ length: KEY_COUNT }, (_, index) =>
    path.join(demoKeysDir(places), `key-${index + 1}.pem`),
  );

/** Publishes what is in `embedDir`, unless it is what is in force already. @throws ReleaseError */
export function publishDemoRelease(places: Places, now: number): void {
  const keys = ensureKeys(places);
  const { releasesDir, embedDir } = places;
  const { release, kills } = standingOf(readLog(releasesDir));
  const { releases, bootstrap } = readManifestFile(embedDir);
  const [built] = releases;
  // Whoever tries the kill list out sees what it does.
  if (built && kills?.statement.versions.includes(built.version)) return;
  const current = release?.statement;
  const isCurrent =
    current?.version === built?.version &&
    isDeepStrictEqual(current?.files, built?.files) &&
    current?.kills === (kills?.statement.sequence ?? 0) &&
    Date.parse(current?.expires ?? '') - now > RENEW_MS &&
    isDeepStrictEqual(readManifestFile(releasesDir).bootstrap, bootstrap);
  if (isCurrent) return;
  const unsigned = newRelease({
    filesDir: embedDir,
    releasesDir,
    created: now,
    commit: 'unknown',
  });
  const { context } = readStatement(unsigned, 'the demo’s release');
  const signatures = keyFiles(places)
    .slice(0, THRESHOLD)
    .map((file) => sign(context, unsigned.statement, readKey(readFileSync(file, 'utf8'), null)));
  publish({ signed: { ...unsigned, signatures }, keys, releasesDir, filesDir: embedDir, now });
}

/** Made on the first start, and kept. */
function ensureKeys(places: Places): ReleaseKeys {
  mkdirSync(demoKeysDir(places), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(demoKeysDir(places), 'README'), WARNING);
  const keys = keyFiles(places).map((file) => {
    if (!existsSync(file)) {
      writeFileSync(file, writeKey(createKey(), null), { mode: 0o600, flag: 'wx' });
    }
    return publicKeyOf(readKey(readFileSync(file, 'utf8'), null));
  });
  return { threshold: THRESHOLD, keys };
}
