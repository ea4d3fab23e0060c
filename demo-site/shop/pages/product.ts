/** One product: picture, price, the form that puts it into the cart, details, and what goes with it. */

import { MAX_QUANTITY } from '../cart.ts';
import { type Product, productsBeside } from '../catalog.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { chatButton } from './chat-button.ts';
import { checkIcon } from './icons.ts';
import type { View } from './layout.ts';
import { pictureOf, productGrid } from './product-card.ts';

const BESIDE_COUNT = 4;

export function productPage(product: Product): View {
  return {
    title: product.name,
    description: `${product.tagline}. ${product.description}`,
    body: html`<article class="product wrap">
        <img class="product-picture" src="${pictureOf(product)}" alt="${product.picture}" width="480" height="480">
        <div class="product-text">
          <p class="eyebrow">${product.tagline}</p>
          <h1>${product.name}</h1>
          <p class="price">${formatPrice(product.priceMinor)}</p>
          <p class="lead">${product.description}</p>
          ${addForm(product)}
          <p class="stock">${checkIcon}<span>In stock, leaves the loft tomorrow</span></p>
          <dl class="details">${product.details.map(
            ([term, value]) => html`
            <div><dt>${term}</dt><dd><bdi>${value}</bdi></dd></div>`,
          )}
          </dl>
          <div class="question">
            <p>Not sure about the size, or is it a gift?</p>
            ${chatButton('Questions? Chat with us')}
          </div>
        </div>
      </article>

      <section class="goods wrap" aria-labelledby="beside-heading">
        <div class="section-heading"><h2 id="beside-heading">Stows well with</h2></div>
        ${productGrid(productsBeside(product, BESIDE_COUNT))}
      </section>`,
  };
}

function addForm(product: Product): Html {
  return html`<form class="add-form" method="post" action="/cart/add">
            <input type="hidden" name="slug" value="${product.slug}">
            <div class="stepper">
              <label class="visually-hidden" for="quantity">Quantity</label>
              <button type="button" data-step="-1" aria-label="One fewer">−</button>
              <input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="${MAX_QUANTITY}" value="1" required>
              <button type="button" data-step="1" aria-label="One more">+</button>
            </div>
            <button class="button" type="submit">Add to cart</button>
          </form>`;
}
