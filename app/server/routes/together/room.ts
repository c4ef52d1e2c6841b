import type { FastifyBaseLogger } from 'fastify';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import type { Database } from '#server/database/database.ts';
import { CLOSED, DOCUMENT_BYTES_MAX, MESSAGE } from '#shared/schemas/together.ts';
import { applyAll, mustBeApplicable } from './update-check.ts';
import { append, COMPACT_AFTER, compact, type Gain } from './update-log.ts';

/** One browser that writes in a course. */
export interface Member {
  personId: string;
  name: string;
  sessionId: string;
  send(message: Uint8Array): void;
  close(code: number): void;
}
interface Seat {
  /** Clients of Yjs that this browser speaks for: itself. */
  clients: Set<number>;
  saved: number;
  /** Bytes that it typed and that are not kept yet. */
  waiting: number;
}
interface Typed {
  member: Member;
  update: Uint8Array;
}
/** What one browser may have typed without an acknowledgement, in bytes: twice the largest document. */
export const TYPED_BYTES_MAX = 2 * DOCUMENT_BYTES_MAX;
/** Largest update that is kept as one row. */
const BATCH_BYTES = 1024 * 1024;

/** A course that is being written at this server: its text as the database has it, and who is there. */
export class Room {
  readonly courseId: string;
  readonly members = new Map<Member, Seat>();
  /** Number of the last update that the text holds, with all before it. */
  seq: number;
  /** Whether this server has something to tell the others of who is here. */
  presenceChanged = true;
  private readonly db: Database;
  private readonly log: FastifyBaseLogger;
  private readonly doc: Y.Doc;
  private readonly awareness: awarenessProtocol.Awareness;
  private readonly local = new Set<number>();
  private readonly typed: Typed[] = [];
  private keeping: Promise<void> | undefined;

