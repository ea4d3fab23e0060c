import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmbedOptions } from './embed.ts';
import { buildShop } from './server.ts';

const tag = '<script async src="https://chat.example/loader.js" data-site="s"></script>';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let shop: FastifyInstance;

async function start(options: Partial<EmbedOptions> = {}): Promise<void> {
  shop = await buildShop({ tag, ...options });
}

afterEach(() => shop.close());

describe('pages', () => {
  it.each([
    ['/', 'Ship-shape goods for home and deck'],
    ['/products/enamel-mug', 'Middle Watch Mug'],
    ['/cart', 'Your cart is empty'],
    ['/checkout', 'Card number'],
    ['/thank-you', 'Thank you'],
    ['/about', 'Five people and a loft'],
    ['/delivery', 'From the loft to your door'],
  ])('%s is shown and carries the tag once', async (url, text) => {
    await start();
    const response = await shop.inject(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain(text);
    expect(response.body.split(tag)).toHaveLength(2);
    expect(response.headers['content-security-policy']).toBeUndefined();
  });

  it.each([
    '/nowhere',
    '/products/submarine',
    '/assets/nothing.svg',
    '/products/%3Cscript%3E',
  ])('%s is not found, with the tag all the same', async (url) => {
    await start();
    const response = await shop.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.body).toContain('Off the chart');
    expect(response.body).toContain(tag);
  });

  it('turn right to left when asked', async () => {
    await start();
    expect((await shop.inject('/about?dir=rtl')).body).toContain('<html lang="en" dir="rtl">');
    expect((await shop.inject('/about?dir=%22x')).body).toContain('<html lang="en" dir="ltr">');
  });

  it('are sent with the policy, its nonce being the one on the scripts', async () => {
    await start({ csp: "script-src 'nonce-{nonce}'" });
    const response = await shop.inject('/');
    const nonce = /nonce-([^']+)/.exec(String(response.headers['content-security-policy']))?.[1];
    expect(response.body).toContain(`<script nonce="${nonce}" async src="https://chat.example/`);
  });

  it('have every picture that they show', async () => {
    await start();
    const { body } = await shop.inject('/');
    const pictures = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => url);
    expect(pictures.length).toBeGreaterThan(10);
    for (const url of pictures) expect((await shop.inject(String(url))).statusCode).toBe(200);
  });

  it('run a script without types', async () => {
    await start();
    const { body, headers } = await shop.inject('/shop.js');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(() => new Function(body.replace('export {};', ''))).not.toThrow();
  });
});

describe('the cart', () => {
  it('keeps what is added and shows its total', async () => {
    await start();
    const added = await post('/cart/add', 'slug=enamel-mug&quantity=2');
    expect(added.statusCode).toBe(303);
    expect(added.headers.location).toBe('/cart');
    const cookie = String(added.headers['set-cookie']).split(';')[0] ?? '';
    const { body } = await shop.inject({ url: '/cart', headers: { cookie } });
    expect(body).toContain('€42.95');
    expect(body).toContain('aria-label="Cart, 2 items"');
  });

  it.each([
    ['set to zero', '/cart/set', 'slug=enamel-mug&quantity=0'],
    ['removed, whatever its quantity field says', '/cart/remove', 'slug=enamel-mug&quantity=x'],
  ])('loses a line that is %s', async (_case, url, form) => {
    await start();
    const response = await post(url, form, 'cart=enamel-mug:2');
    expect(response.headers['set-cookie']).toContain('cart=; Path=/; Max-Age=0');
  });

  it.each([
    '',
    'slug=submarine&quantity=1',
    'slug=enamel-mug&quantity=-1',
    'slug=enamel-mug',
  ])('is not changed by the form %j', async (form) => {
    await start();
    const response = await post('/cart/add', form);
    expect(response.statusCode).toBe(303);
    expect(response.headers['set-cookie']).toBeUndefined();
  });
});

describe('the checkout', () => {
  it('has card fields of its own and shows the order', async () => {
    await start();
    const headers = { cookie: 'cart=tide-clock:1' };
    const { body } = await shop.inject({ url: '/checkout', headers });
    expect(body).toContain('autocomplete="cc-number"');
    expect(body).toContain('Pay €129.00');
  });

  it('thanks, empties the cart and repeats nothing of the card', async () => {
    await start();
    const response = await post('/checkout', 'card-number=4242424242424242', 'cart=tide-clock:1');
    expect(response.statusCode).toBe(303);
    expect(response.headers.location).toBe('/thank-you');
    expect(response.headers['set-cookie']).toContain('Max-Age=0');
    expect(response.body + JSON.stringify(response.headers)).not.toContain('4242');
  });

  it('refuses a body that is no form', async () => {
    await start();
    const headers = { 'content-type': 'application/xml' };
    const response = await shop.inject({ method: 'POST', url: '/checkout', headers, body: '<x/>' });
    expect(response.statusCode).toBe(415);
    expect(response.body).toContain('That did not work');
  });
});

function post(url: string, body: string, cookie = '') {
  return shop.inject({ method: 'POST', url, headers: { ...FORM, cookie }, body });
}
