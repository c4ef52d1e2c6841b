import { existsSync } from 'node:fs';
import * as https from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import type { Data } from '#policies/reading/objects.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook } from '../main.ts';
import type { Identity } from './object.ts';

export interface Answer {
  status: number;
  body: Data;
}
interface Ask {
  query?: Record<string, string>;
  body?: unknown;
  type?: string;
  accept?: string;
  signal?: AbortSignal;
}
/** A kind as the API server serves it. */
interface Resource {
  plural: string;
  isNamespaced: boolean;
}

/** How long one answer may take; an admission webhook alone may take ten of them. */
const ANSWER_MILLISECONDS = 30_000;
/** Tries of what changes nothing the second time, for a server that restarts or a balancer that turns. */
const TRIES = 3;
const CONNECTIONS = 8;

/**
 * The API of one cluster, as a kubeconfig leads to it. Objects go and come as they are written: a client with types of its own drops
 * the fields that it does not know.
 */
export class Cluster {
  readonly server: string;
  readonly context: string;
  /** Groups that the server knows and that do not answer: their own server is down. */
  silent: string[] = [];
  readonly #config: KubeConfig;
  #agent?: https.Agent;
  #kinds = new Map<string, Resource>();

  private constructor(config: KubeConfig, server: string) {
    this.#config = config;
    this.server = server;
    this.context = config.getCurrentContext();
  }

