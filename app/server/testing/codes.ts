import { TOTP } from 'otpauth';

/** What the app on a telephone shows for a secret, now or so many periods of 30 seconds later. */
export const codeOf = (secret: string, periods = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + periods * 30_000 });
