/** What can be seen on a page of the signed lab: what ran, what was said, and what is remembered. */
import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { ManifestRefusal } from '../../protocol/releases.ts';
import { LAB_SITE, type SignedLab } from './signed-lab.ts';

/** On a busy machine a second, the default, is short. */
export const PATIENTLY = { timeout: 20_000 };

export const ran = (page: Page) => page.evaluate(() => document.documentElement.dataset.ran);
export const expectRan = (page: Page, word: string) =>
  expect.poll(() => ran(page), PATIENTLY).toBe(word);
export const fallback = (page: Page) => page.getByRole('button', { name: 'Chat is not available' });

/** Where the bootstrap keeps what it has seen. */
export const seenKey = ({ chat }: SignedLab) => `bulkhead-seen:${chat}/embed/:${LAB_SITE}`;
/** The highest sequences of releases and of kill lists. */
export const kept = (lab: SignedLab, page: Page) =>
  page.evaluate((key) => localStorage.getItem(key), seenKey(lab));

/** Nothing ran; the visitor and both addresses were told why, once each. */
export async function expectRefused(
  lab: SignedLab,
  page: Page,
  subject: ManifestRefusal,
): Promise<void> {
  await fallback(page).waitFor();
  const report = {
    site: LAB_SITE,
    kind: 'manifest_refused',
    release: 'bootstrap',
    subject,
    page: `${new URL(page.url()).origin}/`,
  };
  await expect.poll(() => lab.told, PATIENTLY).toEqual({ server: [report], merchant: [report] });
  expect(await ran(page)).toBeUndefined();
}
