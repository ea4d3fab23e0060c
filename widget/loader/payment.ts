/**
 * Loads the pay script by its hash and hands it what it needs in one call. The sheet is that
 * script's affair; this side knows nothing of Stripe.
 */
import type { ShownPayment } from '../../protocol/http.ts';
import type { SheetResult } from '../../protocol/port.ts';
import type { OpenSheet, SheetEvent } from '../sheet.ts';
import { START_MS } from './limits.ts';
import { remembered } from './memory.ts';
import { release } from './release.ts';
import { addScript } from './scripts.ts';
import { report, request } from './server.ts';
import { base, dataset, locale } from './tag.ts';
import { panel } from './view.ts';

/**
 * Rejects when the script is altered, out of reach or too slow.
 *
 * @param signal closes the sheet, or keeps it from opening
 */
export async function openSheet(shown: ShownPayment, signal: AbortSignal): Promise<SheetResult> {
  const open = await new Promise<OpenSheet>((resolve, reject) => {
    const script = addScript(base + release.pay.file, release.pay.sha384);
    script.addEventListener('bulkhead:pay' satisfies SheetEvent, (event) =>
      resolve((event as CustomEvent).detail),
    );
    setTimeout(reject, START_MS);
    script.onload = script.onerror = signal.onabort = reject;
  });
  return open({
    panel,
    shown,
    token: remembered().token,
    tag: dataset,
    locale,
    request,
    report,
    addScript,
    signal,
  });
}
