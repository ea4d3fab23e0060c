/**
 * A mail server that keeps what it is given (RFC 5321, the least of it): enough for a real client over
 * a real socket, and able to refuse.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Head and body as they were before they were made fit for the way. */
  raw: string;
}

export interface SmtpSink {
  url: string;
  mails: ReceivedMail[];
  /** The next messages are refused, as by a server that is full. */
  refuse(times: number): void;
  close(): Promise<void>;
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let refusals = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.setEncoding('utf8');
    let mail: ReceivedMail = { from: '', to: [], raw: '' };
    let inData = false;
    let buffered = '';
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';

    function hear(line: string) {
      if (inData) {
        if (line !== '.') {
          mail.raw += `${line.replace(/^\./, '')}\n`;
          return;
        }
        inData = false;
        // Quoted-printable breaks long lines.
        mails.push({ ...mail, raw: mail.raw.replaceAll('=\n', '') });
        return say('250 kept');
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'MAIL') {
        if (refusals > 0) {
          refusals--;
          return say('451 try again later');
        }
        mail = { from: addressIn(line), to: [], raw: '' };
      } else if (verb === 'RCPT') mail.to.push(addressIn(line));
      else if (verb === 'DATA') {
        inData = true;
        return say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        return void socket.end();
      }
      say('250 ok');
    }

    say('220 sink');
    socket.on('data', (chunk: string) => {
      const lines = (buffered + chunk).split('\r\n');
      buffered = lines.pop() ?? '';
      for (const line of lines) hear(line);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse(times) {
      refusals = times;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
