import type { Model } from '#sites/model.ts';
import { appSites } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { again, wrong, type Zone, zonesOf } from '../reading/zones.ts';

export const zoneFiles: Policy = {
  id: 'zone-files',
  title:
    'every zone is a whole one, in the files that its server is given, and a challenge is written by the site that asks for it alone',
  why: 'Avoid: a zone without its SOA record, a record that the server cannot read, a configuration that leads to another file or lets anybody write. Prefer: one zone a file of its name, the servers of platform.yaml, and rights of one name each. Rationale: a server that cannot load a zone answers for none of its names, and anybody who writes a challenge gets certificates for the platform.',
  check(model, tree) {
    if (!model.dns) return [];
    const zones = zonesOf(tree);
    return [
      ...zones.flatMap((zone) => whole(model, zone)),
      ...configured(tree, zones),
      ...challenges(model, tree, zones),
    ];
  },
};

/** Types, and what follows them. */
const DATA: Record<string, RegExp> = {
  A: /^\d+\.\d+\.\d+\.\d+$/,
  AAAA: /^[0-9a-f:]+$/,
  NS: /^\S+\.$/,
  PTR: /^\S+\.$/,
  CNAME: /^\S+\.$/,
  MX: /^\d+ \S*\.$/,
  TXT: /^".*"$/,
  CAA: /^0 (issue|issuewild|iodef) ".*"$/,
  SOA: /^\S+\. \S+\. \d+ \d+ \d+ \d+ \d+$/,
};

function whole(model: Model, { path, name, lines }: Zone): Finding[] {
  const said = (pattern: RegExp): string | undefined =>
    lines.map(({ text }) => pattern.exec(text)?.[1]).find(Boolean);
  const [first] = model.dns!.servers;
  const soas = lines.filter(({ type }) => type === 'SOA');
  const contact = `${model.contact.split('@')[0]!.replaceAll('.', '\\.')}.${model.contact.split('@')[1]}.`;
  const [primary, mailbox, , refresh, retry, expire, minimum] = soas[0]?.data.split(' ') ?? [];
  const servers = model.dns!.servers.map((each) => `${each.name}.`).sort();
  const own = lines
    .filter((each) => each.type === 'NS' && each.name === '@')
    .map(({ data }) => data)
    .sort();
  const isChallenge = name.startsWith('_acme-challenge.');
  return [
    ...(said(/^\$ORIGIN (\S+)\.$/) === name
      ? []
      : [
          wrong(
            path,
            '$ORIGIN',
            `the zone ${name} has the origin ${said(/^\$ORIGIN (\S+)/) ?? 'of the program that loads it'}`,
            `$ORIGIN ${name}.`,
          ),
        ]),
    ...(/^\d+$/.test(said(/^\$TTL (\S+)$/) ?? '')
      ? []
      : [wrong(path, '$TTL', `the zone ${name} does not say how long it may be remembered`, again)]),
    ...lines
      .filter(({ text, type, data }) => !text.startsWith('$') && !DATA[type]?.test(data))
      .map(({ text }) => wrong(path, text, `a server cannot read the line \`${text}\``, again)),
    ...(soas.length !== 1 || lines.find(({ type }) => type !== '')?.type === 'SOA'
      ? []
      : [wrong(path, undefined, `the zone ${name} does not begin with its SOA record`, 'put it first')]),
    ...(soas.length === 1
      ? []
      : [wrong(path, 'SOA', `the zone ${name} has ${soas.length} SOA records`, 'give it one')]),
    ...(soas.length === 0 || (primary === `${first!.name}.` && mailbox === contact)
      ? []
      : [
          wrong(
            path,
            soas[0]!.text,
            `the zone ${name} is said to be of ${primary} and ${mailbox}`,
            `${first!.name}. ${contact}`,
          ),
        ]),
    // RFC 1912, 2.2: a secondary asks again within the refresh, and serves for weeks without an answer.
    ...(soas.length === 0 ||
    (Number(retry) < Number(refresh) &&
      Number(expire) >= 604800 &&
      Number(refresh) >= 300 &&
      Number(minimum) <= 86400 &&
      Number(minimum) > 0)
      ? []
      : [
          wrong(
            path,
            soas[0]!.text,
            `the zone ${name} has times that no secondary can work with: refresh ${refresh}, retry ${retry}, expire ${expire}, minimum ${minimum}`,
            'retry < refresh, expire of a week or more',
          ),
        ]),
    ...((
      isChallenge
        ? own.every((each) => servers.includes(each)) && own.length > 0
        : String(own) === String(servers)
    )
      ? []
      : [
          wrong(
            path,
            ' NS ',
            `the zone ${name} is served by ${own.join(' ') || 'nobody'}, and platform.yaml names ${servers.join(' ')}`,
            again,
          ),
        ]),
    ...lines
      .filter(({ type, ttl }) => type !== '' && (ttl < 30 || ttl > 172800))
      .map(({ text, ttl }) =>
        wrong(path, text, `\`${text}\` is remembered for ${ttl} s`, 'between half a minute and two days'),
      ),
    ...lines
      .filter(
        ({ type, name: record, ttl }) =>
          (type === 'A' || type === 'AAAA') && isServed(model, record, name) && ttl > 300,
      )
      .map(({ text, ttl }) =>
        wrong(path, text, `a client that knows the lost site remembers it for ${ttl} s`, 'at most 300'),
      ),
  ];
}
const isServed = (model: Model, record: string, zone: string): boolean =>
  zone === model.domain && appSites(model).some(({ code }) => ['@', code, `s3.${code}`].includes(record));

