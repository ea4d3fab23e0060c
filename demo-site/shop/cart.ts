/**
 * The cart lives in one cookie, `slug:quantity` pairs joined by dots, so that the shop keeps no
 * state. The cookie comes from outside: whatever is not a product or a sensible quantity is dropped.
 */

import { findProduct, type Product } from './catalog.ts';

export type CartLine = { readonly product: Product; readonly quantity: number };
export type Cart = readonly CartLine[];
export type CartTotals = {
  readonly goodsMinor: number;
  readonly deliveryMinor: number;
  readonly totalMinor: number;
};

export const CART_COOKIE = 'cart';
export const MAX_QUANTITY = 20;
export const DELIVERY_MINOR = 495;
export const FREE_DELIVERY_FROM_MINOR = 6000;

const COOKIE_MAX_AGE_S = 30 * 24 * 60 * 60;

/** Reads the cart from a request's `Cookie` header. */
export function parseCart(cookieHeader: string | undefined): Cart {
  const prefix = `${CART_COOKIE}=`;
  const pair = cookieHeader
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix));
  if (pair === undefined) return [];

  let cart: Cart = [];
  for (const entry of pair.slice(prefix.length).split('.')) {
    const [slug = '', quantityText = ''] = entry.split(':');
    const product = findProduct(slug);
    const quantity = parseQuantity(quantityText);
    if (product !== undefined && quantity !== undefined) cart = addToCart(cart, product, quantity);
  }
  return cart;
}

/** A whole number from 0, cut to `MAX_QUANTITY`; anything else is `undefined`. */
export function parseQuantity(text: string): number | undefined {
  return /^[0-9]{1,3}$/.test(text) ? Math.min(Number(text), MAX_QUANTITY) : undefined;
}

/** The `Set-Cookie` value that keeps the cart; an empty cart removes the cookie. */
export function toCartCookie(cart: Cart): string {
  const value = cart.map((line) => `${line.product.slug}:${line.quantity}`).join('.');
  const maxAge = cart.length === 0 ? 0 : COOKIE_MAX_AGE_S;
  return `${CART_COOKIE}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
}

export function addToCart(cart: Cart, product: Product, quantity: number): Cart {
  const already = cart.find((line) => line.product === product)?.quantity ?? 0;
  return setQuantity(cart, product, already + quantity);
}

/** Sets a line's quantity, keeping its place; 0 removes it. */
export function setQuantity(cart: Cart, product: Product, quantity: number): Cart {
  if (quantity <= 0) return cart.filter((line) => line.product !== product);
  const changed: CartLine = { product, quantity: Math.min(quantity, MAX_QUANTITY) };
  if (!cart.some((line) => line.product === product)) return [...cart, changed];
  return cart.map((line) => (line.product === product ? changed : line));
}

export function countItems(cart: Cart): number {
  return cart.reduce((count, line) => count + line.quantity, 0);
}

export function totalsOf(cart: Cart): CartTotals {
  const goodsMinor = cart.reduce((sum, line) => sum + line.product.priceMinor * line.quantity, 0);
  const deliveryMinor =
    goodsMinor === 0 || goodsMinor >= FREE_DELIVERY_FROM_MINOR ? 0 : DELIVERY_MINOR;
  return { goodsMinor, deliveryMinor, totalMinor: goodsMinor + deliveryMinor };
}
