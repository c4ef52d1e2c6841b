import { Type } from 'typebox';
import { SURVIVAL_GOALS } from './choices.ts';
import { Load, Survives } from './promise.ts';
import {
  Address,
  Addresses,
  closed,
  DOMAIN,
  Hostname,
  LABEL,
  NAME_LENGTH,
  Network,
  named,
  oneOf,
  Server,
  SiteCode,
  text,
} from './values.ts';

const Bounds = Type.Object(
  {
    min: Type.Integer({
      minimum: 2,
      maximum: 1000,
      description: 'pods when nobody is there: two at least, so that one may be drained',
      examples: [2],
    }),
    max: Type.Integer({ minimum: 2, maximum: 1000, description: 'pods when everybody is', examples: [6] }),
  },
  { ...closed, title: 'pair of bounds' },
);

/** Names of records, unlike those of hosts, may begin with an underscore. */
const PolicyName = Type.String({
  pattern: `^${NAME_LENGTH}(_[a-z0-9-]{1,62}\\.)*${DOMAIN}$`,
  description: 'a DNS name',
  examples: ['_spf.example.net'],
});

export const PlatformSchema = Type.Object(
  {
    domain: Type.String({
      pattern: `^${NAME_LENGTH}${DOMAIN}$`,
      description: 'a DNS name of small letters, digits and hyphens',
      examples: ['fredu.fr'],
    }),
    contact: Type.String({
      // A dot-atom, less what templates and shells read (RFC 5322 § 3.2.3); a mailbox in DNS is a label (RFC 1035 § 3.3.13).
      pattern: `^(?=[^@]{1,63}@)(?=.{1,254}$)[A-Za-z0-9!#&'*+/=?^_~-]+(\\.[A-Za-z0-9!#&'*+/=?^_~-]+)*@${DOMAIN}$`,
      description: 'an e-mail address',
      examples: ['operations@example.org'],
    }),
    registry: Type.Optional(
      Type.String({
        // As the reference grammar has it: a host, a port, then a path of lower-case parts.
        pattern: `^${NAME_LENGTH}${DOMAIN}(:[1-9]\\d{1,4})?(/[a-z0-9]+([._-][a-z0-9]+)*)*$`,
        description: 'where the images of the app are pulled from (default registry.<domain>)',
        examples: ['ghcr.io/example/education'],
      }),
    ),
    runbooks: Type.Optional(
      Type.String({
        pattern: '^https://[^\\s?#]*[^\\s?#/]$',
        description: 'the address at which people open the runbooks, for the links of alerts (default: none)',
        examples: ['https://wiki.example.org/runbooks'],
      }),
    ),
    administrators: Type.Object(
      {
        networks: Type.Array(Network, {
          minItems: 1,
          maxItems: 64,
          uniqueItems: true,
          description: 'networks from which people reach a bastion',
          examples: [['192.0.2.128/28']],
        }),
        keys: Type.Array(
          text(
            'a public SSH key, its type, its body and whose it is',
            ['ssh-ed25519 AAAAC3… operations@example.org'],
            4096,
          ),
          {
            minItems: 1,
            maxItems: 100,
            uniqueItems: true,
            description: 'public SSH keys, one a person',
          },
        ),
      },
      { ...closed, title: 'set of administrators', description: 'who may reach a bastion, and from where' },
    ),
    lab: Type.Optional(
      Type.Boolean({
        description:
          'a platform to try things on, which nobody relies on: one control plane and one worker will do, and what it does not promise is a note (default false)',
      }),
    ),
    survives: Type.Optional(Survives),
    load: Type.Optional(Load),
    database: Type.Object(
      {
        name: Type.Optional(
          Type.String({
            pattern: '^[a-z][a-z0-9_]{0,62}$',
            description:
              'the name of the database in SQL: small letters, digits and underscores, at most 63 (default: the first label of the domain, an underscore for each hyphen)',
            examples: ['education'],
          }),
        ),
        survive: oneOf(SURVIVAL_GOALS, 'what may be lost at once with no write refused'),
        leases: Type.Array(SiteCode, {
          minItems: 1,
          maxItems: 100,
          uniqueItems: true,
          description: 'sites that may hold leases, first choice first; others never do',
          examples: [['lyn', 'par']],
        }),
        licence: Type.Optional(
          oneOf(['free', 'enterprise'] as const, 'the licence of CockroachDB (default free)'),
        ),
        backup: Type.Optional(
          Type.Object(
            {
              at: Type.Optional(
                Type.String({
                  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
                  description: 'a time of day in UTC, from 00:00 to 23:59',
                  examples: ['01:30'],
                }),
              ),
              keepDays: Type.Optional(
                Type.Integer({
                  minimum: 1,
                  maximum: 3650,
                  description: 'days that a backup is kept (default 30)',
                }),
              ),
            },
            {
              ...closed,
              title: 'backup',
              description: 'the full backup of each day (default 01:30, 30 days)',
            },
          ),
        ),
      },
      { ...closed, title: 'database' },
    ),
    objects: Type.Optional(
      Type.Object(
        { primary: named('SiteCode', SiteCode, 'the site whose zone takes writes; the others follow it') },
        { ...closed, title: 'object store' },
      ),
    ),
    anycast: Type.Optional(
      named('Addresses', Addresses, 'announced by every site that serves the app; leave it out to have none'),
    ),
    dns: Type.Optional(
      Type.Object(
        {
          servers: Type.Unsafe<Record<string, string | string[]>>({
            type: 'object',
            title: 'set of name servers',
            description:
              'the name servers of the domain by their names in it; signed updates go to the first by name',
            minProperties: 2,
            // As many as fit into an answer of 512 bytes, as the root has.
            maxProperties: 13,
            propertyNames: {
              pattern: `^${LABEL}$`,
              description: 'a name of at most 63 lower-case letters, digits and hyphens, a letter first',
              examples: ['ns1'],
            },
            additionalProperties: { $ref: '#/$defs/Addresses' },
          }),
          hosts: Type.Optional(
            Type.Unsafe<Record<string, string | string[]>>({
              type: 'object',
              title: 'set of other hosts',
              description:
                'machines of others that have a name in the domain, such as the registry of images',
              maxProperties: 100,
              propertyNames: {
                pattern: `^${LABEL}$`,
                description: 'a name of at most 63 lower-case letters, digits and hyphens, a letter first',
                examples: ['registry'],
              },
              additionalProperties: { $ref: '#/$defs/Addresses' },
            }),
          ),
          mail: Type.Optional(
            Type.Object(
              {
                exchangers: Type.Array(Hostname, {
                  minItems: 1,
                  maxItems: 10,
                  uniqueItems: true,
                  description: 'hosts that take mail for the domain, first choice first',
                  examples: [['mx1.example.net']],
                }),
                // Each is a look-up, and a record that needs more than ten is in error (RFC 7208 § 4.6.4).
                senders: Type.Array(PolicyName, {
                  maxItems: 10,
                  uniqueItems: true,
                  description: 'names whose SPF record lists who may send mail of the domain',
                  examples: [['_spf.example.net']],
                }),
              },
              {
                ...closed,
                title: 'mail',
                description: 'who takes and sends mail of the domain (default: nobody)',
              },
            ),
          ),
        },
        {
          ...closed,
          title: 'DNS',
          description: 'who serves the zone of the domain; leave it out where the zone is made elsewhere',
        },
      ),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          connectionsPer10s: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'new TCP connections of one client at an edge in 10 seconds (default 100)',
            }),
          ),
          requestsPerSecond: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'HTTP requests of one client at a site (default 60)',
            }),
          ),
        },
        { ...closed, title: 'set of limits', description: 'what one client may do' },
      ),
    ),
    app: Type.Optional(
      Type.Object(
        {
          api: Type.Optional(named('Bounds', Bounds, 'pods of the API at each site (default 3 to 9)')),
          web: Type.Optional(named('Bounds', Bounds, 'pods of the web pages at each site (default 2 to 6)')),
          release: Type.Optional(
            Type.String({
              // A tag of the reference grammar with a digit in it: one without, such as latest, moves.
              pattern: '^(?=.*\\d)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
              description: "the tag of the app's images (default that of the lock)",
              examples: ['0.1.0'],
            }),
          ),
        },
        { ...closed, title: 'app', description: 'which release of the app runs, and how far it grows' },
      ),
    ),
    time: Type.Array(Server, {
      minItems: 3,
      maxItems: 16,
      uniqueItems: true,
      description:
        'time servers, the same at every site: with fewer than three nobody knows which one is wrong',
      examples: [['ntp1.example.org', 'ntp2.example.org', 'ntp3.example.org']],
    }),
  },
  {
    ...closed,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'platform',
    title: 'platform',
    description: 'What all sites share.',
    $defs: { Address, Addresses, SiteCode, Bounds },
  },
);
