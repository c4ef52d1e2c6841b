export const EMPTY = 'Ce fichier est vide : rien n’a été envoyé.';

/** How a text names a file, by what the file is. */
export function referenceTo({ name, mediaType }: { name: string; mediaType: string }): string {
  const quoted = `"${name.replaceAll('"', '&quot;')}"`;
  const bare = `<${encodeURIComponent(name)}>`;
  if (mediaType.startsWith('image/') && mediaType !== 'image/svg+xml') return `![Légende](${bare})`;
  if (mediaType.startsWith('video/')) return `::video[Titre]{file=${quoted}}`;
  if (mediaType.startsWith('audio/')) return `::audio[Titre]{file=${quoted}}`;
  if (mediaType === 'application/pdf') return `::pdf[Titre]{file=${quoted} page=1}`;
  return `[Titre](${bare})`;
}
