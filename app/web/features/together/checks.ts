import { isSubtitles, shownAs, spokenIn, unshownAdvice } from '#shared/markdown/media.ts';

/** Something that an author should see to before others read the text. */
export interface Remark {
  /** Position of the section, from 0. */
  section: number;
  /** Line of its text, from 1; 0 for its title. */
  line: number;
  words: string;
}
interface Text {
  title: string;
  body: string;
}
interface CourseFile {
  name: string;
  mediaType: string;
}
/** A line of text with where it stands. */
interface Line {
  text: string;
  at: number;
}

/** What is to be seen to in a course before it is published; nothing of it keeps anybody from publishing. */
export function remarksOn(sections: readonly Text[], files: readonly CourseFile[]): Remark[] {
  return sections.flatMap(({ title, body }, section) => {
    const lines = written(body);
    const found = [
      ...(title.trim() === '' ? [{ line: 0, words: 'Cette section n’a pas de titre.' }] : []),
      ...(body.trim() === '' ? [{ line: 0, words: 'Cette section est vide.' }] : []),
      ...lines.flatMap((line) => [...pictures(line), ...references(line, files), ...headings(line)]),
      ...steps(lines),
    ];
    return found.map((each) => ({ section, ...each }));
  });
}

/** The lines of a text without its code, where signs mean nothing. */
function written(body: string): Line[] {
  let fence: string | undefined;
  return body.split('\n').flatMap((text, at) => {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(text) ?? [];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      return [];
    }
    if (mark) {
      fence = mark;
      return [];
    }
    return [{ text: text.replaceAll(/`[^`]*`/g, (code) => ' '.repeat(code.length)), at: at + 1 }];
  });
}

/** A picture says in words what it shows to those who do not see it. */
function pictures({ text, at }: Line) {
  return [...text.matchAll(/!\[([^\]]*)\]\(/g)].flatMap(([, alt = '']) => {
    if (alt.trim() !== '' && alt !== 'Légende') return [];
    return [
      {
        line: at,
        words: 'Cette image n’a pas de description : écrivez entre les crochets ce qu’elle montre.',
      },
    ];
  });
}

function references({ text, at }: Line, files: readonly CourseFile[]) {
  const remarks: { line: number; words: string }[] = [];
  for (const [, name] of text.matchAll(/\]\(([^()<>]*\s[^()<>"]*\.\w{2,5})\)/g)) {
    const words = `« ${name} » a des espaces : écrivez <${encodeURIComponent(name!)}> entre les parenthèses.`;
    remarks.push({ line: at, words });
  }
  for (const name of namedIn(text)) {
    const file = files.find((each) => each.name === name.normalize('NFC'));
    if (!file) {
      remarks.push({
        line: at,
        words: `Ce cours n’a pas de fichier « ${name} » : ajoutez-le, ou corrigez son nom.`,
      });
      continue;
    }
    const advice = unshownAdvice(file.mediaType);
    if (advice) remarks.push({ line: at, words: `« ${name} » : ${advice}` });
    if (shownAs(file.mediaType) === 'video' && /::video/.test(text) && !hasSubtitles(text, file, files))
      remarks.push({
        line: at,
        words: `La vidéo « ${name} » n’a pas de sous-titres : ajoutez-les en WebVTT ou en SubRip.`,
      });
  }
  return remarks;
}

/** Files of the course that a line names: bare names, and those of directives. */
function namedIn(text: string): string[] {
  const links = [...text.matchAll(/\]\(<?([^()<>\s/:#?]+)(?:#[^)>]*)?>?\)/g)].flatMap(([, encoded]) => {
    try {
      return [decodeURIComponent(encoded!)];
    } catch {
      return [encoded!];
    }
  });
  const directives = [...text.matchAll(/\{[^}]*\b(?:file|subtitles)=(?:"([^"]*)"|([^\s}]+))/g)];
  return [...links, ...directives.map(([, quoted, bare]) => (quoted ?? bare)!.replaceAll('&quot;', '"'))];
}

const hasSubtitles = (text: string, film: CourseFile, files: readonly CourseFile[]): boolean =>
  /\bsubtitles=/.test(text) ||
  files.some((file) => isSubtitles(file) && spokenIn(file.name).stem === film.name.replace(/\.\w{1,5}$/, ''));

/** French keyboards write a no-break space where a heading needs an ordinary one. */
function headings({ text, at }: Line) {
  if (/^ {0,3}#{1,6}[\u00a0\u202f]/.test(text))
    return [
      { line: at, words: 'Ce titre a une espace insécable après # : remplacez-la par une espace ordinaire.' },
    ];
  if (/^ {0,3}#{1,6}[^#\s]/.test(text))
    return [{ line: at, words: 'Mettez une espace entre # et le titre.' }];
  return [];
}

/** Screen readers lead by headings: none is left out on the way down. The title of the section is above all of them. */
function steps(lines: Line[]) {
  let depth = 1;
  return lines.flatMap(({ text, at }) => {
    const [, marks] = /^ {0,3}(#{1,6})\s/.exec(text) ?? [];
    if (!marks) return [];
    const before = depth;
    depth = marks.length;
    if (marks.length === 1)
      return [{ line: at, words: 'Le titre de la section est déjà le premier niveau : commencez à ##.' }];
    if (depth <= before + 1) return [];
    return [{ line: at, words: `Ce titre saute un niveau : ${'#'.repeat(before + 1)} au lieu de ${marks}.` }];
  });
}
