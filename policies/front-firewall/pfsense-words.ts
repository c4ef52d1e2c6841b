import type { Finding, Policy } from '../law.ts';

export const pfsenseWords: Policy = {
  id: 'pfsense-words',
  title:
    'pfSense knows every element of its file, in its place, and each rule, alias and address says all that it has to',
  why: 'Avoid: an element with a slip in it, a rule without a side, an address of CARP without its number, a state that is not kept. Prefer: the elements that pfSense itself writes. Rationale: pfSense restores a file and passes over what it does not know: a rule that has lost its source lets anybody in, one that has lost its state refuses every answer, and nobody is told.',
  check: (_model, tree) =>
    [...tree].flatMap(([path, text]) =>
      path.endsWith('/front-firewall/pfsense.xml') ? judge(path, text) : [],
    ),
};

/** What may stand in an element: names of elements, or the text that it may hold. @see https://docs.netgate.com/pfsense/en/latest/config/xml-configuration-file.html */
const ADDRESS = /^[\da-f.:]+(\/\d+)?$/;
const SHAPE: Record<string, readonly string[] | RegExp> = {
  '': ['pfsense'],
  pfsense: ['aliases', 'nat', 'virtualip', 'filter'],
  aliases: ['alias'],
  alias: ['name', 'type', 'address', 'descr'],
  'alias/name': /^\w{1,31}$/,
  'alias/type': /^(host|network|port)$/,
  'alias/address': /^[\da-f.:/ -]+$/,
  nat: ['outbound', 'onetoone'],
  outbound: ['mode', 'rule'],
  'outbound/mode': /^(advanced|hybrid|automatic|disabled)$/,
  onetoone: ['external', 'interface', 'ipprotocol', 'source', 'destination', 'descr'],
  'onetoone/external': ADDRESS,
  virtualip: ['vip'],
  vip: [
    'mode',
    'interface',
    'vhid',
    'advskew',
    'advbase',
    'password',
    'uniqid',
    'descr',
    'type',
    'subnet_bits',
    'subnet',
  ],
  'vip/mode': /^(carp|ipalias|proxyarp)$/,
  'vip/vhid': /^([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/,
  'vip/advskew': /^(0|100)$/, // the one that leads, and its backup
  'vip/advbase': /^1$/, // a dead firewall is noticed after three seconds, as keepalived's is
  'vip/type': /^(single|network)$/,
  'vip/subnet_bits': /^\d{1,3}$/,
  'vip/subnet': ADDRESS,
  filter: ['rule'],
  rule: [
    'tracker',
    'type',
    'interface',
    'ipprotocol',
    'statetype',
    'protocol',
    'source',
    'destination',
    'log',
    'descr',
    'disabled',
    'target',
  ],
  'rule/tracker': /^\d+$/,
  'rule/type': /^(pass|block|reject)$/,
  'rule/statetype': /^(keep|sloppy) state$/,
  'rule/protocol': /^(tcp|udp|icmp|tcp\/udp|esp|carp|vrrp)$/,
  source: ['any', 'address', 'network', 'not', 'port'],
  destination: ['any', 'address', 'network', 'not', 'port'],
  address: /^([\w.:/]+|[\da-f.:]+)$/,
  network: /^(\(self\)|[\da-f.:]+\/\d+)$/,
  port: /^([\w-]+|\d+([:-]\d+)?)$/,
  interface: /^(wan|lan|opt[1-9]|_vip\w+)$/,
  ipprotocol: /^inet(6|46)?$/,
};
/** What has to stand in an element; `|` between what may stand for each other. */
const NEEDS: Record<string, readonly string[]> = {
  alias: ['name', 'type', 'address'],
  onetoone: ['external', 'interface', 'ipprotocol', 'source', 'destination'],
  vip: ['mode', 'interface', 'type', 'subnet_bits', 'subnet', 'uniqid'],
  'filter/rule': ['type', 'interface', 'ipprotocol', 'source', 'destination', 'tracker'],
  'outbound/rule': ['interface', 'source', 'destination'],
  source: ['any|address|network'],
  destination: ['any|address|network'],
};

interface Element {
  name: string;
  within: string;
  /** Names of the elements in it, or its text. */
  children: string[];
  text: string;
}

function judge(path: string, xml: string): Finding[] {
  const wrong = (text: string, message: string): Finding => ({
    path,
    text,
    message,
    fix: 'make the tree again with `npm run synth`',
  });
  const found = elements(xml);
  if (typeof found === 'string') return [wrong(found, `the file is no XML at ${found}`)];
  return found.flatMap(({ name, within, children, text }) => {
    const shape = SHAPE[`${within}/${name}`] ?? SHAPE[name];
    const needs = NEEDS[`${within}/${name}`] ?? NEEDS[name] ?? [];
    const allowed = SHAPE[within];
    return [
      ...(Array.isArray(allowed) && !allowed.includes(name)
        ? [wrong(`<${name}>`, `pfSense knows no ${name} in ${within || 'a file'}`)]
        : []),
      ...(shape instanceof RegExp && !shape.test(text)
        ? [
            wrong(
              `<${name}>${text}<`,
              `${name} of ${within} is \`${text}\`, which pfSense does not take there`,
            ),
          ]
        : []),
      ...needs
        .filter((need) => !need.split('|').some((each) => children.includes(each)))
        .map((need) => wrong(`<${name}>`, `a ${name} has no ${need.replaceAll('|', ' or ')}`)),
      ...(name === 'vip' &&
      /<mode>carp</.test(text) &&
      !['vhid', 'advskew', 'advbase', 'password'].every((each) => children.includes(each))
        ? [wrong('<vip>', 'an address of CARP has no vhid, advskew, advbase or password')]
        : []),
      ...(name === 'rule' &&
      within === 'filter' &&
      /<type>pass</.test(text) &&
      !(children.includes('statetype') && children.includes('protocol'))
        ? [wrong('<rule>', 'a rule that lets pass says no protocol, or not that it keeps the state')]
        : []),
    ];
  });
}

/** Every element with what is in it, in the order of their ends; a text where the file is none. */
function elements(xml: string): Element[] | string {
  const found: Element[] = [];
  const open: { name: string; children: string[]; from: number }[] = [];
  for (const match of xml.matchAll(/<(\/?)([\w.-]+)\s*(\/?)>/g)) {
    const [tag, closes, name = '', isEmpty] = match;
    const at = match.index;
    if (closes) {
      const last = open.pop();
      if (last?.name !== name) return tag;
      found.push({
        name,
        within: open.at(-1)?.name ?? '',
        children: last.children,
        text: xml.slice(last.from, at).trim(),
      });
    } else {
      open.at(-1)?.children.push(name);
      if (isEmpty) found.push({ name, within: open.at(-1)?.name ?? '', children: [], text: '' });
      else open.push({ name, children: [], from: at + tag.length });
    }
  }
  return open.length > 0 ? `<${open.at(-1)!.name}>` : found;
}
