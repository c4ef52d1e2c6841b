import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as encoding from 'lib0/encoding';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { type Running, start } from '#server/main.ts';
import { beginSession } from '#server/security/sessions.ts';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { type Request, testApp } from '#server/testing/test-app.ts';
import { TestWriter } from '#server/testing/test-writer.ts';
import { kinds } from '#shared/problem.ts';
import type { Course } from '#shared/schemas/course.ts';
import {
  CLOSED,
  DOCUMENT_BYTES_MAX,
  difference,
  MESSAGE,
  SHARED,
  shownIn,
} from '#shared/schemas/together.ts';
import { begin } from './document.ts';
import { append, compact, load, since } from './update-log.ts';

const { db, as, database } = await testApp();
// Camille Fournier and Yann Leroux write the first course.
const [course] = DEMO_COURSES;
const idOf = (name: string) => DEMO_PEOPLE.find((person) => person.name === name)!.id;
const dataDir = mkdtempSync(join(tmpdir(), 'fredu-together-'));
const writers: TestWriter[] = [];
const servers: Running[] = [];
const until = (work: () => void) => vi.waitFor(work, { timeout: 10_000, interval: 20 });

beforeAll(async () => {
  const options = {
    dataDir,
    database: { url: database.url },
    port: 0,
    metricsPort: 0,
    logLevel: 'silent' as const,
    environment: {},
  };
  servers.push(await start(options), await start(options));
});
afterEach(() => {
  for (const writer of writers.splice(0)) writer.leave();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function headersOf(name: string, url: string) {
  const { id, secret } = await beginSession(db, idOf(name), { address: '127.0.0.1', agent: 'test' });
  return { id, headers: { cookie: `session=${secret}`, origin: url } };
}
async function write(name: string, url: string, courseId = course!.id): Promise<TestWriter> {
  const { headers } = await headersOf(name, url);
  const writer = new TestWriter(`${url}/api/v1/courses/${courseId}/together`, headers);
  writers.push(writer);
  return writer;
}
async function ready(writer: TestWriter): Promise<TestWriter> {
  await until(() => expect(writer.ready).toBe(true));
  return writer;
}
/** A course that Camille and Yann alone write. */
async function ownCourse(): Promise<string> {
  const [made] = await query<{ id: string }>(
    db,
    sql`insert into courses (title, summary, subject, level) values ('t', 's', 's', 'l') returning id`,
  );
  for (const [position, name] of ['Camille Fournier', 'Yann Leroux'].entries()) {
    await query(db, sql`insert into course_authors (course_id, person_id, position) values ($1, $2, $3)`, [
      made!.id,
      idOf(name),
      position,
    ]);
    await query(db, sql`insert into sections (course_id, position, title, body) values ($1, $2, $3, $4)`, [
      made!.id,
      position,
      `Section ${position}`,
      `Texte ${position}`,
    ]);
  }
  return made!.id;
}
const url = (at: number) => servers[at]!.url;

describe('two authors at two servers', () => {
  it('find the text of the course, see each other, and end with the same text whatever they type at once', async () => {
    const camille = await ready(await write('Camille Fournier', url(0)));
    const yann = await ready(await write('Yann Leroux', url(1)));
    expect(camille.sections.map((map) => String(map.get(SHARED.title)))).toEqual(
      course!.sections.map(([title]) => title),
    );
    camille.awareness.setLocalStateField('person', { name: 'Somebody Else' });
    yann.awareness.setLocalStateField('cursor', { at: 3 });
    for (let at = 0; at < 30; at++) {
      camille.body().insert(0, `c${at} `);
      yann.body().insert(yann.body().length, ` y${at}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => {
      expect(camille.body().toString()).toBe(yann.body().toString());
      expect(yann.body().toString()).toContain('c29 c28');
      expect(camille.body().toString()).toContain('y28 y29');
      expect([camille.ready, yann.ready]).toEqual([true, true]);
      // By their own names, whatever the browser says.
      expect(camille.names).toContain('Yann Leroux');
      expect(yann.names).toEqual(['Camille Fournier']);
      expect([...camille.awareness.getStates().values()]).toContainEqual(
        expect.objectContaining({ cursor: { at: 3 } }),
      );
    });
    yann.leave();
    await until(() => expect(camille.names).not.toContain('Yann Leroux'));
  });

  it('see each other’s letters within a second', async () => {
    const camille = await ready(await write('Camille Fournier', url(0)));
    const yann = await ready(await write('Yann Leroux', url(1)));
    const took: number[] = [];
    for (let at = 0; at < 5; at++) {
      const began = performance.now();
      camille.body().insert(0, `<${at}>`);
      await until(() => expect(yann.body().toString()).toContain(`<${at}>`));
      took.push(performance.now() - began);
    }
    expect(took.sort((one, two) => one - two)[2]).toBeLessThan(1000);
  });

  it('miss nothing when a snapshot takes the place of what one of them has not seen', async () => {
    const camille = await ready(await write('Camille Fournier', url(0)));
    const yann = await ready(await write('Yann Leroux', url(1)));
    camille.body().insert(0, 'compacted ');
    await until(() => expect(camille.ready).toBe(true));
    await compact(db, course!.id);
    expect(await query(db, sql`select 1 from together_updates where course_id = $1`, [course!.id])).toEqual(
      [],
    );
    camille.body().insert(0, 'after ');
    await until(() => expect(yann.body().toString()).toMatch(/^after compacted /));
    const late = await ready(await write('Yann Leroux', url(0)));
    expect(late.body().toString()).toBe(camille.body().toString());
  });
});

describe('a server that is killed', () => {
  it('loses nothing of what it acknowledged', async () => {
    const { child, at } = await separateServer();
    const camille = await ready(await write('Camille Fournier', at));
    for (let word = 0; word < 200; word++) camille.body().insert(0, `k${word} `);
    await until(() => expect(camille.saved).toBeGreaterThan(100));
    child.kill('SIGKILL');
    await until(() => expect(camille.closed).toBeDefined());
    const acknowledged = camille.saved - 1; // the first one answered the greeting
    const yann = await ready(await write('Yann Leroux', url(1)));
    const words = new Set(yann.body().toString().match(/k\d+/g));
    for (let word = 0; word < acknowledged; word++) expect(words).toContain(`k${word}`);
  });

  async function separateServer(): Promise<{ child: ChildProcess; at: string }> {
    const program = join(import.meta.dirname, '../../main.ts');
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        DATABASE_URL: database.url,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    afterAll(() => void child.kill('SIGKILL'));
    let said = '';
    const at = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (data) => {
        said += data;
        const found = /^(http:\S+) \(/m.exec(said);
        if (found) resolve(found[1]!);
      });
      child.on('exit', () => reject(new Error(`the server ended: ${said}`)));
    });
    return { child, at };
  }
});

describe('those who may not write', () => {
  const refusal = async (writer: TestWriter) => {
    await until(() => expect(writer.refused).toBeDefined());
    return writer.refused;
  };

  it.each([
    ['a student', 'Inès Benali', 403],
    ['a teacher who is no author', 'Hugo Weber', 404],
    ['an administrator who is no author', 'Dominique Martin', 404],
  ])('%s is refused', async (_, name, status) => {
    expect(await refusal(await write(name, url(0)))).toBe(status);
  });

  it('a visitor, and a page of another site with an author’s cookie, are refused', async () => {
    const address = `${url(0)}/api/v1/courses/${course!.id}/together`;
    const { headers } = await headersOf('Camille Fournier', url(0));
    for (const [sent, status] of [
      [{}, 401],
      [{ ...headers, origin: 'https://evil.test' }, 403],
      [{ cookie: headers.cookie }, 403],
    ] as [Record<string, string>, number][]) {
      const writer = new TestWriter(address, sent);
      writers.push(writer);
      // Without a cookie and an origin nobody is found out first: both refuse.
      expect([status, 403]).toContain(await refusal(writer));
    }
  });

  it('is shown out when they may write no courses any more', async () => {
    const yann = await ready(await write('Yann Leroux', url(0)));
    const become = (role: 'student' | 'teacher') =>
      query(db, sql`update people set role = $2 where id = $1`, [idOf('Yann Leroux'), role]);
    await become('student');
    await until(() => expect(yann.closed).toBe(CLOSED.notAllowed));
    await become('teacher');
  });

  it('is shown out when they are taken out of the authors, or their session ends', async () => {
    const yann = await ready(await write('Yann Leroux', url(0)));
    const { id, headers } = await headersOf('Camille Fournier', url(0));
    const camille = new TestWriter(`${url(0)}/api/v1/courses/${course!.id}/together`, headers);
    writers.push(camille);
    await ready(camille);
    const ask = await as(idOf('Camille Fournier'));
    const removed = await ask({
      method: 'DELETE',
      url: `/api/v1/courses/${course!.id}/authors/${idOf('Yann Leroux')}`,
    });
    expect(removed.statusCode).toBe(204);
    await until(() => expect(yann.closed).toBe(CLOSED.notAllowed));
    expect(camille.closed).toBeUndefined();
    await query(db, sql`delete from sessions where id = $1`, [id]);
    await until(() => expect(camille.closed).toBe(CLOSED.notAllowed));
    await query(db, sql`insert into course_authors (course_id, person_id, position) values ($1, $2, 1)`, [
      course!.id,
      idOf('Yann Leroux'),
    ]);
  });

  it('one person is not let in at a twenty-first place', async () => {
    for (let place = 0; place < 20; place++) await ready(await write('Yann Leroux', url(0)));
    const more = await write('Yann Leroux', url(0));
    await until(() => expect(more.closed).toBe(CLOSED.tooFast));
    await ready(await write('Camille Fournier', url(0)));
  });

  it('a request that is no WebSocket is told so', async () => {
    const answer = await (await as('teacher'))(`/api/v1/courses/${course!.id}/together`);
    expect(answer.json()).toMatchObject({ status: 426, type: '/problems/upgrade-needed' });
  });
});

/** One deleted letter of client 7 that names a place of its own as its left neighbour, as no Yjs writes it. */
const afterItself = (clock: number) => [1, 1, 7, 0, 0x81, 7, clock, 1, 0];

describe('a message', () => {
  const update = (...bytes: number[]) => new Uint8Array([MESSAGE.sync, 2, bytes.length, ...bytes]);
  it.each([
    ['that is none of ours', new Uint8Array([9, 9])],
    ['that holds no update', update(200, 200, 200)],
    ['whose letter comes after itself', update(...afterItself(0))],
    ['whose letter comes after a later one', update(...afterItself(5))],
    ['that holds a stretch of no length', update(1, 1, 7, 0, 0, 0, 0)],
    ['that removes nothing', update(0, 1, 7, 1, 0, 0)],
    ['that is empty', new Uint8Array()],
  ])('%s ends the connection, and the others go on', async (_, message) => {
    const camille = await ready(await write('Camille Fournier', url(0)));
    const yann = await ready(await write('Yann Leroux', url(0)));
    camille.socket.send(message);
    await until(() => expect(camille.closed).toBe(CLOSED.unreadable));
    yann.body().insert(0, 'on ');
    await until(() => expect(yann.ready).toBe(true));
  });

  it('that is too large ends the connection unread', async () => {
    const camille = await ready(await write('Camille Fournier', url(0)));
    camille.socket.send(new Uint8Array(2 * 1024 * 1024));
    await until(() => expect(camille.closed).toBe(1009));
  });

  it('that would make the document too large is not kept', async () => {
    const camille = await ready(await write('Camille Fournier', url(0), await ownCourse()));
    const before = camille.body().length;
    await query(db, sql`update together_documents set bytes = $1`, [DOCUMENT_BYTES_MAX - 10]);
    // Compacting finds the true size, so that there is room again.
    camille.body().insert(0, 'x'.repeat(1000));
    await until(() => expect(camille.ready).toBe(true));
    expect(camille.body().length).toBe(before + 1000);
    for (let part = 0; part < 6 && camille.closed === undefined; part++) {
      camille.body().insert(0, 'y'.repeat(900_000));
      await until(() => expect(camille.ready || camille.closed !== undefined).toBe(true));
    }
    expect(camille.closed).toBe(CLOSED.full);
    const [{ bytes } = { bytes: 0 }] = await query<{ bytes: number }>(
      db,
      sql`select max(bytes) as bytes from together_documents`,
    );
    expect(bytes).toBeLessThanOrEqual(DOCUMENT_BYTES_MAX);
  });
});

describe('what waits for the database', () => {
  /** A message that adds nearly as much as a message may. */
  const large = (() => {
    const doc = new Y.Doc();
    doc.getText('more').insert(0, 'x'.repeat(1_000_000));
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.sync);
    syncProtocol.writeUpdate(encoder, Y.encodeStateAsUpdate(doc));
    return encoding.toUint8Array(encoder);
  })();
  /** Nothing of the document is read again or kept while `work` is done. */
  const whileHeld = (courseId: string, work: () => Promise<void>) =>
    db.transaction().execute(async (held) => {
      await query(held, sql`select 1 from together_documents where course_id = $1 for update`, [courseId]);
      await work();
    });
  const flood = (writer: TestWriter) => {
    for (let at = 0; at < 12; at++) writer.socket.send(large);
  };

  it.each(['before the document is read', 'while what was typed is kept'])(
    'is no more than 8 MiB of one browser %s',
    async (when) => {
      const courseId = await ownCourse();
      const early = when.startsWith('before');
      await query(db, sql`insert into together_documents (course_id) values ($1)`, [courseId]);
      const camille = early ? undefined : await ready(await write('Camille Fournier', url(0), courseId));
      const yann = early ? undefined : await ready(await write('Yann Leroux', url(0), courseId));
      await whileHeld(courseId, async () => {
        const sender = camille ?? (await write('Camille Fournier', url(0), courseId));
        await until(() => expect(sender.socket.readyState).toBe(sender.socket.OPEN));
        flood(sender);
        await until(() => expect(sender.closed).toBe(CLOSED.tooFast));
        expect(yann?.closed).toBeUndefined();
      });
    },
  );
});

it('opens a document of many changes with its snapshot read once', async () => {
  const courseId = await ownCourse();
  const camille = await ready(await write('Camille Fournier', url(0), courseId));
  camille.body().insert(0, 'x'.repeat(100_000));
  await until(() => expect(camille.ready).toBe(true));
  await compact(db, courseId);
  for (let at = 0; at < 50; at++) {
    camille.body().insert(0, `${at} `);
    await until(() => expect(camille.ready).toBe(true));
  }
  let bytes = 0;
  const counted: Parameters<typeof since>[0] = {
    executeQuery: async (asked) => {
      const answer = await db.executeQuery(asked);
      for (const row of answer.rows as object[])
        for (const value of Object.values(row)) bytes += Buffer.isBuffer(value) ? value.length : 0;
      return answer;
    },
  };
  const gain = (await since(counted, new Map([[courseId, -1]]))).get(courseId)!;
  expect(gain.updates).toHaveLength(51);
  expect(bytes).toBeLessThan(110_000);
  // Anyone who knows all of the snapshot is sent what came after it.
  const later = (await since(db, new Map([[courseId, gain.seq - 3]]))).get(courseId)!;
  expect([later.updates.length, later.seq]).toEqual([3, gain.seq]);
  expect((await since(db, new Map([[courseId, gain.seq]]))).size).toBe(0);
});

describe('an update that cannot be taken in and is kept all the same', () => {
  it('keeps nobody from their document, and no other document from being told', async () => {
    const [bad, good] = [await ownCourse(), await ownCourse()].sort();
    const open = async (courseId: string, at: number) =>
      ready(await write('Camille Fournier', url(at), courseId));
    const [before, here, there] = [await open(bad!, 0), await open(good!, 0), await open(good!, 1)];
    await append(db, bad!, new Uint8Array(afterItself(5)));
    there.body().insert(0, 'Encore. ');
    await until(() => expect(here.body().toString()).toBe('Encore. Texte 0'));
    before.body().insert(0, 'Toujours. ');
    await until(() => expect(before.ready).toBe(true));
    const after = await open(bad!, 1);
    expect(after.body().toString()).toBe('Toujours. Texte 0');
    await compact(db, bad!);
    const published = await (await as(idOf('Camille Fournier')))({
      method: 'POST',
      url: `/api/v1/courses/${bad}/together/publication`,
      headers: { 'if-match': '"1"' },
    });
    expect(published.json<Course>().sections[0]!.body).toBe('Toujours. Texte 0');
  });
});

describe('what was written together', () => {
  let courseId: string;
  beforeAll(async () => {
    courseId = await ownCourse();
  });
  const publish = async (version: number, { over = false } = {}) =>
    (await as(idOf('Camille Fournier')))({
      method: 'POST',
      url: `/api/v1/courses/${courseId}/together/publication${over ? '?over=true' : ''}`,
      headers: { 'if-match': `"${version}"` },
    });
  const change = async (version: number, sections: Course['sections']) =>
    (await as(idOf('Camille Fournier')))({
      method: 'PUT',
      url: `/api/v1/courses/${courseId}/sections`,
      headers: { 'if-match': `"${version}"` },
      body: { sections },
    });
  const read = async () =>
    (await (await as(idOf('Camille Fournier')))(`/api/v1/courses/${courseId}`)).json<Course>();

  it('becomes the text of the course as a new version, and sections keep their ids', async () => {
    const before = await read();
    const camille = await ready(await write('Camille Fournier', url(0), courseId));
    camille.body().insert(0, 'Publié. ');
    camille.doc.transact(() => {
      const map = new Y.Map<unknown>();
      // The id of a section of another course is not believed.
      map.set(SHARED.id, '00000000-0000-4000-8000-000000000999');
      map.set(SHARED.title, new Y.Text('Une de plus'));
      map.set(SHARED.body, new Y.Text('Son texte'));
      camille.sections.push([map]);
    });
    await until(() => expect(camille.ready).toBe(true));
    expect((await publish(before.version + 5)).statusCode).toBe(412);
    const after = (await publish(before.version)).json<Course>();
    expect(after.version).toBe(before.version + 1);
    expect(after.sections.map(({ id }) => id).slice(0, -1)).toEqual(before.sections.map(({ id }) => id));
    expect(after.sections[0]!.body).toBe(`Publié. ${before.sections[0]!.body}`);
    expect(after.sections.at(-1)).toMatchObject({ title: 'Une de plus', body: 'Son texte' });
    // The document learns the id of the new section.
    await until(() =>
      expect(camille.sections.get(camille.sections.length - 1).get(SHARED.id)).toBe(
        after.sections.at(-1)!.id,
      ),
    );
    (camille.sections.get(0).get(SHARED.title) as Y.Text).delete(0, 200);
    await until(() => expect(camille.ready).toBe(true));
    expect((await publish(after.version)).json()).toMatchObject({ status: 409 });
    (camille.sections.get(0).get(SHARED.title) as Y.Text).insert(0, 'Titre');
    await until(() => expect(camille.ready).toBe(true));
    expect((await publish(after.version)).statusCode).toBe(200);
  });

  it('follows what was changed in another way, unless something waits to be published', async () => {
    const now = await read();
    const sections = now.sections.map((section, at) =>
      at === 0 ? { ...section, body: 'Ailleurs' } : section,
    );
    expect((await change(now.version, sections)).statusCode).toBe(200);
    // A server where nobody writes it at present reads it again.
    const camille = await ready(await write('Camille Fournier', url(1), courseId));
    expect(camille.body().toString()).toBe('Ailleurs');
    camille.body().insert(0, 'Pas encore publié. ');
    await until(() => expect(camille.ready).toBe(true));
    camille.leave();
    await until(() => expect(camille.closed).toBeDefined());
    expect((await change(now.version + 1, sections)).statusCode).toBe(200);
    const again = await ready(await write('Camille Fournier', url(1), courseId));
    expect(again.body().toString()).toBe('Pas encore publié. Ailleurs');
  });

  it('undoes nothing that was changed in another way since, and says what both changed', async () => {
    const camille = await ready(await write('Camille Fournier', url(0), courseId));
    camille.body(0).insert(0, 'Ici. ');
    await until(() => expect(camille.ready).toBe(true));
    const before = await read();
    const [first, second, ...others] = before.sections;
    // A file that was renamed, or a page that was changed by itself.
    const elsewhere = [first!, { ...second!, body: 'Neuf' }, ...others];
    expect((await change(before.version, elsewhere)).statusCode).toBe(200);
    const after = (await publish(before.version + 1)).json<Course>();
    expect(after.sections.map(({ body }) => body)).toEqual([
      `Ici. Pas encore publié. Ailleurs`,
      'Neuf',
      ...others.map(({ body }) => body),
    ]);
    await until(() => expect(camille.body(1).toString()).toBe('Neuf'));

    camille.body(1).insert(0, 'Tout ');
    camille.body(0).insert(0, 'Là. ');
    await until(() => expect(camille.ready).toBe(true));
    const changed = after.sections.map((section, at) => (at === 1 ? { ...section, body: 'Vieux' } : section));
    expect((await change(after.version, changed)).statusCode).toBe(200);
    const version = after.version + 1;
    const refused = await publish(version);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      type: '/problems/together-changed-elsewhere',
      detail: expect.stringContaining(`version ${version} du cours change aussi`),
    });
    expect(refused.json().detail).toContain(`« ${second!.title} »`);
    expect(refused.json().detail).not.toContain(first!.title);
    expect(await read()).toMatchObject({ version, sections: changed });
    expect(camille.body(1).toString()).toBe('Tout Neuf');

    const over = (await publish(version, { over: true })).json<Course>();
    expect(over.version).toBe(version + 1);
    expect(over.sections[0]!.body).toBe('Là. Ici. Pas encore publié. Ailleurs');
    expect(over.sections[1]!.body).toBe('Tout Neuf');
    // What it took the place of stands in the history.
    const past = (
      await (
        await as(idOf('Camille Fournier'))
      )(`/api/v1/courses/${courseId}/revisions/${version}`)
    ).json();
    expect(JSON.stringify(past)).toContain('Vieux');
  });
});

describe('what an author types without a network', () => {
  const ask = async (request: Request) => (await as(idOf('Camille Fournier')))(request);
  const save = async (id: string, sections: object[]) => {
    const { version } = (await ask({ url: `/api/v1/courses/${id}` })).json<Course>();
    const answer = await ask({
      method: 'PUT',
      url: `/api/v1/courses/${id}/sections`,
      headers: { 'if-match': `"${version}"` },
      body: { sections },
    });
    expect(answer.statusCode).toBe(200);
    return answer.json<Course>();
  };
  /** Yann reads the document, and the connection breaks. */
  const cut = async (id: string) => {
    const yann = await ready(await write('Yann Leroux', url(0), id));
    yann.socket.terminate();
    await until(() => expect(yann.closed).toBeDefined());
    return yann;
  };
  const back = async (away: TestWriter, id: string) => {
    const yann = await ready(await write('Yann Leroux', url(0), id));
    Y.applyUpdate(yann.doc, Y.encodeStateAsUpdate(away.doc));
    return ready(yann);
  };
  const publish = async ({ id, version }: Course) =>
    ask({
      method: 'POST',
      url: `/api/v1/courses/${id}/together/publication`,
      headers: { 'if-match': `"${version}"` },
    });

  it('is in everybody’s document and in the course, though the sections were saved again meanwhile', async () => {
    const id = await ownCourse();
    const away = await cut(id);
    const [first, second] = (await ask({ url: `/api/v1/courses/${id}` })).json<Course>().sections;
    away.body(1).insert(0, 'Sans réseau. ');
    const saved = await save(id, [second!, { title: 'Entre deux', body: '' }, first!]);
    const camille = await ready(await write('Camille Fournier', url(1), id));
    const texts = () => shownIn(camille.sections).map((map) => String(map.get(SHARED.body)));
    expect(texts()).toEqual(['Texte 1', '', 'Texte 0']);
    await back(away, id);
    await until(() => expect(texts()).toEqual(['Sans réseau. Texte 1', '', 'Texte 0']));
    const published = (await publish(saved)).json<Course>();
    expect(published.sections).toEqual([
      { ...second, body: 'Sans réseau. Texte 1' },
      saved.sections[1],
      first,
    ]);
  });

  it('is shown again though its section was removed, and is published as a new one', async () => {
    const id = await ownCourse();
    const away = await cut(id);
    away.body(0).insert(5, ' sans réseau');
    const saved = await save(
      id,
      (await ask({ url: `/api/v1/courses/${id}` })).json<Course>().sections.slice(1),
    );
    const camille = await ready(await write('Camille Fournier', url(1), id));
    expect(shownIn(camille.sections)).toHaveLength(1);
    await back(away, id);
    await until(() => expect(shownIn(camille.sections)).toHaveLength(2));
    expect((await publish(saved)).json()).toMatchObject({
      status: 409,
      type: '/problems/together-not-a-course',
    });
    const [again] = shownIn(camille.sections);
    (again!.get(SHARED.title) as Y.Text).insert(0, 'Retrouvé');
    await until(() => expect(camille.ready).toBe(true));
    const published = (await publish(saved)).json<Course>();
    expect(published.sections).toMatchObject([
      { title: 'Retrouvé', body: ' sans réseau' },
      saved.sections[0]!,
    ]);
    // It is a section as any other now: emptied, it stays.
    await until(() => expect(again!.get(SHARED.id)).toBe(published.sections[0]!.id));
    expect(again!.has(SHARED.removed)).toBe(false);
  });
});

it('takes a section once that was saved while two servers open the document', async () => {
  const id = await ownCourse();
  await transaction(db, (one) => begin(one, id));
  await query(
    db,
    sql`insert into sections (course_id, position, title, body) values ($1, 2, 'Neuve', 'Une fois')`,
    [id],
  );
  await query(db, sql`update courses set version = version + 1 where id = $1`, [id]);
  const opened = await db.transaction().execute(async (held) => {
    await query(held, sql`select 1 from together_documents where course_id = $1 for update`, [id]);
    const both = [await write('Camille Fournier', url(0), id), await write('Yann Leroux', url(1), id)];
    for (const { socket } of both) await until(() => expect(socket.readyState).toBe(socket.OPEN));
    return both;
  });
  for (const writer of opened) {
    await ready(writer);
    const bodies = () => shownIn(writer.sections).map((map) => String(map.get(SHARED.body)));
    await until(() => expect(bodies()).toEqual(['Texte 0', 'Texte 1', 'Une fois']));
  }
  const { doc } = (await load(db, id))!;
  expect(doc.getArray(SHARED.sections)).toHaveLength(3);
});

it('says in English too which sections both changed, three of them by name', () => {
  const { texts } = kinds.get('together-changed-elsewhere')!;
  const detail = texts.en.detail as (facts: object) => string;
  expect(detail({ version: 4, sections: ['A', 'B', 'C', 'D'] })).toContain(
    'Version 4 of the course also changes what this text changes: “A”, “B”, “C”, ….',
  );
});

it.each([
  ['abc', 'abXc', { at: 2, remove: 0, insert: 'X' }],
  ['aaa', 'aa', { at: 2, remove: 1, insert: '' }],
  ['', 'été', { at: 0, remove: 0, insert: 'été' }],
  ['😀', '😁', { at: 0, remove: 2, insert: '😁' }],
  ['same', 'same', { at: 4, remove: 0, insert: '' }],
])('%j becomes %j by one change', (before, after, change) => {
  expect(difference(before, after)).toEqual(change);
});