  constructor(
    { db, log }: { db: Database; log: FastifyBaseLogger },
    courseId: string,
    { doc, seq }: { doc: Y.Doc; seq: number },
  ) {
    this.db = db;
    this.log = log;
    this.courseId = courseId;
    this.doc = doc;
    this.seq = seq;
    this.awareness = new awarenessProtocol.Awareness(doc);
    this.awareness.setLocalState(null);
    this.awareness.on('update', (changes: Record<'added' | 'updated' | 'removed', number[]>) => {
      const clients = [...changes.added, ...changes.updated, ...changes.removed];
      if (clients.some((client) => this.local.has(client))) this.presenceChanged = true;
      this.broadcast(MESSAGE.awareness, awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients));
    });
  }

  /** Greets a browser: it says what it lacks, as we do, and learns who is there. */
  join(member: Member): void {
    this.members.set(member, { clients: new Set(), saved: 0, waiting: 0 });
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.sync);
    syncProtocol.writeSyncStep1(encoder, this.doc);
    member.send(encoding.toUint8Array(encoder));
    const clients = [...this.awareness.getStates().keys()];
    if (clients.length > 0)
      member.send(
        framed(MESSAGE.awareness, awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients)),
      );
  }

  leave(member: Member): void {
    const seat = this.members.get(member);
    this.members.delete(member);
    if (seat) awarenessProtocol.removeAwarenessStates(this.awareness, [...seat.clients], member);
  }

  /** Reads a message. @throws when it is none of ours */
  receive(member: Member, message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.awareness) this.receivePresence(member, decoding.readVarUint8Array(decoder));
    else if (kind === MESSAGE.sync) this.receiveSync(member, decoder);
    else throw new Error(`message ${kind} is unknown`);
  }

  private receiveSync(member: Member, decoder: decoding.Decoder): void {
    const step = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    if (step === syncProtocol.messageYjsSyncStep1) {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, MESSAGE.sync);
      syncProtocol.writeSyncStep2(encoder, this.doc, content);
      member.send(encoding.toUint8Array(encoder));
      return;
    }
    if (step !== syncProtocol.messageYjsSyncStep2 && step !== syncProtocol.messageYjsUpdate)
      throw new Error(`step ${step} is unknown`);
    // Before anything of it is kept.
    mustBeApplicable(content);
    const seat = this.members.get(member);
    if (!seat) return;
    seat.waiting += content.length;
    if (seat.waiting > TYPED_BYTES_MAX) {
      member.close(CLOSED.tooFast);
      return;
    }
    this.typed.push({ member, update: content });
    this.keeping ??= this.keep()
      .catch((error) => this.log.error({ err: error }, 'could not keep what was typed'))
      .finally(() => {
        this.keeping = undefined;
      });
  }

  private receivePresence(member: Member, update: Uint8Array): void {
    const seat = this.members.get(member);
    if (!seat) return;
    // Who is there is shown under their own name, whatever their browser says.
    const own = awarenessProtocol.modifyAwarenessUpdate(update, (state: object | null) =>
      state === null ? null : { ...state, person: { id: member.personId, name: member.name } },
    );
    const decoder = decoding.createDecoder(own);
    const count = decoding.readVarUint(decoder);
    // A browser speaks for itself, and takes back a few names that it had before; not for others.
    const others = new Set(
      [...this.members].flatMap(([each, { clients }]) => (each === member ? [] : [...clients])),
    );
    if (count > 4) throw new Error('too many clients in one message');
    for (let at = 0; at < count; at++) {
      const client = decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      decoding.readVarString(decoder);
      if (others.has(client)) return;
      if (seat.clients.size >= 8 && !seat.clients.has(client)) throw new Error('too many clients');
      seat.clients.add(client);
      this.local.add(client);
    }
    awarenessProtocol.applyAwarenessUpdate(this.awareness, own, member);
  }

  /** Keeps what was typed, in the order in which it came, and only then shows it to the others and acknowledges it. */
  private async keep(): Promise<void> {
    while (this.typed.length > 0) {
      const batch = this.typed.splice(0, this.fitting());
      for (const { member, update } of batch) {
        const seat = this.members.get(member);
        if (seat) seat.waiting -= update.length;
      }
      let merged: Uint8Array;
      let seq: number | undefined;
      try {
        merged = batch.length === 1 ? batch[0]!.update : Y.mergeUpdates(batch.map(({ update }) => update));
        seq = await this.store(merged);
      } catch {
        // Perhaps it was kept and only the answer was lost: what comes twice changes nothing.
        this.refuse(batch, CLOSED.again);
        continue;
      }
      if (seq === undefined) {
        this.refuse(batch, CLOSED.full);
        continue;
      }
      const [taken] = applyAll(this.doc, [merged], this.leftOut);
      if (seq === this.seq + 1) this.seq = seq;
      if (!taken) {
        this.refuse(batch, CLOSED.unreadable);
        continue;
      }
      this.broadcast(MESSAGE.sync, merged, batch);
      this.acknowledge(batch);
      if (seq % COMPACT_AFTER === 0) await compact(this.db, this.courseId).catch(() => {});
    }
  }

  private readonly leftOut = (error: unknown): void =>
    this.log.error({ err: error, courseId: this.courseId }, 'left an update out that cannot be taken in');

  private fitting(): number {
    let bytes = 0;
    const too = this.typed.findIndex(({ update }, at) => {
      bytes += update.length;
      return at > 0 && bytes > BATCH_BYTES;
    });
    return too === -1 ? this.typed.length : too;
  }

  private async store(update: Uint8Array): Promise<number | undefined> {
    // An answer to our question that has nothing new needs no row.
    if (update.length <= 2) return this.seq;
    const seq = await append(this.db, this.courseId, update);
    if (seq !== undefined) return seq;
    await compact(this.db, this.courseId);
    return append(this.db, this.courseId, update);
  }

  private refuse(batch: Typed[], code: number): void {
    for (const member of new Set(batch.map(({ member }) => member))) member.close(code);
  }

  private acknowledge(batch: Typed[]): void {
    for (const { member } of batch) {
      const seat = this.members.get(member);
      if (seat) seat.saved += 1;
    }
    for (const member of new Set(batch.map(({ member }) => member))) {
      const seat = this.members.get(member);
      if (!seat) continue;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, MESSAGE.saved);
      encoding.writeVarUint(encoder, seat.saved);
      member.send(encoding.toUint8Array(encoder));
    }
  }

  /** Takes in what other servers added. */
  gain({ seq, updates }: Gain): void {
    for (const update of applyAll(this.doc, updates, this.leftOut)) this.broadcast(MESSAGE.sync, update);
    this.seq = Math.max(this.seq, seq);
  }

  /** Who is here, for the other servers; those who left too, so that they are taken off there. */
  presence(): Uint8Array {
    const clients = [...this.local].filter((client) => this.awareness.meta.has(client));
    return awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients);
  }

  /** Who is at another server. */
  presenceElsewhere(update: Uint8Array): void {
    awarenessProtocol.applyAwarenessUpdate(this.awareness, update, 'elsewhere');
  }

  /** Waits until everything that was typed is kept. */
  async settled(): Promise<void> {
    await this.keeping;
  }

  close(): void {
    this.awareness.destroy();
    this.doc.destroy();
  }

  private broadcast(kind: number, content: Uint8Array, from: Typed[] = []): void {
    const [first] = from;
    // What one browser alone typed it has already.
    const sole = first && from.every(({ member }) => member === first.member) ? first.member : undefined;
    let message: Uint8Array | undefined;
    for (const member of this.members.keys()) {
      if (member === sole) continue;
      message ??= kind === MESSAGE.sync ? updateMessage(content) : framed(kind, content);
      member.send(message);
    }
  }
}

function framed(kind: number, content: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}

function updateMessage(update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.sync);
  syncProtocol.writeUpdate(encoder, update);
  return encoding.toUint8Array(encoder);
}
