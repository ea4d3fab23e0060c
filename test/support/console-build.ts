import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

export interface BuiltConsole {
  dir: string;
  remove(): Promise<void>;
}

/** The console built as for a release, in a directory of its own. */
export async function buildConsole(): Promise<BuiltConsole> {
  const dir = await mkdtemp(path.join(tmpdir(), 'bulkhead-console-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: path.join(root, 'console'),
    base: '/console/',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: dir,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
  });
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
