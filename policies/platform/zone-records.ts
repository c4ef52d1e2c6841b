import { both, isPrivate, toNumber } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { appAddress, appSites } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { again, wrong, type Zone, zonesOf } from '../reading/zones.ts';

export const zoneRecords: Policy = {
  id: 'zone-records',
  title:
    'the zone of the domain has every host with a public address, and says who sends its mail and who may sign for it',
  why: 'Avoid: a host that nobody finds by its name, mail that anybody may send in our name, an authority that is convinced by the holder of a web server. Prefer: one record a host and family, SPF, DMARC and CAA as platform.yaml has them. Rationale: what is not in the zone is looked up in an old note during a failure, and forged mail of a school is believed.',
  check(model, tree) {
    if (!model.dns) return [];
    const zones = zonesOf(tree);
    return [...hosts(model, zones), ...mail(model, zones)];
  },
};

const typeOf = (address: string): string => (address.includes(':') ? 'AAAA' : 'A');
/** The addresses by which the world sees a host: those in the public network of its site, its own where the site has none. */
const open = (site: Site, host: Host): string[] =>
  both(both(site.networks.public).length > 0 ? host.public : host.address).filter(
    (address) => !isPrivate(address),
  );

/** Every host with a public address of its own has its name, and its address leads back. */
function hosts(model: Model, zones: Zone[]): Finding[] {
  const main = zones.find(({ name }) => name === model.domain);
  if (!main) return [];
  const pointers = new Set(
    zones.flatMap(({ lines }) => lines.filter(({ type }) => type === 'PTR').map(({ data }) => data)),
  );
  const found = model.sites.flatMap((site) =>
    site.openstack?.designate
      ? []
      : site.hosts.flatMap((host) =>
          open(site, host).map((address) => ({ name: host.fqdn, type: typeOf(address), address })),
        ),
  );
  const named = [
    ...found,
    ...model
      .dns!.servers.concat(model.dns!.hosts)
      .flatMap(({ name, address }) =>
        both(address).map((each) => ({ name, type: typeOf(each), address: each })),
      ),
  ];
  return [
    ...named.flatMap(({ name, type, address }): Finding[] => {
      const own = name === model.domain ? '@' : name.slice(0, -model.domain.length - 1);
      const is = main.lines.some((line) => line.name === own && line.type === type && line.data === address);
      return is ? [] : [wrong(main.path, own, `${name} has no ${type} record of ${address}`, again)];
    }),
    ...[...found, ...fronts(model)]
      .filter(({ name }) => pointers.has(`${name}.`))
      .flatMap(({ name, address }) => reversed(zones, name, address)),
    ...[...new Set(found.map(({ name }) => name))]
      .filter((name) => !pointers.has(`${name}.`))
      .map((name) =>
        wrong(main.path, name, `the address of ${name} leads back to nothing`, 'add its PTR record'),
      ),
  ];
}

/** The app of each site by its own address. */
const fronts = (model: Model) =>
  appSites(model).flatMap((site) =>
    both(appAddress(site)).map((address) => ({ name: `${site.code}.${model.domain}`, address })),
  );

/** Where we keep the zone of a network, each address of ours in it leads back to its name. @see https://www.rfc-editor.org/rfc/rfc2317 */
function reversed(zones: Zone[], name: string, address: string): Finding[] {
  const parts = address.includes(':') ? nibbles(address) : address.split('.').toReversed();
  const end = address.includes(':') ? 'ip6.arpa' : 'in-addr.arpa';
  const whole = [...parts, end].join('.');
  const parent = address.includes(':') ? undefined : [...parts.slice(1), end].join('.');
  const own = zones.filter(
    ({ origin }) =>
      origin !== '' &&
      (whole.endsWith(`.${origin}`) || (parent !== undefined && origin.endsWith(`.${parent}`))),
  );
  if (own.length === 0) return [];
  const is = own.some(({ origin, lines }) =>
    lines.some(
      (line) =>
        line.type === 'PTR' &&
        line.data === `${name}.` &&
        (whole === `${line.name}.${origin}` ||
          (parent !== undefined && origin.endsWith(`.${parent}`) && line.name === parts[0])),
    ),
  );
  return is
    ? []
    : [wrong(own[0]!.path, undefined, `${address} does not lead back to ${name}`, 'add its PTR record')];
}
const nibbles = (address: string): string[] =>
  toNumber(address).toString(16).padStart(32, '0').split('').toReversed();

