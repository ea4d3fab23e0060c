/** Keys pressed one after another, as a person does, into whatever has the focus by then. */
import type { Page } from 'playwright';

/** Far longer than a browser takes over a key, even on a busy machine. */
const LOST_AFTER_MS = 3_000;

/**
 * As `keyboard.type`, for pages in which a frame may be removed while it has the focus: a browser
 * never acknowledges a key whose frame went away while it was under way, and the driver would wait
 * for it until the test's time is over. What became of the key the page shows.
 */
export async function typeKeys(page: Page, text: string, delayMs = 0): Promise<void> {
  for (const key of text) {
    // A page that is closed meanwhile answers a lost key with an error that nobody waits for.
    const pressed = page.keyboard.press(key).catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const lost = new Promise((resolve) => {
      timer = setTimeout(resolve, LOST_AFTER_MS);
    });
    await Promise.race([pressed, lost]);
    clearTimeout(timer);
    await page.waitForTimeout(delayMs);
  }
}
