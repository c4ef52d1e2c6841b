import { invalidRequest } from '#server/problems/general.ts';
import { type ExcessiveCost, excessiveCost } from '#shared/markdown/parse-cost.ts';
import type { FieldProblem, Language } from '#shared/problem.ts';
import type { Sections } from '#shared/schemas/course.ts';

type Reason = Pick<FieldProblem, 'reason' | 'mend'>;

/** Takes no text that browsers would take too long to draw; they would show it as it was written. @throws a refusal with each such section */
export function mustBeRenderable(format: 'markdown' | 'text', { sections }: Sections): void {
  if (format === 'text') return;
  mustBeDrawable(sections.map(({ title, body }, at) => ({ field: `body.sections.${at}.body`, title, body })));
}

/** The same of texts in any fields. @throws a refusal with each such field */
export function mustBeDrawable(texts: { field: string; title: string; body: string }[]): void {
  const wrong = texts.flatMap(({ field, title, body }) => {
    const found = excessiveCost(body);
    return found ? [{ field, title, found }] : [];
  });
  if (wrong.length === 0) return;
  throw invalidRequest(
    { count: wrong.length },
    {
      errors: (language) =>
        wrong.map(({ field, title, found }) => ({ field, ...REASONS[language](title, found) })),
    },
  );
}

const REASONS: Record<Language, (title: string, found: ExcessiveCost) => Reason> = {
  fr: (title, found) => {
    switch (found.kind) {
      case 'nesting':
        return {
          reason: `dans la section « ${title} », la ligne ${found.line} est ${found.count} fois dans une liste ou une citation ; ${found.max} au plus`,
          mend: 'sortez-en ce qui est le plus imbriqué',
        };
      case 'marks':
        return {
          reason: `dans la section « ${title} », le paragraphe de la ligne ${found.line} compte plus de ${found.max} signes comme * _ [ ]`,
          mend: 'coupez-le par des lignes vides, ou mettez du code entre des lignes de ```',
        };
      case 'effort':
        return {
          reason: `la section « ${title} » a trop de listes, de citations ou de signes imbriqués pour être dessinée`,
          mend: 'répartissez-la en plusieurs sections, ou mettez du code entre des lignes de ```',
        };
    }
  },
  en: (title, found) => {
    switch (found.kind) {
      case 'nesting':
        return {
          reason: `in the section “${title}”, line ${found.line} is ${found.count} times within a list or quote; ${found.max} at most`,
          mend: 'take out what is nested most',
        };
      case 'marks':
        return {
          reason: `in the section “${title}”, the paragraph of line ${found.line} has more than ${found.max} signs such as * _ [ ]`,
          mend: 'divide it by empty lines, or put code between lines of ```',
        };
      case 'effort':
        return {
          reason: `the section “${title}” has too many lists, quotes or nested signs to be drawn`,
          mend: 'divide it into several sections, or put code between lines of ```',
        };
    }
  },
};
