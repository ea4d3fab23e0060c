/**
 * Start tags of an HTML document, as a browser's tokenizer would see them: not those in comments, in
 * raw text, in templates or in what is shown only without scripts. Builds no tree and runs nothing.
 * Follows "13.2.5 Tokenization" of the HTML standard where it decides what is a tag.
 */

export interface StartTag {
  /** Lower case; with `svg:` or `math:` before it where it is none of HTML's. */
  name: string;
  /** Names in lower case, the first of each; values with their character references resolved. */
  attributes: ReadonlyMap<string, string>;
  /** Whether a `<meta>` here stands in the head, where alone a policy in it counts. */
  inHead: boolean;
  /** Text up to the end tag; of `script` and other raw text elements alone. */
  text: string;
}

const RAW_TEXT = ['style', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript', 'textarea', 'title'];
const HEAD_ONLY = [
  ...['html', 'head', 'base', 'basefont', 'bgsound', 'link', 'meta', 'title', 'noscript'],
  ...['noframes', 'style', 'script', 'template'],
];
const FOREIGN = ['svg', 'math'];
/** A child of these is HTML again. */
const INTEGRATION = [
  ...['foreignobject', 'desc', 'title', 'annotation-xml', 'mi', 'mo', 'mn', 'ms', 'mtext'],
];
/** These end foreign content wherever they stand. */
const BREAKOUT = [
  ...['b', 'big', 'blockquote', 'body', 'br', 'center', 'code', 'dd', 'div', 'dl', 'dt', 'em'],
  ...['embed', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'head', 'hr', 'i', 'img', 'li', 'listing'],
  ...['menu', 'meta', 'nobr', 'ol', 'p', 'pre', 'ruby', 's', 'small', 'span', 'strong', 'strike'],
  ...['sub', 'sup', 'table', 'tt', 'u', 'ul', 'var'],
];

/** Every start tag that takes part in the document, in its order. */
export function* startTags(html: string): Generator<StartTag> {
  let at = 0;
  let inHead = true;
  let templates = 0;
  /** Open foreign elements and what makes HTML of their inside, innermost last. */
  const foreign: string[] = [];
  const isForeign = () => FOREIGN.includes(foreign.at(-1) ?? '');

  while (at < html.length) {
    const open = html.indexOf('<', at);
    const text = html.slice(at, open < 0 ? html.length : open);
    // Text that is no white space begins the body.
    if (templates === 0 && /[^\t\n\f\r \uFEFF]/.test(text)) inHead = false;
    if (open < 0) return;
    at = open;

    if (html.startsWith('<!--', at)) at = endOfComment(html, at + 4);
    else if (isForeign() && html.startsWith('<![CDATA[', at)) at = after(html, ']]>', at);
    else if (/^<[!?]/.test(html.slice(at, at + 2))) at = after(html, '>', at);
    else if (/^<\/[A-Za-z]/.test(html.slice(at, at + 3))) {
      const tag = readTag(html, at + 2);
      at = tag.end;
      if (tag.name === 'template') templates = Math.max(0, templates - 1);
      if (tag.name === 'head' && templates === 0) inHead = false;
      const index = foreign.lastIndexOf(tag.name);
      if (index >= 0) foreign.length = index;
    } else if (html.startsWith('</', at)) at = after(html, '>', at);
    else if (/^<[A-Za-z]/.test(html.slice(at, at + 2))) {
      const tag = readTag(html, at + 1);
      at = tag.end;
      // An unfinished tag at the end of a document is none.
      if (!tag.isComplete) return;
      if (isForeign() && BREAKOUT.includes(tag.name)) foreign.length = 0;
      const outside = isForeign() ? foreign.at(-1) : undefined;
      if (templates === 0 && !HEAD_ONLY.includes(tag.name)) inHead = false;
      let text = '';
      if (outside === undefined) {
        const end = endOfText(html, at, tag.name);
        text = html.slice(at, end);
        at = end;
      }
      if (!tag.selfClosing) {
        if (FOREIGN.includes(tag.name)) foreign.push(tag.name);
        else if (outside !== undefined && INTEGRATION.includes(tag.name)) foreign.push(tag.name);
      }
      // What stands in a template is inert, at whatever depth.
      if (tag.name === 'template' && outside === undefined) templates++;
      else if (templates === 0) {
        const name = outside === undefined ? tag.name : `${outside}:${tag.name}`;
        yield { name, attributes: tag.attributes, inHead, text };
      }
    } else at++;
  }
}

/** Where the text of an element ends that holds nothing but text; at once for the others. */
function endOfText(html: string, from: number, name: string): number {
  if (name === 'script') return endOfScript(html, from);
  if (name === 'plaintext') return html.length;
  return RAW_TEXT.includes(name) ? endOfRawText(html, from, name) : from;
}

const after = (html: string, mark: string, from: number): number => {
  const index = html.indexOf(mark, from);
  return index < 0 ? html.length : index + mark.length;
};

/** @param from past the `<!--`; `>` or `->` at once ends a comment too. */
function endOfComment(html: string, from: number): number {
  const abrupt = /^-?>/.exec(html.slice(from, from + 2));
  if (abrupt) return from + abrupt[0].length;
  const end = /--!?>/g;
  end.lastIndex = from;
  return end.exec(html) ? end.lastIndex : html.length;
}

const endTagPattern = (name: string) => new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi');

function endOfRawText(html: string, from: number, name: string): number {
  const pattern = endTagPattern(name);
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}

/**
 * A script's end. Within `<!--` a `<script` opens a second level, whose `</script>` does not end the
 * element: the "script data double escaped" states.
 */
function endOfScript(html: string, from: number): number {
  const mark = /<!--|-->|<\/?script(?=[\t\n\f\r />])/gi;
  mark.lastIndex = from;
  let escaped = false;
  let nested = false;
  for (let match = mark.exec(html); match; match = mark.exec(html)) {
    const word = match[0].toLowerCase();
    if (word === '<!--') {
      escaped = true;
      // `<!-->` and `<!--->` are over at once.
      mark.lastIndex = match.index + 2;
    } else if (word === '-->') escaped = nested = false;
    else if (word === '<script') nested = escaped;
    else if (nested) nested = false;
    else return match.index;
  }
  return html.length;
}

interface Tag {
  name: string;
  attributes: Map<string, string>;
  selfClosing: boolean;
  end: number;
  isComplete: boolean;
}

const NAME = /[^\t\n\f\r />]+/y;
const BETWEEN = /[\t\n\f\r /]*/y;
const ATTRIBUTE = /=?[^\t\n\f\r />=]*/y;
const EQUALS = /[\t\n\f\r ]*=[\t\n\f\r ]*/y;
const VALUE = /"([^"]*)"|'([^']*)'|([^\t\n\f\r >]*)/y;

