/**
 * Finds a real browser for the tests: an installed Chromium or Chrome, then Playwright's own
 * download, then Debian's package where the tests run as root; else says plainly what is missing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type LaunchOptions } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const isRoot = process.getuid?.() === 0;

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));
  return [process.env.CHROMIUM_PATH ?? '', ...candidates, ...PLACES].find(
    (place) => place !== '' && existsSync(place),
  );
}

/** @returns the path of a browser, or undefined where none can be had. */
export function findBrowser(): string | undefined {
  const downloaded = chromium.executablePath();
  return installed() ?? (existsSync(downloaded) ? downloaded : undefined);
}

/** Like `findBrowser`, but installs one from Debian's packages when root. Throws in plain words. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { stdio: 'inherit', env });
    execFileSync('apt-get', ['install', '-qy', 'chromium'], { stdio: 'inherit', env });
    const now = findBrowser();
    if (now) return now;
  }
  throw new Error(
    'The browser tests need Chromium or Chrome, and none was found. Install one ' +
      '(for example `apt-get install chromium`, or `npx playwright install chromium`), ' +
      'or name one in CHROMIUM_PATH.',
  );
}

/** Without the flags Chromium calls home at every start, which a closed network makes slow. */
const FLAGS = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless browser; the caller closes it. */
export function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureBrowser(),
    ...options,
    args: [...FLAGS, ...(isRoot ? ['--no-sandbox'] : []), ...(options.args ?? [])],
  });
}
