/**
 * A payment on phone and desktop, light and dark, left to right and right to left: declined, tried
 * again, through 3-D Secure, paid. At each stop axe looks, and with `SHOTS` a person can.
 */
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askedToPay, CARDS, cardOf, opensSheet, payNow } from '../support/paying.ts';
import { type Agent, startVoyage, type Voyage } from '../support/voyage.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { SHOTS } = process.env;
let voyage: Voyage;
let agent: Agent;
beforeAll(async () => {
  voyage = await startVoyage();
  agent = await voyage.answer();
});
afterAll(() => voyage?.close());

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Stripe's own frames are Stripe's; what stands around them is looked at. */
async function look(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  const { violations } = await new AxeBuilder({ page })
    .include('#bulkhead')
    .exclude('[slot]')
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

const CASES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['desktop-light', { ...DESKTOP, colorScheme: 'light' }],
  ['desktop-dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone-light', { ...PHONE, colorScheme: 'light' }],
  ['phone-dark', { ...PHONE, colorScheme: 'dark' }],
  ['phone-rtl', { ...PHONE, colorScheme: 'light' }],
];

describe('[PAY-1] a payment', () => {
  it.each(CASES)('goes its whole way: %s', async (name, given) => {
    const description = `Lantern (${name})`;
    const options = { ...given, reducedMotion: 'reduce' as const };
    const visitor = await askedToPay(voyage, agent, { description, options });
    const { page, sheet } = visitor;
    if (name.endsWith('rtl')) await page.evaluate("document.documentElement.dir = 'rtl'");
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.decline);
    await look(page, `${name}-sheet`);
    // Stripe's frame has the theme of the sheet around it.
    const field = visitor.card.getByLabel('Card number');
    const ink = await field.evaluate((one) => getComputedStyle(one).color);
    const isDark = name.endsWith('dark');
    const sheetGround = await sheet.evaluate((one) => getComputedStyle(one).backgroundColor);
    expect(sheetGround).toBe(isDark ? 'rgb(22, 24, 30)' : 'rgb(255, 255, 255)');
    expect(ink).toBe(isDark ? 'rgb(236, 238, 243)' : 'rgb(23, 26, 33)');
    await payNow(visitor).click();
    await sheet.getByText(/declined/i).waitFor();
    await look(page, `${name}-declined`);
    await visitor.fillCard(CARDS.challenge);
    await payNow(visitor).click();
    const challenge = page.frameLocator('iframe[title*="3D Secure"]');
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    await sheet.getByText('Paid €49.00').waitFor();
    await cardOf(visitor).getByText('Paid', { exact: true }).waitFor();
    await look(page, `${name}-card`);
    await cardOf(visitor).getByRole('button', { name: 'Print receipt' }).click();
    await sheet.getByText('Visa •••• 3184').waitFor();
    await look(page, `${name}-receipt`);
    const wider = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wider)).toBe(false);
    await page.context().close();
  });
});
