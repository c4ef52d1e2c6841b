import { RUNBOOKS } from '#constructs/kubernetes/monitoring/rule.ts';
import { certificates } from '#constructs/platform/certificates.ts';
import { dnsFiles } from '#constructs/platform/dns.ts';
import { runbooks } from '#constructs/platform/runbooks/runbook.ts';
import { sqlFiles } from '#constructs/platform/sql/files.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import type { Model } from '#sites/model.ts';

/**
 * What belongs to no single site: the SQL of the one database, who its authority vouches for, the zones of the domain, and
 * what people read when an alert wakes them.
 */
export function platform(model: Model): TextFile[] {
  return [
    ['certificates.yaml', certificates(model)],
    ...below('sql', sqlFiles(model)),
    ...below(RUNBOOKS.slice('platform/'.length), runbooks(model)),
    ...below('dns', dnsFiles(model)),
  ];
}
