/**
 * What the merchant wrote on the tag, read once. It is the merchant's own word, so little of it is
 * checked. `nonce` is of the page's policy, handed on to the scripts that the loader adds; the Stripe key
 * is pinned here so that no server can name another account.
 *
 * Here and in the loader's other modules with state, that state is the module's own: there is one
 * chat on a page, and a bundler shortens the names of functions and variables but not of properties.
 * That is what lets the loader meet its budget.
 */
/**
 * By the prototype's getter: an image named `currentScript`, in HTML that the page's customers may
 * write, stands in the way of `document.currentScript`, and would choose server and Stripe key.
 */
export const { dataset, src, nonce } = Reflect.get(
  Document.prototype,
  'currentScript',
  document,
) as HTMLScriptElement;

export const { site, stripeKey } = dataset;
/** The loader's own folder is the release's, and its origin the chat server's. */
export const { origin: api, href: base } = new URL('.', src);

export let theme: Bulkhead.Theme = 'auto';
/** BCP 47 */
export let locale = navigator.language;

/** Takes what the page says of them. A language that there cannot be is left out. */
export function setLook(look: { theme?: Bulkhead.Theme; locale?: string }): void {
  theme = look.theme ?? theme;
  try {
    locale = `${new Intl.Locale(look.locale ?? locale)}`;
  } catch {
    // As before.
  }
}
setLook(dataset as Parameters<typeof setLook>[0]);
