/**
 * Proves the import rule of ARCHITECTURE.md: imports only run downwards, browser code never pulls a
 * schema library in, and `chat/` and `payments/` do not know each other. Exits 1 with each breach.
 */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';

/** Folders that may import only what is listed: folders of the project, or packages. */
const MAY_IMPORT: readonly (readonly [folder: string, allowed: readonly string[]])[] = [
  ['protocol', ['protocol', 'typebox']],
  ['widget/loader', ['widget/loader', 'widget/sheet.ts', 'protocol']],
  ['widget/pay', ['widget/pay', 'widget/sheet.ts', 'protocol', '@stripe/stripe-js']],
  ['widget/bootstrap', ['widget/bootstrap', 'protocol']],
  ['widget/chat', ['widget/chat', 'protocol', 'preact', '@preact/']],
  ['console', ['console', 'protocol', 'preact', '@preact/', 'socket.io-client', 'dompurify']],
  [
    'server',
    [
      'server',
      'protocol',
      'node:',
      'fastify',
      '@fastify/',
      'socket.io',
      'socket.io-parser',
      '@socket.io/redis-adapter',
      'ioredis',
      'kysely',
      'nodemailer',
      'pino',
      'prom-client',
      'pg',
      'stripe',
      'typebox',
    ],
  ],
  ['demo-site/browser', ['demo-site/browser', '@stripe/stripe-js']],
  ['demo-site/shop', ['demo-site/shop', 'node:', 'fastify', '@fastify/', 'stripe']],
  ['demo-site/stripe', ['demo-site/stripe', 'node:', 'fastify', '@fastify/', 'stripe']],
  ['demo-site', ['demo-site', 'server', 'protocol', 'tools/release', 'node:', 'stripe']],
  // The command line alone reads the server's configuration; nothing of the server's runs there.
  [
    'tools/release/commands.ts',
    ['tools/release', 'protocol', 'server/config.ts', 'package.json', 'node:'],
  ],
  ['tools/release/command-line.ts', ['tools/release', 'server/config.ts', 'node:']],
  ['tools/release', ['tools/release', 'protocol', 'node:', 'typebox']],
  // A merchant's own check stands on nothing of what it checks but the contract.
  ['tools/verify', ['tools/verify', 'protocol', 'node:', 'typebox']],
  // What judges the server must not lean on it.
  ['test/torture/checker', ['test/torture/checker', 'node:']],
  [
    'tools/pci',
    ['tools/pci', 'tools/verify', 'protocol', 'server/config.ts', 'node:', 'pg', 'typebox'],
  ],
];

/** What must not know each other although the table above would allow it. */
const MUST_NOT: readonly (readonly [from: string, to: string])[] = [
  ['server/chat', 'server/payments'],
  ['server/payments', 'server/chat'],
  ['server/log', 'server/chat'],
  ['server/log', 'server/payments'],
  ['server/log', 'server/realtime'],
  ['server/log', 'server/http'],
  ['server/store', 'server/chat'],
  ['server/store', 'server/payments'],
  ['server/chat', 'server/realtime'],
  ['server/chat', 'server/http'],
  ['server/payments', 'server/realtime'],
  ['server/payments', 'server/http'],
];

/** Modules of `protocol/` that browser code may import at run time; of the others only types. */
const LIGHT = [
  'version',
  'limits',
  'client-id',
  'errors',
  'card-guard',
  'currencies',
  'phrases',
  'sockets',
  'port',
  'back-off',
  'back-off-timer',
  'spans',
];
const BROWSER = ['widget', 'console'];

const IMPORT =
  /^\s*(import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const isWithin = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);

function breachesOf(file: string): string[] {
  const rule = MAY_IMPORT.find(([folder]) => isWithin(file, folder));
  const found: string[] = [];
  for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const specifier = match[3] ?? match[4] ?? match[5] ?? '';
    const isType = match[2] !== undefined;
    const target = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier)
      : specifier;
    const allowed = rule?.[1].some(
      (name) => isWithin(target, name) || (/[:/]$/.test(name) && target.startsWith(name)),
    );
    if (rule && !allowed) found.push(`${file} may not import ${specifier}`);
    for (const [from, to] of MUST_NOT)
      if (isWithin(file, from) && isWithin(target, to))
        found.push(`${file} may not know ${to} (${specifier})`);
    const module = /^protocol\/(.+)\.ts$/.exec(target)?.[1];
    if (
      module &&
      !isType &&
      !LIGHT.includes(module) &&
      BROWSER.some((place) => isWithin(file, place))
    )
      found.push(`${file} may import only types from protocol/${module}.ts`);
  }
  return found;
}

const breaches: string[] = [];
let files = 0;
for await (const file of glob(
  '{protocol,widget,console,server,demo-site,tools,test/torture}/**/*.{ts,tsx}',
)) {
  if (/\.test\.tsx?$|\.d\.ts$/.test(file)) continue;
  files++;
  breaches.push(...breachesOf(file.replaceAll(path.sep, '/')));
}
if (breaches.length) {
  process.stderr.write(`${breaches.join('\n')}\n`);
  process.exitCode = 1;
} else process.stdout.write(`Import rules hold in ${files} files.\n`);
