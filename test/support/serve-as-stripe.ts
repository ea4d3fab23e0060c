/**
 * Answers `https://js.stripe.com` and `https://api.stripe.com` from the stand-in in a
 * Playwright browser, so that a page under test loads Stripe.js as it would in life.
 */
import type { BrowserContext } from 'playwright';
import type { StripeStandIn } from '../../demo-site/stripe/stand-in.ts';

const STRIPE_HOSTS = /^https:\/\/(js|api)\.stripe\.com\//;

export async function serveAsStripe(
  context: BrowserContext,
  standIn: Pick<StripeStandIn, 'url'>,
): Promise<void> {
  await context.route(STRIPE_HOSTS, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    try {
      const response = await route.fetch({ url: `${standIn.url}${pathname}${search}` });
      await route.fulfill({ response });
    } catch {
      // The stand-in broke the connection, or the page is gone; then nobody minds.
      await route.abort('connectionfailed').catch(() => {});
    }
  });
}
