import { TerraformElement, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { hasOctavia, type OpenstackSite } from '#sites/site-kinds.ts';
import { terraformText } from '../quote.ts';
import { RELEASES } from '../releases.ts';
import { Balancers } from './balancers.ts';
import { Compute } from './compute.ts';
import { Names } from './names.ts';
import { Network } from './network.ts';
import { OpenstackProvider } from './provider/index.ts';
import { Routing } from './routing.ts';
import { SecurityGroups } from './security-groups.ts';
import { remember, storeFor } from './state.ts';

/** Everything that a site has in its OpenStack, nothing of it by hand; credentials are those of its name in `clouds.yaml`. */
export class OpenstackStack extends TerraformStack {
  constructor(scope: Construct, id: string, { model, site }: AtSite<OpenstackSite>) {
    super(scope, id);
    const at = { model, site };
    const oldest = `>=${RELEASES.terraform}`;
    this.node.setContext('targetVersions', { terraform: oldest, opentofu: oldest });
    new RequiredVersion(this, 'required-version', { constraint: oldest });
    remember(this, { code: site.code, store: storeFor(at) });
    new OpenstackProvider(this, 'openstack', {
      cloud: site.code,
      region: terraformText(site.openstack.region),
    });
    const network = new Network(this, 'network', { site });
    const security = new SecurityGroups(this, at);
    new Compute(this, 'host', { ...at, network, groups: security.groups });
    if (hasOctavia(site)) {
      new Balancers(this, 'balancer', { model, site, network });
      const router = site.routing?.peer;
      if (site.routing && router?.address.ipv4 && model.anycast.ipv4)
        new Routing(this, 'routing', {
          code: site.code,
          asn: site.routing.asn,
          router: { asn: router.asn, address: router.address.ipv4 },
          network: network.external.ref('id'),
        });
    }
    if (site.openstack.designate)
      new Names(this, 'name', {
        site,
        domain: model.domain,
        contact: model.contact,
        nameServer: model.dns?.servers[0]?.name,
      });
  }
}

/** The releases of Terraform and OpenTofu that understand the stack; others refuse it before they do anything. */
class RequiredVersion extends TerraformElement {
  private readonly constraint: string;

  constructor(scope: Construct, id: string, { constraint }: { constraint: string }) {
    super(scope, id);
    this.constraint = constraint;
  }

  override toTerraform(): object {
    return { terraform: { required_version: this.constraint } };
  }
}
