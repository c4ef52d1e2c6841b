import type { Element, ElementContent, Root } from 'hast';
import { visit } from 'unist-util-visit';
import { isSubtitles, languageName, type Shown, shownAs, spokenIn, unshownAdvice } from './media.ts';

/** The files that a text may name: those of its course. */
export interface CourseFiles {
  courseId: string;
  files: readonly { name: string; mediaType: string }[];
  /** Authors see a note at a name that is not there; readers see what the author wrote in its place. */
  isAuthor: boolean;
}

/** What `::name[Title]{file=…}` may be. */
export const KINDS = ['image', 'video', 'audio', 'pdf', 'download'] as const;
type Kind = (typeof KINDS)[number];

/** As wide as a page gets on a large screen; the server makes it. */
const PICTURE_WIDTH = 1280;
/**
 * Telephones have no use for that many, but those whose points are so fine that they show them: there one reads what is small in a
 * schema. No `sizes`: it would draw each picture as wide as the page, and one that is smaller than it is asked for smaller still.
 */
const PHONE = { width: 640, media: '(max-width: 480px) and (max-resolution: 2x)' };

/**
 * Puts the course's files where a text names them. It comes after the cleaning: all that it takes over from the text are words,
 * whole numbers, and names of files that the course has.
 */
export function rehypeFiles({ course }: { course: CourseFiles | undefined }) {
  return (tree: Root) =>
    visit(tree, 'element', (node, index, parent) => {
      const made = replaced(node, course);
      if (made && parent && index !== undefined) {
        parent.children[index] = made;
        return index + 1;
      }
      return undefined;
    });
}

function replaced(node: Element, course: CourseFiles | undefined): Element | undefined {
  const { properties, children } = node;
  switch (node.tagName) {
    case 'course-file':
      return placed(properties.kind as Kind, {
        name: String(properties.file ?? ''),
        title: children,
        course,
        start: secondsOf(properties.start),
        page: Number(properties.page) || undefined,
        subtitles: properties.subtitles === undefined ? undefined : String(properties.subtitles),
      });
    case 'img': {
      const url = String(properties.src ?? '');
      const title: ElementContent[] = [{ type: 'text', value: String(properties.alt ?? '') }];
      const named = nameIn(url);
      if (named) return placed('image', { name: named.name, title, course });
      // Nothing of third parties is loaded by looking at a page.
      return url === '' ? element('span', {}, title) : link({ ...node, properties: { href: url } }, title);
    }
    case 'a': {
      const named = nameIn(String(properties.href ?? ''));
      if (!named) return link(node, children);
      const { name, page } = named;
      return placed(page ? 'pdf' : 'download', { name, title: children, course, page });
    }
    default:
      return undefined;
  }
}

/** A link to elsewhere tells nothing of where it was clicked, and is no recommendation. */
function link({ properties }: Element, children: ElementContent[]): Element {
  const isElsewhere = /^https?:/i.test(String(properties.href ?? ''));
  const words = children.some((each) => each.type !== 'text' || each.value !== '')
    ? children
    : [{ type: 'text' as const, value: String(properties.href ?? '') }];
  return element(
    'a',
    { ...properties, ...(isElsewhere ? { rel: ['nofollow', 'noopener', 'noreferrer'] } : {}) },
    words,
  );
}

interface Reference {
  name: string;
  title: ElementContent[];
  course: CourseFiles | undefined;
  start?: number | undefined;
  page?: number | undefined;
  subtitles?: string | undefined;
}

