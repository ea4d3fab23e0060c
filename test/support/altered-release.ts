/**
 * The release as somebody on the wire, or with the vendor's static host in hand, would change it: one
 * of its files with more at its end, and for controls a page and a loader without their pins.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createShop, type Shop } from '../../demo-site/shop/server.ts';
import { listSites, updateSite } from '../../server/sites/sites.ts';
import { createVisitor, type Visitor, type Voyage } from './voyage.ts';

export type ReleaseName = 'loader' | 'chat' | 'pay';
interface Release {
  version: string;
  files: Record<ReleaseName, { file: string; sha384: string }>;
}

export interface AlteredVisit {
  /** Which file is served with `code` after its end. */
  file: ReleaseName;
  code: string;
  /** Of the shop; the demo's own by default. */
  shop?: string;
  /** Whether the loader names the altered file's hash instead of the true one. */
  repin?: boolean;
}

const sha384 = (text: string) => `sha384-${createHash('sha384').update(text).digest('base64')}`;

export const withoutIntegrity = (tag: string): string => tag.replace(/ integrity="[^"]*"/, '');

export async function readRelease({ demo }: Voyage): Promise<Release> {
  const manifest = path.join(demo.app.deps.config.releasesDir, 'manifest.json');
  const { releases }: { releases: Release[] } = JSON.parse(await readFile(manifest, 'utf8'));
  const [release] = releases;
  if (!release) throw new Error('nothing was built');
  return release;
}

/** The demo's shop once more, for the same site, with another tag. The caller closes it. */
export async function openShopWithTag({ demo }: Voyage, tag: string): Promise<Shop> {
  const { db } = demo.app.store;
  const shop = await createShop({
    host: 'localhost',
    tag,
    stripeScript: `${demo.urls.stripe}/endive/stripe.js`,
  });
  for (const site of await listSites(db)) {
    const allowedOrigins = [...site.allowedOrigins, shop.url];
    await updateSite(db, site.publicKey, { ...site, allowedOrigins });
  }
  return shop;
}

/** A visitor at the checkout, whose network alters what it carries. */
export async function visitAltered(voyage: Voyage, options: AlteredVisit): Promise<Visitor> {
  const { urls, app } = voyage.demo;
  const { file, code, shop = urls.shop, repin } = options;
  const { version, files } = await readRelease(voyage);
  const original = await readFile(
    path.join(app.deps.config.releasesDir, version, files[file].file),
    'utf8',
  );
  const context = await voyage.browser.newContext({ locale: 'en-GB' });
  const alter = (name: ReleaseName, change: (text: string) => string) =>
    context.route(`${urls.chat}/embed/${version}/${files[name].file}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: change(await response.text()) });
    });
  await alter(file, (text) => text + code);
  if (repin) {
    await alter('loader', (text) => replaced(text, files[file].sha384, sha384(original + code)));
  }
  const page = await context.newPage();
  await page.goto(`${shop}/checkout`);
  return createVisitor(page);
}

/** A replacement that replaces nothing would make a control that proves nothing. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from) || from === to) throw new Error('nothing to replace');
  return text.replaceAll(from, to);
}
