import { type Change, subject } from '../change.ts';
import { pathOf } from '../compare.ts';
import { exitOf, type Report } from '../report.ts';

/** The report as data for programs: every change with every field, nothing cut. */
export function json(report: Report): string {
  const { groups, meanings, ...rest } = report;
  const said = (change: Change) => ({
    how: change.how,
    ...who(change),
    ...(change.how === 'renamed' ? { was: change.before!.name } : {}),
    consequences: change.consequences,
    fields: change.fields.map(({ steps, how, before, after }) => ({
      path: pathOf(steps),
      how,
      before,
      after,
    })),
  });
  const who = (change: Change) => {
    const { place, kind, name, path } = subject(change);
    return { place, kind, name, path };
  };
  return `${JSON.stringify(
    {
      exit: exitOf(report),
      ...rest,
      meanings: meanings.map(({ level, text, at, changes }) => ({
        level,
        text,
        at,
        things: changes.map(who),
      })),
      groups: groups.map(({ changes }) => changes.map(said)),
    },
    null,
    2,
  )}\n`;
}
