import type { Tree } from '../law.ts';

/** A statement of a chain: what a packet must be, and what then happens to it. */
export interface NftRule {
  /** The whole line. */
  text: string;
  /** By field, as `ip saddr`, `tcp dport`, `iifname`, `ct state`: its values, sets and definitions put in their place. */
  matches: ReadonlyMap<string, readonly string[]>;
  /** `accept`, `drop`, `reject`, `masquerade`, `jump clients_ipv4`, `dnat 10.0.0.1`, `snat 192.0.2.1`; absent where it only counts or logs. */
  verdict?: string;
  comment?: string;
  /** What is counted by sender before it applies: `add @rate_ipv4 { ip saddr limit rate over 100/second … }`. */
  meter?: { set: string; what: string };
  isLog: boolean;
  /** Words that nft would not take at that place. */
  strange: readonly string[];
}
export interface NftChain {
  name: string;
  hook: string;
  type: string;
  priority: string;
  policy: string;
  rules: readonly NftRule[];
}
interface NftSet {
  name: string;
  type: string;
  flags: readonly string[];
  /** How many it holds, where the kernel fills it. */
  size?: number;
  timeout?: string;
  elements: readonly string[];
}
export interface Nftables {
  path: string;
  /** `inet front` */
  table: string;
  /** Lines before the table. */
  head: readonly string[];
  chains: readonly NftChain[];
  sets: ReadonlyMap<string, NftSet>;
  /** Names of sets and definitions that a rule asks for. */
  used: ReadonlySet<string>;
  /** Lines that belong to nothing. */
  strange: readonly string[];
}

const known = new WeakMap<Tree, ReadonlyMap<string, Nftables>>();
const byText = new Map<string, Omit<Nftables, 'path'>>();
/** Every ruleset of the tree by its path, each text read once. */
export function rulesets(tree: Tree): ReadonlyMap<string, Nftables> {
  const found =
    known.get(tree) ??
    new Map(
      [...tree.keys()]
        .filter((path) => path.endsWith('/etc/nftables.conf'))
        .map((path): [string, Nftables] => {
          const text = tree.get(path)!;
          const read = byText.get(text) ?? rulesetOf(text);
          if (byText.size > 2000) byText.clear();
          byText.set(text, read);
          return [path, { path, ...read }];
        }),
    );
  known.set(tree, found);
  return found;
}

function rulesetOf(text: string): Omit<Nftables, 'path'> {
  const head: string[] = [];
  const strange: string[] = [];
  const chains: { -readonly [Key in keyof NftChain]: NftChain[Key] }[] = [];
  const sets = new Map<string, NftSet>();
  const definitions = new Map<string, string>();
  const bodies: { chain: (typeof chains)[number]; line: string }[] = [];
  let table = '';
  let chain: (typeof chains)[number] | undefined;
  let set: { -readonly [Key in keyof NftSet]: NftSet[Key] } | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, defined, value] = /^define (\w+) = "?([^"]+)"?$/.exec(line) ?? [];
    const [, opened] = /^table (\w+ \w+) \{$/.exec(line) ?? [];
    const [, kind, name] = /^(chain|set) (\S+) \{$/.exec(line) ?? [];
    if (defined) definitions.set(`$${defined}`, value!);
    else if (opened) table = opened;
    else if (table === '') head.push(line);
    else if (kind === 'chain') {
      chain = { name: name!, hook: '', type: '', priority: '', policy: '', rules: [] };
      chains.push(chain);
    } else if (kind === 'set') {
      set = { name: name!, type: '', flags: [], elements: [] };
      sets.set(name!, set);
    } else if (line === '}') [chain, set] = [undefined, undefined];
    else if (set) {
      const [, elements] = /^elements = \{ (.+) \}$/.exec(line) ?? [];
      const [, type] = /^type (\w+)$/.exec(line) ?? [];
      const [, flags] = /^flags ([\w, ]+)$/.exec(line) ?? [];
      if (elements) set.elements = elements.split(',').map((each) => each.trim());
      else if (type) set.type = type;
      else if (flags) set.flags = flags.split(/,\s*/);
      else if (/^size \d+$/.test(line)) set.size = Number(line.slice(5));
      else if (/^timeout \d+[smh]$/.test(line)) set.timeout = line.slice(8);
      else strange.push(line);
    } else if (chain) {
      const [, type, hook, priority, policy] =
        /^type (\w+) hook (\w+) priority (\w+); policy (\w+);$/.exec(line) ?? [];
      if (type) Object.assign(chain, { type, hook, priority, policy });
      else bodies.push({ chain, line });
    } else strange.push(line);
  }
  const used = new Set<string>();
  for (const { chain: own, line } of bodies)
    own.rules = [...own.rules, ruleOf(line, { definitions, sets, used })];
  return { table, head, chains, sets, used, strange };
}

