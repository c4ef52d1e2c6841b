import { join } from 'node:path';
import fp from 'fastify-plugin';
import { folderStore } from '../../store/folder-store.ts';
import type { FileStore } from '../../store/store.ts';

declare module 'fastify' {
  interface FastifyInstance {
    files: FileStore;
  }
}

/** Where the bytes of files are: a bucket of S3 where one is named, else a folder. */
export const files = fp(
  async (app) => {
    const { bucket, dataDir } = app.settings;
    // Its client is large; a folder does without it.
    const store = bucket
      ? (await import('../../store/s3-store.ts')).s3Store(bucket, {
          tracing: app.tracing,
          onAway: (error) => app.tellAway('files', error),
          onBack: () => app.tellBack('files'),
        })
      : folderStore(join(dataDir, 'files'));
    app.decorate('files', store);
    app.addHook('onClose', () => store.close());
  },
  { name: 'files', dependencies: ['parts'] },
);
