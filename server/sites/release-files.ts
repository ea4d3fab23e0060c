/** Where the widget's files are: the published releases, or, before any was published, the build. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Manifest } from '../../protocol/http.ts';
import { ReleaseKeys } from '../../protocol/releases.ts';
import type { Config } from '../config.ts';
import { createParser } from '../validator.ts';

type Places = Pick<Config, 'releasesDir' | 'embedDir'>;

const parseManifest = createParser(Manifest);
const parseKeys = createParser(ReleaseKeys);

/** With a release log it is the release directory. Asked anew each time: publishing needs no restart. */
export const isPublished = ({ releasesDir }: Places): boolean =>
  existsSync(join(releasesDir, 'releases.jsonl'));

export const embedRoot = (places: Places): string =>
  isPublished(places) ? places.releasesDir : places.embedDir;

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

/** @throws when the widget has not been built */
export const readManifest = async (places: Places): Promise<Manifest> =>
  parseManifest(await readJson(join(embedRoot(places), 'manifest.json')));

/** The public keys that a signed tag names. @returns null where nothing is published */
export const readReleaseKeys = async (places: Places): Promise<ReleaseKeys | null> =>
  isPublished(places) ? parseKeys(await readJson(join(places.releasesDir, 'keys.json'))) : null;
