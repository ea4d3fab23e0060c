/**
 * What was published, from the release directory: the public log, the keys and the bootstrap. The
 * chain and the signatures are proved again here; what does not hold is said in the pack.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { Manifest, type ReleaseFile } from '../../protocol/http.ts';
import { ReleaseKeys } from '../../protocol/releases.ts';
import { type ReleaseLog, readLog } from '../verify/release-log.ts';
import { createCheck, parseJson } from '../verify/statements.ts';

export interface Published {
  log: ReleaseLog;
  keys: ReleaseKeys | null;
  bootstrap: Static<typeof ReleaseFile> | null;
  /** In words, of what does not hold. */
  faults: string[];
}

const isManifest = createCheck(Manifest);
const isKeys = createCheck(ReleaseKeys);

/** Without a release directory everything is empty: nothing was published. */
export async function readPublished(releasesDir: string): Promise<Published> {
  const read = (name: string) => readFile(join(releasesDir, name), 'utf8').catch(() => '');
  const [logText, keysText, manifestText] = await Promise.all([
    read('releases.jsonl'),
    read('keys.json'),
    read('manifest.json'),
  ]);
  const keyFile = parseJson(keysText);
  const keys = isKeys(keyFile) ? keyFile : null;
  const manifest = parseJson(manifestText);
  const log = readLog(logText, keys ? [keys, ...(keys.earlier ?? [])] : []);
  const faults = log.findings
    .filter(({ level }) => level === 'problem')
    .map(({ says, subject, detail }) => [says, subject, detail].filter(Boolean).join(': '));
  return {
    log,
    keys,
    bootstrap: isManifest(manifest) ? (manifest.bootstrap ?? null) : null,
    faults,
  };
}
