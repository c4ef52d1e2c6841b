import { createHash } from 'node:crypto';
import { CannotLook } from './main.ts';

/** Kinds of manifest that a tag may stand for; an index first, for it is what names an image on every processor. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const TIMEOUT_MILLISECONDS = 15_000;

/**
 * The digest that a tag stands for now, asked of its registry without a login.
 * @throws CannotLook in one line: no such tag, no way to the registry, a login needed
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export async function digestOf(name: string, tag: string): Promise<string> {
  const { origin, repository } = locate(name);
  const image = `${name}:${tag}`;
  const url = `${origin}/v2/${repository}/manifests/${tag}`;
  const ask = async (method: 'HEAD' | 'GET', token?: string): Promise<Response> =>
    request(url, {
      method,
      headers: { accept: ACCEPT, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });

  let answer = await ask('HEAD');
  let token: string | undefined;
  if (answer.status === 401) {
    token = await anonymousToken(answer.headers.get('www-authenticate') ?? '', image, repository);
    answer = await ask('HEAD', token);
  }
  if (answer.status === 404)
    throw new CannotLook(`${image}: the registry has no such tag; correct it in the lock`);
  if (answer.status === 401 || answer.status === 403)
    throw new CannotLook(`${image}: the registry wants a login; resolve it where the image is built`);
  if (answer.status === 429)
    throw new CannotLook(`${image}: the registry has heard enough of us for now; try again in an hour`);
  if (!answer.ok) throw new CannotLook(`${image}: the registry answers ${answer.status}; try again later`);
  const stated = answer.headers.get('docker-content-digest');
  const digest = stated ?? hash(new Uint8Array(await (await ask('GET', token)).arrayBuffer()));
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new CannotLook(`${image}: ${digest} is no digest`);
  return digest;
}
const hash = (body: Uint8Array): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** `docker.io/library/traefik` is asked for at Docker's own address; plain HTTP is for this machine alone. */
export function locate(name: string): { origin: string; repository: string } {
  const [first = '', ...rest] = name.split('/');
  const host = first === 'docker.io' ? 'registry-1.docker.io' : first;
  const here = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
  return { origin: `${here ? 'http' : 'https'}://${host}`, repository: rest.join('/') };
}

/**
 * A token for each client, from where the registry says.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
async function anonymousToken(challenge: string, image: string, repository: string): Promise<string> {
  const words = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value!]));
  const realm = words.get('realm');
  if (!/^Bearer /i.test(challenge) || !realm || !URL.canParse(realm))
    throw new CannotLook(`${image}: the registry wants a login; resolve it where the image is built`);
  const url = new URL(realm);
  if (words.has('service')) url.searchParams.set('service', words.get('service')!);
  url.searchParams.set('scope', words.get('scope') ?? `repository:${repository}:pull`);
  const answer = await request(url.href, {});
  if (!answer.ok)
    throw new CannotLook(`${image}: ${url.host} gives no token (${answer.status}); is the image private?`);
  const { token, access_token } = (await json(answer, image)) as { token?: string; access_token?: string };
  const found = token ?? access_token;
  if (!found) throw new CannotLook(`${image}: ${url.host} answers without a token`);
  return found;
}

async function json(answer: Response, image: string): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    throw new CannotLook(`${image}: ${new URL(answer.url).host} answers something that is not JSON`);
  }
}

/** One request. @throws CannotLook when nobody answers */
export async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  } catch (error) {
    const { host } = new URL(url);
    const { cause, name } = error as Error & { cause?: { code?: string; message?: string } };
    const why =
      name === 'TimeoutError'
        ? `no answer in ${TIMEOUT_MILLISECONDS / 1000} s`
        : (REASONS[cause?.code ?? ''] ?? cause?.code ?? cause?.message ?? (error as Error).message);
    throw new CannotLook(`cannot reach ${host}: ${why}`);
  }
}
const REASONS: Record<string, string> = {
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name cannot be looked up; is there a network?',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it closed the connection',
};
