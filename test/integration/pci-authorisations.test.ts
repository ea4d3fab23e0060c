/** `npm run pci`: what the merchant writes of each script is kept, and refused where it is not whole. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SITE_KEY } from '../support/server.ts';
import { type PciWorld, startPciWorld } from './pci-world.ts';

let world: PciWorld;
beforeEach(async () => {
  world = await startPciWorld();
});
afterEach(() => world.close());

describe('authorisations.json', () => {
  const kept = async () => JSON.parse(await world.read('authorisations.json'));

  it('keeps what the merchant wrote, and gains what is new', async () => {
    await world.furnishSite(null);
    await world.publishFiles();
    await world.makePack('--tag', 'pinned');
    const file = await kept();
    expect(Object.keys(file.scripts)).toEqual(['release 1.1.0', 'release 1.0.0']);
    const decided = { status: 'authorised', by: 'Ada, CISO', on: '2026-11-20', reason: 'read' };
    file.scripts['release 1.1.0'] = decided;
    file.scripts['release 0.8.0'] = decided;
    file.evaluation.every = 'day';
    await writeFile(join(world.out, 'authorisations.json'), JSON.stringify(file));

    const pack = await world.makePack('--tag', 'signed');
    expect(pack.inventory.map(({ authorisation }) => authorisation.status)).toEqual([
      'to be authorised',
      'authorised',
      'authorised',
    ]);
    expect(pack.evaluation.every).toBe('day');
    const after = await kept();
    expect(after.scripts['release 0.8.0']).toEqual(decided);
    expect(Object.keys(after.scripts)).toHaveLength(4);
  });

  it.each([
    ['no JSON', 'x', /does not have the form/],
    ['another site', { site: 'site_other000' }, /is of site_other000/],
    [
      'nobody who authorised',
      { scripts: { 'release 1.1.0': { status: 'authorised', by: null, on: null, reason: null } } },
      /not by whom and when/,
    ],
  ] as const)('is refused with %s, and left as it is', async (_what, change, words) => {
    await world.furnishSite(null);
    const whole = { site: SITE_KEY, evaluation: { every: null, riskAnalysis: null }, scripts: {} };
    const text = typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change });
    await mkdir(world.out);
    await writeFile(join(world.out, 'authorisations.json'), text);
    const ended = await world.command('--site', SITE_KEY, '--out', world.out);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(words) });
    expect(await world.read('authorisations.json')).toBe(text);
  });
});
