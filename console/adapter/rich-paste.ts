/**
 * Turns what was copied from a web page into plain text that keeps what matters: list bullets and
 * where links lead. The markup is parsed and cleaned by DOMPurify, which the console's CSP allows as
 * the only Trusted Types policy; nothing of it ever becomes part of the document.
 */
import createDOMPurify from 'dompurify';

const KEPT_TAGS = ['a', 'ul', 'ol', 'li', 'p', 'div', 'br', 'h1', 'h2', 'h3', 'h4', 'tr', 'td'];
const BLOCKS = new Set(['P', 'DIV', 'H1', 'H2', 'H3', 'H4', 'TR', 'UL', 'OL', 'LI']);

function bullet(item: Element): string {
  if (item.parentElement?.tagName !== 'OL') return '• ';
  return `${[...item.parentElement.children].indexOf(item) + 1}. `;
}

function linkText(link: Element, text: string): string {
  const href = link.getAttribute('href') ?? '';
  const label = text.trim();
  if (!/^https?:\/\//i.test(href)) return text;
  return !label || label === href || href === `${label}/` ? href : `${label} (${href})`;
}

function write(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\s+/g, ' ');
  const inner = [...node.childNodes].map(write).join('');
  if (!(node instanceof Element)) return inner;
  if (node.tagName === 'BR') return '\n';
  if (node.tagName === 'A') return linkText(node, inner);
  if (node.tagName === 'LI') return `\n${bullet(node)}${inner.trim()}\n`;
  if (node.tagName === 'TD') return `${inner} `;
  return BLOCKS.has(node.tagName) ? `\n${inner}\n` : inner;
}

/** @returns the text, or `null` when plain text would say the same: then the browser pastes. */
export function textOfRichPaste(html: string): string | null {
  const fragment = createDOMPurify(window).sanitize(html, {
    ALLOWED_TAGS: KEPT_TAGS,
    ALLOWED_ATTR: ['href'],
    RETURN_DOM_FRAGMENT: true,
  });
  if (!fragment.querySelector('a[href], li')) return null;
  return write(fragment)
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n\n(?=(?:•|\d+\.) )/g, '\n')
    .trim();
}
