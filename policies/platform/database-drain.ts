import type { Finding, Policy, Tree } from '../law.ts';
import { balancers } from '../reading/database-balancers.ts';
import { durationSeconds, nodeSet, nodes, setting, statements } from '../reading/database-tree.ts';
import { ofKind } from '../reading/objects.ts';

const PREFIX = 'server.shutdown.';

export const databaseDrain: Policy = {
  id: 'database-drain',
  title:
    'a database node that stops is left by balancers, poolers and statements, in that order, before it is killed',
  why: 'A node that is killed before its drain has ended drops the transactions of its clients and lets every lease it held run out instead of handing it on. A balancer that looks away too late sends it clients that it must refuse.',
  check(model, tree) {
    const path = 'platform/sql/settings.sql';
    const wait = (name: string) => durationSeconds(setting(tree, PREFIX + name)?.value ?? '');
    const initial = wait('initial_wait');
    const connections = wait('connections.timeout');
    const transactions = wait('transactions.timeout');
    const sum =
      initial +
      connections +
      2 * transactions +
      wait('lease_transfer_iteration.timeout') +
      wait('jobs.timeout');
    const settings = (message: string, fix: string, text: string): Finding => ({
      path,
      text: PREFIX + text,
      message,
      fix,
    });
    return [
      ...(Number.isNaN(sum)
        ? [{ path, message: `one of the five settings ${PREFIX}* is missing`, fix: 'set all five' }]
        : []),
      ...graces(model, tree)
        .filter(({ seconds }) => !(seconds >= sum))
        .map(
          ({ what, seconds, ...place }): Finding => ({
            ...place,
            other: { path, text: PREFIX },
            message: `${what} is killed after ${seconds} s; its drain takes up to ${sum} s`,
            fix: `wait at least ${sum} s`,
          }),
        ),
      ...balancers(tree).flatMap((balancer): Finding[] => {
        const blind = balancer.intervalSeconds * balancer.fall + balancer.timeoutSeconds;
        if (initial >= blind) return [];
        return [
          {
            path: balancer.path,
            text: balancer.text,
            other: { path, text: `${PREFIX}initial_wait` },
            message: `${balancer.name} sends clients for up to ${blind} s to a node that drains; the node waits ${initial} s`,
            fix: `${PREFIX}initial_wait = '${Math.ceil(blind) + 1}s', or check more often`,
          },
        ];
      }),
      ...poolers(tree)
        .filter(({ lifetime }) => !(lifetime < connections))
        .map(
          ({ lifetime, ...place }): Finding => ({
            ...place,
            other: { path, text: `${PREFIX}connections.timeout` },
            message: `connections of the pooler live ${lifetime} s; a draining node hangs up after ${connections} s`,
            fix: `server_lifetime below ${connections}`,
          }),
        ),
      ...longest(tree)
        .filter(({ seconds }) => !(seconds < transactions))
        .map(({ seconds, user }) =>
          settings(
            `a statement of ${user} may run ${seconds} s; a draining node waits ${transactions} s`,
            `${PREFIX}transactions.timeout above ${seconds} s`,
            'transactions.timeout',
          ),
        ),
    ];
  },
};

interface Grace {
  path: string;
  text: string;
  what: string;
  seconds: number;
}
/** How long each node may take to stop. */
function graces(model: Parameters<Policy['check']>[0], tree: Tree): Grace[] {
  return nodes(model, tree).map((node): Grace => {
    const set = node.path.endsWith('.service') ? undefined : nodeSet(tree, node.site);
    if (set) {
      const seconds = set.object.spec.template.spec.terminationGracePeriodSeconds ?? 30;
      return { path: set.path, text: 'terminationGracePeriodSeconds', what: `pod of ${node.host}`, seconds };
    }
    const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(tree.get(node.path) ?? '')?.[1] ?? 90);
    return { path: node.path, text: 'TimeoutStopSec', what: node.host, seconds };
  });
}

const poolers = (tree: Tree) =>
  ofKind(tree, 'ConfigMap').flatMap(({ path, object }) => {
    const ini: string | undefined = object.data?.['pgbouncer.ini'];
    if (ini === undefined) return [];
    // Its own default is an hour.
    return [
      {
        path,
        text: 'server_lifetime',
        lifetime: Number(/^server_lifetime = (\d+)$/m.exec(ini)?.[1] ?? 3600),
      },
    ];
  });

/** The longest statement of each user that has a limit; migrations have none, and are run again. */
const longest = (tree: Tree) =>
  statements(tree).flatMap(({ statement }) => {
    const [, user = '', value = ''] =
      /^ALTER USER (\w+) SET statement_timeout = '([^']+)'/.exec(statement) ?? [];
    return user ? [{ user, seconds: durationSeconds(value) }] : [];
  });
