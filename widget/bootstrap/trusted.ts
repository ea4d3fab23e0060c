/**
 * The bootstrap's one Trusted Types policy, of a name of its own: a page's list may allow each name
 * once only, and `bulkhead` is the loader's. It sees one address, made of the tag's own and of what
 * was verified.
 */
interface Policy {
  createScriptURL(url: string): string;
}

/** The DOM library has no Trusted Types; sinks take the objects where strings are expected. */
interface TrustedTypesWindow {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

export let trusted: Policy = { createScriptURL: (url) => url };
try {
  trusted =
    (window as TrustedTypesWindow).trustedTypes?.createPolicy('bulkhead-boot', trusted) ?? trusted;
} catch {
  // Not on the page's list: the browser refuses the string at the sink.
}
