/** `npm run verify` against real servers: the tag and the policies of a page, each wrong in its way. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSigningKey, sha384Of } from '../support/signed-releases.ts';

import { bad, codes, page, startVerifyWorld, type VerifyWorld } from './verify-world.ts';

let world: VerifyWorld;
beforeEach(async () => {
  world = await startVerifyWorld();
});
afterEach(() => world.close());

describe('the tag', () => {
  const without = (pattern: RegExp): string => world.pinnedTag().replace(pattern, '');
  it.each([
    ['no tag', (): string => '', ['tag_missing']],
    ['a tag in a comment', () => `<!-- ${world.pinnedTag()} -->`, ['tag_missing']],
    ['a tag in a template', () => `<template>${world.pinnedTag()}</template>`, ['tag_missing']],
    ['no integrity', () => without(/ integrity="[^"]*"/), ['integrity_missing']],
    ['no crossorigin', () => without(/ crossorigin="[^"]*"/), ['crossorigin_missing']],
    ['no site', () => without(/ data-site="[^"]*"/), ['tag_site_invalid']],
    [
      'the hash of another file',
      () => world.pinnedTag().replace(/sha384-[^"]*/, sha384Of('another')),
      ['file_differs', 'release_not_logged'],
    ],
    [
      'a second hash of the same strength',
      () => world.pinnedTag().replace('integrity="', `integrity="${sha384Of('evil')} `),
      ['integrity_alternatives', 'file_differs', 'release_not_logged'],
    ],
    [
      'a hash that no browser knows',
      () => world.pinnedTag().replace('sha384-', 'sha999-'),
      ['integrity_unusable'],
    ],
    [
      'a version of the address that is not the hash’s',
      () => world.pinnedTag('1.0.0').replace('/embed/1.0.0/', '/embed/1.1.0/'),
      ['file_differs', 'release_other_version', 'loader_pins_differ'],
    ],
    ['a module', () => world.pinnedTag('1.1.0', 'type=module'), ['tag_module']],
    ['two different tags', () => world.pinnedTag() + world.pinnedTag('1.0.0'), ['tags_differ']],
    [
      'a key that stands twice',
      () => world.signedTag().replace(`${world.keys[1].name} `, `${world.keys[0].name} `),
      ['keys_duplicate', 'keys_differ', 'current_unsigned', 'current_kills_missing'],
    ],
    [
      'a key that is none',
      () => world.signedTag().replace(world.keys[2].name, `B${'A'.repeat(86)}`),
      ['keys_malformed', 'keys_differ'],
    ],
    [
      'a threshold of none',
      () => world.signedTag().replace('data-threshold="2"', 'data-threshold="0"'),
      ['threshold_invalid'],
    ],
    [
      'keys of somebody else',
      () => world.signedTag().replaceAll(/B[\w-]{86}/g, () => createSigningKey().name),
      ['keys_differ', 'current_unsigned', 'current_kills_missing'],
    ],
  ] as const)('[REL-3] with %s', async (_what, tag, expected) => {
    world.showPage(page(tag()));
    const report = await world.check();
    expect(report.verdict).toBe('differs');
    expect([...new Set(bad(report))].sort()).toEqual([...expected].sort());
  });

  it('finds the tag in capitals, unquoted, with references, before a comment', async () => {
    const tag = world
      .pinnedTag()
      .replace('<script async', '<SCRIPT ASYNC')
      .replace('data-site', 'DATA-SITE')
      .replaceAll('/embed/', '&#x2F;embed&sol;');
    world.showPage(page(`<textarea><script></textarea>${tag}<!-- x -->`));
    expect(bad(await world.check())).toEqual([]);
  });

  it('takes a loader for pinned, whatever keys stand beside it', async () => {
    const keys = `data-keys="${world.keyFile.keys.join(' ')}" data-threshold="2"`;
    world.showPage(page(world.pinnedTag('1.0.0', keys)));
    const report = await world.check();
    expect(report.tags).toMatchObject([{ kind: 'pinned', release: { version: '1.0.0' } }]);
  });

  it('advises more than one signer, and an address for reports', async () => {
    world.showPage(
      page(
        world
          .signedTag()
          .replace('data-threshold="2"', 'data-threshold="1"')
          .replace(/ data-report="[^"]*"/, ''),
      ),
    );
    const report = await world.check({ keys: null });
    expect(codes(report)).toEqual(
      expect.arrayContaining(['threshold_low', 'report_address_missing']),
    );
  });

  it('notices that a relative address goes by the page’s base', async () => {
    const tag = world.pinnedTag().replace(world.server.url, '');
    world.showPage(`<base href="${world.server.url}/shop/">${page(tag)}`);
    const report = await world.check();
    expect(bad(report)).toEqual(['tag_src_relative']);
    expect(report.tags[0]?.src).toBe(`${world.server.url}/embed/1.1.0/loader.js`);
  });
});

