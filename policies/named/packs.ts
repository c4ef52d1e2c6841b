import { HAPROXY } from '../hosts/haproxy/checks.ts';
import { KEEPALIVED } from '../hosts/keepalived/checks.ts';
import { SYSTEMD } from '../hosts/systemd/checks.ts';
import { CIS } from '../inventory/cis/checks.ts';
import { KUBE_LINTER } from '../kubernetes/kube-linter/checks.ts';
import { KUBE_SCORE } from '../kubernetes/kube-score/checks.ts';
import { POD_SECURITY } from '../kubernetes/pod-security-standards/pack.ts';
import { OPENSTACK } from '../openstack/named/checks.ts';
import type { Named, NamedCheck, Pack } from './check.ts';

/** The packs that the law `named-checks` asks. */
const PACKS: readonly Pack[] = [KUBE_LINTER, KUBE_SCORE, CIS, OPENSTACK, SYSTEMD, HAPROXY, KEEPALIVED];
export const CHECKS: readonly NamedCheck[] = PACKS.flatMap(({ checks }) => checks);

/** Every pack with a name, those included that another law asks. */
export const NAMED: readonly Pack<Named>[] = [POD_SECURITY, ...PACKS];
