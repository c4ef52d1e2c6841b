import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Tracing } from '../tracing/tracing.ts';
import { checkedKey, type FileStore } from './store.ts';

/** A bucket, and how to reach it. */
export interface Bucket {
  endpoint: string;
  /** Where changes go, when another site's store takes them; the same where unset. */
  writeEndpoint: string | undefined;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

/** Files in a bucket of S3, as Ceph's gateway and others serve it. */
export function s3Store(
  { endpoint, writeEndpoint, bucket, region, accessKey, secretKey }: Bucket,
  tracing?: Tracing,
): FileStore {
  const clientOf = (url: string) => {
    const client = new S3Client({
      endpoint: url,
      region,
      // Ceph knows buckets by path, and refuses trailing checksums.
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      maxAttempts: 3,
    });
    if (tracing) tell(client, tracing);
    return client;
  };
  const reader = clientOf(endpoint);
  const writer = writeEndpoint && writeEndpoint !== endpoint ? clientOf(writeEndpoint) : reader;
  const at = (key: string) => ({ Bucket: bucket, Key: checkedKey(key) });

  /** What a site does not have yet the one that takes the writes has: they are copied between sites in a while. */
  async function anywhere<Answer>(ask: (client: S3Client) => Promise<Answer>): Promise<Answer | undefined> {
    for (const client of new Set([reader, writer])) {
      try {
        return await ask(client);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
    return undefined;
  }

  return {
    async put(key, bytes, size) {
      await writer.send(new PutObjectCommand({ ...at(key), Body: bytes, ContentLength: size }));
    },
    async get(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const found = await anywhere((client) => client.send(new GetObjectCommand({ ...at(key), Range })));
      if (!found?.Body) return undefined;
      const size = Number(found.ContentRange?.split('/')[1] ?? found.ContentLength ?? 0);
      return { bytes: found.Body as Readable, size };
    },
    async size(key) {
      return (await anywhere((client) => client.send(new HeadObjectCommand(at(key)))))?.ContentLength;
    },
    async remove(key) {
      await writer.send(new DeleteObjectCommand(at(key)));
    },
    async *list(prefix) {
      let from: string | undefined;
      do {
        const page = await writer.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }),
        );
        for (const { Key, LastModified } of page.Contents ?? []) {
          if (Key && LastModified) yield { key: Key, writtenAt: LastModified };
        }
        from = page.NextContinuationToken;
      } while (from);
    },
    async close() {
      reader.destroy();
      writer.destroy();
    },
  };
}

/** Tells every question to the store. Its trace is named after signing, so that a proxy may go on with it. */
function tell(client: S3Client, tracing: Tracing): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { method, hostname, headers } = args.request as {
          method: string;
          hostname: string;
          headers: Record<string, string>;
        };
        const operation = String(commandName).replace('Command', '');
        const attributes = {
          'rpc.system': 'aws-api',
          'rpc.service': 'S3',
          'rpc.method': operation,
          'http.request.method': method,
          'server.address': hostname,
        };
        return tracing.ask(`S3 ${operation}`, attributes, async (asked) => {
          Object.assign(headers, asked.headers);
          const answer = await next(args);
          const { statusCode } = answer.response as { statusCode: number };
          asked.tell({ 'http.response.status_code': statusCode });
          return answer;
        });
      },
    { step: 'deserialize', priority: 'low', name: 'traces' },
  );
}

const isMissing = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;
