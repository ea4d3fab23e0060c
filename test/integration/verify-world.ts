/** `verify` with a page and a chat server of its own, each of which a test alters as an attacker could. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Check } from 'typebox/value';
import { expect } from 'vitest';
import { Report } from '../../tools/verify/report.ts';
import { type VerifyOptions, verify } from '../../tools/verify/verify.ts';
import { type ReleaseWorld, startReleaseWorld } from '../support/signed-releases.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

export interface VerifyWorld extends ReleaseWorld {
  /** Empty, and gone at the end. */
  folder: string;
  /** Looks at the shop, with the publishers' keys at hand. */
  check(options?: Partial<VerifyOptions>): Promise<Report>;
}

export async function startVerifyWorld(): Promise<VerifyWorld> {
  const world = await startReleaseWorld();
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-verify-'));
  return {
    ...world,
    folder,
    async check(options = {}) {
      const report = await verify({
        url: new URL(world.shop.url),
        keys: world.keyFile,
        now: NOW,
        ...options,
      });
      expect(Check(Report, report)).toBe(true);
      return report;
    },
    async close() {
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const page = (tag: string): string =>
  `<!doctype html><title>Shop</title><body>${tag}</body>`;

/** What does not hold, or could not be found out. */
export const bad = ({ findings }: Report): string[] =>
  findings.filter(({ level }) => ['problem', 'unknown'].includes(level)).map(({ code }) => code);
export const codes = ({ findings }: Report): string[] => findings.map(({ code }) => code);
