/** The shop's browser-side code: one TypeScript file for each page that has any, its types stripped when the shop starts. */

import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

/** @param name of the file without its ending */
export async function readBrowserScript(name: 'shop' | 'drill'): Promise<string> {
  const source = new URL(`../browser/shop/${name}.ts`, import.meta.url);
  return stripTypeScriptTypes(await readFile(source, 'utf8'));
}
