/** What an exposure report says, in words for a person. */
import type {
  DataCategory,
  ExposureCounts,
  ExposureQuestion,
  ExposureReport,
} from '../../protocol/ledger.ts';

/** In the order in which they are shown; their keys are the wire's. */
export const CATEGORY_WORDS: readonly (readonly [DataCategory, string])[] = [
  ['messages', 'Messages'],
  ['name', 'Name'],
  ['email', 'E-mail address'],
  ['page', 'Page they chatted on'],
  ['browser', 'Kind of browser'],
  ['payment_metadata', 'Payment details, without the card'],
];

export const categoryWords = (category: DataCategory): string =>
  CATEGORY_WORDS.find(([known]) => known === category)?.[1] ?? category;

export const NO_CARDS =
  'No card numbers: they are typed into Stripe’s own fields and never reach this server.';

export const people = (count: number): string => (count === 1 ? '1 visitor' : `${count} visitors`);
export const conversationsInWords = (count: number): string =>
  count === 1 ? '1 conversation' : `${count} conversations`;

interface Names {
  agentName(agentId: string): string;
  siteName(siteId: string): string;
}

/** Which condition a question was narrowed by; empty for "whoever held the server". */
export function conditionsOf(question: ExposureQuestion, names: Names): string[] {
  const { agentId, ip, release, siteId } = question;
  return [
    ...(agentId ? [`read by ${names.agentName(agentId)}`] : []),
    ...(ip ? [`read from ${ip}`] : []),
    ...(release ? [`with release ${release}`] : []),
    ...(siteId ? [`on ${names.siteName(siteId)}`] : []),
  ];
}

/** One sentence above the numbers. */
export function meaningOf({ question }: Pick<ExposureReport, 'question'>): string {
  if (question.agentId || question.ip) return 'Who was read within this time by what you named.';
  if (question.release) return 'Whose browser ran this release within this time.';
  return 'Whoever held the server and its database within this time could reach these.';
}

/** @returns the categories that somebody in the report had given, with how many. */
export const givenCategories = (counts: ExposureCounts): { words: string; count: number }[] =>
  CATEGORY_WORDS.map(([category, words]) => ({ words, count: counts.byCategory[category] })).filter(
    ({ count }) => count > 0,
  );
