/** One mail of an alert, by the operator's SMTP server. Throws where it was not taken. */
import { createTransport } from 'nodemailer';
import type { AlertConfig } from '../alert-config.ts';
import type { MailMessage } from './alert-message.ts';

const TIMEOUT_MS = 10_000;
const LOCAL = /^(localhost|127\.0\.0\.1|::1)$/;

export interface Mailer {
  /** @param id stands in the `Message-ID`, so that a repeated try is one mail to who filters by it */
  send(to: readonly string[], message: MailMessage, id: string): Promise<void>;
  close(): void;
}

export function createMailer({ server, from }: NonNullable<AlertConfig['mail']>): Mailer {
  const { host, port, secure, auth } = server;
  const transport = createTransport({
    host,
    port,
    secure,
    // A password never goes over a network in the clear.
    requireTLS: auth !== null && !LOCAL.test(host),
    ...(auth && { auth }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Nothing in a message names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.indexOf('@') + 1);
  return {
    async send(to, { subject, text }, id) {
      await transport.sendMail({
        from,
        // As objects: nothing in an address is read as a list or a name.
        to: to.map((address) => ({ name: '', address })),
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        headers: { 'auto-submitted': 'auto-generated' },
      });
    },
    close: () => transport.close(),
  };
}
