/**
 * What a notice could say, for the owner to change: one paragraph per question that the reader has,
 * filled from the exposure report where there is one. Square brackets mark what only people know.
 */
import type { NoticeDraft } from '../../protocol/incidents.ts';
import type { ExposureReport } from '../../protocol/ledger.ts';
import { givenCategories } from '../format/exposure-words.ts';
import { windowInWords } from '../format/times.ts';

export interface TemplateInput {
  report: ExposureReport | null;
  siteId: string;
  siteName: string;
  now: number;
  locale?: string;
}

/** Whether words that only people know are still to be filled in. */
export const hasGaps = (draft: NoticeDraft): boolean =>
  [draft.title, draft.happened, draft.when, draft.information, draft.weDo, draft.youCanDo].some(
    (text) => /\[[^\]]*\]/.test(text),
  );

export function draftFrom({ report, siteId, siteName, now, locale }: TemplateInput): NoticeDraft {
  return {
    exposureId: report?.id ?? null,
    siteId: report?.question.siteId ?? siteId,
    locale: 'en',
    title: `About your chats with ${siteName}`,
    happened: happened(report),
    when: when(report, locale),
    information: information(report),
    weDo: 'We closed the way in that was used, and are looking into what was done with it.\n\n[What you have done since, and what comes next.]',
    youCanDo:
      'Be careful with letters, calls and e-mails that mention what you wrote to us: we will never ask for a password or a card number.\n\nPress “Was I affected?” in our chat to learn whether you are among those concerned.\n\n[Whom people can write to with questions.]',
    discoveredAt: now,
    banner: true,
  };
}

function happened(report: ExposureReport | null): string {
  const { agentId, ip, release } = report?.question ?? {};
  if (agentId || ip)
    return 'Somebody used an account of our support team without permission, and read conversations with it.\n\n[How that came about.]';
  if (release)
    return 'A version of the chat on our pages was not as it should have been.\n\n[What was wrong with it.]';
  return 'Somebody had access to the server on which our chats are kept.\n\n[How that came about.]';
}

function when(report: ExposureReport | null, locale?: string): string {
  if (!report) return 'From [when] to [when].';
  return `${windowInWords(report.question.from, report.question.to, locale)}.`;
}

function information(report: ExposureReport | null): string {
  const given = report ? givenCategories(report.counts) : [];
  const lines = given.map(({ words }) => `– ${words}`);
  // That no card number is among it, the page says by itself.
  return given.length
    ? `Of the people concerned, each in part, this was within reach:\n${lines.join('\n')}`
    : 'This was within reach: [what].';
}
