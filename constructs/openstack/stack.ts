import { TerraformElement, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { terraformText } from '../quote.ts';
import { RELEASES } from '../releases.ts';
import { Balancers } from './balancers.ts';
import { Compute } from './compute.ts';
import { Names } from './names.ts';
import { Network } from './network.ts';
import type { Place } from './place.ts';
import { OpenstackProvider } from '@cdktf/provider-openstack';
import { Routing } from './routing.ts';
import { SecurityGroups } from './security-groups.ts';
import { remember } from './state.ts';

/** Everything that a site has in its OpenStack, nothing of it by hand; credentials are those of its name in `clouds.yaml`. */
export class OpenstackSite extends TerraformStack {
  constructor(scope: Construct, place: Place) {
    const { model, site } = place;
    super(scope, site.code);
    const oldest = `>=${RELEASES.terraform}`;
    this.node.setContext('targetVersions', { terraform: oldest, opentofu: oldest });
    new RequiredVersion(this, oldest);
    remember(this, place);
    new OpenstackProvider(this, 'openstack', {
      cloud: site.code,
      region: terraformText(site.openstack!.region),
    });
    const network = new Network(this, place);
    const security = new SecurityGroups(this, place);
    new Compute(this, place, network, security);
    if (site.edge?.kind === 'octavia') new Balancers(this, place, network);
    if (site.edge?.kind === 'octavia' && site.routing && model.anycast.ipv4)
      new Routing(this, place, network);
    if (site.openstack!.designate) new Names(this, place);
  }
}

/** The releases of Terraform and OpenTofu that understand the stack; others refuse it before they do anything. */
class RequiredVersion extends TerraformElement {
  private readonly constraint: string;

  constructor(scope: Construct, constraint: string) {
    super(scope, 'required-version');
    this.constraint = constraint;
  }

  override toTerraform(): object {
    return { terraform: { required_version: this.constraint } };
  }
}
