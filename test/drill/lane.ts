/**
 * A stage for one visit at a time: a shop, a chat vendor and an attacker's host, each on an origin of
 * its own, before the one real chat server. Lanes stand side by side, so that several visits run at
 * once and what arrives is always of the one that is on.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Demo } from '../../demo-site/demo.ts';
import { createShop, type Shop } from '../../demo-site/shop/server.ts';
import { listSites, updateSite } from '../../server/sites/sites.ts';
import { sha384 } from '../support/loader-lab.ts';
import { type AttackerHost, ELSEWHERE, startAttackerHost } from './attacker-host.ts';
import type { Setting } from './prelude.ts';
import { startVendor, type Vendor } from './vendor.ts';

export interface ReleaseFiles {
  version: string;
  /** By role: the file's name, its text, its hash. */
  files: Record<'loader' | 'chat' | 'pay', { file: string; code: string; sha384: string }>;
}

export interface Lane {
  shop: Shop;
  vendor: Vendor;
  evil: AttackerHost;
  release: ReleaseFiles;
  /** Stands on every page of the shop until it is set again. */
  tag: string;
  /** Somebody else's page with a card field, as payment providers have them in frames. */
  processor: string;
  /** Of the visit that is on. */
  run: number;
  /** Begins another visit: everybody is honest again. */
  next(): Setting;
  close(): Promise<void>;
}

let runs = 0;

export async function readReleaseFiles({ app }: Demo): Promise<ReleaseFiles> {
  const { releasesDir } = app.deps.config;
  const manifest: {
    releases: { version: string; files: Record<string, { file: string }> }[];
  } = JSON.parse(await readFile(path.join(releasesDir, 'manifest.json'), 'utf8'));
  const [release] = manifest.releases;
  if (!release) throw new Error('nothing was built');
  const read = async (name: 'loader' | 'chat' | 'pay') => {
    const file = release.files[name]?.file ?? '';
    const code = await readFile(path.join(releasesDir, release.version, file), 'utf8');
    return { file, code, sha384: sha384(code) };
  };
  const [loader, chat, pay] = await Promise.all([read('loader'), read('chat'), read('pay')]);
  return { version: release.version, files: { loader, chat, pay } };
}

const letIn = async ({ app }: Demo, origins: readonly string[]) => {
  const { db } = app.store;
  for (const site of await listSites(db)) {
    const allowedOrigins = [...new Set([...site.allowedOrigins, ...origins])];
    await updateSite(db, site.publicKey, { ...site, allowedOrigins });
  }
};

async function startLane(demo: Demo, release: ReleaseFiles): Promise<Lane> {
  const [vendor, evil] = await Promise.all([startVendor(demo.urls.chat), startAttackerHost()]);
  const processor = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<title>Card</title><input autocomplete="cc-number" style="font:20px system-ui">');
  });
  await new Promise<void>((resolve) => processor.listen(0, '127.0.0.1', resolve));
  const shop = await createShop({
    host: 'localhost',
    tag: () => lane.tag,
    stripeScript: `${demo.urls.stripe}/endive/stripe.js`,
  });
  const lane: Lane = {
    shop,
    vendor,
    evil,
    release,
    tag: '',
    processor: `http://127.0.0.1:${(processor.address() as AddressInfo).port}/`,
    run: 0,
    next() {
      vendor.reset();
      evil.loot.length = 0;
      evil.answer = () => '';
      evil.page = () => ELSEWHERE;
      lane.tag = '';
      lane.run = ++runs;
      return {
        evil: evil.url,
        vendor: vendor.url,
        tlsPort: evil.tlsPort,
        udpPort: evil.udpPort,
        run: lane.run,
      };
    },
    async close() {
      processor.closeAllConnections();
      processor.close();
      await Promise.all([shop.close(), vendor.close(), evil.close()]);
    },
  };
  return lane;
}

export async function startLanes(demo: Demo, count: number): Promise<Lane[]> {
  const release = await readReleaseFiles(demo);
  const lanes = await Promise.all(Array.from({ length: count }, () => startLane(demo, release)));
  await letIn(
    demo,
    lanes.map(({ shop }) => shop.url),
  );
  return lanes;
}
