/** The front page: what the shop is, and everything that it sells. */

import { products } from '../catalog.ts';
import { html } from '../html.ts';
import { chatButton } from './chat-button.ts';
import type { View } from './layout.ts';
import { productGrid } from './product-card.ts';

export function homePage(): View {
  return {
    title: 'Ship-shape goods for home and deck',
    body: html`<section class="hero wrap">
        <div class="hero-text">
          <p class="eyebrow">Outfitters at the quay</p>
          <h1>Ship-shape goods for home and deck</h1>
          <p class="lead">Eight things that we use every day, from makers whose names we know. Built to be mended, priced to be kept.</p>
          <div class="actions">
            <a class="button" href="#goods">See the goods</a>
            ${chatButton('Ask us anything')}
          </div>
        </div>
        <img class="hero-picture" src="/assets/harbour.svg" alt="" width="720" height="600">
      </section>

      <section class="goods wrap" id="goods" aria-labelledby="goods-heading">
        <div class="section-heading">
          <h2 id="goods-heading">The goods</h2>
          <p>Small batches, restocked with the spring tide.</p>
        </div>
        ${productGrid(products)}
      </section>

      <section class="promises" aria-label="What we promise">
        <ul class="wrap promise-list">
          <li><h3>Mended free</h3><p>Send back whatever wears out. We splice, patch and polish it for as long as we are here.</p></li>
          <li><h3>On its way tomorrow</h3><p>Orders before four leave the loft the next morning, in a box without plastic.</p></li>
          <li><h3>People, not menus</h3><p>Ask about a size, a gift or a parcel, and one of the five of us writes back.</p></li>
        </ul>
      </section>`,
  };
}
