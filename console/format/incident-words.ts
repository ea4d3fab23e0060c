/**
 * What an incident is, in plain words: what was seen, what it means, and what to do now. Says no more
 * than a report can know: a report is a browser's word, and anybody can send one.
 */
import type { IncidentSummary } from '../../protocol/incidents.ts';
import type { ManifestRefusal } from '../../protocol/releases.ts';

export interface IncidentWords {
  title: string;
  /** `bad` where somebody may be attacking; `waiting` where a fault is likelier. */
  tone: 'bad' | 'waiting';
  meaning: string;
  now: string;
}

const MANIFEST: Readonly<Record<ManifestRefusal, string>> = {
  unreadable: 'What the server sent as the current release could not be read.',
  signatures: 'The current release did not carry enough valid signatures of the keys in the tag.',
  older: 'The server offered an older release than this browser had seen before.',
  expired: 'The current release is past the date until which it was signed.',
  killed: 'The current release is on the signed list of releases that may not run.',
  kills_missing: 'The signed list of releases that may not run was missing or too old.',
  no_crypto: 'This browser has no WebCrypto here, so no signature could be checked.',
  no_storage:
    'This browser refuses storage, so it could not be known whether the release is older.',
};
const isManifestRefusal = (subject: string): subject is ManifestRefusal =>
  Object.hasOwn(MANIFEST, subject);

/** These say something of the visitor's browser and nothing of the release. */
const HARMLESS: readonly string[] = ['no_crypto', 'no_storage'];

export function incidentWords({
  kind,
  subject,
}: Pick<IncidentSummary, 'kind' | 'subject'>): IncidentWords {
  switch (kind) {
    case 'script_refused':
      return {
        title: 'An altered script was refused',
        tone: 'bad',
        meaning:
          'A file of the release was not what its hash says, so the browser did not run it. These visitors saw a note in place of the chat, and nothing of theirs was read.',
        now: 'Compare what your static host serves with the release (npm run verify -- <page>). Whoever could change the file can change others: find out who may write there, and change those credentials.',
      };
    case 'frame_navigated':
      return {
        title: 'The chat frame was replaced',
        tone: 'bad',
        meaning:
          'Another document appeared where the chat was. The loader removed it at once; it could not reach the page.',
        now: 'One browser alone is probably an extension. Several with the same release mean that its chat script misbehaves: stop that release and look at what changed in it.',
      };
    case 'frame_silent':
      return {
        title: 'The chat did not start',
        tone: 'waiting',
        meaning:
          'No word came from the chat within ten seconds, and the visitor saw a note in its place. Slow networks do that now and then.',
        now: 'Many at once, or all on one page: look at that page’s Content-Security-Policy and at whether the chat server answers.',
      };
    case 'focus_theft':
      return {
        title: 'The chat tried to catch what is typed',
        tone: 'bad',
        meaning:
          'The chat frame took the focus while a field of the page was in use. The loader removed the frame and gave the focus back.',
        now: 'The released chat never does this by itself. Stop that release, and look at what changed in its chat script.',
      };
    case 'port_violation':
      return {
        title: 'The chat asked for what it may not have',
        tone: 'bad',
        meaning:
          'Three messages from the chat frame were not on the loader’s list. They were dropped and the frame was removed.',
        now: 'The released chat never does this by itself. Stop that release, and look at what changed in its chat script.',
      };
    case 'payment_mismatch':
      return {
        title: 'A payment was not what the chat showed',
        tone: 'bad',
        meaning:
          'Stripe named another amount, currency or description than the card in the conversation. The sheet refused to pay, or told the visitor if it changed at the last moment.',
        now: 'Look at the payments of that time in Stripe. Whoever can do this holds the server or its Stripe key: change the key.',
      };
    case 'manifest_refused':
      return {
        title: 'A release was refused',
        tone: HARMLESS.includes(subject) ? 'waiting' : 'bad',
        meaning: `${isManifestRefusal(subject) ? MANIFEST[subject] : 'The current release did not verify.'} Nothing was loaded, and these visitors saw no chat.`,
        now: HARMLESS.includes(subject)
          ? 'Nothing, for a few browsers. On every page, look at whether it is served over https.'
          : 'Check the release log against your own copy. If you have published nothing, whoever holds the server has tried to: treat it as breached.',
      };
    case 'csp_violation':
      return {
        title: 'The page’s policy stood in the way',
        tone: 'waiting',
        meaning: `${subject ? `“${subject}”` : 'A policy'} of the page does not allow a file or an address of the chat. Chat or payment may not work there.`,
        now: 'If you have changed the page’s policy, add what the chat needs (npm run verify -- <page> prints the lines). If you have not, somebody has changed the page or the tag.',
      };
  }
}

/** What it is about, in the order of an address: file or rule, then release. */
export const incidentSubject = ({
  subject,
  release,
}: Pick<IncidentSummary, 'subject' | 'release'>): string =>
  [subject, release && `release ${release}`].filter(Boolean).join(' · ');

export const timesReported = (count: number): string =>
  count === 1 ? 'Reported once' : `Reported ${new Intl.NumberFormat().format(count)} times`;
