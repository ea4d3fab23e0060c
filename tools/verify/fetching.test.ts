import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFetcher, FetchError, isPrivateAddress } from './fetching.ts';

/** Of the block for documentation: public by its number, and nobody's. */
const PUBLIC = new URL('http://203.0.113.7/');

let server: Server;
let port: number;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/never') return;
    if (request.url === '/drip') response.writeHead(200).write('x');
    else if (request.url === '/broken')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    else response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof FetchError ? error.problem : error),
  );

describe('addresses of a private network', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '::ffff:127.0.0.1'],
  ])('%s is one', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });
  it.each([
    '203.0.113.7',
    '172.32.0.1',
    '8.8.8.8',
    '2001:db8::1',
    '::ffff:8.8.8.8',
  ])('%s is none', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '[::ffff:127.0.0.1]',
  ])('are not asked for the sake of a public page: %s', async (host) => {
    const fetcher = await createFetcher(PUBLIC);
    expect(fetcher.allowsPrivate).toBe(false);
    expect(await problemOf(fetcher.fetch(`http://${host}:${port}/`))).toBe('address_private');
    expect(asked).toEqual([]);
  });

  it('are asked where the person named one', async () => {
    const fetcher = await createFetcher(new URL(`http://localhost:${port}`));
    const { status, body } = await fetcher.fetch(`http://127.0.0.1:${port}/`);
    expect([status, body.toString()]).toEqual([200, 'hello']);
  });
});

it.each(['/never', '/drip'])('ends with the time that it was given: %s', async (path) => {
  const named = new URL(`http://127.0.0.1:${port}${path}`);
  const fetcher = await createFetcher(named, { timeoutMs: 300 });
  expect(await problemOf(fetcher.fetch(named))).toBe('timeout');
});

it('takes a body that cannot be unfolded for none', async () => {
  const named = new URL(`http://127.0.0.1:${port}/broken`);
  const fetcher = await createFetcher(named);
  expect(await problemOf(fetcher.fetch(named))).toBe('unreachable');
});