/** @param from of the name */
function readTag(html: string, from: number): Tag {
  let at = from;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(html);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const name = (take(NAME)?.[0] ?? '').toLowerCase();
  const attributes = new Map<string, string>();
  let selfClosing = false;
  for (;;) {
    const between = take(BETWEEN)?.[0] ?? '';
    if (at >= html.length)
      return { name, attributes, selfClosing, end: html.length, isComplete: false };
    if (html[at] === '>') {
      selfClosing = between.endsWith('/');
      return { name, attributes, selfClosing, end: at + 1, isComplete: true };
    }
    const attribute = (take(ATTRIBUTE)?.[0] ?? '').toLowerCase();
    let value = '';
    if (take(EQUALS) && html[at] !== '>') {
      const quote = html[at];
      const match = take(VALUE);
      // A quote that is never closed swallows the rest of the document.
      if ((quote === '"' || quote === "'") && match?.[3] !== undefined)
        return { name, attributes, selfClosing, end: html.length, isComplete: false };
      value = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
    }
    if (!attributes.has(attribute)) attributes.set(attribute, decodeReferences(value));
  }
}

/** Those that occur in addresses and policies; the standard's other two thousand stay as they are. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0', Tab: '\t' },
  ...{ NewLine: '\n', colon: ':', semi: ';', sol: '/', period: '.', quest: '?', equals: '=' },
  ...{ num: '#', plus: '+', lowbar: '_', hyphen: '-', dash: '-', comma: ',', ast: '*' },
  ...{ lpar: '(', rpar: ')', commat: '@', percnt: '%', excl: '!' },
};

export const decodeReferences = (value: string): string =>
  value.replace(/&(?:#(\d+);?|#[xX]([0-9a-fA-F]+);?|([A-Za-z]+);)/g, (whole, tens, hex, name) => {
    if (name) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? whole) : whole;
    const code = tens ? Number.parseInt(tens, 10) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : '\uFFFD';
  });
