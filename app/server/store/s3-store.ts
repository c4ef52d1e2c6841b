import { type Readable, Transform } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { isOutage, PartAway } from '../problems/outage.ts';
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
  /** How long it may say nothing, all tries together, before it counts as away. @default 10 */
  patienceSeconds?: number;
}

export interface S3Options {
  tracing?: Tracing | undefined;
  /** Called when the bucket does not answer, and when it does again. */
  onAway?: (error: Error) => void;
  onBack?: () => void;
}

/**
 * Files in a bucket of S3, as Ceph's gateway and others serve it. What does not come about because the bucket is away throws `PartAway`.
 */
export function s3Store(
  { endpoint, writeEndpoint, bucket, region, accessKey, secretKey, patienceSeconds = 10 }: Bucket,
  { tracing, onAway, onBack }: S3Options = {},
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
      // What fails is thrown and logged by us; on its own it writes to the console.
      logger: SILENT,
    });
    if (tracing) tell(client, tracing);
    return client;
  };
  const reader = clientOf(endpoint);
  const writer = writeEndpoint && writeEndpoint !== endpoint ? clientOf(writeEndpoint) : reader;
  const away = new Set<S3Client>();
  const at = (key: string) => ({ Bucket: bucket, Key: checkedKey(key) });

  /** Asks, and waits as long as something moves. */
  async function patiently<Answer>(
    client: S3Client,
    ask: (
      options: { abortSignal: AbortSignal },
      line: { moves: () => void; giveUp: () => void },
    ) => Promise<Answer>,
  ): Promise<Answer> {
    const patience = new AbortController();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      patience.abort();
    }, patienceSeconds * 1000);
    const line = { moves: () => void late.refresh(), giveUp: () => patience.abort() };
    try {
      const answer = await ask({ abortSignal: patience.signal }, line);
      isBack(client);
      return answer;
    } catch (error) {
      if (isMissing(error)) isBack(client);
      if (!isLate && !isAway(error)) throw error;
      const found = new PartAway('the store of files', error);
      if (away.size === 0) onAway?.(found);
      away.add(client);
      throw found;
    } finally {
      clearTimeout(late);
    }
  }

  function isBack(client: S3Client): void {
    if (away.delete(client) && away.size === 0) onBack?.();
  }

  /** What a site does not have yet, or cannot give, the one that takes the writes has: they are copied between sites in a while. */
  async function anywhere<Answer>(
    ask: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    let failed: PartAway | undefined;
    for (const client of new Set([reader, writer])) {
      try {
        return await patiently(client, (options) => ask(client, options));
      } catch (error) {
        if (error instanceof PartAway) failed = error;
        else if (!isMissing(error)) throw error;
      }
    }
    if (failed) throw failed;
    return undefined;
  }

  return {
    async put(key, bytes, size) {
      let broken: Error | undefined;
      await patiently(writer, async (options, { moves, giveUp }) => {
        // Bytes that are on their way are an answer too.
        const Body = new Transform({
          transform(chunk, _encoding, done) {
            moves();
            done(null, chunk);
          },
        });
        bytes.once('error', (error) => {
          broken = error;
          giveUp();
        });
        Body.once('close', () => bytes.destroy());
        bytes.pipe(Body);
        try {
          await writer.send(new PutObjectCommand({ ...at(key), Body, ContentLength: size }), options);
        } catch (error) {
          throw broken ?? error;
        } finally {
          Body.destroy();
        }
      });
    },
    async get(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const found = await anywhere((client, options) =>
        client.send(new GetObjectCommand({ ...at(key), Range }), options),
      );
      if (!found?.Body) return undefined;
      const size = Number(found.ContentRange?.split('/')[1] ?? found.ContentLength ?? 0);
      return { bytes: found.Body as Readable, size };
    },
    async size(key) {
      const found = await anywhere((client, options) => client.send(new HeadObjectCommand(at(key)), options));
      return found?.ContentLength;
    },
    async remove(key) {
      await patiently(writer, (options) => writer.send(new DeleteObjectCommand(at(key)), options));
    },
    async *list(prefix) {
      let from: string | undefined;
      do {
        const question = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ContinuationToken: from,
        });
        const page = await patiently(writer, (options) => writer.send(question, options));
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

const nothing = () => {};
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

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

/** A gateway that says that it is busy or broken or may not, as one that only follows another site's, and a line that does not hold. */
function isAway(error: unknown): boolean {
  const { $metadata, $retryable, name } = error as {
    $metadata?: { httpStatusCode?: number };
    $retryable?: object;
    name?: string;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 ||
    [401, 403, 429].includes(status) ||
    $retryable !== undefined ||
    name === 'TimeoutError' ||
    isOutage(error as Error)
  );
}

const isMissing = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;
