import { describe, expect, it } from 'vitest';
import { decodeReferences, startTags } from './html.ts';

const scripts = (html: string) =>
  [...startTags(html)]
    .filter(({ name }) => name === 'script')
    .flatMap(({ attributes }) => attributes.get('src') ?? []);
const only = (html: string) => [...startTags(html)].map(({ name }) => name);

describe('what is a script of the page', () => {
  it.each([
    ['plain', '<script src="a"></script>'],
    ['in capitals', '<SCRIPT SRC="a"></SCRIPT>'],
    ['unquoted', '<script async src=a></script>'],
    ['in single quotes', "<script src='a'></script>"],
    ['with blanks around the sign', '<script src = "a" ></script>'],
    ['over several lines', '<script\n  async\n\tsrc="a"\f></script>'],
    ['with slashes for blanks', '<script/async/src="a"></script>'],
    ['with a `>` in another attribute', '<script data-x="a>b" src="a"></script>'],
    ['of which the first attribute counts', '<script src="a" src="b"></script>'],
    ['after a comment that is over at once', '<!--><script src="a"></script>-->'],
    ['after a comment that ends with a bang', '<!-- --!><script src="a"></script>'],
    ['after a doctype', '<!doctype html><script src="a"></script>'],
    ['after a bogus comment', '<?php echo ?><script src="a"></script>'],
    ['after a lone angle', '1 < 2 <script src="a"></script>'],
    ['after a title that names one', '<title><script src="x"></title><script src="a"></script>'],
    ['after a script of text', '<script>"<script>"</script><script src="a"></script>'],
    ['after an escaped script', '<script><!-- <script> </script> --></script><script src="a">'],
    ['after a style in an svg', '<svg><style><!--</style>--></style></svg><script src="a">'],
    ['after a CDATA section', '<svg><![CDATA[<script src="x">]]></svg><script src="a">'],
    ['in a foreign object', '<svg><foreignObject><script src="a"></script></foreignObject></svg>'],
    ['that broke out of an svg', '<svg><p><script src="a"></script>'],
    ['after a template', '<template><script src="x"></script></template><script src="a"></script>'],
  ])('sees one %s', (_what, html) => {
    expect(scripts(html)).toEqual(['a']);
  });

  it.each([
    ['in a comment', '<!-- <script src="a"></script> -->'],
    ['in a comment that never ends', '<!-- <script src="a"></script>'],
    ['in a comment with dashes', '<!-- -- > <script src="a"></script> -->'],
    ['in a text area', '<textarea><script src="a"></script></textarea>'],
    ['in a style', '<style><script src="a"></script></style>'],
    ['in a noscript', '<noscript><script src="a"></script></noscript>'],
    ['in an inert template', '<template><div><script src="a"></script></div></template>'],
    ['in nested templates', '<template><template></template><script src="a"></template>'],
    ['in the text of a script', '<script>document.write("<script src=a>")</script>'],
    ['in an attribute', '<div title="<script src=a></script>"></div>'],
    ['in an attribute that never ends', '<div title="<script src=a></script>'],
    ['in an end tag', '</script src="a">'],
    ['of svg', '<svg><script href="a"></script></svg>'],
    ['that never ends', '<script src="a"'],
    ['after plaintext', '<plaintext><script src="a"></script>'],
    ['of another name', '<scripts src="a"></scripts><x-script src="a">'],
    ['in CDATA of svg', '<svg><![CDATA[<script src="a">]]></svg>'],
  ])('sees none %s', (_what, html) => {
    expect(scripts(html)).toEqual([]);
  });
});

it('keeps the text of a script to its own end', () => {
  const text = (html: string) => [...startTags(html)][0]?.text;
  expect(text('<script>a</script >b')).toBe('a');
  expect(text('<script>a</scripty></script>')).toBe('a</scripty>');
  expect(text('<script><!-- <script> </script> --> x</script>')).toBe(
    '<!-- <script> </script> --> x',
  );
  expect(text('<script><!--> <script> </script>')).toBe('<!--> <script> ');
  expect(text('<script>never ends')).toBe('never ends');
});

it('knows what stands in the head', () => {
  const metas = (html: string) =>
    [...startTags(html)].filter(({ name }) => name === 'meta').map(({ inHead }) => inHead);
  expect(metas('<!doctype html><meta><html><head> <meta></head><meta>')).toEqual([
    true,
    true,
    false,
  ]);
  expect(metas('<head><title>x</title><script>1</script><meta>')).toEqual([true]);
  expect(metas('text <meta>')).toEqual([false]);
  expect(metas('<div><meta></div>')).toEqual([false]);
  expect(metas('<template>text</template><meta>')).toEqual([true]);
  expect(metas('<head><template><meta></template>')).toEqual([]);
});

it('resolves character references', () => {
  expect(decodeReferences('https&colon;&#x2F;&#47;a?b=1&amp;c=2&copy&unknown;')).toBe(
    'https://a?b=1&c=2&copy&unknown;',
  );
  expect(decodeReferences('&#0;&#xD800;&#x110000;')).toBe('\uFFFD\uFFFD\uFFFD');
});

it('reads any bytes to their end', () => {
  const alphabet = ['<', '>', '/', '!', '-', '--', 'script', 'svg', '"', "'", '=', ' ', 'template'];
  let seed = 7;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  for (let round = 0; round < 2_000; round++) {
    const html = Array.from({ length: 30 }, () => alphabet[next() % alphabet.length]).join('');
    expect(only(html).length).toBeLessThan(31);
  }
});
