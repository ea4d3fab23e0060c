/** `npm run pci`, on a real database and a release directory with real signatures. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileReport } from '../../server/incidents/reports.ts';
import { sumTable } from '../../server/store/copy.ts';
import { systemClock, systemRandom } from '../../server/world.ts';
import { STRIPE_JS } from '../../tools/pci/inventory.ts';
import type { PciPack } from '../../tools/pci/pack.ts';
import { verify } from '../../tools/verify/verify.ts';
import { openTestStore } from '../support/data-dir.ts';
import { furnish, SITE_KEY } from '../support/server.ts';
import { buildScripts, SITE, sha384Of, signStatement } from '../support/signed-releases.ts';
import { type PciWorld, startPciWorld } from './pci-world.ts';

let world: PciWorld;
beforeEach(async () => {
  world = await startPciWorld();
});
afterEach(() => world.close());

const scripts = ({ inventory }: PciPack) => inventory.map(({ script }) => script);

describe('the pack', () => {
  it('lists the scripts of a signed tag with reasons, hashes and who has to authorise them', async () => {
    await world.furnishSite('pk_live_1');
    await world.publishFiles();
    const pack = await world.makePack('--tag', 'signed');
    expect(scripts(pack)).toEqual(['bootstrap', 'loader', 'chat', 'pay', 'Stripe.js']);
    const { loader } = buildScripts('1.1.0');
    expect(pack.inventory[1]).toMatchObject({
      address: 'https://chat.example/embed/1.1.0/loader.js',
      hash: sha384Of(loader),
      bytes: loader.length,
      authorisation: { status: 'to be authorised', by: null, on: null },
    });
    expect(pack.inventory.at(-1)).toMatchObject({ address: STRIPE_JS, hash: '', bytes: null });
    for (const { justification, integrity } of pack.inventory)
      expect([justification.length, integrity.length].every((length) => length > 40)).toBe(true);
    expect(pack.changes.map(({ what }) => what)).toEqual([
      'release 1.0.0 published (sequence 1)',
      'kill list 1 published',
      'release 1.1.0 published (sequence 2)',
    ]);
    expect(pack.log.faults).toEqual([]);

    const [markdown, html, csv] = await Promise.all(
      ['pci.md', 'pci.html', 'inventory.csv'].map(world.read),
    );
    for (const words of [
      '6.4.3',
      '11.6.1',
      'SAQ A',
      'FAQ 1588',
      'to be authorised',
      loader && sha384Of(loader),
    ])
      expect([markdown?.includes(words), html?.includes(words)]).toEqual([true, true]);
    expect(csv?.split('\r\n')).toHaveLength(7);
    expect(html).not.toMatch(/<script|https?:\/\/[^"]*"\s*>/);
    // Whether anybody complies is an assessor's word, and not this tool's.
    expect(markdown).toMatch(/does not say that you comply/);
    expect(markdown).not.toMatch(/\b(is|are|fully) (PCI )?compliant\b(?! (provider|TPSP))/i);
  });

  it('lists those of a pinned tag by the release that is on the page, as verify saw it', async () => {
    await world.furnishSite('pk_live_1');
    await world.publishFiles();
    const tag = world.pinnedTag('1.0.0', 'data-stripe-key="pk_live_1"').replace(SITE, SITE_KEY);
    world.showPage(`<!doctype html><title>Shop</title>${tag}`, {
      'content-security-policy': "script-src 'self'; report-uri /reports",
    });
    const report = await verify({ url: new URL(world.shop.url), keys: world.keyFile });
    const file = join(world.folder, 'report.json');
    await writeFile(file, JSON.stringify(report));
    const pack = await world.makePack('--verified', file);
    expect(pack.tag).toMatchObject({ kind: 'pinned' });
    expect(scripts(pack)).toEqual(['loader', 'chat', 'pay', 'Stripe.js']);
    expect(pack.release).toMatchObject({ version: '1.0.0' });
    expect(pack.check).toMatchObject({ verdict: 'differs', url: `${world.shop.url}/` });
    expect(pack.open).toContain(`The check of ${world.shop.url}/ did not hold.`);
    const channels = Object.fromEntries(
      pack.alerting.map(({ channel, state, detail }) => [channel.split(' ')[0], [state, detail]]),
    );
    expect(channels.The).toEqual(['set up', 'https://shop.example/csp']);
    expect(channels['Browsers’']).toEqual(['set up', `${world.shop.url}/`]);
  });

  it('leaves payment sheet and Stripe out for a site without payments', async () => {
    await world.furnishSite(null);
    await world.publishFiles();
    const pack = await world.makePack('--tag', 'signed');
    expect(scripts(pack)).toEqual(['bootstrap', 'loader', 'chat']);
    expect(await world.read('inventory.csv')).not.toMatch(/stripe/i);
  });

  it('says that a release was killed, and what in the log does not hold', async () => {
    await world.furnishSite(null);
    const kills = { sequence: 2, created: '2026-11-20T00:00:00Z', versions: ['0.9.0', '1.1.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, world.keys) });
    await world.publishFiles();
    const pack = await world.makePack('--tag', 'pinned');
    expect(pack.releases.map(({ version, killed }) => [version, killed])).toEqual([
      ['1.1.0', true],
      ['1.0.0', false],
    ]);
    expect(pack.open).toContain('Release 1.1.0 was killed by its publishers.');
    expect(await world.read('pci.md')).toMatch(/\| release 1\.1\.0 \| [^|]+ \| killed \|/);

    const log = await readFile(join(world.releases, 'releases.jsonl'), 'utf8');
    await writeFile(
      join(world.releases, 'releases.jsonl'),
      log.replace('2026-11-01', '2026-10-01'),
    );
    expect((await world.makePack('--tag', 'pinned')).log.faults[0]).toMatch(/chain .* is broken/);
  });

  it('has what browsers reported, as incidents with counts, or says that nothing was', async () => {
    await world.furnishSite(null);
    await world.publishFiles();
    expect((await world.makePack()).incidents).toEqual([]);
    expect(await world.read('pci.md')).toMatch(/Nothing was reported for this site/);

    const store = await openTestStore(world.dataDir);
    const { site } = await furnish(store.db);
    const deps = { store, clock: systemClock, random: systemRandom };
    const refused = { site: SITE_KEY, kind: 'script_refused', release: '1.1.0' } as const;
    for (const page of [
      'https://shop.example/cart',
      'https://shop.example/',
      'https://shop.example/cart',
    ])
      await fileReport(deps, {
        site,
        body: { ...refused, subject: 'chat.js', page },
        userAgent: 'x',
      });
    const pack = await world.makePack();
    expect(pack.incidents).toMatchObject([
      {
        kind: 'script_refused',
        subject: 'chat.js',
        count: 3,
        pages: ['https://shop.example/cart', 'https://shop.example/'],
      },
    ]);
    await store.close();
  });

  it('makes nothing up where nothing is known', async () => {
    await world.furnishSite('pk_live_1');
    const pack = await world.makePack();
    expect(pack).toMatchObject({
      tag: { kind: 'unknown' },
      release: null,
      keys: null,
      check: null,
    });
    expect(scripts(pack)).toEqual(['Stripe.js']);
    expect(pack.open).toEqual(
      expect.arrayContaining([
        'Which kind of tag the pages carry is not known.',
        'No published release is known: the inventory is not complete.',
        'How often the pages are evaluated is not written down.',
      ]),
    );
  });

  it('keeps text that others wrote from being markup, a table’s column or a formula', async () => {
    await world.furnishSite(null);
    await world.publishFiles();
    const store = await openTestStore(world.dataDir);
    await store.db.updateTable('sites').set({ name: '<b>| Lantern</b>' }).execute();
    await store.close();
    await world.makePack();
    expect(await world.read('pci.html')).toMatch(/&lt;b&gt;\| Lantern/);
    expect(await world.read('pci.md')).toMatch(/&lt;b>\\\| Lantern/);
    const kept = JSON.parse(await world.read('authorisations.json'));
    const first = Object.keys(kept.scripts)[0] ?? '';
    kept.scripts[first] = { status: 'refused', by: '=cmd()', on: '2026-11-21', reason: 'a,"b"' };
    await writeFile(join(world.out, 'authorisations.json'), JSON.stringify(kept));
    await world.makePack();
    expect(await world.read('inventory.csv')).toMatch(/refused,'=cmd\(\),2026-11-21,"a,""b"""/);
  });
});

it('changes nothing in the database', async () => {
  await world.furnishSite(null);
  const dump = async () => {
    const store = await openTestStore(world.dataDir);
    const sums = [await sumTable(store.db, 'sites'), await sumTable(store.db, 'reports')];
    await store.close();
    return sums;
  };
  const before = await dump();
  await world.makePack();
  expect(await dump()).toEqual(before);
});

it.each([
  [[], 64, /--site is missing/],
  [['--site', 'x', '--tag', 'loose'], 64, /pinned or signed/],
  [['--site', 'site_nobody00'], 1, /There is no site site_nobody00/],
  [['--site', SITE_KEY, '--verified', '/nowhere'], 1, /cannot be read/],
] as const)('%j ends with %i and words', async (args, code, words) => {
  await world.furnishSite(null);
  const ended = await world.command(...args, ...(args.length ? ['--out', world.out] : []));
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});

it('names the address of Stripe.js that the payment sheet loads', async () => {
  const source = await readFile(resolve(import.meta.dirname, '../../widget/pay/stripe.ts'), 'utf8');
  const train = /TRAIN: ReleaseTrain = '(\w+)'/.exec(source)?.[1];
  expect(STRIPE_JS).toBe(`https://js.stripe.com/${train}/stripe.js`);
});
