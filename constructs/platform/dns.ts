import type { TextFile } from '#constructs/text-file.ts';
import { both, FAMILIES, type Family, isPrivate, type PerFamily } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { appAddress, appSites } from '#sites/questions.ts';
import { publicNames } from '../kubernetes/ingress/routes.ts';
import { ACME } from '../kubernetes/ingress/tls.ts';
import { mailto, zoneString } from '../quote.ts';
import { type DnsRecord, type DnsZone, reverseZones, zoneText } from './dns-zone.ts';

/**
 * Seconds that others remember a record. Without a service address the shared name lists every site, and a lost site is
 * taken out by hand: then a minute counts.
 */
export const TTL = { shared: 60, service: 300, site: 300, host: 3600, server: 86400 } as const;

/** Where name servers keep the generated zones. */
const FOLDER = '/etc/bind/fredu';

/**
 * The zones of the platform in the syntax of BIND. Every name server loads the same files, and none copies them from another:
 * the serial is a fingerprint of the content and goes up or down. What is not known before it happens, the proofs for
 * certificates, is in zones of its own, which the first server alone keeps and which signed updates change.
 *
 * @see https://bind9.readthedocs.io/en/v9.18.24/reference.html
 */
export function dnsFiles({ model }: { model: Model }): [name: string, text: string][] {
  if (!model.dns) return [];
  const zones = [forward(model), ...reverseZones(reverseNetworks(model), pointers(model), servers(model))];
  const challenges = challengeNames(model);
  const file = (name: string) => `${name.replaceAll('/', '-')}.zone`;
  return [
    ...zones.map((zone): TextFile => [file(zone.name), zoneText(zone, soa(model))]),
    ...challenges.map(
      (name): TextFile => [
        file(name),
        zoneText(
          { name, records: [{ name, ttl: TTL.server, type: 'NS', data: `${servers(model)[0]}.` }] },
          soa(model),
        ),
      ],
    ),
    [
      'zones.conf',
      zones
        .map(({ name }) => `zone "${name}" {\n  type primary;\n  file "${FOLDER}/${file(name)}";\n};\n`)
        .join('\n'),
    ],
    ['challenges.conf', challenges.map((name) => challengeZone(model, name, file(name))).join('\n')],
  ];
}

const servers = (model: Model): string[] => model.dns!.servers.map(({ name }) => name);
const soa = (model: Model) => ({ server: servers(model)[0]!, contact: model.contact });

/** `_acme-challenge` of every name that has a certificate. */
const challengeNames = (model: Model): string[] =>
  [...new Set(appSites(model).flatMap((site) => publicNames({ model, site })))]
    .map((name) => `_acme-challenge.${name}`)
    .sort();

/** Its journal lies beside it, so it is put there once and never again; keys are named here and kept on the server. */
function challengeZone(model: Model, name: string, file: string): string {
  const grants = appSites(model)
    .filter((site) => publicNames({ model, site }).some((each) => `_acme-challenge.${each}` === name))
    .map((site) => `    grant "acme-${site.code}" name ${name}. TXT;\n`);
  return `zone "${name}" {
  type primary;
  file "/var/lib/bind/${file}";
  update-policy {
${grants.join('')}  };
};
`;
}

const addressRecords = (name: string, address: PerFamily, ttl: number): DnsRecord[] =>
  FAMILIES.flatMap((family) =>
    address[family] ? [{ name, ttl, type: family === 'ipv4' ? 'A' : 'AAAA', data: address[family] }] : [],
  );

function forward(model: Model): DnsZone {
  const { domain, dns } = model;
  const [first] = servers(model);
  return {
    name: domain,
    records: [
      ...dns!.servers.map(
        ({ name }): DnsRecord => ({ name: domain, ttl: TTL.server, type: 'NS', data: `${name}.` }),
      ),
      ...dns!.servers.flatMap(({ name, address }) => addressRecords(name, address, TTL.server)),
      ...dns!.hosts.flatMap(({ name, address }) => addressRecords(name, address, TTL.host)),
      ...shared(model),
      ...authorities(model),
      ...mail(model),
      ...model.sites.flatMap((site) => siteRecords(model, site)),
      ...challengeNames(model)
        .filter((name) => !model.sites.some((site) => delegated(site) && name.endsWith(`.${site.domain}`)))
        .map((name): DnsRecord => ({ name, ttl: TTL.server, type: 'NS', data: `${first}.` })),
    ],
  };
}

