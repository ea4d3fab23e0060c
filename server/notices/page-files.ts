/**
 * The two files of a notice's page, served exactly as they stand in `notice-page/`: no build step lies
 * between what can be read in the source and what a visitor's browser is given.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PageFiles } from './notice-page.ts';

export interface ServedPageFiles extends PageFiles {
  cssText: string;
  scriptText: string;
}

const FOLDER = new URL('../../notice-page/', import.meta.url);
export const CSS_PATH = '/notices/page.css';
export const SCRIPT_PATH = '/notices/check.js';

const hashOf = (text: string) => `sha384-${createHash('sha384').update(text).digest('base64')}`;

export async function readPageFiles(): Promise<ServedPageFiles> {
  const [cssText, scriptText] = await Promise.all([
    readFile(new URL('page.css', FOLDER), 'utf8'),
    readFile(new URL('check.js', FOLDER), 'utf8'),
  ]);
  return {
    css: CSS_PATH,
    script: SCRIPT_PATH,
    cssHash: hashOf(cssText),
    scriptHash: hashOf(scriptText),
    cssText,
    scriptText,
  };
}
