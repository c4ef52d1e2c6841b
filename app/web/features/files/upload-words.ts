import { count, size } from '#web/features/courses/words.ts';
import type { QueuedFile } from './api/queue.ts';

const percentOf = (sent: number, whole: number): string =>
  `${whole === 0 ? 100 : Math.floor((sent / whole) * 100)} %`;

/** « encore 40 s », « encore 12 min », « encore 2 h »: never more exact than it is known. */
function left(seconds: number): string {
  if (seconds < 60) return `encore ${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  if (seconds < 3600) return `encore ${Math.ceil(seconds / 60)} min`;
  return `encore ${Math.round(seconds / 3600)} h`;
}

const paceOf = (bytesPerSecond: number | undefined, bytesLeft: number): string[] =>
  bytesPerSecond && bytesLeft > 0
    ? [`${size(Math.round(bytesPerSecond))}/s`, left(bytesLeft / bytesPerSecond)]
    : [];

/** Where one file stands, in words. */
export function stateOf({ state, sent, size, reason, replaces, bytesPerSecond }: QueuedFile): string {
  const percent = percentOf(sent, size);
  switch (state) {
    case 'waiting':
      return 'En attente';
    case 'sending':
      return [percent, ...paceOf(bytesPerSecond, size - sent)].join(' · ');
    case 'checking':
      return 'Arrivé, vérification…';
    case 'offline':
      return `Pas de réseau : ${percent} sont envoyés, la suite partira dès son retour.`;
    case 'paused':
      return reason ? `${reason} Puis reprenez.` : `Suspendu à ${percent}`;
    case 'absent':
      return (
        reason ??
        'La fenêtre a été fermée : choisissez de nouveau ce fichier, l’envoi reprendra où il en était.'
      );
    case 'refused':
      return reason ?? '';
    case 'done':
      return replaces ? `« ${replaces.name} » est remplacé` : 'Ajouté';
  }
}

/** Where all files stand together: « 2 envois · 45 % · 1,2 Mo/s · encore 3 min ». */
export function progressOf(files: readonly QueuedFile[]): string {
  const open = files.filter(({ state }) => state !== 'done' && state !== 'refused');
  if (open.length === 0) {
    const arrived = files.filter(({ state }) => state === 'done').length;
    return arrived === 0
      ? 'Rien n’est envoyé'
      : `${count(arrived, 'fichier')} ajouté${arrived > 1 ? 's' : ''}`;
  }
  const sum = (of: (file: QueuedFile) => number) => open.reduce((all, file) => all + of(file), 0);
  const [sent, whole, pace] = [
    sum((file) => file.sent),
    sum((file) => file.size),
    sum((file) => file.bytesPerSecond ?? 0),
  ];
  return [count(open.length, 'envoi'), percentOf(sent, whole), ...paceOf(pace, whole - sent)].join(' · ');
}
