/**
 * Turns the browser sources into scripts at start-up, without a bundler: Node strips the
 * types, the files of one script are put one behind the other, and their imports go.
 * For that, no two files of one script may declare the same top-level name.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const SOURCES = new URL('../browser/stripe/', import.meta.url);

/** The files of each script, what is imported first. */
const SCRIPTS = {
  'stripe-js': [
    'messages',
    'api-client',
    'frame-host',
    'elements',
    'challenge-overlay',
    'stripe-js',
  ],
  'payment-frame': [
    'messages',
    'api-client',
    'frame-guest',
    'appearance',
    'card-format',
    'card-texts',
    'card-form',
    'payment-frame',
  ],
  'challenge-frame': ['messages', 'api-client', 'frame-guest', 'challenge-frame'],
} as const;

export type ScriptName = keyof typeof SCRIPTS;

export function buildScript(name: ScriptName): string {
  const body = SCRIPTS[name].map(readAsScript).join('\n');
  return `(() => {\n'use strict';\n${body}\n})();\n`;
}

function readAsScript(file: string): string {
  const source = readFileSync(new URL(`${file}.ts`, SOURCES), 'utf8');
  return stripTypeScriptTypes(source, { mode: 'strip' })
    .replace(/^import\s[^;]*;/gm, '')
    .replace(/^export /gm, '');
}
