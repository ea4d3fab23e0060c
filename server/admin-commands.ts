/** What `admin.ts` can do, one function a command. Says its results, throws for the person to read. */
import { readFile } from 'node:fs/promises';
import { AGENT_ROLES, type AgentRole } from '../protocol/http.ts';
import type { Config } from './config.ts';
import { eraseVisitor } from './ledger/erase-visitor.ts';
import type { Ledger } from './ledger/ledger.ts';
import { cleanText } from './log/entry-draft.ts';
import { parsePolicy } from './payments/policy.ts';
import {
  createAgent,
  isAgentRole,
  listAgents,
  setAgentPassword,
  setAgentRole,
  toEmail,
} from './people/agents.ts';
import { setAlertWays } from './sites/alert-ways.ts';
import { MINTINGS, setMinting, setPaymentPolicy } from './sites/minting.ts';
import { readManifest, readReleaseKeys } from './sites/release-files.ts';
import { scriptTag } from './sites/script-tag.ts';
import { createSite, findSiteByKey, listSites, type Site, updateSite } from './sites/sites.ts';
import type { Database, Store } from './store/store.ts';
import type { RandomBytes } from './world.ts';

export const USAGE = `Usage: npm run admin -- <command>

  site create --name NAME --origin ORIGIN [--origin ORIGIN]…
              [--stripe-key pk_…] [--color #rrggbb] [--greeting TEXT]
  site update SITE_KEY [the same options; --stripe-key "" takes the key away]
              [--minting server | connect | merchant]
              [--stripe-account acct_…]   for connect: whose charges these are
              [--merchant-url URL]        for merchant: where the merchant's backend answers;
                                          prints the shared secret once
              [--alert-url URL]           where the merchant hears of incidents, signed;
                                          prints the secret once; "" takes it away
              [--alert-email EMAIL]       and by mail, where SMTP_URL is set
  site policy SITE_KEY --file FILE        limits and approvals, as JSON; - takes them away
  site list
  site tag SITE_KEY [--pinned] [--report URL]
                                          prints the tag for the merchant's pages: signed, once a
                                          release is published, or pinned to one release; reports
                                          go to URL too
  agent create --email EMAIL --name NAME [--password PASSWORD] [--role ROLE]
  agent role --email EMAIL --role ROLE    owner, admin, agent or viewer
  agent password --email EMAIL [--password PASSWORD]
  agent list
  visitor erase VISITOR_ID               takes away whatever names a visitor; the ledger still proves

  migrate                                 brings the database up to date and ends
  backup --to FILE                        everything into one SQLite file; the server may run
  restore --from FILE                     a backup into an empty store
  copy --to postgres://…                  the data directory into an empty database; its server is
                                          stopped, and started again with DATABASE_URL

Without --password a random one is made and printed once.`;

/** Something is missing or unknown; `message` is for the person at the terminal. */
export class AdminError extends Error {}

export interface AdminContext {
  config: Config;
  store: Store;
  ledger: Ledger;
  db: Database;
  random: RandomBytes;
  now: number;
  say(line: string): void;
}
export interface Given {
  positionals: string[];
  values: {
    name?: string | undefined;
    origin?: string[] | undefined;
    color?: string | undefined;
    greeting?: string | undefined;
    'stripe-key'?: string | undefined;
    minting?: string | undefined;
    'stripe-account'?: string | undefined;
    'merchant-url'?: string | undefined;
    'alert-url'?: string | undefined;
    'alert-email'?: string | undefined;
    file?: string | undefined;
    role?: string | undefined;
    email?: string | undefined;
    password?: string | undefined;
    to?: string | undefined;
    from?: string | undefined;
    pinned?: boolean | undefined;
    report?: string | undefined;
  };
}
type Command = (context: AdminContext, given: Given) => Promise<void>;

const PASSWORD_BYTES = 15;

export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined || value === '') throw new AdminError(`${what} is missing\n\n${USAGE}`);
  return value;
}

