import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES } from '#policies/index.ts';
import { unchangeable } from '#policies/kubernetes/unchangeable.ts';
import type { Policy } from '#policies/law.ts';
import { main, options } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';
import { namedChecksPage } from './named-checks-page.ts';

/** The rooms of `policies/`, in the order of the page, and what of the tree is judged there. */
const ROOMS: Record<string, string> = {
  kubernetes: 'Manifests of the clusters: `dist/<site>/kubernetes/`.',
  hosts: 'Files of the hosts: `dist/<site>/hosts/`.',
  'front-firewall': 'Rules of the front firewall: `dist/<site>/front-firewall/`.',
  openstack: 'The Terraform stack of an OpenStack: `dist/<site>/openstack/`.',
  inventory: 'Inventories of Kubespray and of the hosts: `dist/<site>/inventory/`.',
  plans: 'Procedures: `dist/<site>/plans/`.',
  platform: 'What belongs to all sites together (`dist/platform/`), or holds across several rooms.',
};

type Described = Pick<Policy, 'id' | 'title' | 'why' | 'lab'>;

/** `docs/laws.md`: every law with its reason, room by room. @throws when a law has no file that is called as it is */
export function lawsPage(laws: readonly Described[] = [...POLICIES, unchangeable]): string {
  const placed = laws
    .map((law) => ({ ...law, room: roomOf(law.id) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const index = Object.keys(ROOMS).map((room) => {
    const ids = placed.filter((law) => law.room === room).map(({ id }) => `[${id}](#${id})`);
    return `| [${room}](#policies${room}) | ${ids.join(', ')} |`;
  });
  const rooms = Object.entries(ROOMS).map(([room, what]) =>
    [
      `## policies/${room}`,
      what,
      ...placed.filter((law) => law.room === room).map((law) => section(law, room)),
    ].join('\n\n'),
  );
  return `${[HEAD(placed.length), ['| room | laws |', '|---|---|', ...index].join('\n'), ...rooms].join('\n\n')}\n`;
}

const HEAD = (count: number) =>
  `# The laws

<!-- Made by \`npm run laws\` from policies/; do not edit. -->

The ${count} laws that judge the rendered text. Each is one file in \`policies/\`, in the room of what it judges, with its test beside it.
\`npm run check\` asks all of them (\`unchangeable\` with \`--since\` only); \`npm run check -- --explain LAW\` prints one of the entries below.
A law that a platform with \`lab: true\` need not keep says so; there its finding is a note. How a law is written:
[CONTRIBUTING.md](../CONTRIBUTING.md#a-law).`;

function section({ id, title, why, lab }: Described, room: string): string {
  const file = `policies/${room}/${id}.ts`;
  return [
    `### ${id}`,
    `**${capital(escaped(title))}.** [\`${file}\`](../${file})`,
    parts(escaped(why)),
    ...(lab ? [`In a lab: ${escaped(lab)}.`] : []),
  ].join('\n\n');
}

function roomOf(id: string): string {
  const room = Object.keys(ROOMS).find((each) => existsSync(join(ROOT, 'policies', each, `${id}.ts`)));
  if (!room) throw new Error(`law ${id}: no policies/<room>/${id}.ts; call the file as the law`);
  return room;
}

/** What to avoid, what to prefer and why, each a line of its own where a reason has these parts. */
const parts = (why: string): string =>
  why.replaceAll(/(?:^| )(Avoid|Prefer|Rationale): /g, '\n- **$1:** ').trim();

/** A sentence begins with a capital, but for the name of a program: `kube-linter`. */
const capital = (text: string): string =>
  /^\w+-/.test(text) ? text : text[0]!.toUpperCase() + text.slice(1);
/** Markdown would take `<site>` and `[object Object]` for its own. */
const escaped = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[<[\]*]/g, (sign) => `\\${sign}`)))
    .join('');

const USAGE = `npm run laws
  Writes docs/laws.md and docs/named-checks.md, the pages of all laws and named checks, after a change of what one of them says.`;

if (import.meta.main) {
  await main(() => {
    options(USAGE, {});
    writeFileSync(join(ROOT, 'docs/laws.md'), lawsPage());
    writeFileSync(join(ROOT, 'docs/named-checks.md'), namedChecksPage());
    process.stdout.write('docs/laws.md\ndocs/named-checks.md\n');
    return 0;
  });
}
