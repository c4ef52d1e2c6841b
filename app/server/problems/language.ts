import { LANGUAGES, type Language } from '#shared/problem.ts';

/** The language a browser prefers among ours; French where it says nothing that we speak. */
export function preferredLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'fr', weight: 0 };
  for (const part of (header ?? '').split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = LANGUAGES.find((each) => tag === each || tag.startsWith(`${each}-`));
    const q = parameters
      .find((each) => each.trim().startsWith('q='))
      ?.trim()
      .slice(2);
    const weight = q === undefined ? 1 : Number(q);
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