describe('the policies of a page', () => {
  const connect = () =>
    `connect-src ${world.server.url} ${world.server.url.replace('http', 'ws')} https://shop.example/csp`;
  const show = (headers: Record<string, string | string[]>, head = '', body = '') =>
    world.showPage(`<!doctype html><head>${head}</head><body>${world.pinnedTag()}${body}`, headers);

  it('are the header’s and those of each <meta> in the head, and all have to allow', async () => {
    const meta = (policy: string) =>
      `<meta http-equiv="Content-Security-Policy" content="${policy.replaceAll('"', '&quot;')}">`;
    show(
      {
        'content-security-policy': [
          `${connect()}; report-uri /r`,
          "img-src 'self', base-uri 'none'",
        ],
      },
      meta("connect-src 'self'; report-uri /r"),
      meta("script-src 'none'"),
    );
    const report = await world.check();
    expect(bad(report).sort()).toEqual(['csp_base', 'csp_connect', 'csp_reports']);
    expect(codes(report)).toEqual(expect.arrayContaining(['csp_meta_late', 'csp_meta_ignored']));
    expect(
      report.csp.policies.map(({ from, add }) => [from, add.map((each) => each.directive)]),
    ).toEqual([
      ['header', []],
      ['header', []],
      ['header', ['base-uri']],
      ['meta', ['connect-src']],
    ]);
  });

  it('that only report are no problem, and are said', async () => {
    show({ 'content-security-policy-report-only': "script-src 'self'" });
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(expect.arrayContaining(['csp_report_only', 'csp_none']));
  });

  it('that are complete, and reported, are said to be', async () => {
    show({
      'content-security-policy': `${connect()}; object-src 'none'; report-to bulkhead`,
      'reporting-endpoints': `bulkhead="${world.server.url}/api/reports/browser?site=x"`,
    });
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(
      expect.arrayContaining(['csp_complete', 'reporting_present', 'csp_unsafe']),
    );
    expect(report.csp.reporting).toEqual([]);
    // A name without an endpoint reaches nobody.
    show({ 'content-security-policy': `${connect()}; report-to bulkhead` });
    expect(codes(await world.check())).toContain('reporting_absent');
  });

  it('go by a nonce that the tag must carry, and that must be another each time', async () => {
    let count = 0;
    const nonce = (value: () => string, onTag = true) =>
      world.shop.answers.set('/', () => {
        const now = value();
        return {
          headers: {
            'content-type': 'text/html',
            'content-security-policy': `script-src 'nonce-${now}' 'strict-dynamic'; ${connect()}`,
          },
          body: world.pinnedTag('1.1.0', onTag ? `nonce="${now}"` : ''),
        };
      });
    nonce(() => `n${count++}`);
    expect(bad(await world.check())).toEqual([]);
    expect(codes(await world.check())).not.toContain('csp_nonce_static');
    nonce(() => 'always');
    expect(codes(await world.check())).toContain('csp_nonce_static');
    nonce(() => `n${count++}`, false);
    expect(bad(await world.check())).toEqual(['csp_nonce_wrong']);
  });

  it('may be given in place of the page’s own', async () => {
    show({ 'content-security-policy': "default-src 'none'" });
    expect(bad(await world.check({ pageCsp: [connect()] }))).toEqual([]);
    expect(bad(await world.check({ pageCsp: [connect(), "base-uri 'none'"] }))).toEqual([
      'csp_base',
    ]);
  });
});
