/** The files to deploy with: they set what the server knows, and wait as long as it may take. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseConfig } from '../../server/config.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(ROOT, file), 'utf8');
/** Node's own. */
const ALSO = ['NODE_COMPILE_CACHE', 'NODE_ENV'];

let compose: string;
let unit: string;
let dockerfile: string;
let known: Set<string>;
beforeAll(async () => {
  [compose, unit, dockerfile] = await Promise.all([
    read('deploy/compose.yaml'),
    read('deploy/bulkhead.service'),
    read('deploy/Dockerfile'),
  ]);
  const sources = await Promise.all(
    ['config', 'alert-config', 'load-config'].map((name) => read(`server/${name}.ts`)),
  );
  const reads = /\b(?:text|integer|origin|count)\(\s*'([A-Z][A-Z0-9_]+)'/g;
  known = new Set(namesIn(sources.join('\n'), reads));
});

const namesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name ?? '');
/** What both chat servers are set to, with the secrets that an operator gives. */
function chatSettings(): Record<string, string> {
  const [, block = ''] = /environment: &settings\n((?: {4}.*\n)+?) {2}\S/.exec(compose) ?? [];
  const settings = [...block.matchAll(/^ {4}([A-Z_]+): (.*)$/gm)].map(
    ([, name = '', value = '']) => [
      name,
      value
        .replace(/\$\{PUBLIC_URL:\?[^}]*\}/, 'https://chat.example')
        .replace(/\$\{[A-Z_]+:-\}/g, '')
        .replace(/\$\{[A-Z_]+:\?[^}]*\}/g, 'x'.repeat(32))
        .replace(/^'(.*)'$/, '$1'),
    ],
  );
  return Object.fromEntries(settings);
}

it('sets no variable that the server does not know', () => {
  const used = [
    ...Object.keys(chatSettings()),
    ...namesIn(unit, /^Environment=([A-Z_]+)=/gm),
    ...namesIn(
      dockerfile
        .replaceAll('\\\n', ' ')
        .match(/^ENV .*$/gm)
        ?.join('\n') ?? '',
      /\b([A-Z_]{3,})=/g,
    ),
  ];
  expect(used.length).toBeGreaterThan(15);
  expect(known.size).toBeGreaterThan(40);
  expect(used.filter((name) => !known.has(name) && !ALSO.includes(name))).toEqual([]);
});

it('starts with them', () => {
  const config = parseConfig(chatSettings());
  expect(config).toMatchObject({
    publicUrl: 'https://chat.example',
    trustProxy: 1,
    metrics: { port: 9464, host: '0.0.0.0' },
  });
  expect(config.databaseUrl).toMatch(/^postgres:/);
  expect(config.redisUrl).toMatch(/^redis:/);
});

it('waits longer for the end of a server than a drain takes', () => {
  const ANSWERS_MS = 5000;
  const { drain } = parseConfig(chatSettings());
  const needsMs = drain.delayMs + drain.spreadMs + ANSWERS_MS;
  expect(Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]) * 1000).toBeGreaterThan(needsMs);
  const own = parseConfig({}).drain;
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) * 1000).toBeGreaterThan(
    own.delayMs + own.spreadMs + ANSWERS_MS,
  );
});

it('is started until its database can be reached', () => {
  // systemd gives up after five starts within ten seconds, and one that is refused takes none.
  expect(unit).toMatch(/^Restart=(on-failure|always)$/m);
  expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
});

it('notices a draining server before it stops taking anybody in', () => {
  const [, interval] = /HEALTHCHECK --interval=(\d+)s/.exec(dockerfile) ?? [];
  expect(Number(interval)).toBeGreaterThan(0);
  expect(parseConfig(chatSettings()).drain.delayMs).toBeGreaterThan(5000);
});

it('keeps the database and Redis from everybody outside', () => {
  expect(compose.match(/^ {4}ports:.*$/gm)).toEqual(["    ports: ['80:80']"]);
});
