/**
 * The checkout, with card fields of the shop's own: exactly what a chat vendor's script must never
 * be able to read. The server lets the posted form run off unread.
 */

import { type Cart, totalsOf } from '../cart.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';
import type { View } from './layout.ts';
import { orderTotals } from './order-summary.ts';
import { pictureOf } from './product-card.ts';

type Field = {
  readonly label: string;
  readonly name: string;
  readonly autocomplete: string;
  readonly type?: 'text' | 'email' | 'tel';
  readonly digits?: { readonly pattern: string; readonly maxLength: number; readonly hint: string };
  readonly optional?: true;
  readonly placeholder?: string;
  readonly half?: true;
};

const contactFields: readonly Field[] = [
  { label: 'Email', name: 'email', autocomplete: 'email', type: 'email' },
  { label: 'Phone', name: 'phone', autocomplete: 'tel', type: 'tel', optional: true },
];

const deliveryFields: readonly Field[] = [
  { label: 'Full name', name: 'name', autocomplete: 'name' },
  { label: 'Street and number', name: 'street', autocomplete: 'street-address' },
  { label: 'Postal code', name: 'postal-code', autocomplete: 'postal-code', half: true },
  { label: 'Town', name: 'town', autocomplete: 'address-level2', half: true },
];

const cardFields: readonly Field[] = [
  {
    label: 'Card number',
    name: 'card-number',
    autocomplete: 'cc-number',
    placeholder: '1234 5678 9012 3456',
    digits: { pattern: '[0-9 ]{12,23}', maxLength: 23, hint: 'The long number on the card' },
  },
  {
    label: 'Expiry date',
    name: 'card-expiry',
    autocomplete: 'cc-exp',
    placeholder: 'MM / YY',
    digits: { pattern: '[0-9]{2} ?/? ?[0-9]{2,4}', maxLength: 9, hint: 'Month and year' },
    half: true,
  },
  {
    label: 'Security code',
    name: 'card-cvc',
    autocomplete: 'cc-csc',
    placeholder: '123',
    digits: { pattern: '[0-9]{3,4}', maxLength: 4, hint: 'Three or four digits' },
    half: true,
  },
  { label: 'Name on card', name: 'card-name', autocomplete: 'cc-name' },
];

const COUNTRIES = ['Austria', 'Belgium', 'France', 'Germany', 'Ireland', 'Netherlands', 'Spain'];

export function checkoutPage(cart: Cart): View {
  return {
    title: 'Checkout',
    body: html`<div class="wrap order">
        <h1>Checkout</h1>
        <form class="checkout-form" id="checkout" method="post" action="/checkout">
          <fieldset>
            <legend>Contact</legend>
            ${contactFields.map(field)}
          </fieldset>
          <fieldset>
            <legend>Delivery</legend>
            ${deliveryFields.map(field)}
            <p class="field">
              <label for="country">Country</label>
              <select id="country" name="country" autocomplete="country-name">${COUNTRIES.map(
                (country) => html`
                <option${country === 'Ireland' && html` selected`}>${country}</option>`,
              )}
              </select>
            </p>
          </fieldset>
          <fieldset>
            <legend>Payment</legend>
            ${cardFields.map(field)}
          </fieldset>
          <button class="button button-wide" type="submit">Pay ${formatPrice(totalsOf(cart).totalMinor)}</button>
          <p class="hint">A demonstration: no card is charged and nothing that you type here is kept.</p>
        </form>
        ${summary(cart)}
      </div>`,
  };
}

function field(spec: Field): Html {
  const { label, name, digits, placeholder } = spec;
  return html`
            <p class="field${spec.half && ' field-half'}">
              <label for="${name}">${label}${spec.optional && html` <small>optional</small>`}</label>
              <input id="${name}" name="${name}" type="${spec.type ?? 'text'}" autocomplete="${spec.autocomplete}"${
                placeholder && html` placeholder="${placeholder}"`
              }${
                digits &&
                html` inputmode="numeric" dir="ltr" pattern="${digits.pattern}" maxlength="${digits.maxLength}" title="${digits.hint}"`
              }${!spec.optional && html` required`}>
            </p>`;
}

function summary(cart: Cart): Html {
  return html`<section class="summary" aria-labelledby="summary-heading">
          <h2 id="summary-heading">Your order</h2>${
            cart.length === 0 &&
            html`
          <p class="hint">Your cart is empty. <a href="/#goods">See the goods</a></p>`
          }
          <ul class="summary-lines">${cart.map(
            ({ product, quantity }) => html`
            <li>
              <img src="${pictureOf(product)}" alt="" width="56" height="56">
              <span>${product.name} <small>× ${quantity}</small></span>
              <span class="amount">${formatPrice(product.priceMinor * quantity)}</span>
            </li>`,
          )}
          </ul>
          ${orderTotals(cart)}
        </section>`;
}
