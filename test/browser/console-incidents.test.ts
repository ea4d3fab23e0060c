/** The incidents page of the console, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { REPORT_KINDS } from '../../protocol/http.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, type ConsoleLab, PASSWORD, startConsoleLab } from '../support/console-lab.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';
import { incidentId, incidentSummary } from '../support/lab-incidents.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const PATIENTLY = { timeout: 15_000 };

let built: BuiltConsole;
let browser: Browser;
let lab: ConsoleLab;
let agent: ConsolePage;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  lab = await startConsoleLab(built);
  agent = await openConsole(browser, lab.url);
});
afterEach(async () => {
  expect(agent.faults).toEqual([]);
  await agent.close();
  await lab.close();
});

const list = () => agent.page.getByRole('list', { name: 'Incidents', exact: true });
/** The cards alone: each holds lists of its own. */
const cards = () => list().locator('> li');
const card = (name: string) => agent.page.locator(`[data-incident="${incidentId(name)}"]`);
const rail = () => agent.page.getByRole('navigation').getByRole('link', { name: 'Incidents' });
const button = (name: string) => agent.page.getByRole('button', { name });
const asked = () => lab.payments.asked.filter(({ name }) => name === 'incidents:list').length;

const signIn = () => agent.signIn(AGENT.email, PASSWORD);
async function atIncidents() {
  await signIn();
  await rail().click();
  await agent.page.getByRole('heading', { name: 'Incidents', exact: true }).waitFor();
}

describe('the incidents page', () => {
  it('says that all is calm, then shows what comes, without asking for it', async () => {
    await atIncidents();
    await agent.page.getByText('All calm').waitFor();
    expect(await agent.violations()).toEqual([]);
    const before = asked();
    lab.incidents.put(incidentSummary('a', { count: 1 }));
    await cards().getByText('An altered script was refused').waitFor();
    await cards().getByText('Reported once').waitFor();
    await cards().getByText('Chrome 156').waitFor();
    await cards().getByText('https://shop.example/checkout').waitFor();
    const later = Date.now() + 1000;
    lab.incidents.put(incidentSummary('a', { count: 1200, lastAt: later, updatedAt: later }));
    await cards().getByText('Reported 1,200 times').waitFor();
    expect(await agent.page.getByText('All calm').count()).toBe(0);
    expect(asked()).toBe(before);
  });

  it('has words for every kind, and axe finds nothing in any theme', async () => {
    for (const kind of REPORT_KINDS)
      lab.incidents.put(incidentSummary(kind.replaceAll('_', ''), { kind, subject: '' }));
    lab.incidents.dropped = 12;
    await atIncidents();
    await expect.poll(() => cards().count(), PATIENTLY).toBe(REPORT_KINDS.length);
    const titles = await cards().getByRole('heading', { level: 3 }).allTextContents();
    expect(new Set(titles).size).toBe(REPORT_KINDS.length);
    await agent.page.getByText('12 reports about other things').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await agent.page.emulateMedia({ colorScheme });
      expect(await agent.violations()).toEqual([]);
    }
  });

  it('[REPORT-4] closes and opens by keyboard, says so, and keeps the focus near', async () => {
    const at = Date.now();
    lab.incidents.put(incidentSummary('a', { lastAt: at }));
    lab.incidents.put(incidentSummary('b', { kind: 'frame_silent', lastAt: at - 1000 }));
    await atIncidents();
    await card('a').getByRole('button', { name: 'Close incident' }).focus();
    await agent.page.keyboard.press('Enter');
    await card('a').waitFor({ state: 'detached' });
    await agent.page.getByRole('status').getByText('Closed: An altered script').waitFor();
    await expect
      .poll(() => agent.page.evaluate(() => document.activeElement?.textContent), PATIENTLY)
      .toBe('The chat did not start');
    await button('Closed').click();
    await card('a').getByText('Closed by Anna Berg').waitFor();
    await card('a').getByRole('button', { name: 'Reopen incident' }).click();
    await agent.page.getByText('Nothing closed yet').waitFor();
    await button('Open').click();
    await expect.poll(() => cards().count(), PATIENTLY).toBe(2);
  });

  it('offers a viewer nothing that is refused to them', async () => {
    lab.setAgent({ role: 'viewer' });
    lab.incidents.put(incidentSummary('a'));
    await atIncidents();
    await card('a').waitFor();
    expect(await button('Close incident').count()).toBe(0);
  });

  it('says why something was not done, or could not be loaded, and goes on', async () => {
    lab.incidents.put(incidentSummary('a'));
    lab.fail('incidents:list', 'internal');
    await atIncidents();
    await agent.page.getByText('could not be loaded').waitFor();
    await button('Load again').click();
    await card('a').waitFor();
    lab.fail('incident:close', 'forbidden');
    await button('Close incident').click();
    await agent.page.getByRole('alert').getByText('You may not do that').waitFor();
    expect(await cards().count()).toBe(1);
  });

  it('comes page by page, and what changes comes up', async () => {
    lab.incidents.pageSize = 2;
    const at = Date.now() - 10_000;
    for (const [index, name] of ['a', 'b', 'c'].entries())
      lab.incidents.put(incidentSummary(name, { lastAt: at - index * 1000 }));
    await atIncidents();
    await expect.poll(() => cards().count(), PATIENTLY).toBe(2);
    await button('Show more').click();
    await expect.poll(() => cards().count(), PATIENTLY).toBe(3);
    expect(await button('Show more').count()).toBe(0);
    const now = Date.now();
    lab.incidents.put(incidentSummary('c', { lastAt: now, updatedAt: now }));
    await expect
      .poll(() => cards().first().getAttribute('data-incident'), PATIENTLY)
      .toBe(incidentId('c'));
  });
});

describe('the rail', () => {
  const dot = () => rail().getByText('new');

  it('marks an open incident until it was looked at, also after a reload', async () => {
    lab.incidents.put(incidentSummary('a'));
    await signIn();
    await dot().waitFor({ state: 'attached' });
    await rail().click();
    await dot().waitFor({ state: 'detached' });
    await agent.page.getByRole('link', { name: 'Inbox' }).click();
    await agent.page.reload();
    await agent.conversations.waitFor();
    await expect.poll(asked, PATIENTLY).toBeGreaterThan(1);
    expect(await dot().count()).toBe(0);
    lab.incidents.put(incidentSummary('b', { lastAt: Date.now() + 5000 }));
    await dot().waitFor({ state: 'attached' });
    expect(await agent.violations()).toEqual([]);
  });

  it('marks one that opened again, and not one that is closed', async () => {
    lab.incidents.put(incidentSummary('a', { status: 'closed' }));
    await signIn();
    await expect.poll(asked, PATIENTLY).toBeGreaterThan(0);
    expect(await dot().count()).toBe(0);
    const at = Date.now() + 5000;
    lab.incidents.put(incidentSummary('a', { openedAt: at, updatedAt: at }));
    await dot().waitFor({ state: 'attached' });
  });
});
