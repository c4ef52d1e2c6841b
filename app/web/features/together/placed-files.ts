import { referenceTo } from '#web/features/files/words.ts';

/** What screenshots are called by browsers, all of them. */
const NAMELESS = /^image\.(png|jpe?g)$/i;

/**
 * Files that were put into a text: under names that the course does not have yet, and what names them there. What a file shows is for its
 * author to say; until then its name stands for it.
 */
export function placedFiles(
  files: readonly File[],
  known: readonly { name: string }[],
): { renamed: File[]; text: string } {
  const taken = new Set(known.map(({ name }) => name));
  const renamed = files.map((file) => {
    const name = free(file.name.normalize('NFC'), taken);
    taken.add(name);
    return name === file.name
      ? file
      : new File([file], name, { type: file.type, lastModified: file.lastModified });
  });
  const text = renamed
    .map((file) => {
      const stem = file.name.replace(/\.\w{1,5}$/, '').replaceAll(/[[\]]/g, '');
      return referenceTo({ name: file.name, mediaType: file.type }).replace(
        /\[(Légende|Titre)\]/,
        () => `[${stem}]`,
      );
    })
    .join('\n\n');
  return { renamed, text };
}

/** « schema.png », « schema 2.png »: the first that nobody has. */
function free(name: string, taken: ReadonlySet<string>): string {
  const wanted = NAMELESS.test(name) ? name.replace(/^image/i, 'capture') : name;
  const [, stem = wanted, ending = ''] = /^(.*?)(\.\w{1,5})?$/.exec(wanted) ?? [];
  for (let number = 1; ; number++) {
    const tried = number === 1 ? wanted : `${stem} ${number}${ending}`;
    if (!taken.has(tried)) return tried;
  }
}
