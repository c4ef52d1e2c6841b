import { familyOf } from '#sites/address.ts';
import type { Finding, Policy } from '../law.ts';
import { type Nftables, type NftChain, type NftRule, rulesets } from '../reading/nftables.ts';

export const firewallWords: Policy = {
  id: 'firewall-words',
  title:
    'nft takes every ruleset as a whole, its sets hold addresses of their family, and every chain begins with what stands and ends by refusing',
  why: 'Avoid: a word that nft does not know, a set that nothing asks for or nobody declared, a port out of range, a chain without its refusal at the end, ICMP that paths and neighbours need refused. Prefer: one table replaced in one transaction, refusals counted and logged with a limit. Rationale: nft loads a file as a whole or not at all; with a slip in it a host keeps yesterday’s rules, or after a restart none.',
  check: (_model, tree) => [...rulesets(tree).values()].flatMap(judge),
};

const FIELD_VALUES: Record<string, RegExp> = {
  'ip saddr': /^\d+(\.\d+){3}(\/\d+)?$/,
  'ip daddr': /^\d+(\.\d+){3}(\/\d+)?$/,
  'ip6 saddr': /^[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/,
  'ip6 daddr': /^[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/,
  'ip ttl': /^255$/,
  'ip6 hoplimit': /^(1|255)$/,
  'icmp type': /^(echo-request|destination-unreachable|time-exceeded|parameter-problem)$/,
  'icmpv6 type':
    /^(echo-request|destination-unreachable|packet-too-big|time-exceeded|parameter-problem|nd-(neighbor|router)-(solicit|advert)|mld2?-listener-(query|report))$/,
  'meta l4proto': /^(icmp|ipv6-icmp|vrrp|tcp|udp)$/,
  'meta nfproto': /^ipv[46]$/,
  'ct state': /^(established|related|invalid|new)$/,
  iifname: /^[\w.-]+$/,
  oifname: /^[\w.-]+$/,
};
const isPort = (text: string): boolean =>
  /^\d+(-\d+)?$/.test(text) && text.split('-').every((each) => Number(each) >= 1 && Number(each) <= 65535);
const takes = (field: string, value: string): boolean =>
  /port$/.test(field) ? isPort(value) : (FIELD_VALUES[field]?.test(value) ?? false);

/** Types and hooks, and the word for their place. */
const BASE =
  /^(filter (input|output|forward) filter (drop)|filter prerouting raw accept|nat prerouting dstnat accept|nat postrouting srcnat accept)$/;

function judge(file: Nftables): Finding[] {
  const { path, table, head, chains, sets, used, strange } = file;
  const wrong = (text: string, message: string, fix: string): Finding => ({ path, text, message, fix });
  const again = 'make the tree again with `npm run synth`';
  return [
    ...(table !== '' && head.includes(`table ${table}`) && head.includes(`delete table ${table}`)
      ? []
      : [
          wrong(
            'table',
            `the table ${table || 'of nobody'} is not replaced: its rules are added to those that stand`,
            `table ${table}, then delete table ${table}`,
          ),
        ]),
    ...head
      .filter((line) => !/^(delete )?table \w+ \w+$/.test(line))
      .map((line) => wrong(line, `nft does not know \`${line}\``, again)),
    ...strange.map((line) => wrong(line, `nft does not know \`${line}\``, again)),
    ...[...sets.values()].flatMap(({ name, type, flags, elements, size }) => [
      ...(flags.includes('dynamic')
        ? size === undefined || elements.length > 0
          ? [wrong(name, `the set ${name} is filled by strangers without an end`, 'size 65536')]
          : []
        : elements.length > 0
          ? []
          : [wrong(name, `the set ${name} is empty`, 'remove it and its rules')]),
      ...(used.has(`@${name}`) ? [] : [wrong(name, `no rule asks for the set ${name}`, 'remove it')]),
      ...elements
        .filter((each) => type !== `${familyOf(each)}_addr`)
        .map((each) =>
          wrong(
            each,
            `${each} is no ${type || 'typed value'}, which the set ${name} holds`,
            `type ${familyOf(each)}_addr`,
          ),
        ),
      ...(elements.some((each) => each.includes('/')) === flags.includes('interval') &&
      flags.every((flag) => /^(interval|dynamic|timeout)$/.test(flag))
        ? []
        : [
            wrong(
              name,
              `the set ${name} holds ${flags.includes('interval') ? 'no networks' : 'networks'} and has ${flags.join(', ') || 'no flags'}`,
              'flags interval where it holds networks',
            ),
          ]),
    ]),
    ...[...used]
      .filter((name) => (name.startsWith('@') ? !sets.has(name.slice(1)) : false))
      .map((name) =>
        wrong(name, `a rule asks for the set ${name.slice(1)}, which nobody declares`, 'declare it'),
      ),
    ...chains.flatMap((chain) => ofChain(path, chain)),
    ...chains
      .flatMap(({ rules }) => rules)
      .filter(
        ({ verdict }) =>
          verdict?.startsWith('jump ') && !chains.some(({ name }) => verdict === `jump ${name}`),
      )
      .map(({ text }) => wrong(text, 'a rule leads to a chain that nobody declares', again)),
    ...alike(path, chains),
  ];
}

function ofChain(path: string, chain: NftChain): Finding[] {
  const { name, type, hook, priority, policy, rules } = chain;
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `${name}: ${message}`,
    fix,
  });
  if (hook === '') return rules.flatMap((rule) => ofRule(path, name, rule));
  const said = `${type} ${hook} ${priority} ${policy}`;
  const isFilter = priority === 'filter';
  return [
    ...(BASE.test(said)
      ? []
      : [
          wrong(
            `chain ${name}`,
            `it is hooked by \`${said}\``,
            'type filter hook … priority filter; policy drop;',
          ),
        ]),
    ...rules.flatMap((rule) => ofRule(path, name, rule)),
    ...(isFilter ? order(chain, wrong) : []),
  ];
}

