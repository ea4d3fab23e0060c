/** Puts the pack together from what was read. What is not known stays unknown. Pure. */
import { reportingLines } from '../verify/page-policies.ts';
import type { Report } from '../verify/report.ts';
import {
  type Authorisation,
  type AuthorisationFile,
  authorisationOf,
  withScripts,
} from './authorisations.ts';
import { type Change, changesOf, type ReleaseState, releaseStates } from './changes.ts';
import { type InventoryLine, inventoryOf, releaseName, type TagKind } from './inventory.ts';
import type { Published } from './read-releases.ts';
import type { Incident, SiteFacts } from './read-site.ts';

export interface PackInput {
  site: SiteFacts;
  published: Published;
  authorisations: AuthorisationFile;
  /** Of a run of verify on one of the site's pages. */
  verified: Report | null;
  /** As it was said on the command line. */
  tag: TagKind | null;
  publicUrl: string;
  now: Date;
}

export interface Channel {
  channel: string;
  state: 'set up' | 'not set up' | 'unknown';
  detail: string;
}

export interface PciPack {
  bulkheadPci: 1;
  madeAt: string;
  site: Pick<SiteFacts, 'key' | 'name' | 'origins' | 'payments' | 'minting'>;
  tag: { kind: TagKind | 'unknown'; known: string };
  release: { version: string; sequence: number; commit: string; expires: string } | null;
  keys: { threshold: number; keys: string[] } | null;
  log: { lines: number; lastHash: string | null; faults: string[] };
  inventory: (InventoryLine & { authorisation: Authorisation })[];
  releases: (ReleaseState & { authorisation: Authorisation })[];
  changes: Change[];
  alerting: Channel[];
  /** To be added to the page, where a check of it says that it has none, or none was made. */
  reportingLines: string[];
  incidents: Incident[];
  evaluation: AuthorisationFile['evaluation'];
  /** The last check of a page that was given. */
  check: { url: string; at: string; verdict: Report['verdict']; problems: string[] } | null;
  /** What somebody has to look at before this pack says what it should. */
  open: string[];
}

export function makePack(input: PackInput): { pack: PciPack; authorisations: AuthorisationFile } {
  const { site, published, verified, publicUrl, now } = input;
  const { log, keys, bootstrap, faults } = published;
  const seen = verified?.tags.find((tag) => tag.site === site.key) ?? null;
  const kind = seen?.kind ?? input.tag;
  const inForce = log.releases.at(-1)?.statement ?? null;
  const runs = seen?.release
    ? (log.releases.findLast(({ statement }) => statement.version === seen.release?.version)
        ?.statement ?? null)
    : inForce;
  const inventory = inventoryOf({
    publicUrl,
    // Where it is not known, what a signed tag brings is the longer list.
    kind: kind ?? 'signed',
    payments: seen?.payments ?? site.payments,
    release: runs,
    bootstrap,
  });
  const releases = releaseStates(log);
  const names = [
    ...inventory.map(({ authorisedAs }) => authorisedAs),
    ...releases.map(({ version }) => releaseName(version)),
  ];
  const authorisations = withScripts(input.authorisations, names);
  const decided = (name: string) => authorisationOf(authorisations, name);
  const pack: PciPack = {
    bulkheadPci: 1,
    madeAt: now.toISOString(),
    site: {
      key: site.key,
      name: site.name,
      origins: site.origins,
      payments: site.payments,
      minting: site.minting,
    },
    tag: { kind: kind ?? 'unknown', known: howKnown(seen !== null, input.tag) },
    release: runs && {
      version: runs.version,
      sequence: runs.sequence,
      commit: runs.commit,
      expires: runs.expires,
    },
    keys: keys && { threshold: keys.threshold, keys: keys.keys },
    log: { lines: log.hashes.length, lastHash: log.hashes.at(-1) ?? null, faults },
    inventory: inventory.map((line) => ({ ...line, authorisation: decided(line.authorisedAs) })),
    releases: releases.map((each) => ({
      ...each,
      authorisation: decided(releaseName(each.version)),
    })),
    changes: changesOf(log),
    alerting: channelsOf(site, verified, seen),
    reportingLines:
      verified && !verified.csp.reporting.length ? [] : reportingLines(publicUrl, site.key),
    incidents: site.incidents,
    evaluation: authorisations.evaluation,
    check: verified && {
      url: verified.finalUrl,
      at: verified.checkedAt,
      verdict: verified.verdict,
      problems: verified.findings
        .filter(({ level }) => level === 'problem' || level === 'unknown')
        .map(({ says, subject }) => (subject ? `${says} (${subject})` : says)),
    },
    open: [],
  };
  return { pack: { ...pack, open: openPoints(pack) }, authorisations };
}

function howKnown(isSeen: boolean, said: TagKind | null): string {
  if (isSeen) return 'seen on the page by npm run verify';
  return said ? 'as it was said to this tool' : 'give a report of npm run verify, or --tag';
}

function channelsOf(
  site: SiteFacts,
  verified: Report | null,
  tag: Report['tags'][number] | null,
): Channel[] {
  const codes = verified?.findings.map(({ code }) => code) ?? [];
  const isReported = codes.includes('reporting_present');
  const setting = (value: string | null | undefined): Pick<Channel, 'state' | 'detail'> => {
    if (value === undefined)
      return { state: 'unknown', detail: 'this server keeps no such setting with the site' };
    return value ? { state: 'set up', detail: value } : { state: 'not set up', detail: '' };
  };
  return [
    {
      channel: 'Loader and bootstrap report to the chat server, shown in the console as incidents',
      state: 'set up',
      detail: 'refused scripts, refused manifests, frames that navigated or kept silent',
    },
    {
      channel: 'The same to an address of your own (data-report on the tag)',
      ...(tag
        ? tag.reportTo
          ? { state: 'set up', detail: tag.reportTo }
          : { state: 'not set up', detail: '' }
        : { state: 'unknown', detail: 'give a report of npm run verify' }),
    },
    {
      channel: 'Browsers’ own reports (Reporting-Endpoints, report-uri)',
      ...(verified
        ? { state: isReported ? 'set up' : 'not set up', detail: verified.finalUrl }
        : { state: 'unknown', detail: 'give a report of npm run verify' }),
    },
    { channel: 'Webhook of the site', ...setting(site.alertUrl) },
    { channel: 'E-mail of the site', ...setting(site.alertEmail) },
  ];
}

function openPoints(pack: PciPack): string[] {
  const waiting = pack.inventory.filter(
    ({ authorisation }) => authorisation.status !== 'authorised',
  );
  const killed = pack.releases.filter(({ killed }) => killed).map(({ version }) => version);
  return [
    ...(pack.tag.kind === 'unknown' ? ['Which kind of tag the pages carry is not known.'] : []),
    ...(pack.release ? [] : ['No published release is known: the inventory is not complete.']),
    ...pack.log.faults.map((fault) => `The public log does not hold: ${fault}`),
    ...waiting.map(({ script, authorisation }) => `${script}: ${authorisation.status}`),
    ...(pack.release && killed.includes(pack.release.version)
      ? [`Release ${pack.release.version} was killed by its publishers.`]
      : []),
    ...pack.alerting
      .filter(({ state }) => state !== 'set up')
      .map(({ channel, state }) => `${channel}: ${state}`),
    ...(pack.evaluation.every ? [] : ['How often the pages are evaluated is not written down.']),
    ...(pack.check ? [] : ['No check of a page is part of this pack.']),
    ...(pack.check && pack.check.verdict !== 'holds'
      ? [`The check of ${pack.check.url} did not hold.`]
      : []),
  ];
}