/** Who sends mail for the domain, and that nobody sends it for the names of sites. */
function mail(model: Model, zones: Zone[]): Finding[] {
  const main = zones.find(({ name }) => name === model.domain);
  if (!main) return [];
  const data = (name: string, type: string) =>
    main.lines.filter((line) => line.name === name && line.type === type).map((line) => line.data);
  const { exchangers, senders } = model.dns!.mail;
  const spf = data('@', 'TXT').find((each) => each.startsWith('"v=spf1')) ?? '';
  return [
    ...exchangers
      .filter((each) => !data('@', 'MX').some((mx) => mx.endsWith(` ${each}.`)))
      .map((each) => wrong(main.path, 'MX', `no MX record leads to ${each}`, again)),
    ...data('@', 'MX')
      .filter((mx) => mx !== '0 .' && !exchangers.some((each) => mx.endsWith(` ${each}.`)))
      .map((mx) =>
        wrong(main.path, mx, `an MX record leads to ${mx}, which platform.yaml does not name`, again),
      ),
    ...(exchangers.every(
      (each, index) =>
        Number(
          data('@', 'MX')
            .find((mx) => mx.endsWith(` ${each}.`))
            ?.split(' ')[0],
        ) ===
        10 * (index + 1),
    )
      ? []
      : [wrong(main.path, 'MX', 'the MX records have another order than platform.yaml', again)]),
    ...(spf.endsWith(' -all"') &&
    senders.every((each) => spf.includes(each)) &&
    spf.split(' ').length === senders.length + 2
      ? []
      : [
          wrong(
            main.path,
            'v=spf1',
            `mail of ${model.domain} may come from ${spf || 'anybody'}; platform.yaml names ${senders.join(', ') || 'nobody'}`,
            again,
          ),
        ]),
    ...(data('_dmarc', 'TXT').some((each) => /^"v=DMARC1; p=reject; sp=reject;/.test(each))
      ? []
      : [wrong(main.path, '_dmarc', 'forged mail of the domain is not refused', 'p=reject; sp=reject')]),
    ...(data('@', 'CAA').some((each) => each === '0 issuewild ";"')
      ? []
      : [wrong(main.path, 'CAA', 'an authority may sign for every name at once', '0 issuewild ";"')]),
    ...(data('@', 'CAA').some(
      (each) => each.startsWith('0 issue ') && each.includes('validationmethods=dns-01'),
    )
      ? []
      : [
          wrong(
            main.path,
            'CAA',
            'an authority may be convinced without the zone',
            'validationmethods=dns-01',
          ),
        ]),
    ...(data('@', 'CAA').includes(`0 iodef "mailto:${model.contact}"`)
      ? []
      : [wrong(main.path, 'iodef', `an authority does not tell ${model.contact} whom it refused`, again)]),
    ...appSites(model).flatMap(({ code }) =>
      [code, `s3.${code}`]
        .filter((name) => data(name, 'A').length + data(name, 'AAAA').length > 0)
        .flatMap((name) => [
          ...(String(data(name, 'MX')) === '0 .'
            ? []
            : [wrong(main.path, name, `${name}.${model.domain} takes mail`, 'MX 0 .')]),
          ...(String(data(name, 'TXT')) === '"v=spf1 -all"'
            ? []
            : [wrong(main.path, name, `${name}.${model.domain} sends mail`, 'v=spf1 -all')]),
        ]),
    ),
  ];
}
