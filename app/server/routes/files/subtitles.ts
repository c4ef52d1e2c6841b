/** Why a text is no subtitles that every browser shows, and in which line. */
export interface SubtitleFault {
  line: number;
  fault: 'encoding' | 'header' | 'timing' | 'comma' | 'backwards' | 'order' | 'arrow' | 'empty';
}

const TIME = String.raw`(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})`;
const TIMING = new RegExp(`^${TIME}[ \\t]+-->[ \\t]+${TIME}(?:[ \\t]+\\S.*)?$`);
/** As SubRip writes it, the format that subtitles most often come in. */
const SUBRIP = /\d,\d{3}\s*-->|-->.*\d,\d{3}/;

/** The first thing in which a file is no WebVTT; nothing, where it is. @see https://www.w3.org/TR/webvtt1/#syntax */
export function subtitleFault(bytes: Uint8Array): SubtitleFault | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { line: lineOfBadLetter(bytes), fault: 'encoding' };
  }
  const lines = text.split(/\r\n|\n|\r/);
  if (!/^WEBVTT([ \t].*)?$/.test(lines[0]!)) return { line: 1, fault: 'header' };
  const headerEnd = blockEnd(lines, 0);
  const early = lines.slice(0, headerEnd).findIndex((line) => line.includes('-->'));
  if (early >= 0) return { line: early + 1, fault: 'arrow' };
  let cues = 0;
  let started = 0;
  for (let at = headerEnd; at < lines.length; ) {
    if (lines[at] === '') {
      at += 1;
      continue;
    }
    const end = blockEnd(lines, at);
    // Notes and styles say nothing that is shown.
    if (!/^(NOTE|STYLE|REGION)([ \t]|$)/.test(lines[at]!)) {
      // A cue may have a name above its times.
      const timing = lines[at]!.includes('-->') ? at : at + 1;
      const found = timing < end ? TIMING.exec(lines[timing]!) : null;
      if (!found) {
        const line = timing < end ? timing : at;
        return { line: line + 1, fault: SUBRIP.test(lines[line]!) ? 'comma' : 'timing' };
      }
      const [from, to] = [secondsOf(found.slice(1, 5)), secondsOf(found.slice(5, 9))];
      if (to <= from) return { line: timing + 1, fault: 'backwards' };
      if (from < started) return { line: timing + 1, fault: 'order' };
      started = from;
      const arrow = lines.slice(timing + 1, end).findIndex((line) => line.includes('-->'));
      if (arrow >= 0) return { line: timing + 2 + arrow, fault: 'arrow' };
      cues += 1;
    }
    at = end;
  }
  return cues === 0 ? { line: lines.length, fault: 'empty' } : undefined;
}

/** The line after the block that begins here. */
function blockEnd(lines: string[], start: number): number {
  let end = start;
  while (end < lines.length && lines[end] !== '') end += 1;
  return end;
}

const secondsOf = ([hours = '0', minutes, seconds, thousandths]: (string | undefined)[]): number =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(thousandths) / 1000;

function lineOfBadLetter(bytes: Uint8Array): number {
  const readable = new TextDecoder().decode(bytes);
  return readable.slice(0, readable.indexOf('\uFFFD')).split(/\r\n|\n|\r/).length;
}
