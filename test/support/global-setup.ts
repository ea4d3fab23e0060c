import { ensureBrowser } from './browser.ts';
import { dropDatabases } from './postgres.ts';

/** Once per run: the browser that the browser tests drive, or plain words about why there is none. */
export default function setup(): () => Promise<void> {
  process.env.CHROMIUM_PATH = ensureBrowser();
  process.env.TEST_RUN = String(process.pid);
  return dropDatabases;
}
