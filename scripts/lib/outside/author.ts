import { randomBytes } from 'node:crypto';
import type { Answer } from '../asking.ts';

/** One request to the app at one place; paths are below its API. */
export type AskApp = (question: {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}) => Promise<Answer>;

/** An account of somebody who may write courses. */
export interface Account {
  email: string;
  password: string;
}

/** The draft that files are sent to; it is kept, so that each run leaves no other one behind. */
const DRAFT = 'Contrôle depuis l’extérieur';
const FILE = 'controle.bin';
/** Above what any buffer on the way holds whole, and little for a line. */
const FILE_BYTES = 256 * 1024;
const TUS = { 'tus-resumable': '1.0.0' };

/** Signs in, sends a file to a draft, reads it back, removes it and signs out: what was proved. @throws with what was answered instead */
export async function proveAuthor(ask: AskApp, account: Account): Promise<string[]> {
  const signedIn = await expected(ask, 201, { path: '/sessions', method: 'POST', body: account });
  const cookie = (signedIn.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  const asked: AskApp = (question) => ask({ ...question, headers: { cookie, ...question.headers } });
  try {
    const file = await proveFile(asked);
    return ['signed in', ...(file ? [`a file of ${FILE_BYTES / 1024} KiB up and down`] : []), 'signed out'];
  } finally {
    await expected(asked, 204, { path: '/sessions/current', method: 'DELETE' });
  }
}

/** Whether the app takes files; where it does, one was sent and came back as it was. */
async function proveFile(ask: AskApp): Promise<boolean> {
  const course = await draft(ask);
  const own = `/courses/${course}`;
  const bytes = randomBytes(FILE_BYTES);
  const metadata = `filename ${Buffer.from(FILE).toString('base64')}`;
  await removeOld(ask, own);
  const begun = await ask({
    path: `${own}/uploads`,
    method: 'POST',
    headers: { ...TUS, 'upload-length': String(bytes.length), 'upload-metadata': metadata },
  });
  if (begun.status === 501) return false;
  if (begun.status !== 201) throw refusal('a file is begun', begun);
  const path = String(begun.headers.location).replace(/^.*\/api\/v1/, '');
  await expected(ask, 204, {
    path,
    method: 'PATCH',
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  });
  const { body } = await expected(ask, 200, { path: `${own}/files/${FILE}` });
  if (!body.equals(bytes))
    throw new Error(`the file came back otherwise: ${body.length} bytes of ${bytes.length}`);
  await removeOld(ask, own);
  return true;
}

async function removeOld(ask: AskApp, own: string): Promise<void> {
  const { files } = json<{ files: { id: string; name: string }[] }>(await expected(ask, 200, { path: own }));
  for (const { id, name } of files)
    if (name === FILE) await expected(ask, 204, { path: `/files/${id}`, method: 'DELETE' });
}

async function draft(ask: AskApp): Promise<string> {
  const mine = await expected(ask, 200, { path: '/courses/mine?as=author&limit=50' });
  const found = json<{ items: { id: string; title: string; state: string }[] }>(mine).items.find(
    ({ title, state }) => title === DRAFT && state === 'draft',
  );
  if (found) return found.id;
  const body = {
    title: DRAFT,
    summary: 'Écrit par une commande de l’exploitation.',
    subject: 'Exploitation',
    level: 'Aucun',
  };
  return json<{ id: string }>(await expected(ask, 201, { path: '/courses', method: 'POST', body })).id;
}

const json = <Data>({ body }: Answer): Data => JSON.parse(body.toString('utf8'));

async function expected(ask: AskApp, status: number, question: Parameters<AskApp>[0]): Promise<Answer> {
  const answer = await ask(question);
  if (answer.status !== status)
    throw refusal(`${question.method ?? 'GET'} ${question.path.split('?')[0]}`, answer);
  return answer;
}

/** What the app says of it itself, where it says something. */
function refusal(what: string, { status, body }: Answer): Error {
  let detail = '';
  try {
    detail = `: ${json<{ detail: string }>({ body } as Answer).detail}`;
  } catch {
    // no words of the app's
  }
  return new Error(`${what} was answered ${status}${detail}`);
}
