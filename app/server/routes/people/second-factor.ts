import type { FastifyInstance } from 'fastify';
import { countAtAccount, forgetAtAccount, type Origin } from '#server/security/account-attempts.ts';
import { factorOf, spendCode, spendRecoveryCode, typedCode } from '#server/security/second-factor.ts';
import { secondFactorNeeded, secondFactorUnavailable, wrongCode } from './problems.ts';

/**
 * Wrong codes for one account, by somebody who knows its password. Three of a million fit at a time, so that 20 tries in a quarter of an
 * hour find one in half a year on average.
 */
const GUESSES = { each: { max: 10, minutes: 15 }, all: { max: 20, minutes: 15 } };

/**
 * Asks whoever has shown a password, or a letter, for their second factor; nothing where the account has none.
 * @throws a refusal where the code is missing, or wrong, or was tried too often
 */
export async function checkSecondFactor(
  app: FastifyInstance,
  origin: Origin,
  { id, email, code }: { id: string; email: string; code: string | undefined },
): Promise<void> {
  const factor = await factorOf(app.db, id);
  if (!factor?.isOn) return;
  if (code === undefined) throw secondFactorNeeded({});
  const tried = { what: 'second factor', email, ...GUESSES };
  await countAtAccount(app.db, origin, tried);
  const typed = typedCode(code);
  const isRight =
    typed.kind === 'recovery'
      ? await spendRecoveryCode(app.db, id, typed.code)
      : await spendCode(app.db, { personId: id, sealed: factor.sealed, code: typed.code }, app.keys);
  if (isRight === undefined) throw secondFactorUnavailable({});
  if (!isRight) throw wrongCode({});
  await forgetAtAccount(app.db, origin, tried);
}
