import { Construct } from 'constructs';
import { addressesOf, type PerFamily } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { appAddress } from '#sites/questions.ts';
import { publicNames } from '../kubernetes/ingress/routes.ts';
import { RECORD_TYPE, TTL, worldly } from '../platform/dns.ts';
import { terraformText } from '../quote.ts';
import { OsResource } from './provider/index.ts';

/** A name of the site, where it leads, and how long others remember that. */
interface Named {
  name: string;
  address: PerFamily;
  /** In seconds. */
  ttl: number;
}
export interface NamesProps {
  site: Site;
  /** Of the platform. */
  domain: string;
  /** Whose mail address the zone names. */
  contact: string;
  /** The platform's first server. @default none: proofs for certificates are not led back to it */
  nameServer?: string;
}

/** The site's own names where its OpenStack keeps them: a zone of Designate, to which the platform's zone delegates. */
export class Names extends Construct {
  constructor(scope: Construct, id: string, { site, domain, contact, nameServer }: NamesProps) {
    super(scope, id);
    const zone = new OsResource(
      this,
      'zone',
      'dns_zone_v2',
      {
        name: `${site.domain}.`,
        email: terraformText(contact),
        type: 'PRIMARY',
        ttl: TTL.site,
        description: terraformText(site.name),
      },
      { lifecycle: { preventDestroy: true } },
    );
    // Proofs for certificates are written at the platform's own first server, so what is asked there leads back to it.
    const names = publicNames({ domain, site }).filter(
      (name) => name === site.domain || name.endsWith(`.${site.domain}`),
    );
    for (const name of names) {
      if (nameServer) {
        new OsResource(this, `${name.replaceAll('.', '-')}-challenge`, 'dns_recordset_v2', {
          zone_id: zone.ref('id'),
          name: `_acme-challenge.${name}.`,
          type: 'NS',
          ttl: TTL.server,
          records: [`${nameServer}.`],
        });
      }
      this.addresses(zone, { name, address: appAddress(site), ttl: TTL.site });
    }
    // Reverse zones are the platform's and lead back to these.
    for (const host of site.hosts)
      this.addresses(zone, { name: host.fqdn, address: worldly({ site, host }), ttl: TTL.host });
  }

  private addresses(zone: OsResource<'dns_zone_v2'>, { name, address, ttl }: Named): void {
    for (const { family, text } of addressesOf(address)) {
      const type = RECORD_TYPE[family];
      new OsResource(this, `${name.replaceAll('.', '-')}-${type.toLowerCase()}`, 'dns_recordset_v2', {
        zone_id: zone.ref('id'),
        name: `${name}.`,
        type,
        ttl,
        records: [text],
      });
    }
  }
}
