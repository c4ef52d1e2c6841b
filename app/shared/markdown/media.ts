/** What every browser shows in place, by what it is shown as. No SVG: it would run script. */
export const SHOWN = {
  image: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'],
  video: ['video/mp4', 'video/webm'],
  audio: ['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/wav', 'audio/webm', 'audio/flac'],
} as const;
export type Shown = keyof typeof SHOWN;

/** What a file can be shown as: of its first word where browsers know the whole. A film may be heard alone. */
export const shownAs = (mediaType: string): Shown | undefined =>
  (Object.keys(SHOWN) as Shown[]).find((kind) => (SHOWN[kind] as readonly string[]).includes(mediaType));

/** What telephones and cameras write and only some programs read, with what its author can do. */
const ADVICE: [RegExp, string][] = [
  [
    /^image\/hei[cf]/,
    'Les navigateurs ne montrent pas les photos HEIC : exportez-la en JPEG (sur iPhone : Réglages › Appareil photo › Formats › Le plus compatible).',
  ],
  [/^video\/quicktime$/, 'Les navigateurs ne montrent pas tous les films MOV : exportez-le en MP4 (H.264).'],
  [/^image\/svg/, 'Les images SVG ne sont pas montrées : exportez-la en PNG.'],
  [/^image\//, 'Les navigateurs ne montrent pas cette image : exportez-la en JPEG ou en PNG.'],
  [/^video\//, 'Les navigateurs ne montrent pas ce film : exportez-le en MP4 (H.264).'],
  [
    /^(text\/x-(ssa|microdvd)|application\/ttml\+xml)$/,
    'Les navigateurs ne lisent pas ces sous-titres : exportez-les en WebVTT (.vtt) ou en SubRip (.srt).',
  ],
  [/^audio\//, 'Les navigateurs ne jouent pas ce son : exportez-le en MP3 ou en M4A.'],
];

/** What to tell the author of a picture, film or sound that is kept and never shown; nothing of others. */
export const unshownAdvice = (mediaType: string): string | undefined =>
  shownAs(mediaType) ? undefined : ADVICE.find(([type]) => type.test(mediaType))?.[1];

/** What a file that is about to be sent will be, by the end of its name: only what is not shown, so that its author hears of it first. */
export const unshownByName = (name: string): string | undefined => {
  const type = UNSHOWN_ENDINGS[/\.(\w{2,5})$/.exec(name)?.[1]?.toLowerCase() ?? ''];
  return type && unshownAdvice(type);
};
const UNSHOWN_ENDINGS: Record<string, string> = {
  heic: 'image/heic',
  heif: 'image/heif',
  mov: 'video/quicktime',
  qt: 'video/quicktime',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  avi: 'video/vnd.avi',
  mkv: 'video/matroska',
  wmv: 'video/x-ms-asf',
  amr: 'audio/amr',
  aif: 'audio/aiff',
  aiff: 'audio/aiff',
  ass: 'text/x-ssa',
  ssa: 'text/x-ssa',
  sub: 'text/x-microdvd',
  ttml: 'application/ttml+xml',
};

/** WebVTT, or SubRip, which the server gives as WebVTT. */
export const isSubtitles = ({ name, mediaType }: { name: string; mediaType: string }): boolean =>
  mediaType === 'text/vtt' || (mediaType === 'text/plain' && /\.srt$/i.test(name));

/** The language that a name says before its ending, as in `cours.fr.vtt` and `cours.pt-BR.srt`, and what it says before that. */
export function spokenIn(name: string): { stem: string; language?: string } {
  const [, stem = name, language] =
    /^(.+?)(?:\.([a-z]{2,3}(?:-[a-z\d]{2,8})*))?\.(?:vtt|srt)$/i.exec(name) ?? [];
  try {
    return language === undefined ? { stem } : { stem, language: Intl.getCanonicalLocales(language)[0]! };
  } catch {
    // no tag of a language
    return { stem: name.replace(/\.\w+$/, '') };
  }
}

/** A language by its own name: « Français », « English ». */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
