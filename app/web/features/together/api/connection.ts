import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { CLOSED, MESSAGE, SHARED, shownIn } from '#shared/schemas/together.ts';
import { answerOf, api, pagePerson, Refused } from '#web/api.ts';
import { DRAFTS, markUnsent } from '#web/offline/drafts.ts';

/** How it stands: an ended connection is not taken up again. */
export type Standing = 'connecting' | 'open' | 'offline' | 'not-allowed' | 'full' | 'ended';
const ENDS: Record<number, Standing> = {
  [CLOSED.notAllowed]: 'not-allowed',
  [CLOSED.full]: 'full',
  [CLOSED.unreadable]: 'ended',
  1009: 'full',
};
const WAIT_MILLISECONDS = { first: 500, longest: 15_000 };

/** Somebody who writes in the same course; `cursor` is a relative position of Yjs as JSON. */
export interface Present {
  client: number;
  person: { id: string; name: string };
  cursor: object | null;
}

/**
 * One course that is written together: its text in this page, in step with the server whenever that can be reached. What is
 * typed meanwhile stays in the page and in the browser's own database, and is sent when the server answers again, to this page
 * or to the next one that the same person opens to write the course.
 */
export class Connection {
  readonly doc = new Y.Doc();
  readonly awareness = new awarenessProtocol.Awareness(this.doc);
  standing: Standing = 'connecting';
  /** Whether the text of the course has arrived once. */
  synced = false;
  /** Whether a text of the course was found in this browser. */
  found = false;
  /** Whether closing the page loses nothing: what is typed is in the browser's own database. */
  private isKept = false;
  /** What the text is called in the browser's own database. */
  private readonly draft: string;
  private wasSaved = true;
  private readonly courseId: string;
  private readonly url: string;
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | undefined;
  private sent = 0;
  private kept = 0;
  private failures = 0;
  private again: number | undefined;
  private version = 0;

  constructor(courseId: string, writer: string) {
    this.courseId = courseId;
    this.draft = `${DRAFTS.text}-${writer}-${courseId}`;
    this.url = new URL(
      `/api/v1/courses/${encodeURIComponent(courseId)}/together`,
      location.href,
    ).href.replace(/^http/, 'ws');
    this.awareness.setLocalState({ cursor: null });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) {
        this.sent += 1;
        this.write(MESSAGE.sync, (encoder) => syncProtocol.writeUpdate(encoder, update));
      }
      this.changed();
    });
    this.awareness.on(
      'update',
      (changes: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
        if (origin !== this && changes.updated.concat(changes.added).includes(this.doc.clientID))
          this.tellPresence();
        this.changed();
      },
    );
    addEventListener('beforeunload', this.warn);
    void this.keep();
    this.open();
  }

  /** Keeps the text in the browser as well, under the person's own name; where that cannot be, closing the page asks first. */
  private async keep(): Promise<void> {
    if (!('indexedDB' in globalThis)) return;
    try {
      await new IndexeddbPersistence(this.draft, this.doc).whenSynced;
      this.isKept = true;
      this.found = shownIn(this.sections).length > 0;
      this.changed();
    } catch {
      // The browser keeps nothing for us.
    }
  }

  /** Whether everything that was typed here is safe at the server. */
  get saved(): boolean {
    return this.synced && this.sent === this.kept;
  }
  get sections(): Y.Array<Y.Map<unknown>> {
    return this.doc.getArray(SHARED.sections);
  }
  /** The others, each browser once. */
  get others(): Present[] {
    return [...this.awareness.getStates()].flatMap(([client, { person, cursor = null }]) =>
      client === this.doc.clientID || !person ? [] : [{ client, person, cursor }],
    );
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): number => this.version;

  setCursor(cursor: object | null): void {
    this.awareness.setLocalStateField('cursor', cursor);
  }

  /** Tries again where one was not allowed to write. */
  readonly retry = (): void => {
    this.standing = 'connecting';
    this.changed();
    this.open();
  };

  close(): void {
    clearTimeout(this.again);
    removeEventListener('beforeunload', this.warn);
    this.standing = 'ended';
    this.socket?.close();
    this.awareness.destroy();
    this.doc.destroy();
  }

  private readonly warn = (event: BeforeUnloadEvent) => {
    if (!this.isKept && this.synced && !this.saved) event.preventDefault();
  };

  private open(): void {
    const person = pagePerson();
    const socket = new WebSocket(person ? `${this.url}?person=${person.id}` : this.url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.failures = 0;
      // Both sides say what they have; what the other lacks is counted again.
      this.sent = 0;
      this.kept = 0;
      this.write(MESSAGE.sync, (encoder) => syncProtocol.writeSyncStep1(encoder, this.doc));
      this.awareness.setLocalState(this.awareness.getLocalState() ?? { cursor: null });
      this.standing = 'open';
      this.changed();
    };
    socket.onmessage = ({ data }) => this.read(new Uint8Array(data as ArrayBuffer));
    socket.onclose = ({ code }) => {
      if (this.standing === 'ended' || this.socket !== socket) return;
      if (this.standing !== 'open') void this.askWhy();
      this.standing = ENDS[code] ?? 'offline';
      const { clientID } = this.doc;
      const gone = [...this.awareness.getStates().keys()].filter((client) => client !== clientID);
      awarenessProtocol.removeAwarenessStates(this.awareness, gone, this);
      if (this.standing === 'offline') {
        const wait = Math.min(WAIT_MILLISECONDS.first * 2 ** this.failures++, WAIT_MILLISECONDS.longest);
        this.again = window.setTimeout(() => this.open(), wait * (0.5 + Math.random()));
      }
      this.changed();
    };
  }

  /** Browsers do not tell why a connection was refused; the course tells whether one is its author. */
  private async askWhy(): Promise<void> {
    const isAuthor = await answerOf(
      api.GET('/courses/{id}', { params: { path: { id: this.courseId } } }),
    ).then(
      ({ mine }) => mine?.author === true,
      (error) => !(error instanceof Refused && error.problem.status < 500),
    );
    if (isAuthor || this.standing !== 'offline') return;
    clearTimeout(this.again);
    this.standing = 'not-allowed';
    this.changed();
  }

  private read(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.saved) {
      this.kept = decoding.readVarUint(decoder);
      this.changed();
    } else if (kind === MESSAGE.awareness) {
      awarenessProtocol.applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
    } else if (kind === MESSAGE.sync) {
      const answer = encoding.createEncoder();
      encoding.writeVarUint(answer, MESSAGE.sync);
      const step = syncProtocol.readSyncMessage(decoder, answer, this.doc, this);
      if (step === syncProtocol.messageYjsSyncStep1) {
        this.sent += 1;
        this.socket?.send(encoding.toUint8Array(answer) as Uint8Array<ArrayBuffer>);
      }
      if (step === syncProtocol.messageYjsSyncStep2) this.synced = true;
      this.changed();
    }
  }

  private tellPresence(): void {
    const update = awarenessProtocol.encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    this.write(MESSAGE.awareness, (encoder) => encoding.writeVarUint8Array(encoder, update));
  }

  private write(kind: number, fill: (encoder: encoding.Encoder) => void): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    fill(encoder);
    this.socket.send(encoding.toUint8Array(encoder) as Uint8Array<ArrayBuffer>);
  }

  private changed(): void {
    if ((this.synced || this.found) && this.saved !== this.wasSaved) {
      this.wasSaved = this.saved;
      markUnsent(this.draft, !this.saved);
    }
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
