/** The pack as sections of text, lists and tables, whatever form they are written in. */
import type { PciPack } from './pack.ts';
import { IN_SCOPE, NO_CLAIM, NOT_IN_SCOPE, SAQ_A, SOURCES } from './scope.ts';

export type Block =
  | { paragraph: string }
  | { list: readonly string[] }
  | { code: readonly string[] }
  | { head: readonly string[]; rows: readonly (readonly string[])[] };
export interface Section {
  heading: string;
  blocks: Block[];
}
export interface Document {
  title: string;
  about: string[];
  sections: Section[];
}

const paragraphs = (texts: readonly string[]): Block[] => texts.map((paragraph) => ({ paragraph }));
const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): Block => (rows.length ? { head, rows } : { paragraph: none });
const shown = (value: string | null) => value ?? 'not written down';

export function toDocument(pack: PciPack): Document {
  const { site, tag, release, log } = pack;
  return {
    title: `Scripts of Bulkhead on the pages of ${site.name}`,
    about: [
      `Site ${site.key}, on ${site.origins.join(', ')}. Made ${pack.madeAt}.`,
      `Tag: ${tag.kind} (${tag.known}). Payments: ${site.payments ? `yes, minted by ${site.minting}` : 'no'}.`,
      release
        ? `Release ${release.version}, sequence ${release.sequence}, commit ${release.commit}, vouched for until ${release.expires}.`
        : 'No published release is known.',
      `Public log: ${log.lines} lines${log.lastHash ? `, last hash ${log.lastHash}` : ''}.`,
      NO_CLAIM,
    ],
    sections: [
      {
        heading: '1. What is open',
        blocks: pack.open.length
          ? [{ list: pack.open }]
          : [{ paragraph: 'Nothing that this tool can see.' }],
      },
      {
        heading: '2. Inventory of scripts, and why each is necessary (6.4.3)',
        blocks: inventory(pack),
      },
      { heading: '3. How integrity is assured (6.4.3)', blocks: integrity(pack) },
      { heading: '4. Who authorised what (6.4.3)', blocks: authorisation(pack) },
      {
        heading: '5. Change log',
        blocks: [
          table(
            ['Line', 'When', 'What', 'Detail'],
            pack.changes.map(({ line, at, what, detail }) => [`${line}`, at, what, detail]),
            'Nothing was published.',
          ),
        ],
      },
      { heading: '6. Who is alerted, and how (11.6.1)', blocks: alerting(pack) },
      { heading: '7. Log of alerts (11.6.1)', blocks: incidents(pack) },
      { heading: '8. How often (11.6.1, 12.3.1)', blocks: frequency(pack) },
      {
        heading: '9. What is in scope',
        blocks: [...paragraphs(IN_SCOPE), ...paragraphs(NOT_IN_SCOPE)],
      },
      { heading: '10. SAQ A', blocks: paragraphs(SAQ_A) },
      {
        heading: 'Sources',
        blocks: [{ list: SOURCES.map(([name, where]) => `${name}: ${where}`) }],
      },
    ],
  };
}

const inventory = ({ inventory: lines }: PciPack): Block[] => [
  table(
    ['Script', 'Of', 'Address', 'Runs', 'Why it is necessary', 'Authorised'],
    lines.map((line) => [
      line.script,
      line.origin,
      line.address,
      line.runs,
      line.justification,
      line.authorisation.status,
    ]),
    'No script is known.',
  ),
];

const integrity = ({ inventory: lines, keys }: PciPack): Block[] => [
  table(
    ['Script', 'Method', 'Hash', 'Bytes'],
    lines.map(({ script, integrity: method, hash, bytes }) => [
      script,
      method,
      hash || 'none',
      bytes === null ? '' : `${bytes}`,
    ]),
    'No script is known.',
  ),
  ...(keys
    ? [
        {
          paragraph: `Releases are signed by ${keys.threshold} of these ${keys.keys.length} keys, which are kept away from the server:`,
        },
        { list: keys.keys },
      ]
    : []),
];

const authorisation = ({ inventory: lines, releases }: PciPack): Block[] => {
  const names = new Map(lines.map((line) => [line.authorisedAs, line.authorisation]));
  const others = releases.map((each) => [`release ${each.version}`, each] as const);
  const rows = [...names].filter(([name]) => !others.some(([release]) => release === name));
  return [
    {
      paragraph:
        'From authorisations.json, which the merchant fills in and keeps. What nobody decided is to be authorised.',
    },
    table(
      ['What', 'Published', 'State', 'Decided', 'By', 'On', 'Reason'],
      [
        ...rows.map(([name, { status, by, on, reason }]) => [
          ...[name, '', '', status],
          ...[shown(by), shown(on), shown(reason)],
        ]),
        ...others.map(([name, { published, killed, expires, authorisation: decided }]) => [
          ...[name, published, killed ? 'killed' : `until ${expires}`, decided.status],
          ...[shown(decided.by), shown(decided.on), shown(decided.reason)],
        ]),
      ],
      'Nothing is to be authorised.',
    ),
  ];
};

const alerting = ({ alerting: channels, reportingLines: lines }: PciPack): Block[] => [
  table(
    ['Channel', 'State', 'Where'],
    channels.map(({ channel, state, detail }) => [channel, state, detail]),
    '',
  ),
  ...(lines.length
    ? [{ paragraph: 'To have browsers report, send these headers with the page:' }, { code: lines }]
    : []),
];

const incidents = ({ incidents: all }: PciPack): Block[] => [
  table(
    ['Kind', 'Subject', 'Release', 'Count', 'First', 'Last', 'Pages'],
    all.map(({ kind, subject, release, count, firstAt, lastAt, pages }) => [
      ...[kind, subject, release, `${count}`],
      ...[firstAt, lastAt, pages.join(' ')],
    ]),
    'Nothing was reported for this site.',
  ),
];

const frequency = ({ evaluation, check }: PciPack): Block[] => [
  {
    paragraph:
      'A browser holds Bulkhead’s scripts against their hashes at every load, and reports a refusal at once. Headers and contents of the page as a whole are evaluated by npm run verify, as often as it is run (docs/verify.md has a weekly and a daily example), for what concerns Bulkhead; other scripts of the page are another tool’s.',
  },
  {
    list: [
      `Evaluated every: ${shown(evaluation.every)}`,
      `Targeted risk analysis (12.3.1), if less often than every seven days: ${shown(evaluation.riskAnalysis)}`,
      check
        ? `Last check in this pack: ${check.url}, ${check.at}, ${check.verdict}`
        : 'Last check in this pack: none',
      ...(check?.problems ?? []),
    ],
  },
];
