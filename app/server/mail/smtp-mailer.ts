import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';

/** A relay may take this long for each step before a letter counts as not sent. */
const STEP_MILLISECONDS = 10_000;

/** Hands letters to a relay, `smtp://user:password@host:587` or `smtps://…`. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 3,
      connectionTimeout: STEP_MILLISECONDS,
      greetingTimeout: STEP_MILLISECONDS,
      socketTimeout: STEP_MILLISECONDS,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as never,
    { from },
  );
  return {
    async send({ to, subject, text, language }) {
      await transport.sendMail({
        // An object, so that no part of the address is read as a second one.
        to: { name: '', address: to },
        subject,
        text,
        headers: { 'Content-Language': language, 'Auto-Submitted': 'auto-generated' },
      });
    },
    async close() {
      transport.close();
    },
  };
}
