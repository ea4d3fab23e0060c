/** The page's own listeners. One that throws is the page's affair, and breaks nothing here. */

let target = new EventTarget();

/** `Object` lets a function be, and makes of anything else a listener that does nothing. */
export const listen = (
  action: 'addEventListener' | 'removeEventListener',
  name: unknown,
  listener: unknown,
): void => target[action](`${name}`, Object(listener), { once: name === 'ready' });

export function forgetListeners(): void {
  target = new EventTarget();
}

export function emit<Name extends keyof Bulkhead.Events>(
  name: Name,
  detail?: Bulkhead.Events[Name],
): void {
  target.dispatchEvent(new CustomEvent(name, { detail }));
}
