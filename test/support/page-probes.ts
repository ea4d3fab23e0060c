/**
 * What a page under test is measured with: each probe looks at the page from outside the widget, and
 * each has a control in its test that it must see.
 */
import type { Browser, Page } from 'playwright';

interface LayoutShift extends PerformanceEntry {
  value: number;
}
interface ShiftWindow extends Window {
  shifts?: number[];
}

/** Watches from the document's start. Call before the page is opened. */
export const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    if (window !== top) return;
    const shifts: number[] = [];
    (window as ShiftWindow).shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as LayoutShift).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });

/**
 * Every shift so far, those right after a click included, which Cumulative Layout Shift forgives. An
 * observer is told of a frame after it was painted, so this waits for two more.
 */
export const shiftsOf = (page: Page): Promise<number[]> =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return (window as ShiftWindow).shifts ?? [];
  });

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: start, length, and how much of the length the thread was running. */
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string } };
}

const TRACE_CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];
const SCRIPT_EVENTS = ['EvaluateScript', 'FunctionCall', 'v8.compile'];

/** @returns whether `inner` happened within `outer`, on the same thread. */
const holds = (outer: TraceEvent, inner: TraceEvent): boolean =>
  outer.pid === inner.pid &&
  outer.tid === inner.tid &&
  inner.ts >= outer.ts &&
  inner.ts <= outer.ts + (outer.dur ?? 0);

/**
 * The most that a script took of any one task, in milliseconds of processor time, and 0 if it never
 * ran. Its own are what it was evaluated or called for, with the style and layout that it forced, and
 * the microtasks of the tasks that it ran in, which the trace does not name by script.
 */
export async function longestShareMs(
  browser: Browser,
  page: Page,
  url: string,
  visit: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await visit();
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(
    (await browser.stopTracing()).toString('utf8'),
  );
  const events = trace.traceEvents.filter(({ ph }) => ph === 'X');
  const scripts = events.filter(
    ({ name, args }) => SCRIPT_EVENTS.includes(name) && args?.data?.url === url,
  );
  const microtasks = events.filter(({ name }) => name === 'RunMicrotasks');
  const shares = events
    .filter((event) => event.name === 'RunTask' && scripts.some((script) => holds(event, script)))
    .map((task) => {
      const within = [...scripts, ...microtasks].filter((event) => holds(task, event));
      return within
        .filter((event) => !within.some((other) => other !== event && holds(other, event)))
        .reduce((total, { tdur = 0 }) => total + tdur, 0);
    });
  return Math.max(0, ...shares) / 1000;
}

/** What the answers to the page's own requests to a host weigh: as they came, headers left out. */
export interface Downloads {
  bytes(): Promise<number>;
}

export function weighDownloads(page: Page, origin: string): Downloads {
  const sizes: Promise<number>[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) return;
    const size = async () => {
      await request.response();
      return (await request.sizes()).responseBodySize;
    };
    sizes.push(size());
  });
  return { bytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}
