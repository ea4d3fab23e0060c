/**
 * The loader: the only Bulkhead code that runs on a merchant's page before somebody pays. Waits for
 * a body, starts, and takes over the page's queue. A second tag on the same page does nothing.
 */
import { boot, guardPage } from './chat.ts';
import { run } from './commands.ts';
import { release } from './release.ts';
import { dataset, site } from './tag.ts';
import { launcher } from './view.ts';

function begin(): void {
  const stub = window.Bulkhead;
  // The version tells a second tag that this one is here.
  if (!site || stub?.version) return;
  launcher.hidden = 'hideLauncher' in dataset;
  guardPage();
  boot();
  window.Bulkhead = Object.assign(run, release);
  stub?.q?.map((call) => run(...call));
}

if (document.body) begin();
else addEventListener('DOMContentLoaded', begin);
