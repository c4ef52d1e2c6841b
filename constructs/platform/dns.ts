import type { TextFile } from '#constructs/text-file.ts';
import { addressesOf, baseOf, FAMILIES, isEmpty, isPrivate, type PerFamily } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { appAddress, appSites } from '#sites/questions.ts';
import { publicNames } from '../kubernetes/ingress/routes.ts';
import { ACME, acmeKey } from '../kubernetes/ingress/tls.ts';
import { mailto, zoneString } from '../quote.ts';
import {
  type DnsRecord,
  type DnsZone,
  type Network,
  type Pointer,
  reverseZones,
  zoneText,
} from './dns-zone.ts';

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
export function dnsFiles({ dns, ...model }: Model): TextFile[] {
  const [first] = dns?.servers ?? [];
  if (!dns || !first) return [];
  const platform = { ...model, dns };
  const servers = dns.servers.map(({ name }) => name);
  const soa = { server: first.name, contact: model.contact };
  const zones = [
    forward(platform, first.name),
    ...reverseZones({ networks: reverseNetworks(model), pointers: pointers(model), servers }),
  ];
  const challenges = challengeNames(model);
  const file = (name: string) => `${name.replaceAll('/', '-')}.zone`;
  return [
    ...zones.map((zone): TextFile => [file(zone.name), zoneText(zone, soa)]),
    ...challenges.map(
      (name): TextFile => [
        file(name),
        zoneText({ name, records: [{ name, ttl: TTL.server, type: 'NS', data: `${first.name}.` }] }, soa),
      ],
    ),
    [
      'zones.conf',
      zones
        .map(({ name }) => `zone "${name}" {\n  type primary;\n  file "${FOLDER}/${file(name)}";\n};\n`)
        .join('\n'),
    ],
    [
      'challenges.conf',
      challenges.map((name) => challengeZone(model, { name, file: file(name) })).join('\n'),
    ],
  ];
}

/** A platform whose zones are made here. */
type Named = Model & Required<Pick<Model, 'dns'>>;
/** What names follow from. */
type Places = Pick<Model, 'domain' | 'sites'>;
const servesApp = (model: Places, site: Site): boolean => appSites(model).some((each) => each === site);
const namesOf = ({ domain }: Places, site: Site): string[] => publicNames({ domain, site });

/** `_acme-challenge` of every name that has a certificate. */
const challengeNames = (model: Places): string[] =>
  [...new Set(appSites(model).flatMap((site) => namesOf(model, site)))]
    .map((name) => `_acme-challenge.${name}`)
    .sort();

/** Its journal lies beside it, so it is put there once and never again; keys are named here and kept on the server. */
function challengeZone(model: Places, { name, file }: { name: string; file: string }): string {
  const grants = appSites(model)
    .filter((site) => namesOf(model, site).some((each) => `_acme-challenge.${each}` === name))
    .map((site) => `    grant "${acmeKey(site.code)}" name ${name}. TXT;\n`);
  return `zone "${name}" {
  type primary;
  file "/var/lib/bind/${file}";
  update-policy {
${grants.join('')}  };
};
`;
}

/** The kind of record that has an address of a family. */
export const RECORD_TYPE = { ipv4: 'A', ipv6: 'AAAA' } as const;

const addressRecords = (name: string, address: PerFamily, ttl: number): DnsRecord[] =>
  addressesOf(address).map(({ family, text }) => ({ name, ttl, type: RECORD_TYPE[family], data: text }));

function forward(model: Named, first: string): DnsZone {
  const { domain, dns } = model;
  return {
    name: domain,
    records: [
      ...dns.servers.map(
        ({ name }): DnsRecord => ({ name: domain, ttl: TTL.server, type: 'NS', data: `${name}.` }),
      ),
      ...dns.servers.flatMap(({ name, address }) => addressRecords(name, address, TTL.server)),
      ...dns.hosts.flatMap(({ name, address }) => addressRecords(name, address, TTL.host)),
      ...shared(model),
      ...authorities(model),
      ...mail(model),
      ...model.sites.flatMap((site) => (isDelegated(site) ? delegation(site) : siteRecords(model, site))),
      ...challengeNames(model)
        .filter((name) => !model.sites.some((site) => isDelegated(site) && name.endsWith(`.${site.domain}`)))
        .map((name): DnsRecord => ({ name, ttl: TTL.server, type: 'NS', data: `${first}.` })),
    ],
  };
}

