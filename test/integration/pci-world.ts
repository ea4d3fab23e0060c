/** `npm run pci` with a database, a release directory and a shop of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { PciPack } from '../../tools/pci/pack.ts';
import { openTestStore, removeDataDir, storeEnv } from '../support/data-dir.ts';
import { furnish, SITE_KEY } from '../support/server.ts';
import {
  BOOTSTRAP,
  BOOTSTRAP_FILE,
  chain,
  type ReleaseWorld,
  sha384Of,
  startReleaseWorld,
  toLog,
} from '../support/signed-releases.ts';

const MAIN = resolve(import.meta.dirname, '../../tools/pci/main.ts');

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface PciWorld extends ReleaseWorld {
  /** Of the test's own; the directories below stand in it. */
  folder: string;
  dataDir: string;
  releases: string;
  out: string;
  furnishSite(stripePublishableKey: string | null): Promise<void>;
  /** What the world serves, as the files of a release directory. */
  publishFiles(): Promise<void>;
  command(...args: string[]): Promise<Ended>;
  makePack(...args: string[]): Promise<PciPack>;
  /** One of the files that were made. */
  read(name: string): Promise<string>;
}

export async function startPciWorld(): Promise<PciWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-pci-'));
  const dataDir = join(folder, 'data');
  const releases = join(folder, 'releases');
  const out = join(folder, 'out');
  await mkdir(releases);
  const world = await startReleaseWorld();
  const read = (name: string) => readFile(join(out, name), 'utf8');

  async function command(...args: string[]): Promise<Ended> {
    const env = {
      ...process.env,
      ...(await storeEnv(dataDir)),
      BULKHEAD_RELEASES: releases,
      PUBLIC_URL: 'https://chat.example',
    };
    return new Promise((done) => {
      execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  return {
    ...world,
    folder,
    dataDir,
    releases,
    out,
    async furnishSite(stripePublishableKey) {
      const store = await openTestStore(dataDir);
      await furnish(store.db, { stripePublishableKey });
      await store.close();
    },
    async publishFiles() {
      const file = { bytes: BOOTSTRAP.length, gzip: 1, brotli: 1 };
      const bootstrap = { file: BOOTSTRAP_FILE, sha384: sha384Of(BOOTSTRAP), ...file };
      const manifest = { protocol: 1, releases: [], bootstrap };
      await Promise.all([
        writeFile(join(releases, 'releases.jsonl'), toLog(chain(world.entries))),
        writeFile(join(releases, 'keys.json'), JSON.stringify(world.keyFile)),
        writeFile(join(releases, 'manifest.json'), JSON.stringify(manifest)),
      ]);
    },
    command,
    async makePack(...args) {
      const ended = await command('--site', SITE_KEY, '--out', out, ...args);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      return JSON.parse(await read('pci.json'));
    },
    read,
    async close() {
      await world.close();
      await removeDataDir(dataDir);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
