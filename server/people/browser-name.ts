/** What a browser calls itself, for the console. A guess from what it says of itself, no more. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

const nameIn = (list: typeof BROWSERS, text: string) =>
  list.find(([pattern]) => pattern.test(text))?.[1];

/** `Chrome 156`: what reports are counted by. */
export function browserVersion(userAgent: string): string | undefined {
  const [pattern, name] = BROWSERS.find(([known]) => known.test(userAgent)) ?? [];
  if (!pattern || !name) return undefined;
  // Beside the name; Safari's number stands apart from it.
  const beside =
    name === 'Safari' ? /Version\/(\d{1,4})/ : new RegExp(`(?:${pattern.source})(\\d{1,4})`);
  const [, version] = beside.exec(userAgent) ?? [];
  return version ? `${name} ${version}` : name;
}

/** `Firefox on Linux`. */
export function browserName(userAgent: string | undefined): string | undefined {
  if (!userAgent) return undefined;
  const browser = nameIn(BROWSERS, userAgent);
  const system = nameIn(SYSTEMS, userAgent);
  return browser && system ? `${browser} on ${system}` : browser;
}
