import { describe, expect, it } from 'vitest';
import { subtitleFault, webVttOf } from './subtitles.ts';

const cue = (times: string, words = 'Bonjour.') => `${times}\n${words}\n\n`;
const fault = (text: string | Uint8Array) =>
  subtitleFault(typeof text === 'string' ? new TextEncoder().encode(text) : text);

describe('subtitles', () => {
  it.each([
    ['the least', `WEBVTT\n\n${cue('00:01.000 --> 00:04.500')}`],
    [
      'a mark of the encoding, a title and Windows lines',
      '\uFEFFWEBVTT – mitose\r\n\r\n00:01.000 --> 00:02.000\r\nUn\r\n',
    ],
    [
      'hours, names, settings, notes and styles',
      `WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: lime }\n\nNOTE\nà relire\n\nintro\n${cue('01:00:01.000 --> 01:00:04.500 align:start line:0')}1\n${cue('123:00:00.000\t-->\t123:00:01.000')}`,
    ],
    [
      'spaces around, hours of one digit, none round the arrow',
      `WEBVTT\n\n${cue(' 0:00:00.500-->0:00:01.000  align:start ')}`,
    ],
    [
      'out of order, of no length, and without a line between two',
      'WEBVTT\n\n00:04.000 --> 00:05.000\nUn\n00:02.000 --> 00:02.000\nDeux\n',
    ],
    ['times right below the header', 'WEBVTT\n00:01.000 --> 00:02.000\nUn\n'],
    [
      'two that overlap, and two lines',
      `WEBVTT\n\n${cue('00:01.000 --> 00:04.000', 'Un\ndeux')}${cue('00:01.000 --> 00:02.000')}`,
    ],
  ])('may be %s', (_name, text) => expect(fault(text)).toBeUndefined());

  it.each([
    ['nothing', '', { line: 1, fault: 'header' }],
    ['another header', `WEBVTTX\n\n${cue('00:01.000 --> 00:04.500')}`, { line: 1, fault: 'header' }],
    [
      'SubRip, which has another name',
      `1\n${cue('00:00:01,000 --> 00:00:04,500')}`,
      { line: 1, fault: 'header' },
    ],
    [
      'SubRip under a header',
      `WEBVTT\n\n1\n${cue('00:00:01,000 --> 00:00:04,500')}`,
      { line: 4, fault: 'comma' },
    ],
    ['a time without its dot', `WEBVTT\n\n${cue('00:01 --> 00:04')}`, { line: 3, fault: 'timing' }],
    [
      'seconds beyond the minute',
      `WEBVTT\n\n${cue('00:61.000 --> 01:04.000')}`,
      { line: 3, fault: 'timing' },
    ],
    ['words without times', 'WEBVTT\n\nBonjour.\nEncore.\n', { line: 4, fault: 'timing' }],
    ['a name without times', 'WEBVTT\n\nintro\n', { line: 3, fault: 'timing' }],
    [
      'an end before its beginning',
      `WEBVTT\n\n${cue('00:04.000 --> 00:01.000')}`,
      { line: 3, fault: 'backwards' },
    ],
    [
      'two lines above the times',
      'WEBVTT\n\nBonjour.\nEncore.\n00:01.000 --> 00:02.000\nUn\n',
      { line: 4, fault: 'timing' },
    ],
    [
      'four digits behind the point',
      `WEBVTT\n\n${cue('00:01.0000 --> 00:04.0000')}`,
      { line: 3, fault: 'timing' },
    ],
    ['no cue', 'WEBVTT\n\nNOTE rien\n', { line: 4, fault: 'empty' }],
    [
      'another encoding',
      Uint8Array.from(Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nÉté\n', 'latin1')),
      { line: 4, fault: 'encoding' },
    ],
  ])('are refused with their line: %s', (_name, text, expected) => expect(fault(text)).toEqual(expected));
});

describe('SubRip', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const SUBRIP = `1\r\n00:00:01,000 --> 00:00:04,5\r\n{\\an8}<i>Été</i> & <font color="red">hiver</font> < 3\r\n\r\n2\r\n1:00:05.250 -->1:00:06.000 X1:40\r\nUn\r\n\r\nDeux\r\n`;
  const WEBVTT = `WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n<i>Été</i> &amp; hiver &lt; 3\n\n01:00:05.250 --> 01:00:06.000\nUn\nDeux\n`;

  it('becomes WebVTT that has no fault', () => {
    const made = webVttOf(bytes(SUBRIP));
    expect(made).toBe(WEBVTT);
    expect(fault(made as string)).toBeUndefined();
  });

  it.each([
    ['with a mark', bytes(`\uFEFF${SUBRIP}`)],
    ['of Windows', Uint8Array.from(Buffer.from(SUBRIP, 'latin1'))],
    ['in UTF-16', Uint8Array.from(Buffer.from(`\uFEFF${SUBRIP}`, 'utf16le'))],
  ])('is read in the encoding it has: %s', (_name, text) => expect(webVttOf(text)).toBe(WEBVTT));

  it.each([
    ['words before any time', 'Bonjour\n', { line: 1, fault: 'timing' }],
    ['times that are none', '1\n00:00:01 --> 00:00:02\nUn\n', { line: 2, fault: 'timing' }],
    [
      'an end before its beginning',
      '1\n00:00:02,000 --> 00:00:01,000\nUn\n',
      { line: 2, fault: 'backwards' },
    ],
    ['nothing', '', { line: 1, fault: 'empty' }],
  ])('is refused with its line: %s', (_name, text, expected) =>
    expect(webVttOf(bytes(text))).toEqual(expected),
  );
});
