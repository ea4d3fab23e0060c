/**
 * What Bulkhead needs of a page's Content-Security-Policy, whichever way that lists scripts, and the
 * lines that are missing in it. Each need was tried in browsers; test/browser/verify-csp.test.ts
 * serves the lines that come from here.
 */
import {
  allowsAnyInline,
  allowsScript,
  allowsUrl,
  formatPolicy,
  hashesIn,
  isStrictDynamic,
  noncesIn,
  type Policy,
  type ScriptAsked,
  type SourceKind,
  sourceListOf,
} from './csp.ts';
import { type Finding, type FindingCode, finding } from './findings.ts';

/** As a stand-in for a nonce, which is another in every response. */
export const NONCE_PLACEHOLDER = '{nonce}';

export type PolicyKind = 'hosts' | 'hashes' | 'nonce';

/** One script of the release, where it is served and its `sha384-…`. */
export interface NeededScript {
  url: URL;
  hash: string;
}

export interface Needs {
  page: URL;
  /** Of the chat server. */
  origin: string;
  kind: 'pinned' | 'signed';
  /** What the tag itself names: the loader, or the bootstrap. */
  tag: NeededScript;
  /** What the bootstrap adds; nothing for a pinned tag. */
  loader: NeededScript | null;
  chat: NeededScript | null;
  /** Only where the tag takes payments. */
  pay: NeededScript | null;
  nonce: string | null;
  payments: boolean;
  /** The merchant's own address for reports [REPORT-2]. */
  reportTo: URL | null;
}

/** Of Stripe's integration security guide; for Elements, without the address search. */
export const STRIPE_HOSTS = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
} as const;

export interface Examined {
  kind: PolicyKind | null;
  findings: Finding[];
  /** What each directive lacks. */
  add: { directive: string; sources: string[] }[];
  /** The directives that change, whole. */
  lines: string[];
  /** The whole policy, with what was missing. */
  policy: string;
}

export function kindOf(policy: Policy): PolicyKind | null {
  const list = sourceListOf(policy, 'script');
  if (!list) return null;
  if (noncesIn(list.sources).length) return 'nonce';
  return hashesIn(list.sources).length ? 'hashes' : 'hosts';
}

/** @param prefer how to allow scripts where the policy itself shows no way */
export function examinePolicy(policy: Policy, needs: Needs, prefer?: PolicyKind): Examined {
  const kind = prefer ?? kindOf(policy);
  const isReport = policy.disposition === 'report';
  const findings: Finding[] = [];
  const missing = new Map<string, Set<string>>();
  const lack = (
    code: FindingCode,
    directive: string,
    sources: readonly string[],
    detail: string = sources.join(' '),
  ) => {
    const known = missing.get(directive) ?? new Set();
    for (const source of sources) known.add(source);
    if (sources.length) missing.set(directive, known);
    findings.push(
      isReport ? finding('csp_report_only', directive, detail) : finding(code, directive, detail),
    );
  };

  checkScripts(policy, needs, kind, lack);
  checkConnections(policy, needs, lack);
  checkNames(policy, needs, lack);
  if (needs.payments) checkStripe(policy, needs, lack);
  checkSandbox(policy, lack);
  return { kind: kindOf(policy), findings, ...completed(policy, missing) };
}

type Lack = (
  code: FindingCode,
  directive: string,
  sources: readonly string[],
  detail?: string,
) => void;

function checkScripts(policy: Policy, needs: Needs, kind: PolicyKind | null, lack: Lack): void {
  const list = sourceListOf(policy, 'script');
  if (!list) return;
  const { sources } = list;
  const name = own(list.name, 'script');
  const { page, tag, loader, chat, pay } = needs;
  const nonce = noncesIn(sources).includes(NONCE_PLACEHOLDER) ? NONCE_PLACEHOLDER : needs.nonce;
  const allows = (script: Omit<ScriptAsked, 'nonce'>) =>
    allowsScript(sources, { ...script, nonce }, page);

  const refused = [
    ...(allows({ ...tag, inMarkup: true }) ? [] : [tag]),
    ...[loader, pay].flatMap((script) =>
      !script || allows({ ...script, inMarkup: false }) ? [] : script,
    ),
  ];
  // First inline, by its hash or nonce; where that is refused, by its address, as written in the frame.
  const isInline = !chat || allows({ url: null, hash: chat.hash, inMarkup: true });
  const isChatRefused = chat && !isInline && !allows({ ...chat, inMarkup: true });
  if (refused.length === 0 && isInline) return;

  if (kind === 'nonce') {
    const shown = needs.nonce === null ? 'the tag has none' : `the tag has another one`;
    if (refused.length || isChatRefused) {
      lack('csp_nonce_wrong', name, [], shown);
      return;
    }
  }
  const folder = new URL('.', (loader ?? tag).url);
  const hosts = needs.kind === 'signed' ? `${needs.origin}/embed/` : folder.href;
  const byHash = (scripts: readonly NeededScript[]) => scripts.map(({ hash }) => `'${hash}'`);
  const wanted = [...refused, ...(isChatRefused ? [chat] : [])];
  if (wanted.length) {
    const inHashes = [...wanted, ...(chat && !isInline && !isChatRefused ? [chat] : [])];
    if (kind === 'hashes') lack('csp_script', name, byHash([...new Set(inHashes)]));
    else lack('csp_script', name, [hosts]);
    if (kind === 'hashes' && needs.kind === 'signed') lack('csp_signed_hashes', name, []);
  }
  // A hash beside hosts: the chat is then inline at once, and nothing is reported. A signed tag's chat
  // has another hash with every release.
  if (chat && !isInline && kind !== 'hashes') {
    const isFixed = needs.kind === 'pinned' && !allowsAnyInline(sources);
    lack('csp_script_slow', name, isFixed ? byHash([chat]) : []);
  } else if (chat && !isInline && !wanted.length) lack('csp_script_slow', name, byHash([chat]));
}

