import type { FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { networkOf } from './address.ts';
import { type Allowance, countAttempt, forgetAttempts, giveBack } from './attempts.ts';
import { deviceOf, deviceSecret } from './devices.ts';

/** Where a request comes from; read while it is answered, for afterwards its line is gone. */
export interface Origin {
  network: string;
  device: string | undefined;
}
export const originOf = (request: FastifyRequest): Origin => ({
  network: networkOf(request.clientAddress),
  device: deviceSecret(request),
});

/**
 * What is tried at whose account, and how often it may be: from each place, and from all places that the account does not know. `strangers`
 * is what a network may try at all accounts together, by a name of its own.
 */
export interface AccountTry {
  what: string;
  email: string;
  each: Allowance;
  all: Allowance;
  strangers?: Allowance & { what: string };
}

/**
 * Counts a try at an account that its owner did not ask for perhaps, so that an attacker does not lock them out. A browser in
 * which they have signed in before is counted by itself alone. Any other is counted with its network first: what one network may
 * not try at an account uses up nothing of what it may try at others, and that nothing of what all may.
 * @throws a refusal, with the seconds to wait, when it was tried more often than allowed
 */
export async function countAtAccount(
  db: Database,
  { network, device }: Origin,
  { what, email, each, all, strangers }: AccountTry,
): Promise<void> {
  const known = await deviceOf(db, email, device);
  if (known) return countAttempt(db, `${what}, known`, known, each);
  await countAttempt(db, `${what}, network`, `${email}\0${network}`, each);
  if (strangers) await countAttempt(db, strangers.what, network, strangers);
  await countAttempt(db, what, email, all);
}

/** Forgets the tries that were counted from there, after one that succeeded: that one is not counted against its network either. */
export async function forgetAtAccount(
  db: Database,
  { network, device }: Origin,
  { what, email, strangers }: Pick<AccountTry, 'what' | 'email' | 'strangers'>,
): Promise<void> {
  const known = await deviceOf(db, email, device);
  if (known) return forgetAttempts(db, `${what}, known`, known);
  await forgetAttempts(db, `${what}, network`, `${email}\0${network}`);
  await forgetAttempts(db, what, email);
  if (strangers) await giveBack(db, strangers.what, network);
}