const show = (site: Site) =>
  `${site.publicKey}  ${site.name}  ${site.allowedOrigins.join(' ')}` +
  (site.stripePublishableKey === null ? '' : `  ${site.stripePublishableKey}`) +
  (site.minting === 'server' ? '' : `  ${site.minting} ${mintedAt(site)}`);

const mintedAt = ({ minting, stripeAccount, merchantUrl }: Site) =>
  minting === 'connect' ? stripeAccount : merchantUrl;

const siteCreate: Command = async (context, { values }) => {
  const { color, greeting } = values;
  const site = await createSite(context, {
    name: required(values.name, '--name'),
    allowedOrigins: required(values.origin, '--origin'),
    stripePublishableKey: values['stripe-key'] || null,
    ...(color !== undefined && { color }),
    ...(greeting !== undefined && { greeting }),
  });
  await recordSettings(context, site.id, 'site created', { name: site.name });
  context.say(show(site));
};

/** Before it is said to be done [LEDGER-1]. Never a secret, and no card that somebody typed [CARD-2]. */
const recordSettings = (
  { ledger }: AdminContext,
  siteId: string,
  what: string,
  settings: object,
): Promise<number> => {
  const detail = { by: 'command line', what, to: cleanText(JSON.stringify(settings)) };
  return ledger.record({ kind: 'settings.changed', siteId, detail });
};

const recordAgent = ({ ledger }: AdminContext, agentId: string, what: string, to: object = {}) =>
  ledger.record({ kind: 'agent.changed', agentId, detail: { by: 'command line', what, ...to } });

async function namedSite({ db }: AdminContext, { positionals }: Given): Promise<Site> {
  const key = required(positionals[0], 'SITE_KEY');
  const site = await findSiteByKey(db, key);
  if (!site) throw new AdminError(`There is no site ${key}`);
  return site;
}

const siteUpdate: Command = async (context, given) => {
  const site = await namedSite(context, given);
  const { values } = given;
  const stripeKey = values['stripe-key'];
  const updated = await updateSite(context.db, site.publicKey, {
    name: values.name ?? site.name,
    allowedOrigins: values.origin ?? site.allowedOrigins,
    color: values.color ?? site.color,
    greeting: values.greeting ?? site.greeting,
    stripePublishableKey: stripeKey === undefined ? site.stripePublishableKey : stripeKey || null,
  });
  const { minting, 'stripe-account': account, 'merchant-url': url, ...looks } = values;
  await recordSettings(context, site.id, 'site', { ...looks, minting, account, url });
  const secret = updated && (await updateMinting(context, updated, values));
  const alertSecret = await setAlertWays(context, site, {
    url: values['alert-url'],
    email: values['alert-email'],
  });
  if (secret) {
    const detail = { by: 'command line', what: 'merchant secret' };
    await context.ledger.record({ kind: 'key.changed', siteId: site.id, detail });
  }
  const shown = await findSiteByKey(context.db, site.publicKey);
  if (shown) context.say(show(shown));
  if (secret) context.say(`merchant secret: ${secret}`);
  if (alertSecret) context.say(`alert secret: ${alertSecret}`);
  if (values['alert-email'] && !context.config.alerts.mail) {
    context.say('SMTP_URL is not set here: no mail is sent before the server has it');
  }
};

/** @returns a new merchant's secret, where one was made */
async function updateMinting(
  context: AdminContext,
  site: Site,
  values: Given['values'],
): Promise<string | null> {
  const account = values['stripe-account'];
  const url = values['merchant-url'];
  if (values.minting === undefined && account === undefined && url === undefined) return null;
  const minting = MINTINGS.find((known) => known === (values.minting ?? site.minting));
  if (!minting) throw new AdminError(`--minting must be one of ${MINTINGS.join(', ')}`);
  return setMinting(context, site, { minting, stripeAccount: account, merchantUrl: url });
}