  /**
   * @param context as in the procedures of the tree: the site's code
   * @throws CannotLook without a kubeconfig or such a context, or when the API does not answer
   */
  static async open({ kubeconfig, context }: { kubeconfig?: string; context: string }): Promise<Cluster> {
    const files = kubeconfig
      ? [kubeconfig]
      : (process.env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [join(homedir(), '.kube', 'config')]);
    const there = files.filter((file) => existsSync(file));
    if (there.length === 0)
      throw new CannotLook(
        `there is no kubeconfig at ${files.join(' or ')}; name one with --kubeconfig, or fetch the site's (docs/cluster.md)`,
      );
    const config = new KubeConfig();
    try {
      if (kubeconfig) config.loadFromFile(kubeconfig);
      else config.loadFromDefault();
    } catch (error) {
      throw new CannotLook(
        `${there.join(' and ')} is no kubeconfig: ${(error as Error).message.split('\n')[0]}`,
      );
    }
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context))
      throw new CannotLook(
        `${there.join(' and ')} has no context ${context}; ${nearest(context, contexts) ? `did you mean ${nearest(context, contexts)}?` : `there are: ${contexts.join(', ') || 'none'}`} Name it with --context`,
      );
    config.setCurrentContext(context);
    const server = config.getCurrentCluster()?.server;
    if (!server?.startsWith('https://'))
      throw new CannotLook(
        `the context ${context} leads to ${server ?? 'no cluster'}; an address with https:// is needed`,
      );
    const cluster = new Cluster(config, server);
    await cluster.discover();
    return cluster;
  }

  /** A connection to a port of a pod, through the API server and the kubelet: no policy of the network stands in its way. */
  async forward(namespace: string, pod: string, port: number): Promise<Duplex> {
    const [down, up] = [new PassThrough(), new PassThrough()];
    try {
      await new PortForward(this.#config).portForward(namespace, pod, [port], down, null, up);
    } catch (error) {
      throw new Error(`${namespace}/${pod} cannot be reached through the API: ${reasonOf(error)}`);
    }
    return Duplex.from({ readable: down, writable: up });
  }

  /** Reads again which kinds are served: after definitions were installed. @throws CannotLook when the API does not answer */
  async discover(): Promise<void> {
    this.#kinds = new Map();
    this.silent = [];
    for (const root of ['/api', '/apis']) {
      const { status, body } = await this.ask('GET', root, { accept: DISCOVERY });
      if (status !== 200 || !Array.isArray(body?.items))
        throw new CannotLook(
          `the API at ${this.server} does not say what it serves (${status}): ${messageOf(body)}; Kubernetes 1.30 or later is needed`,
        );
      for (const { metadata, versions } of body.items)
        for (const { version, resources = [], freshness } of versions) {
          const group: string = metadata?.name ?? '';
          const apiVersion = group ? `${group}/${version}` : version;
          if (freshness === 'Stale') this.silent.push(apiVersion);
          for (const { resource, responseKind, scope } of resources)
            this.#kinds.set(`${apiVersion} ${responseKind?.kind}`, {
              plural: resource,
              isNamespaced: scope === 'Namespaced',
            });
        }
    }
  }

  serves({ apiVersion, kind }: Pick<Identity, 'apiVersion' | 'kind'>): boolean {
    return this.#kinds.has(`${apiVersion} ${kind}`);
  }

  /** Where an object is, or all of its kind; nothing where the kind is not served. */
  pathOf(of: { apiVersion: string; kind: string; namespace?: string; name?: string }): string | undefined {
    const resource = this.#kinds.get(`${of.apiVersion} ${of.kind}`);
    if (!resource) return undefined;
    const root = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
    const within = resource.isNamespaced && of.namespace ? `/namespaces/${of.namespace}` : '';
    return `${root}${within}/${resource.plural}${of.name === undefined ? '' : `/${encodeURIComponent(of.name)}`}`;
  }

  /**
   * One answer of the API, whatever its code but 401; asked again where the server is for a moment not there.
   * @throws CannotLook when it cannot be reached, or does not know who asks
   */
  async ask(method: 'GET' | 'PATCH' | 'DELETE' | 'POST', path: string, how: Ask = {}): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      let answer: Answer | undefined;
      let failure: unknown;
      try {
        answer = await this.#once(method, path, how);
      } catch (error) {
        if (error instanceof CannotLook) throw error;
        failure = error;
      }
      if (how.signal?.aborted) throw new CannotLook('stopped by Ctrl-C');
      if (answer?.status === 401)
        throw new CannotLook(
          `the API at ${this.server} does not know who asks (401): the credentials of the context ${this.context} are wrong or have expired; log in again`,
        );
      if (answer && ![429, 500, 502, 503, 504].includes(answer.status)) return answer;
      if (tries < TRIES) {
        await new Promise((resolve) => setTimeout(resolve, 200 * 4 ** (tries - 1)));
        continue;
      }
      if (answer) return answer;
      throw new CannotLook(`the API at ${this.server} does not answer: ${reasonOf(failure)}`);
    }
  }

  async #once(
    method: string,
    path: string,
    { query = {}, body, type, accept, signal }: Ask,
  ): Promise<Answer> {
    const options: https.RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new CannotLook(
        `the context ${this.context} gives no credentials: ${(error as Error).message.split('\n')[0]}`,
      );
    }
    const url = new URL(`${this.server.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { agent, ...rest } = options;
    return new Promise((resolve, reject) => {
      const request = https.request(
        url,
        {
          ...rest,
          method,
          signal,
          agent: this.#kept(agent as https.Agent, rest),
          headers: {
            ...(options.headers as Record<string, string>),
            Accept: accept ?? 'application/json',
            ...(text === undefined
              ? {}
              : { 'Content-Type': type ?? 'application/json', 'Content-Length': Buffer.byteLength(text) }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const said = Buffer.concat(parts).toString('utf8');
            resolve({ status: response.statusCode ?? 0, body: asJson(said) });
          });
        },
      );
      request.setTimeout(ANSWER_MILLISECONDS, () =>
        request.destroy(new Error(`no answer within ${ANSWER_MILLISECONDS / 1000} s`)),
      );
      request.on('error', reject);
      request.end(text);
    });
  }

  /** Connections that stay open: the client's own agent closes each. One that goes through a proxy is left as it is. */
  #kept(agent: https.Agent, options: https.RequestOptions): https.Agent {
    if (agent && agent.constructor !== https.Agent) return agent;
    this.#agent ??= new https.Agent({
      keepAlive: true,
      maxSockets: CONNECTIONS,
      ca: options.ca,
      cert: options.cert,
      key: options.key,
      rejectUnauthorized: options.rejectUnauthorized,
    });
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

/** All kinds in one answer for each root. @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function asJson(text: string): Data {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
/** What the API says of a refusal, on one line. */
export const messageOf = (body: Data): string =>
  String(body?.message ?? body ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 600);

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there; is the way through the bastion open?',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name is not known',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection broke',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not by the authority of the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not by the authority of the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not by the authority of the kubeconfig',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};
function reasonOf(error: unknown): string {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return REASONS[code ?? errors?.[0]?.code ?? ''] ?? (message || code || String(error));
}
/** So many at once, the results in their order. */
export async function each<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(all.length);
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      results[index] = await work(all[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS, all.length) }, worker));
  return results;
}
