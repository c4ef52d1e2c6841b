import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { limitConcurrency } from '../concurrency.ts';

/**
 * How costly a guess is for argon2id, the library's default: 19 MiB and two passes, about 25 ms here.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** One processor stays free for readers. */
const limited = limitConcurrency({ atOnce: Math.max(1, availableParallelism() - 1), waitingMax: 100 });

export const hashPassword = (password: string): Promise<string> =>
  limited(() => hash(normal(password), COST));

/** Whether the password is the one; takes as long where there is none to compare with, so that nobody learns that. */
export async function passwordFits(password: string, known: string | null | undefined): Promise<boolean> {
  const fits = await limited(async () => verify(known ?? (await decoy()), normal(password)));
  return fits && Boolean(known);
}

/** The same letters however a keyboard composed them. */
const normal = (password: string) => password.normalize('NFKC');

let made: Promise<string> | undefined;
const decoy = () => {
  made ??= hash('nobody has this password', COST);
  return made;
};
