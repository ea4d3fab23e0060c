/// <reference path="../bulkhead.d.ts" />
/**
 * The bootstrap that a signed tag pins: asks which release is current, verifies it, and adds that
 * release's loader by its hash [REL-3]. Its bytes never change with a release or a vendor: a changed
 * one is a new tag for every merchant. It knows nothing of what the loader does.
 */
import type { ReportKind } from '../../protocol/http.ts';
import { showFallback } from './fallback.ts';
import { judge } from './judge.ts';
import { report } from './report.ts';
import type { Release } from './statement.ts';
import { base, dataset, nonce, site } from './tag.ts';
import { trusted } from './trusted.ts';

const ANSWER_MS = 15_000;
/** Between two tries where the server is out of reach: 2, 10, 50 and 250 seconds, or once online. */
const RETRY_MS = 2_000;
const RETRY_GROWTH = 5;
const RETRIES = 4;
/** What reports as the release where none is known. */
const SELF = 'bootstrap';

function refuse(kind: ReportKind, release: string, subject: string): void {
  report(kind, release, subject);
  showFallback();
}

/** @returns the text, or nothing when it is out of reach: that is no refusal. */
const read = (url: string, cache?: RequestCache): Promise<string | undefined> =>
  fetch(url, {
    ...(cache && { cache }),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).then(
    (response) => (response.ok ? response.text() : undefined),
    () => undefined,
  );

/** @returns whether it ran; rejects where a policy of the page refuses the very address. */
const addLoader = ({ version, file, sha384 }: Release): Promise<boolean> =>
  new Promise((resolve) => {
    const script = document.createElement('script');
    Object.assign(script.dataset, dataset);
    Object.assign(script, {
      crossOrigin: '',
      integrity: sha384,
      nonce,
      onload: () => resolve(true),
      onerror: () => resolve(false),
      src: trusted.createScriptURL(`${base}${version}/${file}`),
    });
    document.head.append(script);
  });

/** @returns whether that was the end of it, one way or the other */
async function boot(): Promise<boolean> {
  const url = `${base}current.json`;
  let text = await read(url);
  let verdict = text === undefined ? undefined : await judge(text);
  if (typeof verdict === 'string') {
    // A cache on the way may be behind what this browser has seen: only a fresh answer is refused.
    text = await read(url, 'reload');
    verdict = text === undefined ? undefined : await judge(text);
  }
  if (!verdict) return false;
  if (typeof verdict === 'string') {
    refuse('manifest_refused', SELF, verdict);
    return true;
  }
  if (await addLoader(verdict).catch(() => false)) return true;
  // Browsers do not say whether a script was refused or out of reach; whether it can be had without
  // its hash tells them apart. What comes back is not looked at.
  const { version, file } = verdict;
  if ((await read(`${base}${version}/${file}`)) === undefined) return false;
  refuse('script_refused', version, file);
  return true;
}

async function begin(): Promise<void> {
  if (!site || window.Bulkhead?.version) return;
  // On an insecure page there is none.
  if (!window.crypto?.subtle) return refuse('manifest_refused', SELF, 'no_crypto');
  for (let tries = 0; !(await boot()); tries++)
    await new Promise((resolve) => {
      if (tries < RETRIES) setTimeout(resolve, RETRY_MS * RETRY_GROWTH ** tries);
      addEventListener('online', resolve, { once: true });
    });
}

void begin();
