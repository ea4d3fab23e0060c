import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HTTP_STATUS } from './status.ts';

it('[ERR-1] answers each code with the status that PROTOCOL.md lists', () => {
  const path = new URL('../../protocol/PROTOCOL.md', import.meta.url);
  const rows = readFileSync(path, 'utf8').matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm);
  const documented = Object.fromEntries(
    [...rows].map(([, code, status]) => [code, Number(status)]),
  );
  expect(HTTP_STATUS).toEqual(documented);
});
