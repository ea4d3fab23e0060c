/**
 * The shop's own page script: opens the chat from the shop's buttons and steps quantities. Served
 * with its types stripped, so it must stay one file without imports.
 */

type BulkheadApi = {
  (...command: unknown[]): void;
  q?: unknown[][];
};

const page: Window & { Bulkhead?: BulkheadApi } = window;

// Commands given before the chat's loader has arrived wait in `q`.
page.Bulkhead ??= createQueue();

function createQueue(): BulkheadApi {
  const queue: BulkheadApi = (...command) => {
    queue.q ??= [];
    queue.q.push(command);
  };
  return queue;
}

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest('[data-open-chat]')) page.Bulkhead?.('open');
  const step = event.target.closest<HTMLButtonElement>('[data-step]');
  if (step) stepQuantity(step);
});

function stepQuantity(button: HTMLButtonElement): void {
  const input = button.parentElement?.querySelector<HTMLInputElement>('input[type="number"]');
  if (button.dataset.step === '1') input?.stepUp();
  else input?.stepDown();
}

export {};
