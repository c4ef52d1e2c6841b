import { describe, expect, it } from 'vitest';
import { subtitleFault } from './subtitles.ts';

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
      'two that overlap, and two lines',
      `WEBVTT\n\n${cue('00:01.000 --> 00:04.000', 'Un\ndeux')}${cue('00:01.000 --> 00:02.000')}`,
    ],
  ])('may be %s', (_name, text) => expect(fault(text)).toBeUndefined());

  it.each([
    ['nothing', '', { line: 1, fault: 'header' }],
    ['another header', `WEBVTTX\n\n${cue('00:01.000 --> 00:04.500')}`, { line: 1, fault: 'header' }],
    ['SubRip', `1\n${cue('00:00:01,000 --> 00:00:04,500')}`, { line: 1, fault: 'header' }],
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
      'one before another',
      `WEBVTT\n\n${cue('00:04.000 --> 00:05.000')}${cue('00:01.000 --> 00:02.000')}`,
      { line: 6, fault: 'order' },
    ],
    [
      'two without a line between them',
      'WEBVTT\n\n00:01.000 --> 00:02.000\nUn\n00:02.000 --> 00:03.000\nDeux\n',
      { line: 5, fault: 'arrow' },
    ],
    ['times in the header', 'WEBVTT\n00:01.000 --> 00:02.000\nUn\n', { line: 2, fault: 'arrow' }],
    ['no cue', 'WEBVTT\n\nNOTE rien\n', { line: 4, fault: 'empty' }],
    [
      'another encoding',
      Uint8Array.from(Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nÉté\n', 'latin1')),
      { line: 4, fault: 'encoding' },
    ],
  ])('are refused with their line: %s', (_name, text, expected) => expect(fault(text)).toEqual(expected));
});
