/** Goods, delivery and total, as the cart and the checkout show them. */

import { type Cart, FREE_DELIVERY_FROM_MINOR, totalsOf } from '../cart.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';

export function orderTotals(cart: Cart): Html {
  const { goodsMinor, deliveryMinor, totalMinor } = totalsOf(cart);
  const missingMinor = FREE_DELIVERY_FROM_MINOR - goodsMinor;
  return html`<dl class="totals">
            <div><dt>Goods</dt><dd>${formatPrice(goodsMinor)}</dd></div>
            <div><dt>Delivery</dt><dd>${deliveryMinor === 0 ? 'Free' : formatPrice(deliveryMinor)}</dd></div>
            <div class="total"><dt>Total <small>with VAT</small></dt><dd>${formatPrice(totalMinor)}</dd></div>
          </dl>${
            deliveryMinor > 0 &&
            html`
          <p class="hint">${formatPrice(missingMinor)} more and delivery is free.</p>`
          }`;
}
