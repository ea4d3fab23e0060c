/**
 * Holds the built release to its weight. Budgets are in bytes after brotli, as a visitor's browser
 * receives them; one kilobyte is 1,000 bytes here. Exits 1 when any is exceeded.
 */
import { readFileSync } from 'node:fs';
import { brotli } from './release/compressed.ts';

interface Sized {
  brotli: number;
}
const manifest: {
  releases: { version: string; files: Record<string, Sized> }[];
  bootstrap?: Sized;
} = JSON.parse(readFileSync('dist/embed/manifest.json', 'utf8'));
const [release] = manifest.releases;
if (!release || !manifest.bootstrap)
  throw new Error('dist/embed holds no release: run `npm run build` first');

const brotliOf = (name: string): number => {
  const size = release.files[name]?.brotli;
  if (size === undefined) throw new Error(`the release has no file ${name}`);
  return size;
};
/** As a release weighs, whose version has no suffix as that of any other build. */
const loaderBytes = (): number => {
  const code = readFileSync(`dist/embed/${release.version}/loader.js`, 'utf8');
  const released = code.replaceAll(release.version, release.version.replace(/-dev\w+$/, ''));
  return brotli(released).length;
};
/** What the session and configuration answers weigh, headers left out: measured, then rounded up. */
const ANSWERS = 700;

const rows = [
  { what: 'loader and launcher', bytes: loaderBytes(), budget: 5_000 },
  {
    what: 'everything to an interactive conversation',
    bytes: loaderBytes() + brotliOf('chat') + ANSWERS,
    budget: 30_000,
  },
  { what: 'bootstrap of the signed tag', bytes: manifest.bootstrap.brotli, budget: 2_500 },
  { what: 'payment sheet, without Stripe.js', bytes: brotliOf('pay'), budget: 6_000 },
];
for (const { what, bytes, budget } of rows) {
  const verdict = bytes > budget ? 'OVER BUDGET' : 'within';
  process.stdout.write(`${what}: ${bytes} of ${budget} bytes, ${verdict}\n`);
  if (bytes > budget) process.exitCode = 1;
}
