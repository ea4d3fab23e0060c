/**
 * Everything that verify can find, once: how bad it is, what it means and what to do. Programs go by
 * the code; docs/verify.md lists them, and a test holds the two together. One long list, so that it
 * can be read through.
 */

/** `unknown`: it could not be looked at, so nothing is proved either way. */
export type Level = 'ok' | 'warning' | 'problem' | 'unknown';

type Row = readonly [level: Level, says: string, todo?: string];

const TAG_AGAIN = 'Paste the tag again as `npm run admin -- site tag` prints it.';
const VENDOR = 'Ask whoever runs the chat server, by another way than the chat.';
const ALARM =
  'Take the tag off the page until it is explained, and ask whoever runs the chat server.';
const ADD = 'Add the lines that are printed below.';

export const FINDINGS = {
  // The page
  page_fetched: ['ok', 'The page was read'],
  page_unreachable: ['unknown', 'The page cannot be read', 'Check the address and the network.'],
  page_status: [
    'unknown',
    'The page answers with an error',
    'Give an address that shows the page.',
  ],
  page_not_html: ['unknown', 'That address is not an HTML page', 'Give the address of a page.'],
  page_too_large: ['unknown', 'The page is larger than verify reads', 'Give a smaller page.'],
  page_insecure: [
    'problem',
    'The page comes over plain HTTP: anybody on the way can change its tag',
    'Serve the page over https:// only, with HSTS.',
  ],
  page_local: ['warning', 'The page comes over plain HTTP from this machine or network'],
  address_private: [
    'problem',
    'A public page names an address in a private network; it was not asked',
    TAG_AGAIN,
  ],

  // The tag
  tag_found: ['ok', 'The tag was found'],
  tag_missing: [
    'problem',
    'There is no Bulkhead tag in the page as it is served',
    'If a tag manager or a script adds it, put it into the page itself: what adds it could also change it.',
  ],
  tag_several: [
    'warning',
    'There is more than one tag; the first one that runs wins',
    'Leave one tag on the page.',
  ],
  tags_differ: [
    'problem',
    'The tags on the page name different scripts or sites',
    'Leave one tag on the page.',
  ],
  tag_inert: ['warning', 'The tag has a `type` that no browser runs', 'Leave `type` out.'],
  tag_module: ['problem', 'The tag is a module, and then does nothing', 'Leave `type` out.'],
  tag_src_missing: ['problem', 'The tag has no usable `src`', TAG_AGAIN],
  tag_src_relative: [
    'problem',
    'The address in the tag is relative, so that a `<base>` decides where the script comes from',
    TAG_AGAIN,
  ],
  tag_insecure: ['problem', 'The script is asked for over plain HTTP', TAG_AGAIN],
  tag_local: ['warning', 'The script is asked for over plain HTTP from a private address'],
  tag_site_invalid: ['problem', 'The tag names no site (`data-site`)', TAG_AGAIN],
  tag_address_odd: [
    'problem',
    'The address in the tag is not that of a release or of a bootstrap',
    TAG_AGAIN,
  ],
  integrity_strong: ['ok', 'The tag pins the script by its hash'],
  integrity_missing: [
    'problem',
    'The tag has no `integrity`: whoever holds the server decides what runs on the page',
    TAG_AGAIN,
  ],
  integrity_unusable: [
    'problem',
    'The tag’s `integrity` names no hash that browsers know: they run anything',
    TAG_AGAIN,
  ],
  integrity_weak: ['problem', 'The tag pins by less than SHA-384', TAG_AGAIN],
  integrity_alternatives: [
    'problem',
    'The tag allows more than one script, by several hashes of the same strength',
    TAG_AGAIN,
  ],
  integrity_leftover: [
    'warning',
    'The tag also names weaker hashes, which browsers ignore',
    'Leave only the strongest one.',
  ],
  crossorigin_missing: [
    'problem',
    'The tag has no `crossorigin`: browsers refuse a pinned script of another origin without it',
    TAG_AGAIN,
  ],
  crossorigin_credentials: [
    'problem',
    'The tag sends cookies with its request (`crossorigin="use-credentials"`)',
    TAG_AGAIN,
  ],
  report_address_given: ['ok', 'Refused scripts are also reported to an address of yours'],
  report_address_missing: [
    'warning',
    'The tag has no `data-report`: you hear of a refused script only through the chat server',
    'Add data-report="https://…" with an address of yours.',
  ],

  // Keys
  keys_unknown: [
    'warning',
    'No public keys are known, so no signature was checked',
    'Give the keys that you were handed once: --keys keys.json',
  ],
  keys_match: ['ok', 'The keys in the tag are those that you gave'],
  keys_differ: [
    'problem',
    'The keys or the threshold in the tag are not those that you gave',
    ALARM,
  ],
  keys_missing: ['problem', 'A signed tag without public keys (`data-keys`)', TAG_AGAIN],
  keys_malformed: ['problem', 'A key that is no point on the curve P-256', TAG_AGAIN],
  keys_duplicate: [
    'problem',
    'The same key stands twice: it would look like more signers',
    TAG_AGAIN,
  ],
  threshold_good: ['ok', 'More than one key has to sign a release'],
  threshold_low: [
    'warning',
    'One key alone can release',
    'Have two people sign each release: a threshold of 2 or more.',
  ],
  threshold_invalid: [
    'problem',
    'The threshold is no number from 1 to the count of keys',
    TAG_AGAIN,
  ],

  // What is served now
  file_matches: ['ok', 'The file that is served now has that hash'],
  file_differs: ['problem', 'The file that is served now has another hash', ALARM],
  file_unreachable: [
    'unknown',
    'A file cannot be had',
    'Try again; a pinned file is served for ever.',
  ],
  file_gone: ['problem', 'A file of the release is not served any more', VENDOR],
  file_no_cors: [
    'problem',
    'The file is served without CORS, so that browsers refuse it',
    'Let the server or its proxy send Access-Control-Allow-Origin: *',
  ],
  loader_pins: ['ok', 'The loader pins chat and pay by the hashes of the release'],
  loader_pins_differ: ['problem', 'The loader pins other scripts than its release names', ALARM],

  // The log
  log_chained: ['ok', 'The public log of releases is whole'],
  log_unreachable: ['unknown', 'The public log of releases cannot be had', 'Try again later.'],
  log_missing: ['problem', 'The server has no public log of releases', VENDOR],
  log_unreadable: ['problem', 'The public log has a line that is none', ALARM],
  log_broken: ['problem', 'The chain of the public log is broken', ALARM],
  log_signed: ['ok', 'Every line of the log is signed by a threshold of the keys'],
  log_unsigned: [
    'problem',
    'A line of the log is not signed by a threshold of the keys',
    'If keys were changed, add those of before to keys.json as `earlier`. Otherwise: '.concat(
      ALARM,
    ),
  ],
  log_went_back: ['problem', 'A sequence in the log does not rise', ALARM],
  log_redefined: ['problem', 'A version was published a second time with other files', ALARM],
  log_kills_shrank: ['problem', 'A killed version was taken off the kill list again', ALARM],
  log_grew: ['ok', 'The log has only grown since the last check'],
  log_remembered: ['ok', 'The log is remembered for the next check'],
  log_truncated: ['problem', 'The log is shorter than it was at the last check', ALARM],
  log_rewritten: ['problem', 'The log is another than at the last check', ALARM],
  state_unreadable: ['unknown', 'The state file cannot be read', 'Put it right, or take it away.'],
  state_none: [
    'warning',
    'Nothing is remembered from run to run, so a rewritten log cannot be noticed',
    'Give a file that is kept between runs: --state verify-state.json',
  ],

  // The release
  release_logged: ['ok', 'The pinned hash is that of a release in the public log'],
  release_not_logged: ['problem', 'No release in the public log has that hash', ALARM],
  release_other_version: ['problem', 'The address names another version than the hash', TAG_AGAIN],
  release_killed: [
    'problem',
    'This version was killed by its publishers',
    'Take the tag of a newer release.',
  ],
  release_expired: [
    'problem',
    'The statement of this release has expired: nobody vouches for it any more',
    'Take the tag of a newer release, or ask for this one to be signed again.',
  ],
  release_expires_soon: ['warning', 'The statement of this release expires soon'],
  release_in_force: ['ok', 'The release is neither killed nor expired'],
  release_outdated: [
    'warning',
    'There is a newer release',
    'Look at it and approve it; then paste its tag.',
  ],
  bootstrap_known: ['ok', 'The pinned hash is that of the bootstrap which the server names'],
  bootstrap_other: [
    'warning',
    'The server names another bootstrap than the tag pins',
    'Compare with a local build: --source DIR',
  ],

  // current.json
  current_verified: ['ok', 'The release that is in force is signed by a threshold of the keys'],
  current_unreachable: ['unknown', 'The statement in force cannot be had', 'Try again later.'],
  current_missing: ['problem', 'The server names no release that is in force', VENDOR],
  current_unreadable: ['problem', 'The statement in force cannot be read', ALARM],
  current_unsigned: [
    'problem',
    'The statement in force is not signed by a threshold of the keys: browsers load nothing',
    ALARM,
  ],
  current_not_logged: ['problem', 'The statement in force is not in the public log', ALARM],
  current_rolled_back: ['problem', 'The statement in force is older than one in the log', ALARM],
  current_expired: ['problem', 'The statement in force has expired: browsers load nothing', VENDOR],
  current_killed: ['problem', 'The release in force was killed: browsers load nothing', VENDOR],
  current_kills_missing: [
    'problem',
    'The kill list that the release in force requires is missing, older or unsigned',
    ALARM,
  ],

  // The rebuild
  rebuild_same: ['ok', 'A local build of the source is byte-identical'],
  rebuild_differs: [
    'problem',
    'A local build of the source gives another file',
    'Check out the commit that is named, with `npm ci`. If it still differs: '.concat(ALARM),
  ],
  rebuild_failed: [
    'unknown',
    'The source could not be built',
    'Run `npm ci` in that folder first.',
  ],
  rebuild_other_commit: [
    'warning',
    'The source is not at the commit that the release names',
    'git checkout the commit that is named.',
  ],
  rebuild_dirty: ['warning', 'The source has changes of its own', 'Use a clean checkout.'],

  // The page's policy
  csp_none: [
    'warning',
    'The page has no Content-Security-Policy. Bulkhead needs none; your checkout does',
    'One of the policies that are printed below, with what your page needs itself.',
  ],
  csp_complete: ['ok', 'The page’s policy allows everything that Bulkhead needs'],
  csp_script: ['problem', 'The page’s policy refuses a script of Bulkhead’s', ADD],
  csp_script_slow: [
    'warning',
    'The chat opens about a second later, with one report each time: the policy has no hash for it',
    ADD,
  ],
  csp_connect: ['problem', 'The page’s policy refuses the connection to the chat server', ADD],
  csp_reports: [
    'problem',
    'The page’s policy refuses reports to the address that the tag gives for them',
    ADD,
  ],
  csp_base: [
    'problem',
    'The page’s policy refuses the frame’s `<base>`: the chat frame sees the page’s full address',
    ADD,
  ],
  csp_trusted_types: ['problem', 'The page’s list of Trusted Types policies lacks ours', ADD],
  csp_stripe: ['problem', 'The page’s policy refuses what Stripe documents as needed', ADD],
  csp_sandbox: [
    'problem',
    'The page’s policy sandboxes the page itself',
    'Leave out `sandbox`, or allow scripts, same-origin and popups in it.',
  ],
  csp_nonce_wrong: [
    'problem',
    'The tag has no nonce that the policy names',
    'Put the nonce of each response on the tag: nonce="…".',
  ],
  csp_nonce_static: [
    'warning',
    'The page’s nonce was the same twice: then it protects nothing',
    'Make a new random nonce for every response.',
  ],
  csp_unsafe: [
    'warning',
    'The page’s policy lets any script run',
    'Replace it by nonces or hashes; the lines are printed below.',
  ],
  csp_report_only: [
    'warning',
    'A policy that only reports would refuse something of Bulkhead’s',
    ADD,
  ],
  csp_meta_late: [
    'warning',
    'A policy in a <meta> outside the head, which browsers ignore',
    'Move it into the head, or send it as a header.',
  ],
  csp_meta_ignored: [
    'warning',
    'A directive that browsers ignore in a <meta>',
    'Send the policy as a header.',
  ],
  csp_signed_hashes: [
    'warning',
    'A list of hashes and a signed tag: each release needs its own lines',
    'Use a nonce with strict-dynamic, a list of hosts, or the pinned tag.',
  ],
  reporting_present: ['ok', 'Browsers report violations of the policy'],
  reporting_absent: [
    'warning',
    'Nobody hears of what the policy refuses',
    'Add the reporting lines that are printed below.',
  ],
} as const satisfies Record<string, Row>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  code: FindingCode;
  level: Level;
  says: string;
  /** Which file, tag, line or directive. */
  subject: string;
  /** What was seen. */
  detail: string;
  todo: string;
}

/** @param detail what was seen there, in words or as the value itself */
export function finding(code: FindingCode, subject = '', detail = ''): Finding {
  const [level, says, todo = '']: Row = FINDINGS[code];
  return { code, level, says, subject: clip(subject), detail: clip(detail), todo };
}

/** What others serve goes to a terminal: no control characters, and no more than a line or two. */
export const clip = (text: string): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  return plain.length > 400 ? `${plain.slice(0, 399)}…` : plain;
};

export type Verdict = 'holds' | 'differs' | 'unchecked';

/** One problem decides; without any, what could not be looked at keeps it open. */
export function verdictOf(findings: readonly Pick<Finding, 'level'>[]): Verdict {
  if (findings.some(({ level }) => level === 'problem')) return 'differs';
  return findings.some(({ level }) => level === 'unknown') ? 'unchecked' : 'holds';
}

/** As `npm run verify` ends. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = { holds: 0, differs: 1, unchecked: 2 };
