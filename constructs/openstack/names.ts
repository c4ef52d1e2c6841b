import { Construct } from 'constructs';
import { FAMILIES, type PerFamily } from '#sites/address.ts';
import { appAddress } from '#sites/questions.ts';
import { publicNames } from '../kubernetes/ingress/routes.ts';
import { TTL, worldly } from '../platform/dns.ts';
import { terraformText } from '../quote.ts';
import type { Place } from './place.ts';
import { OsResource } from '@cdktf/provider-openstack';

/** The site's own names where its OpenStack keeps them: a zone of Designate, to which the platform's zone delegates. */
export class Names extends Construct {
  constructor(scope: Construct, { model, site }: Place) {
    super(scope, 'name');
    const zone = new OsResource(
      this,
      'zone',
      'dns_zone_v2',
      {
        name: `${site.domain}.`,
        email: terraformText(model.contact),
        type: 'PRIMARY',
        ttl: TTL.site,
        description: terraformText(site.name),
      },
      { lifecycle: { preventDestroy: true } },
    );
    // Proofs for certificates are written at the platform's own first server, so what is asked there leads back to it.
    const names = publicNames({ model, site }).filter(
      (name) => name === site.domain || name.endsWith(`.${site.domain}`),
    );
    for (const name of names) {
      const server = model.dns?.servers[0];
      if (server) {
        new OsResource(this, `${name.replaceAll('.', '-')}-challenge`, 'dns_recordset_v2', {
          zone_id: zone.ref('id'),
          name: `_acme-challenge.${name}.`,
          type: 'NS',
          ttl: TTL.server,
          records: [`${server.name}.`],
        });
      }
      this.addresses(zone, name, appAddress(site), TTL.site);
    }
    // Reverse zones are the platform's and lead back to these.
    for (const host of site.hosts) this.addresses(zone, host.fqdn, worldly(site, host), TTL.host);
  }

  private addresses(zone: OsResource<'dns_zone_v2'>, name: string, address: PerFamily, ttl: number): void {
    for (const family of FAMILIES) {
      if (!address[family]) continue;
      const type = family === 'ipv4' ? 'A' : 'AAAA';
      new OsResource(this, `${name.replaceAll('.', '-')}-${type.toLowerCase()}`, 'dns_recordset_v2', {
        zone_id: zone.ref('id'),
        name: `${name}.`,
        type,
        ttl,
        records: [address[family]],
      });
    }
  }
}
