/**
 * The public page of a notice: everything in it stands in the HTML, so that it reads without a script,
 * on paper and in a reader. The one script that comes with it has no words of its own; it shows those
 * that stand here hidden. Knows nothing of who asks.
 */

import type { NoticeView } from '../../protocol/incidents.ts';
import { DATA_CATEGORIES } from '../../protocol/ledger.ts';
import { spanInWords } from '../../protocol/spans.ts';
import { type Html, html } from './html.ts';
import { type PageWords, pageWords, writeInstant } from './words.ts';

export interface NoticePageInput {
  notice: NoticeView;
  siteName: string;
  /** Milliseconds since the epoch; for a draft's clock. */
  now: number;
  files: PageFiles;
}
/** Addresses, and what the files must be. */
export interface PageFiles {
  css: string;
  script: string;
  /** Subresource integrity of each, `sha384-…`. */
  cssHash: string;
  scriptHash: string;
}

export function renderNotice(input: NoticePageInput): string {
  const { notice, siteName, files } = input;
  const words = pageWords(notice.locale);
  const date = (at: number) => timeOf(at, words.lang);
  return page(
    { words, title: `${notice.title} · ${siteName}`, files, withScript: notice.status !== 'draft' },
    html`
<header>
  <p class="site" dir="auto">${siteName}</p>
  <h1 lang="${notice.locale}" dir="auto">${notice.title}</h1>
  ${notice.publishedAt !== null && html`<p class="dated">${within(words.published, date(notice.publishedAt))}</p>`}
  ${notice.status === 'draft' && html`<p class="mark">${words.draft}</p>`}
  ${notice.closedAt !== null && html`<p class="mark">${within(words.closed, date(notice.closedAt))}</p>`}
</header>
${notice.status !== 'draft' && checkSection(words, siteName)}
${part('happened', words.happened, notice.happened, notice.locale)}
${part('when', words.when, notice.when, notice.locale)}
${part('information', words.information, notice.information, notice.locale, html`<p class="own">${words.noCards}</p>`)}
${part('we-do', words.weDo, notice.weDo, notice.locale)}
${part('you-can-do', words.youCanDo, notice.youCanDo, notice.locale)}
<section aria-labelledby="updates">
  <h2 id="updates">${words.updates}</h2>
  ${
    notice.updates.length === 0
      ? html`<p class="own">${words.noUpdates}</p>`
      : html`<ol class="updates">${[...notice.updates]
          .reverse()
          .map(
            ({ at, text }) => html`<li><h3>${date(at)}</h3>${paragraphs(text, notice.locale)}</li>`,
          )}</ol>`
  }
</section>
<section aria-labelledby="took">
  <h2 id="took">${words.took}</h2>
  <p>${clockWords(input, words)}</p>
</section>`,
  );
}

/** For an address at which there is nothing, or nothing yet. */
export function renderMissing(locale: string, files: PageFiles): string {
  const words = pageWords(locale);
  return page(
    { words, title: words.missing, files, withScript: false },
    html`<header><h1>${words.missing}</h1></header><p>${words.missingWhy}</p>`,
  );
}

interface Frame {
  words: PageWords;
  title: string;
  files: PageFiles;
  withScript: boolean;
}

function page({ words, title, files, withScript }: Frame, body: Html): string {
  return `<!doctype html>\n${html`<html lang="${words.lang}" dir="${words.dir}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="stylesheet" href="${files.css}" integrity="${files.cssHash}">
${withScript && html`<script defer src="${files.script}" integrity="${files.scriptHash}"></script>`}
</head>
<body>
<main>${body}</main>
</body>
</html>`}\n`;
}

const part = (
  id: string,
  heading: string,
  text: string,
  locale: string,
  after: Html | null = null,
) =>
  html`<section aria-labelledby="${id}">
  <h2 id="${id}">${heading}</h2>
  ${paragraphs(text, locale)}
  ${after}
</section>`;

/** Blank lines part paragraphs; single ones stay, by the style sheet. */
const paragraphs = (text: string, locale: string): Html =>
  html`<div class="words" lang="${locale}">${text
    .split(/\n\s*\n/)
    .map((paragraph) => html`<p dir="auto">${paragraph.trim()}</p>`)}</div>`;

/** The look-up's words, hidden until the script shows those that hold. */
const checkSection = (words: PageWords, siteName: string): Html =>
  html`<section class="check" aria-labelledby="check-title" id="check">
  <h2 id="check-title">${words.check}</h2>
  <div role="status" class="verdict">
    <p data-on="checking" hidden>${words.checking}</p>
    <p data-on="affected" class="yes" hidden>${words.affected}</p>
    <p data-on="not-affected" class="no" hidden>${words.notAffected}</p>
    <p data-on="no-answer" class="fault" hidden>${words.noAnswer}</p>
    ${Object.entries(words.refused).map(
      ([code, text]) => html`<p data-on="${code}" class="fault" hidden>${text}</p>`,
    )}
  </div>
  <div data-on="affected" hidden>
    <p>${words.affectedWhat}</p>
    <ul>${DATA_CATEGORIES.map(
      (category) => html`<li data-category="${category}" hidden>${words.categories[category]}</li>`,
    )}</ul>
    <p>${words.affectedWhen} <span id="span"></span></p>
  </div>
  <button type="button" id="again" hidden>${words.again}</button>
  <div id="how"><p>${words.howToCheck(siteName)}</p><p class="own">${words.whyProof}</p></div>
  <noscript><p class="own">${words.needsScript}</p></noscript>
</section>`;

function clockWords({ notice, now }: NoticePageInput, words: PageWords): HtmlParts {
  const { discoveredAt, publishedAt } = notice;
  const known = timeOf(discoveredAt, words.lang);
  const time = spanInWords((publishedAt ?? now) - discoveredAt, words.lang);
  return publishedAt === null
    ? within((at) => words.tookNow(at, time), known)
    : within((at) => words.tookLong(at, SECOND, time), known, timeOf(publishedAt, words.lang));
}

type HtmlParts = (Html | string)[];
/** Stand-ins that no text of a table or a time contains, so that elements can stand in sentences. */
const FIRST = '\u0001';
const SECOND = '\u0002';

const within = (sentence: (place: string) => string, first: Html, second?: Html): HtmlParts =>
  sentence(FIRST)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the stand-ins are control characters
    .split(/([\u0001\u0002])/)
    .map((piece) => (piece === FIRST ? first : piece === SECOND && second ? second : piece));

const timeOf = (at: number, lang: string): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${writeInstant(at, lang)}</time>`;
