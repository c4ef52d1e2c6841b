import { POLICIES } from '#policies/index.ts';
import { unchangeable } from '#policies/kubernetes/unchangeable.ts';
import { DECLINED } from '#policies/named/declined.ts';
import { NAMED } from '#policies/named/packs.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook } from './main.ts';

const LAWS = [...POLICIES, unchangeable];

/** Every law and every named check: its name, its source, what holds. */
export function listed(): string {
  const laws = LAWS.map(({ id, title }) => [id, 'law', title] as const);
  const named = NAMED.flatMap(({ tool, checks }) =>
    checks.map(({ id, title }) => [id, tool, title] as const),
  );
  const rows = [...laws, ...named];
  const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([id, tool, title]) => `${id.padEnd(first!)}  ${tool.padEnd(second!)}  ${title}`);
  const counts = NAMED.map(({ source, checks }) => `${checks.length} ${source}`).join(', ');
  return `${lines.join('\n')}\n\n${laws.length} laws and ${named.length} named checks (${counts}); ${DECLINED.length} are declined, see docs/named-checks.md\n`;
}

/** What a law or a named check is for. @throws CannotLook when there is none of the name */
export function explained(id: string): string {
  const law = LAWS.find((each) => each.id === id);
  if (law) return `${law.id}: ${law.title}\n\n${law.why}\n`;
  const pack = NAMED.find(({ checks }) => checks.some((each) => each.id === id));
  const check = pack?.checks.find((each) => each.id === id);
  if (pack && check)
    return `${id}: ${check.title}\n${pack.tool}, ${pack.page}\n\nAvoid      ${check.avoid}\nPrefer     ${check.fix}\nRationale  ${check.why}\n${check.lab ? `In a lab   not asked: ${check.lab}\n` : ''}`;
  const declined = DECLINED.find((each) => each.check === id);
  if (declined)
    return `${id} is declined: ${declined.reason}${declined.instead ? `\ninstead: ${declined.instead}` : ''}\n`;
  const names = [...LAWS, ...NAMED.flatMap(({ checks }) => checks)].map((each) => each.id);
  const near = nearest(id, names) ?? names.find((name) => name.endsWith(`/${id}`));
  throw new CannotLook(
    `no law or named check ${id}; ${near ? `did you mean ${near}?` : 'npm run check -- --list names all of them'}`,
  );
}

/** Laws and named checks as rules of a report. */
export const rules = (): { id: string; title: string; why: string }[] => [
  ...LAWS.map(({ id, title, why }) => ({ id, title, why })),
  ...NAMED.flatMap(({ checks }) =>
    checks.map(({ id, title, avoid, fix, why }) => ({
      id,
      title,
      why: `Avoid: ${avoid}\nPrefer: ${fix}\nRationale: ${why}`,
    })),
  ),
];
