import { expect, it } from 'vitest';
import { browserName, browserVersion } from './browser-name.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

it.each([
  [CHROME, 'Chrome 156', 'Chrome on Linux'],
  [`${CHROME} Edg/155.0.1.2`, 'Edge 155', 'Edge on Linux'],
  [`${CHROME} OPR/121.0.0.0`, 'Opera 121', 'Opera on Linux'],
  [
    CHROME.replace('Chrome/', 'SamsungBrowser/28.0 Chrome/'),
    'Samsung Internet 28',
    'Samsung Internet on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; rv:153.0) Gecko/20100101 Firefox/153.0',
    'Firefox 153',
    'Firefox on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
    'Safari 19',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome 156',
    'Chrome on iOS',
  ],
  ['curl/8.9', undefined, undefined],
  ['', undefined, undefined],
])('names %s', (userAgent, version, name) => {
  expect(browserVersion(userAgent)).toBe(version);
  expect(browserName(userAgent)).toBe(name);
});