/** The platform's own name: the service address where there is one, else the address of every site that serves the app. */
function shared(model: Pick<Model, 'domain' | 'anycast' | 'sites'>): DnsRecord[] {
  if (!isEmpty(model.anycast)) return addressRecords(model.domain, model.anycast, TTL.service);
  return appSites(model).flatMap((site) => addressRecords(model.domain, appAddress(site), TTL.shared));
}

/** One authority may sign, by one way of proof, and no wildcards; an authority that is asked otherwise reports it to us. */
const authorities = ({ domain, contact }: Pick<Model, 'domain' | 'contact'>): DnsRecord[] =>
  [
    `0 issue ${zoneString(`${ACME.authority}; validationmethods=${ACME.validation}`)}`,
    '0 issuewild ";"',
    `0 iodef ${zoneString(mailto(contact))}`,
  ].map((data) => ({ name: domain, ttl: TTL.host, type: 'CAA', data }));

/** Who takes and sends mail of the domain; a domain without says so, and no name below it does (RFC 7505, RFC 7208). */
function mail({ domain, contact, dns }: Named): DnsRecord[] {
  const { exchangers, senders } = dns.mail;
  const exchange =
    exchangers.length > 0 ? exchangers.map((host, index) => `${(index + 1) * 10} ${host}.`) : ['0 .'];
  const spf = ['v=spf1', ...senders.map((name) => `include:${name}`), '-all'].join(' ');
  const dmarc = `v=DMARC1; p=reject; sp=reject; rua=${mailto(contact)}`;
  const ttl = TTL.host;
  return [
    ...exchange.map((data) => ({ name: domain, ttl, type: 'MX', data })),
    { name: domain, ttl, type: 'TXT', data: zoneString(spf) },
    { name: `_dmarc.${domain}`, ttl, type: 'TXT', data: zoneString(dmarc) },
  ];
}

/** A site whose own zone others keep. */
type DelegatedSite = Site & { openstack: { nameServers: string[] } };
const isDelegated = (site: Site): site is DelegatedSite =>
  Boolean(site.openstack?.designate && site.openstack.nameServers);

const delegation = ({ domain, openstack }: DelegatedSite): DnsRecord[] =>
  openstack.nameServers.map((name) => ({ name: domain, ttl: TTL.server, type: 'NS', data: `${name}.` }));

function siteRecords(model: Places, site: Site): DnsRecord[] {
  const names = servesApp(model, site) ? namesOf(model, site) : [];
  return [
    ...names
      .filter((name) => name !== model.domain)
      .flatMap((name): DnsRecord[] => [
        ...addressRecords(name, appAddress(site), TTL.site),
        { name, ttl: TTL.host, type: 'MX', data: '0 .' },
        { name, ttl: TTL.host, type: 'TXT', data: '"v=spf1 -all"' },
      ]),
    ...site.hosts.flatMap((host) => addressRecords(host.fqdn, worldly({ site, host }), TTL.host)),
  ];
}

/** Where the world reaches a host, in the families in which it does. */
export function worldly({ site, host }: { site: Site; host: Host }): PerFamily {
  const home = isEmpty(site.networks.public) ? host.address : host.public;
  const known = FAMILIES.filter((family) => home[family] && !isPrivate(home[family]));
  return Object.fromEntries(known.map((family) => [family, home[family]]));
}

const reverseNetworks = ({ sites }: Places): Network[] =>
  sites
    .flatMap(({ networks }) => addressesOf(isEmpty(networks.public) ? networks.nodes : networks.public))
    .map(({ family, text }) => ({ family, network: text }))
    .filter(({ network }) => !isPrivate(baseOf(network)));

/** The name of each address that the world sees; a site's own name before its hosts'. */
function pointers(model: Places): Pointer[] {
  const named = model.sites.flatMap((site) => [
    { name: site.domain, address: servesApp(model, site) ? appAddress(site) : {} },
    ...site.hosts.map((host) => ({ name: host.fqdn, address: worldly({ site, host }) })),
  ]);
  return named.flatMap(({ name, address }) =>
    addressesOf(address).map(({ family, text }) => ({ family, address: text, name })),
  );
}
