/** A wire to a database that a test cuts or hushes, or that loses one answer on its way back. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CutWire {
  /** The database's, by this wire. */
  url: string;
  /** Breaks every connection, and refuses those that come. */
  cut(): void;
  /** Mends what was cut. What was hushed stays so. */
  mend(): void;
  /** From now on nothing that is said arrives, and no connection breaks. */
  hush(): void;
  /** The next transaction in which this text is sent is committed, and its answer is lost. */
  loseCommitOf(text: string): void;
  /** The next statement with this text is answered, and the answer is lost. */
  loseAnswerTo(text: string): void;
  close(): void;
}

interface Losing {
  text: string;
  at: 'commit' | 'statement';
}

export async function startCutWire(to: URL): Promise<CutWire> {
  const open = new Set<Socket>();
  let isCut = false;
  let isHushed = false;
  let losing: Losing | null = null;

  /** @param isIn whether the text was sent by this connection before */
  function isLast(sent: Buffer, isIn: boolean): boolean {
    if (losing === null) return false;
    return losing.at === 'commit' ? isIn && sent.includes('commit') : isIn;
  }

  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    if (isHushed) return void open.add(near.resume());
    const far = connect(Number(to.port), to.hostname);
    let isIn = false;
    near.on('data', (sent: Buffer) => {
      if (losing !== null && sent.includes(losing.text)) isIn = true;
      if (!isLast(sent, isIn)) return;
      losing = null;
      far.unpipe(near);
      // It has answered, so it is done.
      far.once('data', () => near.destroy()).resume();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(to);
  if (address && typeof address === 'object') url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    hush() {
      isHushed = true;
      for (const socket of open) socket.unpipe().resume();
    },
    loseCommitOf(text) {
      losing = { text, at: 'commit' };
    },
    loseAnswerTo(text) {
      losing = { text, at: 'statement' };
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
