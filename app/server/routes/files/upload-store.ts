import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Database } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { FileStore } from '#server/store/store.ts';
import { type Piece, pieceAt, pieceKey, wholeOf } from './chunks.ts';
import { UPLOAD_DAYS } from './garbage-collection.ts';
import { SNIFFED_BYTES } from './types.ts';

/** A piece at most, in bytes: what is held while its size is learnt. */
const PIECE_MAX = 8 * 2 ** 20;

interface Row {
  id: string;
  size: number;
  received: number;
  metadata: string;
  created_at: Date;
}
const UPLOAD = sql`select id, size, received, metadata, created_at from uploads where id = $1`;
/** Of two senders of the same bytes, to any two servers, one is counted; the upload waits for its next piece from now on. */
const ADD_RECEIVED = sql`update uploads set received = received + $3::int8, last_piece_at = now()
  where id = $1 and received = $2::int8 returning received`;
const EXPIRES = sql`select last_piece_at + $2::int8 * interval '24 hours' as "at" from uploads where id = $1 and received < size`;

/**
 * Uploads as the tus protocol knows them, over our own store and the database: every server sees the same offset, and goes on where
 * another one stopped. What was counted is kept; a piece that was cut off is sent again.
 */
export class UploadStore extends DataStore {
  readonly #db: Database;
  readonly #files: FileStore;
  readonly #onKept: (bytes: number) => void;

  constructor(db: Database, files: FileStore, onKept: (bytes: number) => void = () => {}) {
    super();
    this.extensions = ['creation', 'expiration', 'termination'];
    this.#db = db;
    this.#files = files;
    this.#onKept = onKept;
  }

  /** The row is made by the route, which knows who sends it. */
  override async create(upload: Upload): Promise<Upload> {
    await query(this.#db, sql`update uploads set metadata = $2 where id = $1`, [
      upload.id,
      JSON.stringify(upload.metadata ?? {}),
    ]);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const [row] = await query<Row>(this.#db, UPLOAD, [id]);
    if (!row) throw ERRORS.FILE_NOT_FOUND;
    return new Upload({
      id,
      size: row.size,
      offset: row.received,
      metadata: JSON.parse(row.metadata || '{}'),
      creation_date: row.created_at.toISOString(),
    });
  }

  /** Until when an upload waits for its next piece; nothing for one that is whole. The library would count from its beginning. */
  async expiresAt(id: string): Promise<Date | undefined> {
    const [expires] = await query<{ at: Date }>(this.#db, EXPIRES, [id, UPLOAD_DAYS]);
    return expires?.at;
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    let at = offset;
    let held: Buffer[] = [];
    let heldBytes = 0;
    const keep = async () => {
      if (heldBytes === 0) return;
      const piece = Buffer.concat(held);
      await this.#files.put(pieceKey(id, at, piece.length), Readable.from([piece]), piece.length);
      const [counted] = await query(this.#db, ADD_RECEIVED, [id, at, piece.length]);
      if (!counted) throw ERRORS.INVALID_OFFSET;
      this.#onKept(piece.length);
      at += piece.length;
      held = [];
      heldBytes = 0;
    };
    try {
      for await (const chunk of stream) {
        held.push(chunk as Buffer);
        heldBytes += (chunk as Buffer).length;
        if (heldBytes >= PIECE_MAX) await keep();
      }
    } finally {
      // What came before the line broke is not sent twice.
      await keep();
    }
    return at;
  }

  override async remove(id: string): Promise<void> {
    for await (const { key } of this.#files.list(`uploads/${id}/`)) await this.#files.remove(key);
    await query(this.#db, sql`delete from uploads where id = $1`, [id]);
  }

  /** All bytes of an upload that is complete, in order. */
  async *bytes(id: string, size: number): AsyncGenerator<Buffer> {
    const pieces: Piece[] = [];
    for await (const { key } of this.#files.list(`uploads/${id}/`)) pieces.push(pieceAt(key));
    for (const { key } of wholeOf(pieces, size)) {
      const piece = await this.#files.get(key);
      if (!piece) throw new Error(`the piece ${key} of an upload is gone`);
      for await (const chunk of piece.bytes) yield chunk as Buffer;
    }
  }

  /** Makes one file of the pieces under a key, and says what it is made of. */
  async assemble(id: string, key: string, size: number): Promise<{ head: Buffer; sha256: string }> {
    const hash = createHash('sha256');
    const heads: Buffer[] = [];
    let headBytes = 0;
    const bytes = this.bytes(id, size);
    const watched = async function* () {
      for await (const chunk of bytes) {
        hash.update(chunk);
        if (headBytes < SNIFFED_BYTES) heads.push(chunk);
        headBytes += chunk.length;
        yield chunk;
      }
    };
    await this.#files.put(key, Readable.from(watched()), size);
    return { head: Buffer.concat(heads).subarray(0, SNIFFED_BYTES), sha256: hash.digest('hex') };
  }
}