/** Fields of two words, and of one. @see https://www.netfilter.org/projects/nftables/manpage.html */
const FIELDS =
  /^(?:ip (?:saddr|daddr|ttl)|ip6 (?:saddr|daddr|hoplimit)|(?:tcp|udp) (?:sport|dport)|icmp type|icmpv6 type|meta (?:l4proto|nfproto)|ct state|iifname|oifname)$/;

function ruleOf(
  text: string,
  {
    definitions,
    sets,
    used,
  }: { definitions: ReadonlyMap<string, string>; sets: ReadonlyMap<string, NftSet>; used: Set<string> },
): NftRule {
  const tokens = text.match(/"[^"]*"|\{[^}]*\}|[^\s{}"]+/g) ?? [];
  const matches = new Map<string, string[]>();
  const strange: string[] = [];
  let verdict: string | undefined;
  let comment: string | undefined;
  let meter: NftRule['meter'];
  let isLog = false;
  const values = (token = ''): string[] =>
    token
      .replaceAll(/[{}"]/g, '')
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)
      .flatMap((each) => {
        if (/^[@$]/.test(each)) used.add(each);
        if (each.startsWith('$')) return definitions.get(each) ?? [each];
        return each.startsWith('@') ? (sets.get(each.slice(1))?.elements ?? [each]) : [each];
      });
  for (let at = 0; at < tokens.length; at += 1) {
    const [token, next = '', third, fourth] = tokens.slice(at, at + 4) as [string, string?, string?, string?];
    if (FIELDS.test(`${token} ${next}`)) {
      matches.set(`${token} ${next}`, values(third));
      at += 2;
    } else if (FIELDS.test(token)) {
      matches.set(token, values(next));
      at += 1;
    } else if (
      token === 'limit' &&
      next === 'rate' &&
      /^\d+\/(second|minute)$/.test(third ?? '') &&
      fourth === 'burst' &&
      tokens[at + 5] === 'packets'
    )
      at += 5;
    else if (token === 'log' && next === 'prefix' && /^".*"$/.test(third ?? '')) {
      isLog = true;
      at += 2;
    } else if (token === 'counter') continue;
    else if (token === 'add' && next.startsWith('@') && third?.startsWith('{')) {
      values(next);
      meter = { set: next.slice(1), what: third.slice(1, -1).trim() };
      at += 2;
    } else if (token === 'reject' && next === 'with' && third === 'tcp' && fourth === 'reset') {
      verdict = 'reject';
      at += 3;
    } else if (token === 'jump' && /^\w+$/.test(next)) {
      verdict = `jump ${next}`;
      at += 1;
    } else if (/^(accept|drop|reject|masquerade)$/.test(token)) verdict = token;
    else if (/^[ds]nat$/.test(token) && /^ip6?$/.test(next) && third === 'to') {
      verdict = `${token} ${fourth}`;
      at += 3;
    } else if (token === 'comment' && /^".*"$/.test(next)) {
      comment = next.slice(1, -1);
      at += 1;
    } else strange.push(token);
  }
  return { text, matches, verdict, comment, meter, isLog, strange };
}
