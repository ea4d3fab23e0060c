/** Which browsers the drill can be run in on this machine. */
import { openChromium } from './chromium.ts';
import { findFirefox, openFirefox } from './firefox.ts';
import type { DrillBrowser } from './tab.ts';

type Opener = () => Promise<DrillBrowser>;

/** @param names those that have to run; none means every one that is installed. */
export async function browsersNamed(
  names: readonly string[],
): Promise<{ browsers: Opener[]; absent: string[] }> {
  const wants = (name: string) => names.length === 0 || names.includes(name);
  const browsers: Opener[] = wants('chromium') ? [openChromium] : [];
  const absent: string[] = [];
  if (wants('firefox')) {
    if (findFirefox()) browsers.push(openFirefox);
    else absent.push('Firefox is not installed, and was left out.');
  }
  if (wants('webkit')) absent.push('WebKitGTK was left out: the drill has no driver for it yet.');
  if (browsers.length === 0) throw new Error('None of the browsers asked for can be run here.');
  return { browsers, absent };
}
