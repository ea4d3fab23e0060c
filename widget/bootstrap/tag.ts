/**
 * What the merchant wrote on the signed tag. It is the merchant's own word, and the only thing that
 * is trusted here: whose signatures count, and how many of them. By the prototype's getter, since an
 * image named `currentScript`, in HTML that the page's customers may write, stands in the way of
 * `document.currentScript`, and would bring keys of its own.
 */
export const { dataset, src, nonce } = Reflect.get(
  Document.prototype,
  'currentScript',
  document,
) as HTMLScriptElement;

export const { site = '', keys = '', report: reportTo } = dataset;
/** How many of the keys must have signed. NaN where the tag does not say: nothing is ever enough then. */
export const threshold = Number(dataset.threshold);
/** The folder of the releases, and the chat server's origin. */
export const { href: base, origin: api } = new URL('.', src);
