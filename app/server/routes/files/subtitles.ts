/** Why a text is no subtitles that every browser shows, and in which line. */
export interface SubtitleFault {
  line: number;
  fault: 'encoding' | 'header' | 'timing' | 'comma' | 'backwards' | 'empty';
}

/** Subtitles of a long day, in bytes; what is larger is none. */
export const SUBTITLES_BYTES_MAX = 4 * 2 ** 20;

/** A file that is offered as SubRip; browsers are given it as WebVTT. */
export const isSubRip = (name: string): boolean => /\.srt$/i.test(name);

const LINE_END = /\r\n|\n|\r/;
const ARROW = '-->';
/** Hours are left out, or have any number of digits. @see https://www.w3.org/TR/webvtt1/#collect-a-webvtt-timestamp */
const TIME = String.raw`(?:(\d+):)?([0-5]\d):([0-5]\d)\.(\d{3})(?!\d)`;
/** @see https://www.w3.org/TR/webvtt1/#collect-webvtt-cue-timings-and-settings */
const TIMING = new RegExp(`^[ \\t\\f]*${TIME}[ \\t\\f]*${ARROW}[ \\t\\f]*${TIME}`);
/** SubRip's times, as its writers vary them. */
const SUBRIP_TIME = String.raw`(\d+):([0-5]?\d):([0-5]?\d)[,.](\d{1,3})`;
const SUBRIP_TIMING = new RegExp(`^\\s*${SUBRIP_TIME}\\s*${ARROW}\\s*${SUBRIP_TIME}`);
const SUBRIP_COMMA = /\d,\d{3}\s*-->|-->.*\d,\d{3}/;

/**
 * The first thing of a WebVTT file that a browser would not show, by the rules by which browsers read it, which take more than authors
 * are asked to write; nothing where all of it is shown. @see https://www.w3.org/TR/webvtt1/#file-parsing
 */
export function subtitleFault(bytes: Uint8Array): SubtitleFault | undefined {
  const text = utf8(bytes);
  if (text === undefined) return { line: lineOfBadLetter(bytes), fault: 'encoding' };
  const lines = text.split(LINE_END);
  if (!/^WEBVTT([ \t].*)?$/.test(lines[0]!)) return { line: 1, fault: 'header' };
  let cues = 0;
  // The header ends at an empty line, or at the first times.
  let at = 1;
  while (at < lines.length && lines[at] !== '' && !lines[at]!.includes(ARROW)) at += 1;
  for (let end = at; at < lines.length; at = end + 1) {
    end = blockEnd(lines, at);
    const block = lines.slice(at, end);
    if (block.length === 0) continue;
    const first = block.findIndex((line) => line.includes(ARROW));
    if (first < 0) {
      // Notes and styles say nothing that is shown; other words are lost.
      if (/^(NOTE|STYLE|REGION)([ \t]|$)/.test(block[0]!)) continue;
      return { line: at + Math.min(2, block.length), fault: 'timing' };
    }
    // One line above the times is the cue's name; more are lost.
    if (first > 1) return { line: at + 2, fault: 'timing' };
    for (const [index, line] of block.entries()) {
      if (!line.includes(ARROW)) continue;
      const found = TIMING.exec(line);
      if (!found) return { line: at + index + 1, fault: SUBRIP_COMMA.test(line) ? 'comma' : 'timing' };
      if (millisecondsOf(found.slice(5, 9)) < millisecondsOf(found.slice(1, 5)))
        return { line: at + index + 1, fault: 'backwards' };
      cues += 1;
    }
  }
  return cues === 0 ? { line: lines.length, fault: 'empty' } : undefined;
}

/** The line after the block that begins here. */
function blockEnd(lines: string[], start: number): number {
  let end = start;
  while (end < lines.length && lines[end] !== '') end += 1;
  return end;
}

/** SubRip's signs of place and colour, which WebVTT does not have. */
const FOREIGN_SIGNS = /\{\\[^}]*\}|<\/?font[^>]*>/gi;

/**
 * A SubRip file as WebVTT, or what of it cannot be read. Its encoding is not known: UTF-8, UTF-16 where it says so, else that of Windows
 * for western Europe, which old programs write.
 */
export function webVttOf(bytes: Uint8Array): string | SubtitleFault {
  const lines = readable(bytes).split(LINE_END);
  const cues: string[][] = [];
  for (const [at, line] of lines.entries()) {
    if (!line.includes(ARROW)) {
      // A number above the times counts the cues.
      if (/^\s*\d+\s*$/.test(line) && lines[at + 1]?.includes(ARROW)) continue;
      if (line.trim() === '') continue;
      if (cues.length === 0) return { line: at + 1, fault: 'timing' };
      cues.at(-1)!.push(escaped(line));
      continue;
    }
    const found = SUBRIP_TIMING.exec(line);
    if (!found) return { line: at + 1, fault: 'timing' };
    const [from, to] = [millisecondsOf(found.slice(1, 5)), millisecondsOf(found.slice(5, 9))];
    if (to < from) return { line: at + 1, fault: 'backwards' };
    cues.push([`${written(from)} ${ARROW} ${written(to)}`]);
  }
  if (cues.length === 0) return { line: lines.length, fault: 'empty' };
  return `WEBVTT\n\n${cues.map((cue) => `${cue.join('\n')}\n`).join('\n')}`;
}

/** The first thing of a SubRip file that cannot be shown; nothing where all of it can. */
export function subRipFault(bytes: Uint8Array): SubtitleFault | undefined {
  const made = webVttOf(bytes);
  return typeof made === 'string' ? undefined : made;
}

const escaped = (line: string): string =>
  line
    .replaceAll(FOREIGN_SIGNS, '')
    .replaceAll(/&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d+);)/g, '&amp;')
    .replaceAll(/<(?!\/?[ibu]>)/gi, '&lt;');

const millisecondsOf = ([hours = '0', minutes, seconds, thousandths]: (string | undefined)[]): number =>
  (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 +
  Number(thousandths!.padEnd(3, '0'));

function written(milliseconds: number): string {
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1000].map((unit, index, units) =>
    String(Math.floor((index === 0 ? milliseconds : milliseconds % units[index - 1]!) / unit)).padStart(
      2,
      '0',
    ),
  );
  return `${hours}:${minutes}:${seconds}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readable(bytes: Uint8Array): string {
  const mark = `${bytes[0]} ${bytes[1]}`;
  if (mark === '255 254') return new TextDecoder('utf-16le').decode(bytes);
  if (mark === '254 255') return new TextDecoder('utf-16be').decode(bytes);
  return utf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

function lineOfBadLetter(bytes: Uint8Array): number {
  const text = new TextDecoder().decode(bytes);
  return text.slice(0, text.indexOf('\uFFFD')).split(LINE_END).length;
}
