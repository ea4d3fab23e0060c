/** `npm start`: brings the demo up, says where everything is, and takes it down on a signal. */
import { ConfigError } from '../server/config.ts';
import { ReleaseError } from '../tools/release/release-error.ts';
import { startDemo } from './demo.ts';

const demo = await startDemo({ LOG_LEVEL: 'warn', ...process.env }).catch((error: unknown) => {
  const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const isPlain = error instanceof ConfigError || error instanceof ReleaseError;
  if (!(error instanceof Error) || (!isBusy && !isPlain)) throw error;
  const hint = isBusy ? '\nSet PORT, SHOP_PORT, STRIPE_PORT and DRILL_PORT to free ports.' : '';
  process.stderr.write(`${error.message}${hint}\n`);
  process.exit(1);
});

const { urls, agent } = demo;
process.stdout.write(`
Bulkhead is ready
  shop       ${urls.shop}
  break in   ${urls.shop}/drill
  console    ${urls.console}
  e-mail     ${agent.email}
  password   ${agent.password}
  chat       ${urls.chat}
  Stripe     ${demo.stripe ? `${urls.stripe} (a stand-in: pay with 4242 4242 4242 4242)` : 'Stripe itself, with your keys'}
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void demo.close().then(() => process.exit(0));
  });
}
