import { expect, it } from 'vitest';
import type { Manifest } from '../../protocol/http.ts';
import type { ReleaseKeys } from '../../protocol/releases.ts';
import { scriptTag } from './script-tag.ts';
import type { Site } from './sites.ts';

const file = {
  file: 'loader.js',
  sha384: `sha384-${'A'.repeat(64)}`,
  bytes: 1,
  gzip: 1,
  brotli: 1,
};
const manifest: Manifest = {
  protocol: 1,
  releases: [
    { version: '1.4.0', files: { loader: file } },
    { version: '1.3.0', files: { loader: { ...file, sha384: `sha384-${'B'.repeat(64)}` } } },
  ],
  bootstrap: { ...file, file: 'bootstrap.0123456789.js', sha384: `sha384-${'C'.repeat(64)}` },
};
const publicUrl = 'https://chat.example';
const site: Site = {
  id: 'st_1',
  publicKey: 'site_demo0000',
  name: 'Shop',
  color: '#000000',
  greeting: '',
  allowedOrigins: [],
  minting: 'server',
  stripeAccount: null,
  merchantUrl: null,
  paymentPolicy: null,
  stripePublishableKey: 'pk_test_1',
};

it('pins the newest release by its hash', () => {
  expect(scriptTag({ manifest, site, publicUrl })).toBe(
    `<script async crossorigin="anonymous" integrity="sha384-${'A'.repeat(64)}" ` +
      'src="https://chat.example/embed/1.4.0/loader.js" data-site="site_demo0000" ' +
      'data-stripe-key="pk_test_1"></script>',
  );
});

it('[PAY-11] pins the connected account of a site that is minted on one', () => {
  const connected: Site = { ...site, minting: 'connect', stripeAccount: 'acct_1' };
  expect(scriptTag({ manifest, site: connected, publicUrl })).toContain(
    'data-stripe-key="pk_test_1" data-stripe-account="acct_1"',
  );
});

it('leaves the Stripe key out where there is none', () => {
  const tag = scriptTag({
    manifest,
    site: { ...site, stripePublishableKey: null },
    publicUrl,
  });
  expect(tag).not.toContain('stripe');
});

it('[REL-3] pins the bootstrap with the keys and how many of them, given keys', () => {
  const keys: ReleaseKeys = { threshold: 2, keys: [`B${'a'.repeat(86)}`, `B${'b'.repeat(86)}`] };
  expect(scriptTag({ manifest, site, publicUrl, keys })).toBe(
    `<script async crossorigin="anonymous" integrity="sha384-${'C'.repeat(64)}" ` +
      'src="https://chat.example/embed/bootstrap.0123456789.js" ' +
      `data-keys="B${'a'.repeat(86)} B${'b'.repeat(86)}" data-threshold="2" ` +
      'data-site="site_demo0000" data-stripe-key="pk_test_1"></script>',
  );
});

it('[REPORT-2] names the merchant’s address for reports, escaped', () => {
  const report = 'https://shop.example/reports?a=1&b="';
  expect(scriptTag({ manifest, site, publicUrl, report })).toContain(
    ' data-report="https://shop.example/reports?a=1&#38;b=&#34;"></script>',
  );
});
