/** The shop's page on which a visitor may break in: it must show what is true, and only on this machine. */
import { request } from 'node:http';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_ATTACKS } from '../../demo-site/drill/live-attacks.ts';
import { startVoyage, type Voyage } from '../support/voyage.ts';

const PATIENTLY = { timeout: 30_000 };

let voyage: Voyage;
beforeAll(async () => {
  voyage = await startVoyage();
}, 60_000);
afterAll(() => voyage?.close());

async function breakIn(page: Page, title: string, tag: string): Promise<void> {
  await page.getByLabel(title).check();
  await page.getByLabel('Bulkhead’s tag').selectOption(tag);
  await page.getByRole('button', { name: 'Break in' }).click();
}
const sideOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const verdict = (page: Page, name: string) => sideOf(page, name).getByRole('status').textContent();

describe('/drill', { timeout: 120_000 }, () => {
  it('is linked from the footer', async () => {
    const { page } = await voyage.visit('/about');
    await page.getByRole('link', { name: 'Try to break in' }).click();
    await page.getByRole('heading', { name: 'Try to break in' }).waitFor();
    await page.context().close();
  });

  it.each([
    'pinned',
    'signed',
  ])('robs the conventional widget, and not Bulkhead under its %s tag', async (tag) => {
    const { page } = await voyage.visit('/drill');
    for (const { title } of LIVE_ATTACKS) {
      await breakIn(page, title, tag);
      await expect
        .poll(() => verdict(page, 'A conventional widget'), PATIENTLY)
        .toMatch(/^\d+ messages arrived/);
      await expect.poll(() => verdict(page, 'Bulkhead'), PATIENTLY).toMatch(/^Nothing arrived/);
      expect(await sideOf(page, 'Bulkhead').locator('.drill-log li').count()).toBe(0);
      await sideOf(page, 'Bulkhead')
        .getByText(tag === 'pinned' ? 'The browser refused' : 'manifest_refused signatures')
        .waitFor();
    }
    await page.context().close();
  });

  it('takes no card but the one that it types itself', async () => {
    const { page } = await voyage.visit('/drill/stage?side=pinned&visit=v&attack=listen');
    for (const field of await page.locator('input').all())
      expect(await field.getAttribute('readonly')).not.toBeNull();
    await page.context().close();
  });

  it('is not there for who comes by another name', async () => {
    const { hostname, port } = new URL(voyage.demo.urls.shop);
    for (const path of [
      '/drill',
      '/drill.js',
      '/drill/stage?side=conventional&visit=v&attack=listen',
    ]) {
      const status = await new Promise((resolve, reject) => {
        request({ hostname, port, path, headers: { host: 'shop.example' } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    }
  });
});
