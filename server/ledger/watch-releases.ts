/**
 * Releases are files, put there by hand and signed elsewhere [REL-2]; the ledger says when this server
 * first saw each one, and with which hashes. Looks at the start and then every minute.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Turns } from '../shared/turns.ts';
import { embedRoot, readManifest } from '../sites/release-files.ts';
import type { Database } from '../store/store.ts';
import type { Logger } from '../world.ts';
import type { Ledger } from './ledger.ts';

const EVERY_MS = 60_000;

export interface ReleaseWatch {
  close(): Promise<void>;
}

export interface ReleaseWatchDeps {
  config: Pick<Config, 'releasesDir' | 'embedDir'>;
  db: Database;
  ledger: Ledger;
  turns: Pick<Turns, 'take'>;
  logger: Pick<Logger, 'error'>;
}

export function watchReleases(deps: ReleaseWatchDeps): ReleaseWatch {
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EVERY_MS).unref();

  async function look(): Promise<void> {
    // Each process sees a new release, and one of them writes it down.
    await deps.turns
      .take('releases', () => recordReleases(deps))
      .catch((err: unknown) => {
        deps.logger.error({ err }, 'releases could not be read');
      });
  }
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Nothing where the widget has not been built. */
export async function recordReleases({
  config,
  db,
  ledger,
}: Pick<ReleaseWatchDeps, 'config' | 'db' | 'ledger'>): Promise<void> {
  if (!existsSync(join(embedRoot(config), 'manifest.json'))) return;
  const { releases } = await readManifest(config);
  for (const { version, files } of releases) {
    const hashes = Object.fromEntries(
      Object.entries(files).map(([name, { sha384 }]) => [name, sha384]),
    );
    if (await isKnown(db, version, hashes)) continue;
    await ledger.record({ kind: 'release.published', release: version, detail: { files: hashes } });
  }
}

/** The same version with other files is news, and bad news [REL-1]. */
async function isKnown(db: Database, version: string, hashes: object): Promise<boolean> {
  const lines = await db
    .selectFrom('ledger as l')
    .innerJoin('ledger_details as d', 'd.n', 'l.n')
    .select('d.detail')
    .where('l.release', '=', version)
    .where('l.kind', '=', 'release.published')
    .orderBy('l.n', 'desc')
    .limit(1)
    .execute();
  return lines.some(
    ({ detail }) => JSON.stringify(JSON.parse(detail).files) === JSON.stringify(hashes),
  );
}
