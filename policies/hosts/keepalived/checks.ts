import { GROUPS, PROCESS } from './groups.ts';
import { INSTANCES } from './instances.ts';
import { keepalivedPack } from './keepalived-pack.ts';

/** Mistakes in a `keepalived.conf`, at an edge and at a front firewall. */
export const KEEPALIVED = {
  source: 'keepalived',
  tool: 'keepalived',
  page: 'https://www.keepalived.org/manpage.html',
  checks: keepalivedPack([...PROCESS, ...INSTANCES, ...GROUPS]),
};