function placed(kind: Kind, { name, title, course, start, page, subtitles }: Reference): Element {
  const found = fileNamed(course, name);
  const words: ElementContent[] = title.some((each) => each.type !== 'text' || each.value.trim() !== '')
    ? title
    : [{ type: 'text', value: name }];
  if (!course || !found) {
    return course?.isAuthor
      ? element('span', { className: ['file-unknown'] }, [
          ...words,
          note(` Ce cours n’a pas de fichier « ${name} » : ajoutez-le, ou corrigez son nom.`),
        ])
      : element('span', { className: ['file-missing'] }, words);
  }
  const url = `/api/v1/courses/${course.courseId}/files/${encodeURIComponent(found.name)}`;
  const download = (...more: ElementContent[]) =>
    element('a', { href: `${url}?download=true`, className: ['file-download'] }, [...words, ...more]);
  if ((kind === 'image' || kind === 'video' || kind === 'audio') && !canBe(kind, found.mediaType)) {
    // A picture that no browser draws is offered instead of shown broken; its author reads why.
    const why = unshownAdvice(found.mediaType) ?? `« ${found.name} » ${IS_NO[kind]}.`;
    return course.isAuthor
      ? element('span', { className: ['file-unknown'] }, [download(), note(` ${why}`)])
      : download();
  }
  switch (kind) {
    case 'image': {
      const image = (src: string) => element('img', { src, alt: textOf(words), loading: 'lazy' });
      const onPhone = { srcSet: `${url}?width=${PHONE.width}`, media: PHONE.media };
      return element('picture', {}, [element('source', onPhone), image(`${url}?width=${PICTURE_WIDTH}`)]);
    }
    case 'video':
    case 'audio': {
      const named = subtitles === undefined ? undefined : fileNamed(course, subtitles);
      const tracks = subtitlesOf(course, found.name, named).map((track) =>
        trackOf(course, track, track === named),
      );
      const fault =
        subtitles === undefined || !course.isAuthor
          ? undefined
          : !named
            ? `Ce cours n’a pas de sous-titres « ${subtitles} ».`
            : isSubtitles(named)
              ? undefined
              : `« ${named.name} » n’est pas un fichier de sous-titres : ajoutez-les en WebVTT (.vtt) ou en SubRip (.srt).`;
      return element('figure', { className: [kind] }, [
        element(
          kind,
          {
            src: `${url}${start ? `#t=${start}` : ''}`,
            controls: true,
            preload: 'metadata',
            ariaLabel: textOf(words),
          },
          tracks,
        ),
        element('figcaption', {}, [...words, ...(fault ? [note(` ${fault}`)] : [])]),
      ]);
    }
    case 'pdf':
      return element('a', { href: `${url}${page ? `#page=${page}` : ''}`, className: ['file-pdf'] }, [
        ...words,
        { type: 'text', value: page ? ` (PDF, page ${page})` : ' (PDF)' },
      ]);
    case 'download':
      return download();
  }
}

/** A film may be heard alone. */
const canBe = (kind: Shown, mediaType: string): boolean =>
  shownAs(mediaType) === kind || (kind === 'audio' && shownAs(mediaType) === 'video');
const IS_NO = {
  image: 'n’est pas une image',
  video: 'n’est pas un film',
  audio: 'n’est ni un son ni un film',
} as const;

type CourseFile = CourseFiles['files'][number];

/**
 * The subtitles of a film or sound: those that its text names, and all that have the same name with another language, as `cours.en.vtt`
 * beside `cours.fr.vtt`; where none is named, those that are called as the film is. One for each language.
 */
function subtitlesOf(course: CourseFiles, film: string, named: CourseFile | undefined): CourseFile[] {
  const first = named && isSubtitles(named) ? [named] : [];
  const stem = first[0] ? spokenIn(first[0].name).stem : film.replace(/\.\w{1,5}$/, '');
  const siblings = course.files.filter((file) => isSubtitles(file) && spokenIn(file.name).stem === stem);
  const byLanguage = new Map<string | undefined, CourseFile>();
  for (const file of [...first, ...siblings]) {
    const { language } = spokenIn(file.name);
    if (!byLanguage.has(language)) byLanguage.set(language, file);
  }
  return [...byLanguage.values()];
}

function trackOf(course: CourseFiles, { name, mediaType }: CourseFile, isDefault: boolean): Element {
  const { language } = spokenIn(name);
  const url = `/api/v1/courses/${course.courseId}/files/${encodeURIComponent(name)}`;
  return element('track', {
    kind: 'subtitles',
    src: mediaType === 'text/vtt' ? url : `${url}?format=vtt`,
    srcLang: language ?? 'fr',
    label: language === undefined ? 'Sous-titres' : languageName(language),
    ...(isDefault ? { default: true } : {}),
  });
}

const element = (
  tagName: string,
  properties: Element['properties'],
  children: ElementContent[] = [],
): Element => ({ type: 'element', tagName, properties, children });

/** A note for authors, and nobody else. */
export const note = (value: string): Element =>
  element('strong', { className: ['file-note'] }, [{ type: 'text', value }]);

const fileNamed = (course: CourseFiles | undefined, name: string) =>
  course?.files.find((file) => file.name === name.normalize('NFC').trim());

/** The file that an address means: a bare name, with `#page=12` behind it perhaps. An address with a path or a scheme is none. */
export function nameIn(url: string): { name: string; page?: number } | undefined {
  const [, encoded, page] = /^([^/\\?#:]+)(?:#page=(\d{1,5}))?$/.exec(url) ?? [];
  if (!encoded) return undefined;
  try {
    return { name: decodeURIComponent(encoded), ...(page ? { page: Number(page) } : {}) };
  } catch {
    return { name: encoded };
  }
}

/** `90`, `1:30` and `1:02:03` as seconds. */
function secondsOf(written: unknown): number | undefined {
  if (!/^\d{1,6}(:\d{1,2}){0,2}$/.test(String(written ?? ''))) return undefined;
  return String(written)
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}

const textOf = (nodes: readonly ElementContent[]): string =>
  nodes
    .map((node) => (node.type === 'text' ? node.value : node.type === 'element' ? textOf(node.children) : ''))
    .join('');
