import { eachSite, type Finding, hostsWith, type Rule } from './rule.ts';

/** First labels in the platform's own zone, besides its name servers; `platform` is the folder of what all share. */
const SITE_CODES_RESERVED = ['platform', 'registry', 'www'];
/** Words that inventories, resolvers or kernels read as something else. @see https://docs.ansible.com/ansible/2.14/inventory_guide/intro_inventory.html#default-groups */
const WORDS = ['all', 'default', 'hosts', 'children', 'vars', 'lo'];
/** First labels in the zone of each site. */
const HOST_NAMES_RESERVED = ['api', 's3', 'www', 'localhost'];
/** @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const LABEL_MAX = 63;

const siteCode: Rule = {
  code: 'site-code',
  why: 'the code is a part of host names, DNS names and folder names',
  check: eachSite(({ code }, { platform, sites }) => {
    const at = [code];
    if (!/^[a-z][a-z0-9]{0,7}$/.test(code)) {
      const short = code
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
        .replace(/^\d+/, '')
        .slice(0, 8);
      const isTaken = [...SITE_CODES_RESERVED, ...WORDS, ...sites.map((site) => site.code)].includes(short);
      const better = isTaken ? '' : short;
      const message = `the name of this file makes \`${code}\` the site's code, which is not 1 to 8 lower-case letters and digits, a letter first`;
      return [
        {
          at,
          message,
          found: code,
          fix: better
            ? `rename the file to ${better}.yaml`
            : 'rename the file to another code, as in lyn.yaml',
        },
      ];
    }
    const { servers = {}, hosts = {} } = platform.dns ?? {};
    if (WORDS.includes(code)) {
      const message = `\`${code}\` cannot be a site's code: programs read that word as something else`;
      return [{ at, message, found: code, fix: 'give the file another name' }];
    }
    const key = ['servers', 'hosts'].find((name) => Object.hasOwn(name === 'hosts' ? hosts : servers, code));
    if (key) {
      const message = `\`${code}\` is a site, and cannot be another name of the platform's zone as well`;
      const place = ['platform', 'dns', key, code];
      return [
        {
          at: place,
          key: true,
          other: at,
          message,
          fix: 'write another name here, or rename the file of the site',
        },
      ];
    }
    if (!SITE_CODES_RESERVED.includes(code)) return [];
    const message = `\`${code}\` cannot be a site's code: that name is the platform's own`;
    return [{ at, message, found: code, fix: 'give the file another name' }];
  }),
};

const dnsHost: Rule = {
  code: 'dns-host',
  why: 'a name with the addresses of two machines leads to either of them',
  check: ({ platform: { dns } }) =>
    Object.keys(dns?.hosts ?? {})
      .filter((key) => Object.hasOwn(dns?.servers ?? {}, key))
      .map((key) => ({
        at: ['platform', 'dns', 'hosts', key],
        key: true,
        message: `\`${key}\` is a name server already`,
        fix: 'give the other host another name',
      })),
};

const hostName: Rule = {
  code: 'host-name',
  why: 'names in DNS are at most that long, and each means one thing',
  check: eachSite(({ code, hosts }) =>
    Object.keys(hosts).flatMap((key): Finding[] => {
      const at = [code, 'hosts', key];
      const name = `${code}-${key}`;
      if (name.length > LABEL_MAX) {
        const message = `the host name ${name} has ${name.length} characters; ${LABEL_MAX} fit`;
        return [{ at, key: true, message, fix: `shorten it by ${name.length - LABEL_MAX}` }];
      }
      if (!HOST_NAMES_RESERVED.includes(key)) return [];
      const meaning =
        key === 'localhost' ? 'means the host that asks' : `is a name of the site itself (${key}.${code}.…)`;
      const message = `\`${key}\` ${meaning} and cannot be a host's`;
      return [{ at, key: true, message, fix: `give the host another name, such as \`${key}-host\`` }];
    }),
  ),
};

/** @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 (255 octets, of which a length stands before each label and one at the end) */
const NAME_MAX = 253;

const nameLength: Rule = {
  code: 'name-length',
  why: 'resolvers refuse longer names, and so do certificates',
  check({ platform: { domain, dns }, sites }) {
    if (domain === undefined) return [];
    const names = [
      ...[...Object.keys(dns?.servers ?? {}), ...Object.keys(dns?.hosts ?? {})].map(
        (key) => `${key}.${domain}`,
      ),
      ...sites.flatMap(({ code, hosts }) => [
        ...Object.keys(hosts).map((key) => `${key}.${code}.${domain}`),
        `_acme-challenge.s3.${code}.${domain}`,
      ]),
    ];
    const [longest = ''] = names.toSorted((a, b) => b.length - a.length);
    if (longest.length <= NAME_MAX) return [];
    const message = `the longest name of the platform has ${longest.length} characters (${longest.slice(0, 40)}…); ${NAME_MAX} fit`;
    return [
      { at: ['platform', 'domain'], message, fix: `shorten the domain by ${longest.length - NAME_MAX}` },
    ];
  },
};

const roleStray: Rule = {
  code: 'role-stray',
  why: 'a host with nothing to do is a slip in its role, or something is missing beside it',
  check: eachSite((site) => {
    const { code, edge, database, kubernetes } = site;
    if (!site.whole('edge', 'kubernetes', 'database')) return [];
    const lacks = {
      edge: edge?.kind === 'haproxy' ? undefined : `${code} has no edge of kind haproxy`,
      database: kubernetes
        ? `the workers of ${code} carry the database`
        : database
          ? undefined
          : `${code} has no \`database\``,
    };
    return (['edge', 'database'] as const).flatMap((role) => {
      const lack = lacks[role];
      if (!lack) return [];
      return hostsWith(site, role).map((key) => ({
        at: [code, 'hosts', key, 'role'],
        message: `${key} is of role ${role}, but ${lack}`,
        fix: `remove ${key} or change its role`,
        edit: { at: [code, 'hosts', key], remove: true as const },
      }));
    });
  }),
};

export const hostRules: Rule[] = [siteCode, dnsHost, hostName, nameLength, roleStray];