function ofRule(path: string, chain: string, { text, matches, verdict, isLog, strange }: NftRule): Finding[] {
  const wrong = (message: string, fix: string): Finding => ({
    path,
    text,
    message: `${chain}: ${message}`,
    fix,
  });
  const again = 'make the tree again with `npm run synth`';
  return [
    ...strange.map((word) => wrong(`nft does not know \`${word}\` there`, again)),
    ...[...matches].flatMap(([field, values]) =>
      values.length === 0
        ? [wrong(`${field} has no value`, again)]
        : values
            .filter((value) => !takes(field, value))
            .map((value) => wrong(`${field} is never ${value}`, again)),
    ),
    ...(verdict || isLog ? [] : [wrong('it decides nothing', 'accept, drop or reject')]),
  ];
}

/** What stands is let through first, what belongs to nothing is dropped, and at the end all else is counted and refused. */
function order(
  { name, hook, rules }: NftChain,
  wrong: (text: string, message: string, fix: string) => Finding,
): Finding[] {
  const is = (rule: NftRule, state: string, verdict: string): boolean =>
    String(rule.matches.get('ct state')) === state && rule.matches.size === 1 && rule.verdict === verdict;
  const stands = rules.findIndex((rule) => is(rule, 'established,related', 'accept'));
  const firstFlow = rules.findIndex((rule) => rule.comment !== undefined);
  const last = rules.at(-1);
  const isOnly = hook === 'forward' && rules.length === 1;
  const invalid = rules.findIndex((rule) => is(rule, 'invalid', 'drop'));
  return [
    ...(isOnly || (stands >= 0 && (firstFlow < 0 || stands < firstFlow))
      ? []
      : [
          wrong(
            `chain ${name}`,
            'answers are not let through before all else',
            'ct state established,related accept',
          ),
        ]),
    ...(hook === 'output' || isOnly || invalid >= 0
      ? []
      : [
          wrong(`chain ${name}`, 'packets of no connection are not dropped', 'ct state invalid counter drop'),
        ]),
    ...(last && /^(drop|reject)$/.test(last.verdict ?? '') && last.matches.size === 0
      ? []
      : [
          wrong(
            `chain ${name}`,
            `it ends with \`${last?.text ?? 'nothing'}\``,
            hook === 'output' ? 'counter reject' : 'counter drop',
          ),
        ]),
    ...(isOnly || rules.some(({ isLog, text }) => isLog && /^limit rate/.test(text))
      ? []
      : [wrong(`chain ${name}`, 'nobody sees what it refuses', 'limit rate … log prefix')]),
    ...(hook === 'forward' ? [] : needs(name, rules, wrong)),
  ];
}

/** Clients of both families meet the same ceilings, those of IPv6 by their /64. */
function alike(path: string, chains: readonly NftChain[]): Finding[] {
  const meters = chains.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => (rule.meter ? [{ name, rule, ...rule.meter }] : [])),
  );
  const plain = (what: string): string => what.replace(/^ip6? saddr( and ffff:ffff:ffff:ffff::)? /, '');
  const byKind = Map.groupBy(meters, ({ set }) => set.replace(/_ipv[46]$/, ''));
  return [...byKind.values()].flatMap((same) => [
    ...(new Set(same.map(({ what }) => plain(what))).size > 1
      ? [
          {
            path,
            text: same.at(-1)!.rule.text,
            other: { path, text: same[0]!.rule.text },
            message: `clients of one family meet \`${plain(same[0]!.what)}\`, and of the other \`${plain(same.at(-1)!.what)}\``,
            fix: 'write the same numbers',
          },
        ]
      : []),
    ...same
      .filter(
        ({ what, rule }) =>
          !/^(ip saddr|ip6 saddr and ffff:ffff:ffff:ffff::) (limit rate over \d+\/second burst \d+ packets|ct count over \d+)$/.test(
            what,
          ) || !/^(drop|reject)$/.test(rule.verdict ?? ''),
      )
      .map(({ rule }) => ({
        path,
        text: rule.text,
        message: `\`${rule.text}\` does not count clients and refuse those above a ceiling`,
        fix: 'add @set { ip saddr limit rate over … } counter drop; of IPv6 by the first 64 bits',
      })),
  ]);
}

/** @see https://www.rfc-editor.org/rfc/rfc4890 section 4.4 */
const NEEDED: [field: string, types: string[]][] = [
  ['icmp type', ['destination-unreachable', 'time-exceeded', 'parameter-problem']],
  [
    'icmpv6 type',
    [
      'destination-unreachable',
      'packet-too-big',
      'time-exceeded',
      'parameter-problem',
      'nd-neighbor-solicit',
      'nd-neighbor-advert',
      'nd-router-solicit',
      'nd-router-advert',
    ],
  ],
];
const needs = (
  name: string,
  rules: readonly NftRule[],
  wrong: (text: string, message: string, fix: string) => Finding,
): Finding[] =>
  NEEDED.flatMap(([field, types]) => {
    const open = new Set(
      rules.filter(({ verdict }) => verdict === 'accept').flatMap(({ matches }) => matches.get(field) ?? []),
    );
    return types
      .filter((type) => !open.has(type))
      .map((type) =>
        wrong(
          `chain ${name}`,
          `${field} ${type} is refused, which ${type.startsWith('nd') ? 'neighbours' : 'every path'} needs`,
          `accept ${type}`,
        ),
      );
  });
