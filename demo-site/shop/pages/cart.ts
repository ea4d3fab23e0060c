/** The cart. Each line is its own form, so that it works without scripts. */

import { type Cart, type CartLine, MAX_QUANTITY } from '../cart.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { chatButton } from './chat-button.ts';
import type { View } from './layout.ts';
import { orderTotals } from './order-summary.ts';
import { pictureOf } from './product-card.ts';

export function cartPage(cart: Cart): View {
  return { title: 'Your cart', body: cart.length === 0 ? emptyCart() : filledCart(cart) };
}

function emptyCart(): Html {
  return html`<section class="notice-page wrap">
        <h1>Your cart is empty</h1>
        <p class="lead">Plenty of room in the hold. A mug is a good place to start.</p>
        <a class="button" href="/#goods">See the goods</a>
      </section>`;
}

function filledCart(cart: Cart): Html {
  return html`<div class="wrap order">
        <h1>Your cart</h1>
        <ul class="cart-lines">${cart.map(
          (line) => html`
          <li>${cartLine(line)}</li>`,
        )}
        </ul>
        <section class="summary" aria-labelledby="summary-heading">
          <h2 id="summary-heading">Summary</h2>
          ${orderTotals(cart)}
          <a class="button button-wide" href="/checkout">Go to checkout</a>
          ${chatButton('Questions? Chat with us')}
        </section>
      </div>`;
}

function cartLine({ product, quantity }: CartLine): Html {
  const fieldId = `quantity-${product.slug}`;
  return html`<img src="${pictureOf(product)}" alt="" width="112" height="112">
            <div class="cart-line-text">
              <h2><a href="/products/${product.slug}">${product.name}</a></h2>
              <p>${formatPrice(product.priceMinor)} each</p>
              <form class="cart-form" method="post" action="/cart/set">
                <input type="hidden" name="slug" value="${product.slug}">
                <label class="visually-hidden" for="${fieldId}">Quantity of ${product.name}</label>
                <input id="${fieldId}" name="quantity" type="number" inputmode="numeric" min="0" max="${MAX_QUANTITY}" value="${quantity}" required>
                <button class="button-quiet" type="submit">Update</button>
                <button class="button-quiet" type="submit" formaction="/cart/remove" formnovalidate aria-label="Remove ${product.name}">Remove</button>
              </form>
            </div>
            <p class="cart-line-price">${formatPrice(product.priceMinor * quantity)}</p>`;
}
