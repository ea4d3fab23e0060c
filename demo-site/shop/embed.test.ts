import { describe, expect, it } from 'vitest';
import { createEmbed } from './embed.ts';

const tag = '<script async src="https://chat.example/loader.js" data-site="s"></script>';

describe('the embed', () => {
  it('carries the tag unchanged and no policy by default', () => {
    const embed = createEmbed({ tag });
    expect(embed.bodyEnd.toString()).toBe(tag);
    expect(embed.cspHeader).toBeUndefined();
    expect(embed.head.toString()).not.toContain('nonce');
  });

  it('asks for the tag on every page when it is a function', () => {
    let count = 0;
    const options = { tag: () => `<!-- ${++count} -->` };
    expect(createEmbed(options).bodyEnd.toString()).toBe('<!-- 1 -->');
    expect(createEmbed(options).bodyEnd.toString()).toBe('<!-- 2 -->');
  });

  it('may carry another tag on another page', () => {
    const options = { tag: (path: string) => `<!-- ${path} -->` };
    expect(createEmbed(options, '/checkout').bodyEnd.toString()).toBe('<!-- /checkout -->');
  });

  it('puts one fresh nonce into the policy and on every script', () => {
    const options = {
      tag,
      stripeScript: 'https://js.example/v3?a=1&b=2',
      csp: "script-src 'nonce-{nonce}'",
    };
    const embed = createEmbed(options);
    const nonce = /'nonce-([A-Za-z0-9+/=]{22,})'/.exec(embed.cspHeader ?? '')?.[1];
    expect(nonce).toBeDefined();
    const scripts = `${embed.head}${embed.bodyEnd}`.match(/<script[^>]*>/g) ?? [];
    expect(scripts).toHaveLength(3);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(embed.head.toString()).toContain('src="https://js.example/v3?a=1&amp;b=2"');
    expect(createEmbed(options).cspHeader).not.toBe(embed.cspHeader);
  });

  it('leaves the scripts without a nonce when the policy has none', () => {
    const embed = createEmbed({ tag, csp: "script-src 'self'" });
    expect(embed.cspHeader).toBe("script-src 'self'");
    expect(`${embed.head}${embed.bodyEnd}`).not.toContain('nonce');
  });
});
