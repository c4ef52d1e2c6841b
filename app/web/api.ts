import createClient from 'openapi-fetch';
import type { Problem } from '#shared/problem.ts';
import type { components, paths } from './api/openapi.gen.ts';

/** The server's refusal, with the words it has for the reader. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Whether what was asked for is not there: to try again does not help. */
export const isMissing = (error: Error): boolean => error instanceof Refused && error.problem.status === 404;

/** What the reader sees where nothing answers: there is no network, or no server. */
export const UNREACHABLE = 'Le serveur ne répond pas. Vérifiez votre connexion, puis réessayez.';

/** The things that the API names. */
export type Things = components['schemas'];

/** Whose page this is: the person who was signed in when it was loaded, or signed in by it. */
let person: { id: string; name: string } | undefined;
export const pagePerson = () => person;
export const setPagePerson = (now: typeof person) => {
  person = now;
};
/** Says with a change whose page asks for it: in another tab somebody else may have signed in meanwhile, and sends the same cookie. */
export const pageHeaders = (): Record<string, string> => (person ? { 'page-person': person.id } : {});

/** The API: each path with its parameters, body and answer, as its document has them. `answerOf` gives what it answers. */
export const api = createClient<paths>({ baseUrl: '/api/v1', headers: { accept: 'application/json' } });
api.use({
  onRequest({ request }) {
    if (request.method === 'GET') return;
    for (const [name, value] of Object.entries(pageHeaders())) request.headers.set(name, value);
  },
  // Browsers have English words for it; a question that was broken off is another kind of error.
  onError: ({ error }) => (error instanceof TypeError ? new TypeError(UNREACHABLE) : undefined),
  async onResponse({ response }) {
    if (!response.ok) throw await refusalOf(response);
  },
});

/** What the API answered. @throws Refused with the server's words; a TypeError when it cannot be reached */
export const answerOf = async <Answer>(
  asked: Promise<{ data?: Answer }>,
): Promise<Exclude<Answer, undefined>> => (await asked).data as Exclude<Answer, undefined>;

/** Changes only the version that was read. */
export const from = (version: number) => ({ 'if-match': `"${version}"` });

async function refusalOf(response: Response): Promise<Refused> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return new Refused(
    isProblem
      ? ((await response.json()) as Problem)
      : {
          type: 'about:blank',
          title: 'Réponse inattendue',
          status: response.status,
          detail: 'Réessayez dans quelques instants.',
        },
  );
}
