/** The text pages. */

import { DELIVERY_MINOR, FREE_DELIVERY_FROM_MINOR } from '../cart.ts';
import { html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { chatButton } from './chat-button.ts';
import type { View } from './layout.ts';

export function aboutPage(): View {
  return {
    title: 'About us',
    body: html`<article class="text-page wrap">
        <p class="eyebrow">About us</p>
        <h1>Five people and a loft by the water</h1>
        <p class="lead">Halyard & Co began as a sail loft. When the boats went over to plastic cloth, we kept the needles, the rope and the habit of making things to last.</p>
        <h2>What we sell</h2>
        <p>Eight things, no more. Each is something that we used for a year before we put it on the shelf, and each comes from a workshop that we have visited. When we find a better one we change it, and say why.</p>
        <h2>How we mend</h2>
        <p>Rope frays, brass dulls, wool pills. Send it back and we put it right; you pay the postage one way, we pay it the other. There is no end date on that.</p>
        <h2>Who answers</h2>
        <p>Nora, Piet, Ines, Aoife and Lars share the chat between them. Whoever is not on the water writes back.</p>
        ${chatButton('Say hello')}
      </article>`,
  };
}

export function deliveryPage(): View {
  return {
    title: 'Delivery and returns',
    body: html`<article class="text-page wrap">
        <p class="eyebrow">Delivery and returns</p>
        <h1>From the loft to your door</h1>
        <p class="lead">Delivery is ${formatPrice(DELIVERY_MINOR)}, and free from ${formatPrice(FREE_DELIVERY_FROM_MINOR)}. Most parcels arrive within three working days.</p>
        <h2>When it leaves</h2>
        <p>Orders placed before four in the afternoon leave the next morning, Monday to Friday. You get a message with a number to follow the parcel.</p>
        <h2>Where we send</h2>
        <p>Austria, Belgium, France, Germany, Ireland, the Netherlands and Spain. Somewhere else? Ask, and we see what the carrier says.</p>
        <h2>Sending it back</h2>
        <p>You have thirty days. Put it back into its box, ask us for a label, and the money is with you within a week of its arrival.</p>
        ${chatButton('Where is my parcel?')}
      </article>`,
  };
}
