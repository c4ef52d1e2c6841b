import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { busy } from '../problems/general.ts';

/**
 * How costly a guess is for argon2id, the library's default: 19 MiB and two passes, about 25 ms here.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Passwords that are worked on at once: one processor stays free for readers. */
const AT_ONCE = Math.max(1, availableParallelism() - 1);
/** Those that wait at most; beyond it is better to say so than to let people wait. */
const WAITING_MAX = 100;

let working = 0;
const waiting: (() => void)[] = [];

/** Runs the costly work in its turn. @throws a refusal when too many wait already */
async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (working >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) throw busy({}, { headers: { 'retry-after': '3' } });
    // Whoever finishes hands his place on.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else working += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else working -= 1;
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(normal(password), COST));

/** Whether the password is the one; takes as long where there is none to compare with, so that nobody learns that. */
export async function passwordFits(password: string, known: string | null | undefined): Promise<boolean> {
  const fits = await inTurn(async () => verify(known ?? (await decoy()), normal(password)));
  return fits && Boolean(known);
}

/** The same letters however a keyboard composed them. */
const normal = (password: string) => password.normalize('NFKC');

let made: Promise<string> | undefined;
const decoy = () => {
  made ??= hash('nobody has this password', COST);
  return made;
};
