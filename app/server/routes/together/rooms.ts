import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { CLOSED } from '#shared/schemas/together.ts';
import { begin } from './document.ts';
import { type Member, Room } from './room.ts';
import { load, since } from './update-log.ts';

/** How often the database is asked what other servers added: what one types is seen elsewhere within this and a statement's time. */
const LOOK_MILLISECONDS = 200;
/** How often the servers tell each other who is there. */
const PRESENCE_MILLISECONDS = 600;
/** Presence is announced again at least so often; after 30 seconds of silence they are taken for gone. */
const PRESENCE_AGAIN_MILLISECONDS = 10_000;
/** How long somebody who was taken out of the authors may go on. */
const RECHECK_MILLISECONDS = 2000;

const UPSERT_PRESENCE = sql`insert into together_presence (course_id, server_id, content, at) values ($1, $2, $3, now())
  on conflict (course_id, server_id) do update set content = excluded.content, at = now()`;
const PRESENCE_ELSEWHERE = sql`select course_id as "courseId", content from together_presence
  where course_id = any($1::uuid[]) and server_id <> $2 and at > now() - interval '30 seconds'`;
const AUTHORS_GONE = sql`select k.at from unnest($1::uuid[], $2::uuid[], $3::int8[]) as k (course_id, session_id, at)
  where not exists (select 1 from sessions s
    join people p on p.id = s.person_id and p.suspended_at is null and p.role <> 'student'
    join course_authors a on a.person_id = p.id and a.course_id = k.course_id
    join courses c on c.id = a.course_id and c.state <> 'deleted'
    where s.id = k.session_id and s.expires_at > now())`;

/** The courses that are being written at this server, in step with the other servers through the database alone. */
export class Rooms {
  private readonly db: Database;
  private readonly log: FastifyBaseLogger;
  private readonly serverId = randomUUID();
  private readonly rooms = new Map<string, Promise<Room>>();
  private readonly open = new Map<string, Room>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly announcedAt = new Map<string, number>();
  private stopped = false;

  constructor(db: Database, log: FastifyBaseLogger) {
    this.db = db;
    this.log = log;
    this.repeat(LOOK_MILLISECONDS, () => this.look());
    this.repeat(PRESENCE_MILLISECONDS, () => this.tellPresence());
    this.repeat(RECHECK_MILLISECONDS, () => this.recheck());
  }

  /** At how many places somebody writes at this server. */
  placesOf(personId: string): number {
    let places = 0;
    for (const room of this.open.values()) {
      for (const member of room.members.keys()) if (member.personId === personId) places += 1;
    }
    return places;
  }

  /** Lets somebody in who was found to be an author. */
  async join(courseId: string, member: Member): Promise<Room> {
    let room: Room;
    do {
      room = await this.room(courseId);
      // Its last member may have left while it was awaited.
    } while (this.open.get(courseId) !== room);
    room.join(member);
    return room;
  }

  async leave(room: Room, member: Member): Promise<void> {
    room.leave(member);
    await room.settled();
    if (room.members.size > 0 || this.open.get(room.courseId) !== room) return;
    this.open.delete(room.courseId);
    this.rooms.delete(room.courseId);
    await this.tell(room).catch(() => {});
    this.announcedAt.delete(room.courseId);
    room.close();
  }

  /** Ends everything, once what was typed is kept. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const room of this.open.values()) {
      await room.settled();
      for (const member of room.members.keys()) member.close(CLOSED.leaving);
    }
  }

  private room(courseId: string): Promise<Room> {
    const known = this.rooms.get(courseId);
    if (known) return known;
    const made = (async () => {
      await transaction(this.db, (db) => begin(db, courseId));
      const loaded = await load(this.db, courseId);
      if (!loaded) throw new Error(`the document of ${courseId} is not there`);
      for (const error of loaded.leftOut)
        this.log.error({ err: error, courseId }, 'left an update out that cannot be taken in');
      const room = new Room({ db: this.db, log: this.log }, courseId, loaded);
      this.open.set(courseId, room);
      return room;
    })();
    this.rooms.set(courseId, made);
    made.catch(() => this.rooms.delete(courseId));
    return made;
  }

  /** Work that begins again some time after it ended, so that a slow database is not asked more and more. */
  private repeat(milliseconds: number, work: () => Promise<void>): void {
    const at = this.timers.length;
    const next = () => {
      this.timers[at] = setTimeout(async () => {
        if (this.open.size > 0) {
          // What could not be looked up now is looked up next time.
          await work().catch((error) =>
            this.log.warn({ err: error }, 'writing together waits for the database'),
          );
        }
        if (!this.stopped) next();
      }, milliseconds).unref();
    };
    next();
  }

  private async look(): Promise<void> {
    const known = new Map([...this.open].map(([id, room]) => [id, room.seq]));
    for (const [id, gain] of await since(this.db, known)) this.open.get(id)?.gain(gain);
  }

  private async tellPresence(): Promise<void> {
    for (const room of this.open.values()) {
      const late = Date.now() - (this.announcedAt.get(room.courseId) ?? 0) > PRESENCE_AGAIN_MILLISECONDS;
      if (room.presenceChanged || late) await this.tell(room);
    }
    const found = await query<{ courseId: string; content: Buffer }>(this.db, PRESENCE_ELSEWHERE, [
      [...this.open.keys()],
      this.serverId,
    ]);
    for (const { courseId, content } of found) this.open.get(courseId)?.presenceElsewhere(content);
  }

  private async tell(room: Room): Promise<void> {
    room.presenceChanged = false;
    this.announcedAt.set(room.courseId, Date.now());
    await query(this.db, UPSERT_PRESENCE, [room.courseId, this.serverId, Buffer.from(room.presence())]);
  }

  private async recheck(): Promise<void> {
    const all = [...this.open.values()].flatMap((room) =>
      [...room.members.keys()].map((member) => ({ courseId: room.courseId, member })),
    );
    const gone = await query<{ at: number }>(this.db, AUTHORS_GONE, [
      all.map(({ courseId }) => courseId),
      all.map(({ member }) => member.sessionId),
      all.map((_, at) => at),
    ]);
    for (const { at } of gone) all[at]!.member.close(CLOSED.notAllowed);
  }
}
