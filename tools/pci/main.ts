/** `npm run pci -- --site SITE_KEY`: reads, makes the pack, and writes it in each of its forms. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, parseConfig } from '../../server/config.ts';
import { Report } from '../verify/report.ts';
import { createCheck, parseJson } from '../verify/statements.ts';
import { readAuthorisations, writeAuthorisations } from './authorisations.ts';
import { toDocument } from './document.ts';
import type { TagKind } from './inventory.ts';
import { makePack } from './pack.ts';
import { PciError } from './pci-error.ts';
import { readPublished } from './read-releases.ts';
import { readSite } from './read-site.ts';
import { toCsv, toHtml, toMarkdown } from './write-forms.ts';

const USAGE = `Usage: npm run pci -- --site SITE_KEY [options]

  --out DIR          where to write (pci-<SITE_KEY>)
  --verified FILE    the --json report of npm run verify on a page of the site
  --tag KIND         pinned or signed, where there is no such report

Writes pci.md, pci.html, pci.json, inventory.csv, and authorisations.json, which you fill in and
keep: it is read again the next time. Reads the server's database and release directory, as its
configuration names them, and changes neither. See docs/pci.md.`;

/** Wrong words on the command line, as in sysexits.h. */
const EXIT_USAGE = 64;
class UsageError extends Error {}

const text = { type: 'string' } as const;

function parseOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: { site: text, out: text, verified: text, tag: text },
    });
    if (!values.site) throw new UsageError('--site is missing');
    return { ...values, site: values.site, tag: toKind(values.tag) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function toKind(word: string | undefined): TagKind | null {
  if (word === undefined || word === 'pinned' || word === 'signed') return word ?? null;
  throw new UsageError('--tag is pinned or signed');
}

const isReport = createCheck(Report);

async function readReport(file: string): Promise<Report> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PciError(`${file} cannot be read`, { cause });
  });
  const report = parseJson(content);
  if (isReport(report)) return report;
  throw new PciError(`${file} is not what npm run verify prints with --json`);
}

async function run(args: string[]): Promise<void> {
  const options = parseOptions(args);
  const config = parseConfig(process.env);
  const site = await readSite(config, options.site);
  const out = resolve(options.out ?? `pci-${site.key}`);
  await mkdir(out, { recursive: true });
  const kept = join(out, 'authorisations.json');
  const { pack, authorisations } = makePack({
    site,
    published: await readPublished(config.releasesDir),
    authorisations: await readAuthorisations(kept, site.key),
    verified: options.verified === undefined ? null : await readReport(options.verified),
    tag: options.tag,
    publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    now: new Date(),
  });
  const document = toDocument(pack);
  await writeAuthorisations(kept, authorisations);
  const forms = {
    'pci.md': toMarkdown(document),
    'pci.html': toHtml(document),
    'pci.json': `${JSON.stringify(pack, null, 2)}\n`,
    'inventory.csv': toCsv(pack),
  };
  for (const [name, content] of Object.entries(forms)) await writeFile(join(out, name), content);
  process.stdout.write(`${Object.keys(forms).join(', ')} in ${out}\n`);
  for (const point of pack.open) process.stdout.write(`! ${point}\n`);
}

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(args[0] ?? '')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    await run(args);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof PciError) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n${isUsage ? `\n${USAGE}\n` : ''}`);
    return isUsage ? EXIT_USAGE : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
