import type { Page } from 'playwright';

/** Resolves when nothing on the page moves into its place any more: colours are judged then. */
export const atRest = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => null);
  });
