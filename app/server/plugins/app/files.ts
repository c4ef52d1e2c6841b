import { join } from 'node:path';
import fp from 'fastify-plugin';
import { folderStore } from '#server/store/folder-store.ts';
import { noStore } from '#server/store/no-store.ts';
import type { FileStore } from '#server/store/store.ts';

declare module 'fastify' {
  interface FastifyInstance {
    files: FileStore;
    /** False where this platform has no store: anyone who sends a file hears it before the first byte. */
    takesFiles: boolean;
  }
}

/** Where the bytes of files are: a bucket of S3 where one is named, else a folder; or nowhere. */
export const files = fp(
  async (app) => {
    const { bucket, dataDir } = app.settings;
    const openStore = async (): Promise<FileStore> => {
      if (bucket === 'none') return noStore;
      if (!bucket) return folderStore(join(dataDir, 'files'));
      // Its client is large; a folder does without it.
      return (await import('#server/store/s3-store.ts')).s3Store(bucket, {
        tracing: app.tracing,
        onAway: (error) => app.tellAway('files', error),
        onBack: () => app.tellBack('files'),
      });
    };
    const store = await openStore();
    app.decorate('files', store);
    app.decorate('takesFiles', bucket !== 'none');
    app.addHook('onClose', () => store.close());
  },
  { name: 'files', dependencies: ['parts'] },
);
