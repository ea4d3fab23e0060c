/**
 * Compares a page's globals with what they were before any script ran. Both functions run in the
 * page, so they may use nothing of this module.
 */

interface RememberedWindow extends Window {
  /** Not enumerable and not counted. */
  globalsBefore?: { keys: string[]; functions: Map<string, unknown> };
  collectFunctions?: () => Map<string, unknown>;
}

/** An init script: keeps every function that can be reached from the window, by its path. */
export function rememberGlobals(): void {
  if (window !== top) return;
  const page: RememberedWindow = window;
  const ours = new Set<string | symbol>(['Bulkhead', 'globalsBefore', 'collectFunctions']);
  const collect = () => {
    const functions = new Map<string, unknown>();
    const add = (path: string, object: object) => {
      for (const key of Reflect.ownKeys(object)) {
        if (ours.has(key)) continue;
        const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
        for (const part of [descriptor?.value, descriptor?.get, descriptor?.set])
          if (typeof part === 'function') {
            const role =
              part === descriptor?.value ? '' : part === descriptor?.get ? ' get' : ' set';
            functions.set(`${path}.${String(key)}${role}`, part);
          }
      }
    };
    for (const key of Object.getOwnPropertyNames(window)) {
      if (ours.has(key)) continue;
      const value: unknown = Reflect.get(window, key);
      if (typeof value === 'function') {
        functions.set(key, value);
        add(key, value);
        if (typeof value.prototype === 'object' && value.prototype)
          add(`${key}.prototype`, value.prototype);
      }
    }
    for (const name of [
      'window',
      'document',
      'history',
      'navigator',
      'location',
      'console',
      'JSON',
    ])
      add(name, Reflect.get(window, name));
    for (const object of [window, document])
      for (const key in object)
        if (key.startsWith('on') && Reflect.get(object, key) !== null)
          functions.set(`handler ${key}`, Reflect.get(object, key));
    return functions;
  };
  const hidden = (value: unknown) => ({ value, enumerable: false });
  Object.defineProperty(page, 'collectFunctions', hidden(collect));
  Object.defineProperty(
    page,
    'globalsBefore',
    hidden({ keys: Object.getOwnPropertyNames(window), functions: collect() }),
  );
}

/** What is new on the window, `Bulkhead` aside, and what is another function than it was. */
export function countPatched(): { functions: number; added: string[]; changed: string[] } {
  const page: RememberedWindow = window;
  const before = page.globalsBefore ?? { keys: [], functions: new Map<string, unknown>() };
  const now = page.collectFunctions?.() ?? new Map<string, unknown>();
  const known = [...before.keys, 'Bulkhead', 'globalsBefore', 'collectFunctions'];
  return {
    functions: now.size,
    added: Object.getOwnPropertyNames(window).filter((key) => !known.includes(key)),
    changed: [...new Set([...before.functions.keys(), ...now.keys()])].filter(
      (path) => before.functions.get(path) !== now.get(path),
    ),
  };
}
