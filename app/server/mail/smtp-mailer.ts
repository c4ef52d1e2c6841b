import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { LetterNotTaken, LetterRefused, type Mailer } from './mailer.ts';

/** A relay may take this long for each step before a letter counts as not sent. */
const STEP_MILLISECONDS = 10_000;
/**
 * How long a letter that nobody took waits before each further try. Relays that make strangers wait take it after some minutes.
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1
 */
const WAITS_SECONDS = [1, 5, 30, 120, 600];

export interface SmtpOptions {
  /** @default a second to ten minutes, six tries in all */
  waitsSeconds?: readonly number[];
  /** Called when the relay takes nothing, and when it takes letters again. */
  onAway?: (error: Error) => void;
  onBack?: () => void;
}

interface RelayError {
  code?: string;
  /** What the system said of a line that could not be had. */
  originalCode?: string;
  responseCode?: number;
  command?: string;
}

/** What became of a letter, in our words: those of a relay commonly repeat to whom it goes, and errors end in the log. */
const described = ({
  code = 'no code',
  originalCode,
  responseCode,
  command = 'no command',
}: RelayError): string =>
  responseCode === undefined
    ? `the relay was not heard: ${originalCode ?? code} at ${command}`
    : `the relay answered ${responseCode} to ${command} (${code})`;

/**
 * Whether the relay will say the same of this letter tomorrow: it knows nobody of that name, or does not want these words.
 * What it refuses before – a greeting, our password, us as senders – says nothing of the letter.
 */
const isRefusal = ({ responseCode = 0, command = '' }: RelayError): boolean =>
  responseCode >= 500 && ['RCPT TO', 'DATA'].includes(command);

/** Hands letters to a relay, `smtp://user:password@host:587` or `smtps://…`. */
export function smtpMailer(
  url: string,
  from: string,
  { waitsSeconds = WAITS_SECONDS, onAway, onBack }: SmtpOptions = {},
): Mailer {
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
  const ending = new AbortController();
  return {
    async send({ to, subject, text, language }, { once } = { once: false }) {
      const waits = once ? [] : [...waitsSeconds];
      for (;;) {
        try {
          await transport.sendMail({
            // An object, so that no part of the address is read as a second one.
            to: { name: '', address: to },
            subject,
            text,
            headers: { 'Content-Language': language, 'Auto-Submitted': 'auto-generated' },
          });
          onBack?.();
          return;
        } catch (error) {
          if (isRefusal(error as RelayError)) throw new LetterRefused(described(error as RelayError));
          const notTaken = new LetterNotTaken(described(error as RelayError));
          onAway?.(notTaken);
          const wait = waits.shift();
          if (wait === undefined || ending.signal.aborted) throw notTaken;
          await sleep(wait * 1000, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
        }
      }
    },
    hurry: () => ending.abort(),
    async close() {
      ending.abort();
      transport.close();
    },
  };
}