const sitePolicy: Command = async (context, given) => {
  const site = await namedSite(context, given);
  const file = required(given.values.file, '--file');
  const policy = file === '-' ? null : JSON.stringify(parsePolicy(await readPolicyFile(file)));
  await setPaymentPolicy(context.db, site.id, policy);
  await recordSettings(context, site.id, 'payment policy', { policy });
  context.say(policy ?? 'no policy');
};

const readPolicyFile = (file: string) =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AdminError(`${file} cannot be read`, { cause });
  });

const siteList: Command = async ({ db, say }) => {
  for (const site of await listSites(db)) say(show(site));
};

const siteTag: Command = async (context, given) => {
  const { config, say } = context;
  const { pinned, report } = given.values;
  const site = await namedSite(context, given);
  const manifest = await readManifest(config).catch((cause: unknown) => {
    throw new AdminError('The widget has not been built yet: npm run build', { cause });
  });
  const keys = pinned ? null : await readReleaseKeys(config);
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  say(scriptTag({ manifest, site, publicUrl, keys, report: report && reportUrl(report) }));
};

/** Reports cross the network with a page's address in them. */
function reportUrl(text: string): string {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || url?.hostname === 'localhost';
  if (url && isSafe && !url.username && !url.hash) return url.href;
  throw new AdminError('--report must be an https address such as https://shop.example/reports');
}

function passwordFor({ random }: AdminContext, given: string | undefined) {
  const password = given ?? random(PASSWORD_BYTES).toString('base64url');
  return { password, words: given === undefined ? `  password: ${password}` : '' };
}

const agentCreate: Command = async (context, { values }) => {
  const { password, words } = passwordFor(context, values.password);
  const agent = await createAgent(context, {
    email: required(values.email, '--email'),
    name: required(values.name, '--name'),
    password,
    ...(values.role !== undefined && { role: toRole(values.role) }),
  });
  await recordAgent(context, agent.id, 'created', { email: agent.email, role: agent.role });
  context.say(`${agent.email}  ${agent.name}  ${agent.role}${words}`);
};

function toRole(word: string | undefined): AgentRole {
  if (word !== undefined && isAgentRole(word)) return word;
  throw new AdminError(`--role must be one of ${AGENT_ROLES.join(', ')}`);
}

/** @throws AdminError */
async function namedAgent({ db }: AdminContext, email: string): Promise<string> {
  const found = (await listAgents(db)).find((agent) => agent.email === toEmail(email));
  if (!found) throw new AdminError(`There is no agent ${email}`);
  return found.id;
}

const agentRole: Command = async (context, { values }) => {
  const email = required(values.email, '--email');
  const role = toRole(values.role);
  const agentId = await namedAgent(context, email);
  await setAgentRole(context.db, email, role);
  await recordAgent(context, agentId, 'role', { role });
  context.say(`${email}  ${role}`);
};

const agentPassword: Command = async (context, { values }) => {
  const email = required(values.email, '--email');
  const { password, words } = passwordFor(context, values.password);
  if (!(await setAgentPassword(context, { email, password }))) {
    throw new AdminError(`There is no agent ${email}`);
  }
  await recordAgent(context, await namedAgent(context, email), 'password');
  context.say(`${email}${words}`);
};

const agentList: Command = async ({ db, say }) => {
  for (const agent of await listAgents(db)) say(`${agent.email}  ${agent.name}  ${agent.role}`);
};

const visitorErase: Command = async ({ store, ledger, say }, { positionals }) => {
  const visitorId = required(positionals[0], 'VISITOR_ID');
  if (!(await eraseVisitor({ store, ledger }, visitorId))) {
    throw new AdminError(`There is no visitor ${visitorId}`);
  }
  say(`${visitorId} is erased`);
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['site create', siteCreate],
  ['site update', siteUpdate],
  ['site policy', sitePolicy],
  ['site list', siteList],
  ['site tag', siteTag],
  ['agent create', agentCreate],
  ['agent role', agentRole],
  ['agent password', agentPassword],
  ['agent list', agentList],
  ['visitor erase', visitorErase],
]);
