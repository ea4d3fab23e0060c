import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createClientStream } from './client-stream.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function world(): Promise<{ proxy: RecordingProxy; host: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard.push(`${request.method} ${request.url} ${body}`);
    response.end('answer');
  });
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    socket.on('data', (chunk: Buffer) => heard.push(`${chunk.length} bytes`));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startRecordingProxy();
  cleanups.push(() => server.close(), proxy.close);
  return { proxy, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

/** Speaks to the proxy word for word; resolves once all of `answers` came, in order. */
async function speak(proxy: RecordingProxy, turns: [say: string | Buffer, until: string][]) {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  cleanups.push(() => socket.destroy());
  let heard = '';
  for (const [say, until] of turns) {
    heard = '';
    socket.write(say);
    while (!heard.includes(until)) {
      heard += await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    }
  }
}

/** One masked text frame, as RFC 6455 section 5 has it. */
function frame(text: string): Buffer {
  const mask = Buffer.from([7, 99, 200, 31]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  const length = payload.length < 126 ? [payload.length | 0x80] : [0xfe, 0, payload.length];
  return Buffer.concat([Buffer.from([0x81, ...length]), mask, payload]);
}

it('passes plain requests on and keeps line, headers and body', async () => {
  const { proxy, host, heard } = await world();
  const request = `POST http://${host}/a?b=c HTTP/1.1\r\nHost: ${host}\r\nX-Secret: 42\r\nContent-Length: 4\r\n\r\nbody`;
  await speak(proxy, [[request, 'answer']]);
  expect(heard).toEqual(['POST /a?b=c body']);
  expect(proxy.hosts()).toEqual([host]);
  const sent = proxy.sentTo(host).toString();
  expect(sent).toMatch(/^POST .*\/a\?b=c[\s\S]*X-Secret\r\n42[\s\S]*body$/);
});

it('keeps what goes through a tunnel, with the frames of a WebSocket unmasked', async () => {
  const { proxy, host, heard } = await world();
  const upgrade = `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  await speak(proxy, [
    [`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, '200 Connection Established'],
    [upgrade, '101'],
    [Buffer.concat([frame('hello'), frame('x'.repeat(150))]), ''],
  ]);
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  expect(proxy.sentTo(host).toString()).toBe(`${upgrade}hello${'x'.repeat(150)}`);
});

it('reads a stream that comes one byte at a time', () => {
  let said = '';
  const hear = createClientStream((bytes) => {
    said += bytes.toString();
  });
  const head = 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n';
  const all = Buffer.concat([Buffer.from(head), frame('one'), frame('two'.repeat(60))]);
  for (const byte of all) hear(Buffer.from([byte]));
  expect(said).toBe(`${head}one${'two'.repeat(60)}`);
});
