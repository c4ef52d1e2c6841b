import { once } from 'node:events';
import { Readable } from 'node:stream';
import yazl from 'yazl';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { FileStore } from '#server/store/store.ts';
import type { Language } from '#shared/problem.ts';
import { exportOf } from './export.ts';

/** Files in one statement. */
const PAGE = 500;
const FILES = sql`select f.id, f.name, f.size, f.sha256, f.key, f.created_at as "createdAt", c.id as "courseId", c.title as course
  from files f join courses c on c.id = f.course_id where f.uploaded_by = $1 and f.id > $2::uuid order by f.id limit $3`;
interface Row {
  id: string;
  name: string;
  size: number;
  sha256: string;
  key: string | null;
  createdAt: Date;
  courseId: string;
  course: string;
}
const NO_ID = '00000000-0000-0000-0000-000000000000';

const README: Record<Language, string> = {
  fr: `Ce que ce site garde de vous.

donnees.json    tout ce qui est gardé, sauf vos mots de passe et vos sessions
fichiers/       les fichiers que vous avez ajoutés, par cours
fichiers.json   leurs tailles et leurs empreintes SHA-256 ; « missing » : ce qui n’a pas pu être lu
`,
  en: `What this site keeps of you.

donnees.json    everything that is kept, but for your passwords and sessions
fichiers/       the files that you added, by course
fichiers.json   their sizes and SHA-256 digests; “missing”: what could not be read
`,
};

/**
 * All that is kept of somebody with the bytes of their files, as a ZIP archive that is written while it is sent: of the files one is open
 * at a time, and none is held. Nothing is compressed, for films and pictures are already.
 */
export function exportWithFiles(
  { db, files, onError }: { db: Database; files: FileStore; onError(error: unknown): void },
  { id, language }: { id: string; language: Language },
): Readable {
  const archive = new yazl.ZipFile();
  const output = archive.outputStream as Readable;
  const closed = new AbortController();
  output.once('close', () => closed.abort());
  archive.on('error', (error) => output.destroy(error as Error));
  // The entry is read to its end before the next one is opened.
  const add = async (
    bytes: Readable,
    path: string,
    { at = new Date(), size }: { at?: Date; size?: number } = {},
  ) => {
    archive.addReadStream(bytes as never, path, {
      mtime: at,
      compress: size === undefined,
      ...(size === undefined ? {} : { size }),
    });
    try {
      await once(bytes, 'close', { signal: closed.signal });
    } finally {
      bytes.destroy();
    }
  };
  const write = async () => {
    archive.addBuffer(Buffer.from(README[language]), language === 'fr' ? 'LISEZ-MOI.txt' : 'README.txt');
    await add(Readable.from(exportOf(db, id)), 'donnees.json');
    const entries: object[] = [];
    for (let after = NO_ID; ; ) {
      const found = await query<Row>(db, FILES, [id, after, PAGE]);
      for (const row of found) {
        const path = `fichiers/${folderOf(row)}/${row.name}`;
        const kept = row.key === null ? undefined : await files.get(row.key);
        if (kept) await add(kept.bytes, path, { at: row.createdAt, size: row.size });
        entries.push({ path, size: row.size, sha256: row.sha256, ...(kept ? {} : { missing: true }) });
      }
      const last = found.at(-1);
      if (!last || found.length < PAGE) break;
      after = last.id;
    }
    archive.addBuffer(Buffer.from(`${JSON.stringify(entries, null, 1)}\n`), 'fichiers.json');
    archive.end();
  };
  write().catch((error) => {
    // A reader who went away is no fault.
    if (closed.signal.aborted) return;
    onError(error);
    output.destroy(error as Error);
  });
  return output;
}

/** A folder for each course, also of two with one title, that every system can write. */
const folderOf = ({ course, courseId }: Row): string =>
  `${course
    .replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, '_')
    .slice(0, 80)
    .trim()} (${courseId.slice(0, 8)})`;
