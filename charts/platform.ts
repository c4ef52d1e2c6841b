import { certificates } from '../constructs/certificates.ts';
import { dnsFiles } from '../constructs/dns.ts';
import { sqlFiles } from '../constructs/sql/files.ts';
import type { Model } from '../sites/model.ts';

/** What belongs to no single site: the SQL of the one database, who its authority vouches for, and the zones of the domain. */
export function platform(model: Model): [path: string, text: string][] {
  return [
    ['certificates.yaml', certificates({ model })],
    ...sqlFiles({ model }).map(([name, text]): [string, string] => [`sql/${name}`, text]),
    ...dnsFiles({ model }).map(([name, text]): [string, string] => [`dns/${name}`, text]),
  ];
}