/** The platform's own name: the service address where there is one, else the address of every site that serves the app. */
function shared(model: Model): DnsRecord[] {
  if (both(model.anycast).length > 0) return addressRecords(model.domain, model.anycast, TTL.service);
  return appSites(model).flatMap((site) => addressRecords(model.domain, appAddress(site), TTL.shared));
}

/** One authority may sign, by one way of proof, and no wildcards; an authority that is asked otherwise reports it to us. */
const authorities = ({ domain, contact }: Model): DnsRecord[] =>
  [
    `0 issue ${zoneString(`${ACME.authority}; validationmethods=${ACME.validation}`)}`,
    '0 issuewild ";"',
    `0 iodef ${zoneString(mailto(contact))}`,
  ].map((data) => ({ name: domain, ttl: TTL.host, type: 'CAA', data }));

/** Who takes and sends mail of the domain; a domain without says so, and no name below it does (RFC 7505, RFC 7208). */
function mail({ domain, contact, dns }: Model): DnsRecord[] {
  const { exchangers, senders } = dns!.mail;
  const exchange =
    exchangers.length > 0 ? exchangers.map((host, index) => `${(index + 1) * 10} ${host}.`) : ['0 .'];
  const spf = ['v=spf1', ...senders.map((name) => `include:${name}`), '-all'].join(' ');
  const record = (name: string, type: string, data: string): DnsRecord => ({
    name,
    ttl: TTL.host,
    type,
    data,
  });
  return [
    ...exchange.map((data) => record(domain, 'MX', data)),
    record(domain, 'TXT', zoneString(spf)),
    record(`_dmarc.${domain}`, 'TXT', zoneString(`v=DMARC1; p=reject; sp=reject; rua=${mailto(contact)}`)),
  ];
}

/** A site whose own zone others keep. */
const delegated = ({ openstack }: Site): boolean => Boolean(openstack?.designate && openstack.nameServers);

function siteRecords(model: Model, site: Site): DnsRecord[] {
  if (delegated(site)) {
    return site.openstack!.nameServers!.map((name) => ({
      name: site.domain,
      ttl: TTL.server,
      type: 'NS',
      data: `${name}.`,
    }));
  }
  const names = appSites(model).includes(site) ? publicNames({ model, site }) : [];
  return [
    ...names
      .filter((name) => name !== model.domain)
      .flatMap((name): DnsRecord[] => [
        ...addressRecords(name, appAddress(site), TTL.site),
        { name, ttl: TTL.host, type: 'MX', data: '0 .' },
        { name, ttl: TTL.host, type: 'TXT', data: '"v=spf1 -all"' },
      ]),
    ...site.hosts.flatMap((host) => addressRecords(host.fqdn, worldly(site, host), TTL.host)),
  ];
}

/** Where the world reaches a host, in the families in which it does. */
export function worldly(site: Site, host: Host): PerFamily {
  const home = both(site.networks.public).length > 0 ? host.public : host.address;
  const known = FAMILIES.filter((family) => home[family] && !isPrivate(home[family]));
  return Object.fromEntries(known.map((family) => [family, home[family]]));
}

const reverseNetworks = ({ sites }: Model): string[] =>
  sites
    .flatMap(({ networks }) => both(both(networks.public).length > 0 ? networks.public : networks.nodes))
    .filter((network) => !isPrivate(network.split('/')[0]!));

/** The name of each address that the world sees; a site's own name before its hosts'. */
function pointers(model: Model): { address: string; name: string; family: Family }[] {
  const named = model.sites.flatMap((site) => [
    { name: site.domain, address: appSites(model).includes(site) ? appAddress(site) : {} },
    ...site.hosts.map((host) => ({ name: host.fqdn, address: worldly(site, host) })),
  ]);
  return named.flatMap(({ name, address }) =>
    FAMILIES.flatMap((family) => (address[family] ? [{ address: address[family], name, family }] : [])),
  );
}
