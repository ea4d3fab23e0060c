/** Firefox by WebDriver BiDi, which it speaks by itself: no other program is needed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openBidi } from './bidi.ts';
import type { DrillBrowser } from './tab.ts';

const NAMES = ['firefox-esr', 'firefox'];
const PLACES = ['/Applications/Firefox.app/Contents/MacOS/firefox'];
const START_MS = 60_000;

/** So that it keeps to itself: no updates, no portals, no first-run pages. */
const PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.update.disabledForTesting': true,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'services.settings.server': 'data:,',
  'dom.disable_open_during_load': true,
  // Each visitor's window is one that is looked at, so that focus events come as in life.
  'focusmanager.testmode': true,
  'intl.accept_languages': 'en-GB',
};

export const findFirefox = (): string | undefined =>
  [
    process.env.FIREFOX_PATH ?? '',
    ...(process.env.PATH ?? '').split(':').flatMap((dir) => NAMES.map((name) => `${dir}/${name}`)),
    ...PLACES,
  ].find((place) => place !== '' && existsSync(place));

const addressFrom = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Firefox did not come up')), START_MS);
    child.once('exit', () => reject(new Error('Firefox ended at once')));
    if (!child.stderr) return reject(new Error('Firefox has no voice'));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
  });

export async function openFirefox(): Promise<DrillBrowser> {
  const program = findFirefox();
  if (!program) throw new Error('Firefox is not installed');
  const profile = await mkdtemp(path.join(tmpdir(), 'bulkhead-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(path.join(profile, 'user.js'), lines.join('\n'));
  const child = spawn(
    program,
    [
      '--headless',
      '--no-remote',
      '--remote-debugging-port',
      '0',
      '--profile',
      profile,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
  );
  const end = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { version, open, close } = await openBidi(`${await addressFrom(child)}/session`);
    return {
      name: `Firefox ${version.split('.')[0]}`,
      kind: 'firefox',
      open,
      async close() {
        close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
