/** The locks of a process of its own, which can be made to hang: nothing runs in it, and its connections stay. */
import { Worker } from 'node:worker_threads';

export interface HangingLocks {
  keeps(key: string): Promise<boolean>;
  /** Until `wake`. */
  hang(): void;
  wake(): void;
  close(): Promise<unknown>;
}

const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { createPostgresLocks } = await import(workerData.module);
  const { url, leaseMs, gate } = workerData;
  const locks = createPostgresLocks({ url, leaseMs, logger: { error() {} } });
  parentPort.on('message', async ({ key }) => {
    if (key === undefined) Atomics.wait(new Int32Array(gate), 0, 0);
    else parentPort.postMessage(await locks.keeps(key));
  });
})();
`;

export function startHangingLocks(url: string, leaseMs: number): HangingLocks {
  const gate = new SharedArrayBuffer(4);
  const module = new URL('../../server/shared/postgres-locks.ts', import.meta.url).href;
  const worker = new Worker(CODE, {
    eval: true,
    workerData: { module, url, leaseMs, gate },
    // Those of the tests are not for it.
    execArgv: [],
  });
  return {
    keeps(key) {
      const answer = new Promise<boolean>((resolve) => worker.once('message', resolve));
      worker.postMessage({ key });
      return answer;
    },
    hang: () => worker.postMessage({}),
    wake() {
      Atomics.store(new Int32Array(gate), 0, 1);
      Atomics.notify(new Int32Array(gate), 0);
    },
    close: () => worker.terminate(),
  };
}
