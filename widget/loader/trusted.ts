/**
 * The loader's one Trusted Types policy. It only ever sees strings that the loader made of its own
 * constants, so it lets them through; what comes from the page, the frame or the server never gets
 * here. Where the page's policy list does not name `bulkhead`, the strings stay strings and the
 * browser refuses them at the sink.
 */
interface Policy {
  createHTML(text: string): string;
  createScriptURL(url: string): string;
}

/** The DOM library has no Trusted Types; sinks take the objects where strings are expected. */
interface TrustedTypesWindow {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

export let trusted: Policy = { createHTML: (text) => text, createScriptURL: (url) => url };
try {
  trusted =
    (window as TrustedTypesWindow).trustedTypes?.createPolicy('bulkhead', trusted) ?? trusted;
} catch {
  // Not on the page's list.
}
