import { createHash, createHmac } from 'node:crypto';

export interface Keys {
  access: string;
  secret: string;
}
export interface Answer {
  status: number;
  body: Buffer;
}

/**
 * One request of S3, signed as its clients sign.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export async function s3(
  endpoint: string,
  keys: Keys,
  region: string,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body?: Uint8Array<ArrayBuffer>,
  /** Headers that are not signed. */
  more: Record<string, string> = {},
): Promise<Answer> {
  const url = new URL(path, endpoint);
  const time = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const payload = createHash('sha256')
    .update(body ?? '')
    .digest('hex');
  const headers = { host: url.host, 'x-amz-content-sha256': payload, 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const canonical = [
    method,
    url.pathname,
    url.searchParams.toString(),
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    '',
    names,
    payload,
  ].join('\n');
  const scope = [time.slice(0, 8), region, 's3', 'aws4_request'];
  const text = [
    'AWS4-HMAC-SHA256',
    time,
    scope.join('/'),
    createHash('sha256').update(canonical).digest('hex'),
  ];
  const key = scope.reduce<Buffer | string>(
    (secret, word) => createHmac('sha256', secret).update(word).digest(),
    `AWS4${keys.secret}`,
  );
  const signature = createHmac('sha256', key).update(text.join('\n')).digest('hex');
  const credential = `${keys.access}/${scope.join('/')}`;
  const response = await fetch(url, {
    method,
    body,
    headers: {
      ...more,
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    },
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}
