/**
 * Builds the source in a copy and compares the files with those that are served: whoever reads the
 * source then knows what runs. Runs that source's own build, so it is for a checkout that is trusted.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { clip, type Finding, finding } from './findings.ts';

const run = promisify(execFile);
const BUILD_TIMEOUT_MS = 5 * 60_000;
/** Made by builds and installs; a build must not find what another left behind. */
const LEFT_OUT = ['node_modules', 'dist', '.git', 'data'];

export interface Rebuild {
  /** Under `dist/embed/` of the copy; nothing where there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
}

export interface Rebuilds {
  dir: string;
  /** Once for each version, which is part of what is built. */
  of(version: string): Promise<{ rebuild: Rebuild } | { finding: Finding }>;
  remove(): Promise<void>;
}

/** @param dir a checkout with its packages installed */
export function createRebuilds(dir: string): Rebuilds {
  const copies: string[] = [];
  const made = new Map<string, ReturnType<Rebuilds['of']>>();

  async function make(version: string): ReturnType<Rebuilds['of']> {
    const copy = await mkdtemp(join(tmpdir(), 'bulkhead-rebuild-'));
    copies.push(copy);
    try {
      await build(dir, copy, version);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { finding: finding('rebuild_failed', dir, detail) };
    }
    const read = (path: string) => readFile(join(copy, 'dist/embed', path)).catch(() => undefined);
    return { rebuild: { read } };
  }

  return {
    dir,
    of(version) {
      const known = made.get(version) ?? make(version);
      made.set(version, known);
      return known;
    },
    async remove() {
      for (const copy of copies.splice(0)) await rm(copy, { recursive: true, force: true });
    },
  };
}

async function build(dir: string, copy: string, version: string): Promise<void> {
  const from = await realpath(resolve(dir));
  const vite = join(from, 'node_modules/vite/bin/vite.js');
  await cp(from, copy, {
    recursive: true,
    filter: (path) => path === from || !LEFT_OUT.includes(basename(path)),
  });
  await symlink(await realpath(join(from, 'node_modules')), join(copy, 'node_modules'));
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: copy,
    timeout: BUILD_TIMEOUT_MS,
    // Another mode of whoever runs this would build other files.
    env: { ...process.env, NODE_ENV: 'production', BULKHEAD_VERSION: version },
  });
}

/** Holds one served file against the one that was built here. */
export async function compareFile(
  { read }: Rebuild,
  path: string,
  served: Buffer,
): Promise<Finding> {
  const built = await read(path);
  if (!built) return finding('rebuild_differs', path, 'the build made no such file');
  if (built.equals(served)) return finding('rebuild_same', path, `${built.length} bytes`);
  const at = built.findIndex((byte, index) => byte !== served[index]);
  const where = at < 0 ? Math.min(built.length, served.length) : at;
  return finding(
    'rebuild_differs',
    path,
    `${built.length} bytes built, ${served.length} served; first difference at ${where}`,
  );
}

/** Says where the source stands, if it is a repository. */
export async function checkCommit(sourceDir: string, commit: string): Promise<Finding[]> {
  const git = (...args: string[]) =>
    run('git', ['-C', sourceDir, ...args]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  const [head, changes] = await Promise.all([
    git('rev-parse', 'HEAD'),
    git('status', '--porcelain'),
  ]);
  const findings: Finding[] = [];
  if (head !== undefined && commit !== 'unknown' && head !== commit)
    findings.push(finding('rebuild_other_commit', sourceDir, `${head} instead of ${commit}`));
  if (changes) findings.push(finding('rebuild_dirty', sourceDir, clip(changes).slice(0, 120)));
  return findings;
}
