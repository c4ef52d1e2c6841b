import createClient from 'openapi-fetch';
import type { Problem } from '../../server/problems/problem.ts';
import type { components, paths } from './api/openapi.gen.ts';

/** The server's refusal, with the words it has for the reader. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The things that the API names. */
export type Things = components['schemas'];

/** The API: each path with its parameters, body and answer, as its document has them. `told` gives what it answers. */
export const api = createClient<paths>({ baseUrl: '/api/v1', headers: { accept: 'application/json' } });
api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await refusalOf(response);
  },
});

/** What the API answered. @throws Refused with the server's words; a TypeError when it cannot be reached */
export const told = async <Answer>(
  asked: Promise<{ data?: Answer }>,
): Promise<Exclude<Answer, undefined>> => (await asked).data as Exclude<Answer, undefined>;

/** Changes only the version that was read. */
export const from = (version: number) => ({ 'if-match': `"${version}"` });

/** Reads from the API. @throws Refused with the server's words; a TypeError when it cannot be reached */
export async function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, { signal, headers: { accept: 'application/json' } });
  if (response.ok) return (await response.json()) as Answer;
  throw await refusalOf(response);
}

/** Changes something by the API, from the version that was read where it has versions. @throws as `read` does */
export async function send<Answer = null>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { body, version }: { body?: object; version?: number } = {},
): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw await refusalOf(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as Answer;
}

async function refusalOf(response: Response): Promise<Refused> {
  const told = response.headers.get('content-type')?.startsWith('application/problem+json');
  return new Refused(
    told
      ? ((await response.json()) as Problem)
      : {
          type: 'about:blank',
          title: 'Réponse inattendue',
          status: response.status,
          detail: 'Réessayez dans quelques instants.',
        },
  );
}
