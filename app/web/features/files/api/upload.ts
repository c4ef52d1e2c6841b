import { type DetailedError, Upload } from 'tus-js-client';
import type { Problem } from '#shared/problem.ts';
import { pageHeaders } from '#web/api.ts';
import { wordsOf } from '#web/layout/refusal.tsx';
import { sha256Of } from './sha256.ts';

/** Bytes of one request: a line that breaks costs the time of that many at most. */
const PIECE_BYTES = 16 * 2 ** 20;
/** How long a client waits before it tries again; who sends begins anew when all of these have passed. */
const RETRY_MILLISECONDS = [0, 1000, 3000, 10_000];

/** Why a file does not go on by itself: nothing answers, nobody is signed in, or the server does not want it. */
export type Hindrance = 'cut' | 'signed-out' | 'refused';

export interface Sending {
  pause(): void;
  resume(): void;
  giveUp(): void;
}
export interface SendingListener {
  sent(bytes: number): void;
  done(): void;
  failed(why: Hindrance, reason: string): void;
}

/**
 * Sends a file to a course piece by piece. What a window that was closed has sent already, a second try with the same file goes
 * on from. Of what is soon hashed the server gets the SHA-256 before the first piece, and keeps nothing else; what is larger is not
 * held up for it. With `replaces`, the id of a file of the course, its bytes take the place of that file's.
 */
export function sendFile(
  { courseId, replaces }: { courseId: string; replaces?: string | undefined },
  file: File,
  listener: SendingListener,
): Sending {
  let isWanted = true;
  let isUnderWay = false;
  const upload = new Upload(file, {
    endpoint: `/api/v1/courses/${courseId}/uploads`,
    headers: pageHeaders(),
    metadata: { filename: file.name, ...(replaces ? { replaces } : {}) },
    // What was sent of a new file is nothing of one that takes another's place.
    fingerprint: async () => [courseId, replaces ?? '', file.name, file.size, file.lastModified].join('/'),
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_MILLISECONDS,
    removeFingerprintOnSuccess: true,
    // A refusal stays one; a piece that is not the next one tells where to go on.
    onShouldRetry: ({ originalRequest, originalResponse }) => {
      const status = originalResponse?.getStatus() ?? 0;
      return isPassing(status) || (status === 409 && originalRequest?.getMethod() === 'PATCH');
    },
    onProgress: listener.sent,
    onSuccess: () => listener.done(),
    onError: (error) => {
      isUnderWay = false;
      const status = (error as DetailedError).originalResponse?.getStatus() ?? 0;
      const why = isPassing(status) ? 'cut' : status === 401 ? 'signed-out' : 'refused';
      listener.failed(why, reasonOf(error as DetailedError));
    },
  });
  const ready = prepare(upload, file);
  const go = () =>
    void ready.then(() => {
      if (!isWanted || isUnderWay) return;
      isUnderWay = true;
      upload.start();
    });
  go();
  return {
    pause: () => {
      isWanted = false;
      isUnderWay = false;
      void upload.abort();
    },
    resume: () => {
      isWanted = true;
      go();
    },
    giveUp: () => {
      isWanted = false;
      // What cannot be taken back now the server forgets by itself.
      void ready.then(() => upload.abort(true)).catch(() => undefined);
    },
  };
}

/** Whether the same may be answered otherwise in a while; 0 is no answer at all. */
const isPassing = (status: number): boolean => status === 0 || status >= 500 || status === 429;

/** Finds what was sent of a file already, and what it is. */
async function prepare(upload: Upload, file: File): Promise<void> {
  const [[previous], sha256] = await Promise.all([upload.findPreviousUploads(), sha256Of(file)]);
  if (previous) upload.resumeFromPreviousUpload(previous);
  if (sha256) upload.options.metadata = { ...upload.options.metadata, sha256 };
}

/** The server's own words where it had any. */
function reasonOf(error: DetailedError): string {
  try {
    const { detail, errors } = JSON.parse(error.originalResponse?.getBody() ?? '') as Partial<Problem>;
    if (errors?.length) return errors.map(wordsOf).join(' ; ');
    if (detail) return detail;
  } catch {
    // no answer, or not one of ours
  }
  return 'L’envoi s’est arrêté.';
}
