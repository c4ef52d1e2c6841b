import type { Element, ElementContent, Root } from 'hast';
import { visit } from 'unist-util-visit';

/** The files that a text may name: those of its course. */
export interface CourseFiles {
  courseId: string;
  files: readonly { name: string; mediaType: string }[];
  /** Authors are told of a name that is not there; readers see what the author wrote in its place. */
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
const SMALLER = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

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
  switch (kind) {
    case 'image': {
      const image = (src: string) => element('img', { src, alt: textOf(words), loading: 'lazy' });
      if (!SMALLER.includes(found.mediaType)) return image(url);
      const onPhone = { srcSet: `${url}?width=${PHONE.width}`, media: PHONE.media };
      return element('picture', {}, [element('source', onPhone), image(`${url}?width=${PICTURE_WIDTH}`)]);
    }
    case 'video':
    case 'audio': {
      const track = subtitles === undefined ? undefined : fileNamed(course, subtitles);
      const tracks = track
        ? [
            element('track', {
              kind: 'subtitles',
              src: `/api/v1/courses/${course.courseId}/files/${encodeURIComponent(track.name)}`,
              srcLang: /\.([a-z]{2})\.vtt$/i.exec(track.name)?.[1]?.toLowerCase() ?? 'fr',
              label: 'Sous-titres',
              default: true,
            }),
          ]
        : [];
      const isUnknown = subtitles !== undefined && !track && course.isAuthor;
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
        element('figcaption', {}, [
          ...words,
          ...(isUnknown ? [note(` Ce cours n’a pas de sous-titres « ${subtitles} ».`)] : []),
        ]),
      ]);
    }
    case 'pdf':
      return element('a', { href: `${url}${page ? `#page=${page}` : ''}`, className: ['file-pdf'] }, [
        ...words,
        { type: 'text', value: page ? ` (PDF, page ${page})` : ' (PDF)' },
      ]);
    case 'download':
      return element('a', { href: `${url}?download=true`, className: ['file-download'] }, words);
  }
}

const element = (
  tagName: string,
  properties: Element['properties'],
  children: ElementContent[] = [],
): Element => ({ type: 'element', tagName, properties, children });

/** What authors are told, and nobody else. */
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
