import { type DetailedError, Upload } from 'tus-js-client';

/** Bytes of one request: a line that breaks costs the time of that many at most. */
const PIECE_BYTES = 16 * 2 ** 20;
/** How long a client waits before it tries again; the line of a train is back after some of these. */
const RETRY_MILLISECONDS = [0, 1000, 3000, 10_000, 30_000];

export interface Sending {
  pause(): void;
  resume(): void;
  giveUp(): void;
}

/**
 * Sends a file to a course piece by piece. What a window that was closed has sent already, a second try with the same file goes
 * on from.
 */
export function sendFile(
  courseId: string,
  file: File,
  told: { sent(bytes: number): void; done(): void; failed(reason: string): void },
): Sending {
  const upload = new Upload(file, {
    endpoint: `/api/v1/courses/${courseId}/uploads`,
    metadata: { filename: file.name },
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_MILLISECONDS,
    removeFingerprintOnSuccess: true,
    // A refusal stays one; a piece that is not the next one tells where to go on.
    onShouldRetry: ({ originalRequest, originalResponse }) => {
      const status = originalResponse?.getStatus() ?? 0;
      return (
        status === 0 ||
        status >= 500 ||
        status === 429 ||
        (status === 409 && originalRequest?.getMethod() === 'PATCH')
      );
    },
    onProgress: told.sent,
    onSuccess: () => told.done(),
    onError: (error) => told.failed(reasonOf(error as DetailedError)),
  });
  let isWanted = true;
  void upload.findPreviousUploads().then(([previous]) => {
    if (previous) upload.resumeFromPreviousUpload(previous);
    if (isWanted) upload.start();
  });
  return {
    pause: () => {
      isWanted = false;
      void upload.abort();
    },
    resume: () => {
      isWanted = true;
      upload.start();
    },
    giveUp: () => {
      isWanted = false;
      // What cannot be taken back now the server forgets by itself.
      void upload.abort(true).catch(() => undefined);
    },
  };
}

/** The server's own words where it had any. */
function reasonOf(error: DetailedError): string {
  try {
    const { detail } = JSON.parse(error.originalResponse?.getBody() ?? '') as { detail?: string };
    if (detail) return detail;
  } catch {
    // no answer, or not one of ours
  }
  return 'L’envoi s’est arrêté : vérifiez votre connexion, puis reprenez.';
}
