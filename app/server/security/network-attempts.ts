import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networkOf } from './address.ts';
import { type Allowance, countAttempt, giveBack } from './attempts.ts';

/**
 * What strangers of one network may do, by what it is called and for how many minutes it is counted. A school is one network, so each allows
 * as many as the setting says people sit behind an address, and what succeeded is not counted. An attacker who guesses has the failures alone: with
 * 400 people 38,400 wrong passwords a day over all accounts together, and of each account no more than `countAtAccount` allows.
 */
const FROM_NETWORK = {
  'sign-in from': 15,
  confirm: 15,
  unsubscribe: 15,
  join: 60,
  recover: 60,
} as const;
export type FromNetwork = keyof typeof FROM_NETWORK;
export const NETWORK_COUNTS = Object.keys(FROM_NETWORK) as FromNetwork[];

type App = Pick<FastifyInstance, 'db' | 'settings'>;

export const allowanceOf = ({ settings }: Pick<App, 'settings'>, what: FromNetwork): Allowance => ({
  max: settings.peoplePerNetwork,
  minutes: FROM_NETWORK[what],
});

/** Counts one thing of that network. @throws a refusal, with the seconds to wait, when there were too many */
export const countFrom = (app: App, what: FromNetwork, network: string): Promise<void> =>
  countAttempt(app.db, what, network, allowanceOf(app, what));

/** Gives it back to the network of a request, for what was counted there came to a good end. */
export const giveBackTo = ({ server, clientAddress }: FastifyRequest, what: FromNetwork): Promise<void> =>
  giveBack(server.db, what, networkOf(clientAddress));

/** Does what a stranger asks, and counts it for the network where it is refused. @throws a refusal when too much was */
export async function countingFailures<Done>(
  { server, clientAddress }: FastifyRequest,
  what: FromNetwork,
  work: () => Promise<Done>,
): Promise<Done> {
  const network = networkOf(clientAddress);
  await countFrom(server, what, network);
  const again = () => giveBack(server.db, what, network);
  const done = await work().catch(async (error) => {
    // What we could not do is nobody's failure.
    if (!((error as { statusCode?: number }).statusCode! < 500)) await again();
    throw error;
  });
  await again();
  return done;
}
