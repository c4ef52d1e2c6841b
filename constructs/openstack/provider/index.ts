// `cdktf` is an alias of cdktn, which carries the library on since it was archived in 2025.
import {
  TerraformDataSource,
  TerraformElement,
  type TerraformMetaArguments,
  TerraformProvider,
  TerraformResource,
} from 'cdktf';
import type { Construct } from 'constructs';
import {
  type Attributes,
  type DataAttributes,
  type DataSources,
  type Provider,
  type Resources,
  SOURCE,
  VERSION,
} from './openstack.gen.ts';

export type { Attributes, DataSources, Provider, Resources };

const ORIGIN = { providerName: 'openstack', providerVersion: VERSION, providerVersionConstraint: VERSION };
/** `${scope}_${id}`, below the stack: what a person types after `terraform state show`. */
const localName = (construct: Construct): string =>
  construct.node.path
    .split('/')
    .slice(1)
    .join('_')
    .replaceAll(/[^\w-]/g, '-');

/** The connection to one OpenStack; who we are there, the environment or `clouds.yaml` says. */
export class OpenstackProvider extends TerraformProvider {
  private readonly config: Provider;
  constructor(scope: Construct, id: string, config: Provider) {
    super(scope, id, {
      terraformResourceType: 'openstack',
      terraformProviderSource: SOURCE,
      terraformGeneratorMetadata: ORIGIN,
    });
    this.config = config;
  }
  protected override synthesizeAttributes() {
    return { ...this.config };
  }
}

/** Any resource of the provider, by its name without `openstack_`; a key that it has not is a compile error. */
export class OsResource<K extends keyof Resources> extends TerraformResource {
  private readonly config: Resources[K];
  constructor(
    scope: Construct,
    id: string,
    type: K,
    config: Resources[K],
    meta: TerraformMetaArguments = {},
  ) {
    super(scope, id, {
      terraformResourceType: `openstack_${type}`,
      terraformGeneratorMetadata: ORIGIN,
      ...meta,
    });
    this.config = config;
    this.overrideLogicalId(localName(this));
  }
  /** An attribute for another resource to use, known when this one is made: Terraform's own words, no token to resolve. */
  ref(attribute: Attributes[K]): string {
    return `\${${this.terraformResourceType}.${this.friendlyUniqueId}.${attribute}}`;
  }
  protected override synthesizeAttributes() {
    return { ...this.config };
  }
}

/** Something of the OpenStack that is there already and not ours. */
export class OsData<K extends keyof DataSources> extends TerraformDataSource {
  private readonly config: DataSources[K];
  constructor(scope: Construct, id: string, type: K, config: DataSources[K]) {
    super(scope, id, { terraformResourceType: `openstack_${type}`, terraformGeneratorMetadata: ORIGIN });
    this.config = config;
    this.overrideLogicalId(localName(this));
  }
  ref(attribute: DataAttributes[K]): string {
    return `\${data.${this.terraformResourceType}.${this.friendlyUniqueId}.${attribute}}`;
  }
  protected override synthesizeAttributes() {
    return { ...this.config };
  }
}

/**
 * Many resources of one type that nothing refers to, each under the name it has here. They are one construct: as thousands,
 * as the rules of security groups are on a platform of many sites, they would take longer than all the rest of it.
 */
export class OsTable<K extends keyof Resources> extends TerraformElement {
  private readonly type: K;
  private readonly rows: ReadonlyMap<string, Resources[K]>;
  constructor(scope: Construct, id: string, type: K, rows: ReadonlyMap<string, Resources[K]>) {
    super(scope, id);
    this.type = type;
    this.rows = rows;
  }
  override toTerraform(): object {
    const name = localName(this);
    const resources = [...this.rows].map(([row, config]) => [`${name}_${row}`, config]);
    return { resource: { [`openstack_${this.type}`]: Object.fromEntries(resources) } };
  }
}
