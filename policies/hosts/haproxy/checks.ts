import { FRONTENDS } from './frontends.ts';
import { haproxyPack } from './haproxy-pack.ts';
import { PROCESS } from './process.ts';
import { SERVERS } from './servers.ts';

/** Mistakes in a `haproxy.cfg`, at an edge and beside a database node. */
export const HAPROXY = {
  source: 'haproxy',
  tool: 'HAProxy',
  page: 'https://docs.haproxy.org/2.6/configuration.html',
  checks: haproxyPack([...PROCESS, ...FRONTENDS, ...SERVERS]),
};
