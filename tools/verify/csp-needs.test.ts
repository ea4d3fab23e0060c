import { describe, expect, it } from 'vitest';
import { parsePolicies } from './csp.ts';
import { examinePolicy, type Needs, suggestPolicy } from './csp-needs.ts';

const hash = (letter: string) => `sha384-${letter.repeat(64)}`;
const at = (file: string) => new URL(`https://chat.example/embed/${file}`);
const pinned: Needs = {
  page: new URL('https://shop.example/'),
  origin: 'https://chat.example',
  kind: 'pinned',
  tag: { url: at('1.0.0/loader.js'), hash: hash('L') },
  loader: null,
  chat: { url: at('1.0.0/chat.js'), hash: hash('C') },
  pay: null,
  nonce: null,
  payments: false,
  reportTo: null,
};
const signed: Needs = {
  ...pinned,
  kind: 'signed',
  tag: { url: at('bootstrap.js'), hash: hash('B') },
  loader: pinned.tag,
};
const withPay = (needs: Needs): Needs => ({
  ...needs,
  payments: true,
  pay: { url: at('1.0.0/pay.js'), hash: hash('P') },
});

function examine(text: string, needs: Needs, disposition: 'enforce' | 'report' = 'enforce') {
  const [policy] = parsePolicies(text, { disposition, from: 'header' });
  if (!policy) throw new Error('no policy');
  const { findings, ...rest } = examinePolicy(policy, needs);
  return { ...rest, codes: [...new Set(findings.map(({ code }) => code))] };
}
const OPEN = 'connect-src https://chat.example wss://chat.example';

describe('what is missing', () => {
  it.each([
    [
      'a list of hosts',
      `script-src 'self'; ${OPEN}`,
      pinned,
      [`script-src 'self' https://chat.example/embed/1.0.0/ '${hash('C')}'`],
    ],
    [
      'a list of hosts, signed: the chat’s hash would be another with the next release',
      `script-src 'self'; ${OPEN}`,
      signed,
      ["script-src 'self' https://chat.example/embed/"],
    ],
    [
      'a list of hosts that lets inline scripts run: a hash would stop them',
      `script-src 'self' 'unsafe-inline'; ${OPEN}`,
      pinned,
      ["script-src 'self' 'unsafe-inline' https://chat.example/embed/1.0.0/"],
    ],
    [
      'a list of hashes',
      `script-src '${hash('X')}'; ${OPEN}`,
      pinned,
      [`script-src '${hash('X')}' '${hash('L')}' '${hash('C')}'`],
    ],
    [
      'connections, by default',
      "default-src 'none'; script-src-elem https://chat.example 'unsafe-inline'",
      pinned,
      ['connect-src https://chat.example wss://chat.example'],
    ],
    [
      'connections, with what was allowed by default',
      "default-src 'self' https://chat.example; script-src https://chat.example 'unsafe-inline'",
      pinned,
      ["connect-src 'self' https://chat.example wss://chat.example"],
    ],
    [
      'scripts, by default',
      `default-src 'self'; ${OPEN}`,
      signed,
      ["script-src 'self' https://chat.example/embed/"],
    ],
    [
      'an address for reports',
      OPEN,
      { ...pinned, reportTo: new URL('https://shop.example/reports?of=chat') },
      [`${OPEN} https://shop.example/reports`],
    ],
    ['a base', "base-uri 'none'", pinned, ['base-uri https://chat.example']],
    ['names', 'trusted-types shop', pinned, ['trusted-types shop bulkhead']],
    ['names, signed', "trusted-types 'none'", signed, ['trusted-types bulkhead bulkhead-boot']],
  ] as const)('with %s', (_what, policy, needs, lines) => {
    expect(examine(policy, needs).lines).toEqual(lines);
  });

  it('is what Stripe documents, where the tag takes payments', () => {
    const { lines, codes } = examine(
      `script-src https://chat.example 'unsafe-inline'; ${OPEN}; frame-src 'none'`,
      withPay(pinned),
    );
    expect(codes).toEqual(['csp_stripe']);
    expect(lines).toEqual([
      "script-src https://chat.example 'unsafe-inline' https://js.stripe.com https://*.js.stripe.com",
      'frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
      `${OPEN} https://api.stripe.com`,
    ]);
  });

  it('is a nonce on the tag, where the policy goes by nonces', () => {
    const policy = `script-src 'nonce-abc' 'strict-dynamic'; ${OPEN}`;
    expect(examine(policy, pinned)).toMatchObject({ codes: ['csp_nonce_wrong'], lines: [] });
    expect(examine(policy, { ...pinned, nonce: 'abd' }).codes).toEqual(['csp_nonce_wrong']);
    expect(examine(policy, { ...pinned, nonce: 'abc' }).codes).toEqual([]);
    expect(examine(policy, { ...signed, nonce: 'abc' }).codes).toEqual([]);
  });

  it('is said of a policy that only reports, as such', () => {
    expect(examine("script-src 'self'", pinned, 'report').codes).toEqual(['csp_report_only']);
  });

  it('is never a repeated nonce', () => {
    expect(examine("script-src 'nonce-abc'; connect-src 'self'", pinned).policy).not.toMatch(/abc/);
  });

  it('is not put into a sandbox', () => {
    expect(examine('sandbox allow-scripts', pinned).codes).toEqual(['csp_sandbox']);
  });
});

it('warns that a list of hashes and a signed tag need new lines with each release', () => {
  const { codes, lines } = examine(`script-src '${hash('X')}'; ${OPEN}`, withPay(signed));
  expect(codes).toContain('csp_signed_hashes');
  expect(lines[0]).toBe(
    `script-src '${hash('X')}' ${['B', 'L', 'P', 'C'].map((each) => `'${hash(each)}'`).join(' ')} https://js.stripe.com https://*.js.stripe.com`,
  );
});

it.each([
  ['hosts', pinned],
  ['hosts', withPay(pinned)],
  ['hashes', pinned],
  ['hashes', withPay(pinned)],
  ['hashes', withPay(signed)],
  ['nonce', withPay(signed)],
] as const)('lacks nothing more once its lines were added: %s', (kind, needs) => {
  const text = suggestPolicy(kind, needs);
  const nonce = '{nonce}';
  expect(examine(text, { ...needs, nonce }).codes).toEqual([]);
});
