import { describe, expect, it } from 'vitest';
import {
  addToCart,
  countItems,
  MAX_QUANTITY,
  parseCart,
  parseQuantity,
  setQuantity,
  toCartCookie,
  totalsOf,
} from './cart.ts';
import { findProduct, type Product } from './catalog.ts';

const mug = product('enamel-mug');
const lantern = product('brass-lantern');

function product(slug: string): Product {
  const found = findProduct(slug);
  if (found === undefined) throw new Error(`no product ${slug}`);
  return found;
}

describe('the cart cookie', () => {
  it('comes back as it was written', () => {
    const cart = addToCart(addToCart([], mug, 2), lantern, 1);
    const cookie = toCartCookie(cart).split(';')[0];
    expect(parseCart(`theme=dark; ${cookie}; other=1`)).toEqual(cart);
  });

  it('is removed with the last line', () => {
    expect(toCartCookie(setQuantity(addToCart([], mug, 2), mug, 0))).toContain('Max-Age=0');
  });

  it.each([
    ['no header', undefined],
    ['another cookie that ends alike', 'mycart=enamel-mug:2'],
    ['an unknown product', 'cart=submarine:1'],
    ['a name from the prototype', 'cart=__proto__:1.constructor:1'],
    ['quantities that are none', 'cart=enamel-mug:0.enamel-mug:-1.enamel-mug:1e9.enamel-mug:'],
    ['rubbish', 'cart=%%%...:::<script>'],
  ])('gives an empty cart for %s', (_case, header) => {
    expect(parseCart(header)).toEqual([]);
  });

  it('merges repeated lines and never exceeds the maximum', () => {
    expect(parseCart('cart=enamel-mug:15.enamel-mug:15')).toEqual([
      { product: mug, quantity: MAX_QUANTITY },
    ]);
  });
});

describe('quantities', () => {
  it.each([
    ['1', 1],
    ['20', 20],
    ['999', MAX_QUANTITY],
    ['0', 0],
    ['', undefined],
    ['1.5', undefined],
    [' 2', undefined],
    ['1000', undefined],
  ])('reads %j as %j', (text, quantity) => {
    expect(parseQuantity(text)).toBe(quantity);
  });

  it('change in place', () => {
    const cart = addToCart(addToCart([], mug, 1), lantern, 1);
    expect(setQuantity(cart, mug, 3).map((line) => line.quantity)).toEqual([3, 1]);
    expect(countItems(setQuantity(cart, mug, 3))).toBe(4);
  });
});

describe('totals', () => {
  it('charge delivery below the free limit only', () => {
    expect(totalsOf(addToCart([], mug, 3))).toEqual({
      goodsMinor: 5700,
      deliveryMinor: 495,
      totalMinor: 6195,
    });
    expect(totalsOf(addToCart([], mug, 4)).deliveryMinor).toBe(0);
  });

  it('charge nothing for nothing', () => {
    expect(totalsOf([]).totalMinor).toBe(0);
  });
});
