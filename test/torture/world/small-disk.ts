/** A disk of the test's own that can be filled: a file system in memory, where one may be mounted. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  /** Why it cannot be filled, or null. */
  whyNot: string | null;
  /** Takes all that is left. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  close(): void;
}

const CHUNK = Buffer.alloc(1 << 20, 'ballast ');

export function createSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'bulkhead-torture-'));
  const ballast = join(path, 'ballast');
  let whyNot: string | null = null;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    whyNot = 'no disk of its own may be mounted here';
  }

  return {
    path,
    whyNot,
    async fill() {
      if (whyNot) throw new Error(whyNot);
      const file = await open(ballast, 'a');
      try {
        for (;;) await file.write(CHUNK);
      } catch (error) {
        const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
        if (!isFull) throw error;
      } finally {
        await file.close();
      }
      const { bavail, bsize } = statfsSync(path);
      if (bavail * bsize > 0) writeFileSync(`${ballast}2`, Buffer.alloc(bavail * bsize));
    },
    async empty() {
      await rm(ballast, { force: true });
      await rm(`${ballast}2`, { force: true });
    },
    close() {
      if (whyNot === null) execFileSync('umount', ['-l', path], { stdio: 'ignore' });
      rmSync(path, { recursive: true, force: true });
    },
  };
}
