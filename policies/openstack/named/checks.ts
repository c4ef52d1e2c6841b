import { BALANCERS } from './balancers.ts';
import { EXPOSURE } from './exposure.ts';
import { INSTANCES } from './instances.ts';
import { NETWORKS } from './networks.ts';
import { stackPack } from './stack-pack.ts';
import { STATE } from './state.ts';

/** Mistakes in stacks of OpenStack. Tools know ten of them: Checkov's CKV_OPENSTACK_1 to 5 and Trivy's AVD-OPNSTK-0001 to 0005. */
export const OPENSTACK = {
  source: 'openstack',
  tool: 'OpenStack',
  page: 'https://registry.terraform.io/providers/terraform-provider-openstack/openstack/3.4.0/docs',
  checks: stackPack([...EXPOSURE, ...NETWORKS, ...INSTANCES, ...BALANCERS, ...STATE]),
};