interface Block {
  path: string;
  name: string;
  body: string;
}
const blocks = (tree: Tree, path: string): Block[] =>
  [...(tree.get(path) ?? '').matchAll(/^zone "([^"]+)" \{\n([\s\S]*?)^\};$/gm)].map(([, name, body]) => ({
    path,
    name: name!,
    body: body!,
  }));

/** The configuration names every zone once, as a primary, with its file. */
function configured(tree: Tree, zones: Zone[]): Finding[] {
  return ['zones', 'challenges'].flatMap((file) => {
    const path = `platform/dns/${file}.conf`;
    const named = blocks(tree, path);
    const wanted = zones.filter(
      ({ name }) => name.startsWith('_acme-challenge.') === (file === 'challenges'),
    );
    return [
      ...wanted
        .filter(({ name }) => named.filter((each) => each.name === name).length !== 1)
        .map(({ name }) => wrong(path, name, `the zone ${name} is not in ${file}.conf, or twice`, again)),
      ...named
        .filter(({ name }) => !wanted.some((each) => each.name === name))
        .map(({ name }) =>
          wrong(path, name, `${file}.conf has the zone ${name}, which the tree has not`, again),
        ),
      ...named.flatMap(({ name, body }) => {
        const folder = file === 'zones' ? '/etc/bind/fredu' : '/var/lib/bind';
        const rest = body.replace(/ {2}update-policy \{\n[\s\S]*? {2}\};\n/, '');
        return rest === `  type primary;\n  file "${folder}/${name}.zone";\n` &&
          (file === 'challenges') === (rest !== body)
          ? []
          : [
              wrong(
                path,
                name,
                `the zone ${name} is no primary of ${folder}/${name}.zone with the rights of its kind`,
                again,
              ),
            ];
      }),
    ];
  });
}

/** A site writes the challenges of its own names and of the shared one. */
function challenges(model: Model, tree: Tree, zones: Zone[]): Finding[] {
  const path = 'platform/dns/challenges.conf';
  const all = blocks(tree, path);
  if (zones.every(({ name }) => !name.startsWith('_acme-challenge.')) && all.length === 0) return [];
  const codes = appSites(model).map(({ code }) => code);
  return all.flatMap(({ name, body }): Finding[] => {
    const own = codes.filter(
      (code) =>
        name === `_acme-challenge.${code}.${model.domain}` ||
        name === `_acme-challenge.s3.${code}.${model.domain}`,
    );
    const may = (own.length > 0 ? own : codes)
      .map((code) => `grant "acme-${code}" name ${name}. TXT;`)
      .sort();
    const granted = [...body.matchAll(/^ {4}(.+)$/gm)].map(([, line]) => line!).sort();
    if (String(granted) === String(may)) return [];
    return [wrong(path, name, `${name} may be written by: ${granted.join(' ') || 'nobody'}`, may.join(' '))];
  });
}
