import { certificates } from '../constructs/certificates.ts';
import { dnsFiles } from '../constructs/dns.ts';
import { RUNBOOKS } from '../constructs/prometheus/rule.ts';
import { runbooks } from '../constructs/prometheus/runbook.ts';
import { sqlFiles } from '../constructs/sql/files.ts';
import type { Model } from '../sites/model.ts';

/**
 * What belongs to no single site: the SQL of the one database, who its authority vouches for, the zones of the domain, and
 * what people read when an alert wakes them.
 */
export function platform(model: Model): [path: string, text: string][] {
  return [
    ['certificates.yaml', certificates({ model })],
    ...sqlFiles({ model }).map(([name, text]): [string, string] => [`sql/${name}`, text]),
    ...runbooks({ model }).map(([name, text]): [string, string] => [
      `${RUNBOOKS.slice('platform/'.length)}/${name}`,
      text,
    ]),
    ...dnsFiles({ model }).map(([name, text]): [string, string] => [`dns/${name}`, text]),
  ];
}
