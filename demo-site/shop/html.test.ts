import { describe, expect, it } from 'vitest';
import { html, trusted } from './html.ts';

describe('html', () => {
  it('escapes text and attribute values', () => {
    const hostile = `"><img src=x onerror='alert(1)'>&`;
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;">' +
        '&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;</p>',
    );
  });

  it('keeps nested templates as markup and escapes what they hold once', () => {
    const items = ['a & b', '<c>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>`.toString()).toBe(
      '<ul><li>a &amp; b</li><li>&lt;c&gt;</li></ul>',
    );
  });

  it('renders nothing for false, null and undefined, and zero as a digit', () => {
    expect(html`[${false}${null}${undefined}${0}]`.toString()).toBe('[0]');
  });

  it('leaves trusted markup as it is', () => {
    expect(html`${trusted('<b>&amp;</b>')}`.toString()).toBe('<b>&amp;</b>');
  });
});