const PROBE = 'bulkhead-probe';

function lackingHosts(
  policy: Policy,
  kind: SourceKind,
  hosts: readonly string[],
  page: URL,
): { name: string; hosts: string[] } | undefined {
  const list = sourceListOf(policy, kind);
  if (!list) return undefined;
  const lacking = hosts.filter((host) => {
    const url = new URL(host.replace('*', PROBE));
    return !allowsUrl(list.sources, url, page);
  });
  return lacking.length ? { name: list.name, hosts: lacking } : undefined;
}

/** A new directive takes the place of `default-src`, which others still go by. */
const own = (name: string, kind: SourceKind) => (name === 'default-src' ? `${kind}-src` : name);

function checkConnections(policy: Policy, needs: Needs, lack: Lack): void {
  const { page, origin, reportTo } = needs;
  const hosts = [origin, origin.replace(/^http/, 'ws')];
  const lacking = lackingHosts(policy, 'connect', hosts, page);
  if (lacking) lack('csp_connect', own(lacking.name, 'connect'), lacking.hosts);
  const list = sourceListOf(policy, 'connect');
  if (list && reportTo && !allowsUrl(list.sources, reportTo, page))
    lack('csp_reports', own(list.name, 'connect'), [reportTo.origin + reportTo.pathname]);
}

function checkStripe(policy: Policy, { page }: Needs, lack: Lack): void {
  for (const [kind, hosts] of Object.entries(STRIPE_HOSTS) as [SourceKind, readonly string[]][]) {
    const list = sourceListOf(policy, kind);
    // Stripe.js is added by the loader, whom such a policy trusts to do so.
    if (kind === 'script' && list && isStrictDynamic(list.sources)) continue;
    const lacking = lackingHosts(policy, kind, hosts, page);
    if (lacking) lack('csp_stripe', own(lacking.name, kind), lacking.hosts);
  }
}

function checkNames(policy: Policy, { page, origin, kind }: Needs, lack: Lack): void {
  const base = policy.directives.get('base-uri');
  if (base && !allowsUrl(base, new URL(origin), page)) lack('csp_base', 'base-uri', [origin]);
  const names = policy.directives.get('trusted-types');
  const wanted = kind === 'signed' ? ['bulkhead', 'bulkhead-boot'] : ['bulkhead'];
  const lacking = wanted.filter((name) => !names?.includes('*') && !names?.includes(name));
  if (names && lacking.length) lack('csp_trusted_types', 'trusted-types', lacking);
}

function checkSandbox({ directives, from, disposition }: Policy, lack: Lack): void {
  const flags = directives.get('sandbox')?.map((flag) => flag.toLowerCase());
  // Ignored in a <meta>, and where it is only to be reported.
  if (!flags || from === 'meta' || disposition === 'report') return;
  const lacking = ['allow-scripts', 'allow-same-origin', 'allow-popups'].filter(
    (flag) => !flags.includes(flag),
  );
  if (lacking.length) lack('csp_sandbox', 'sandbox', [], lacking.join(' '));
}

/** The policy with what it lacks. Nonces are not repeated: the next response has another one. */
function completed(policy: Policy, missing: ReadonlyMap<string, ReadonlySet<string>>) {
  const directives = new Map(policy.directives);
  const lines: string[] = [];
  const plain = (sources: readonly string[]) =>
    sources.map((source) => source.replace(/^'nonce-.+'$/i, `'nonce-${NONCE_PLACEHOLDER}'`));
  for (const [name, sources] of directives) directives.set(name, plain(sources));
  for (const [name, sources] of missing) {
    const inherited = name.endsWith('-src') ? directives.get('default-src') : undefined;
    const before = directives.get(name) ?? inherited ?? [];
    const kept = before.filter((source) => source.toLowerCase() !== "'none'");
    directives.set(name, [...kept, ...sources]);
    lines.push([name, ...kept, ...sources].join(' '));
  }
  const add = [...missing].map(([directive, sources]) => ({ directive, sources: [...sources] }));
  return { add, lines, policy: formatPolicy({ directives }) };
}

/**
 * For a page without one: what to begin with, and what Bulkhead adds to it. Trusted Types are left out
 * where there are payments: Stripe documents nothing of Stripe.js under them.
 */
const BEGINNINGS: Readonly<Record<PolicyKind, string>> = {
  hosts: "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'",
  hashes: "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'",
  nonce: `default-src 'self'; script-src 'nonce-${NONCE_PLACEHOLDER}' 'strict-dynamic'; object-src 'none'; base-uri 'none'`,
};
const TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'";

export function suggestPolicy(kind: PolicyKind, needs: Needs): string {
  const isTyped = kind === 'nonce' && !needs.payments;
  const beginning = BEGINNINGS[kind] + (isTyped ? TRUSTED_TYPES : '');
  const directives = new Map(
    beginning.split('; ').map((part) => {
      const [name = '', ...sources] = part.split(' ');
      return [name, sources] as const;
    }),
  );
  const given: Policy = { directives, disposition: 'enforce', from: 'given' };
  return examinePolicy(given, needs, kind).policy;
}
