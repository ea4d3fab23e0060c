/** A product as it stands in a grid. The whole card is the link, the heading names it. */

import type { Product } from '../catalog.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';

export function productGrid(products: readonly Product[]): Html {
  return html`<ul class="product-grid">${products.map(
    (product) => html`
        <li>${productCard(product)}</li>`,
  )}
      </ul>`;
}

function productCard(product: Product): Html {
  return html`<a class="product-card" href="/products/${product.slug}">
          <img src="${pictureOf(product)}" alt="" width="480" height="480">
          <span class="product-card-text">
            <span class="product-card-name">${product.name}</span>
            <span class="product-card-price">${formatPrice(product.priceMinor)}</span>
            <span class="product-card-tagline">${product.tagline}</span>
          </span>
        </a>`;
}

export function pictureOf(product: Product): string {
  return `/assets/products/${product.slug}.svg`;
}
