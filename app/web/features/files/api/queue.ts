import { unshownByName } from '#shared/markdown/media.ts';
import { EMPTY } from '../words.ts';
import type { FileKeeper, KeptFile, Replaced } from './kept-files.ts';
import { Pace } from './pace.ts';
import type { Hindrance, Sending, SendingListener, sendFile } from './upload.ts';

/**
 * Where a file stands: in the queue, on its way, arrived and looked at by the server, without a network, held up by somebody,
 * not wanted, waiting for the bytes that a closed tab took along, or there.
 */
type UploadState = 'waiting' | 'sending' | 'checking' | 'offline' | 'paused' | 'refused' | 'absent' | 'done';

/** One file that is sent to a course. Objects are replaced when they change. */
export interface QueuedFile {
  readonly id: string;
  readonly course: { id: string; title: string };
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  readonly replaces?: Replaced | undefined;
  readonly reason?: string | undefined;
  /** What its author should know of it: that no browser shows it, and what to do. */
  readonly advice?: string | undefined;
  readonly bytesPerSecond?: number | undefined;
}

/** Files that are sent at once; the line is the same for all. */
const AT_ONCE = 3;
/** After a cut nobody told of, in milliseconds. */
const AGAIN_MILLISECONDS = 15_000;
const ACTIVE: readonly UploadState[] = ['waiting', 'sending', 'checking', 'offline'];

interface Parts {
  send: typeof sendFile;
  keeper: FileKeeper;
  /** Milliseconds of any beginning. */
  clock: () => number;
  isOnline: () => boolean;
  /** Does the work unless another window does it; until it is over no other window will. */
  alone: (id: string, work: () => Promise<void>) => Promise<void>;
  newId: () => string;
}
/** What a file needs besides what is shown of it. */
interface Held {
  file?: File | undefined;
  sending?: Sending | undefined;
  pace: Pace;
  isKept: boolean;
  over: () => void;
}

/** All files of this window that are on their way to courses: they go on whatever page one looks at. */
export class UploadQueue {
  private files: readonly QueuedFile[] = [];
  private readonly held = new Map<string, Held>();
  /** All that this window has had, also what is over: its row in the browser goes a moment later. */
  private readonly own = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private readonly arrivals = new Set<(file: QueuedFile) => void>();
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): readonly QueuedFile[] => this.files;
  /** Tells of each file that has become one of its course. */
  readonly onArrival = (listener: (file: QueuedFile) => void): (() => void) => {
    this.arrivals.add(listener);
    return () => this.arrivals.delete(listener);
  };

  /** Whether closing the window now would lose something. */
  get wouldLose(): boolean {
    return this.files.some(({ id, state }) => ACTIVE.includes(state) && !this.held.get(id)?.isKept);
  }

  add(
    { course, personId, replaces }: { course: QueuedFile['course']; personId: string; replaces?: Replaced },
    chosen: readonly File[],
  ): void {
    for (const file of chosen) {
      const row = { id: this.parts.newId(), personId, course, name: file.name, size: file.size, replaces };
      if (file.size === 0) this.take(row, { state: 'refused', reason: EMPTY });
      else this.hold(row, file);
    }
    this.next();
  }

  /** Takes up what windows that were closed left behind. */
  async restore(personId: string): Promise<void> {
    for (const row of await this.parts.keeper.all()) {
      if (row.personId !== personId || this.own.has(row.id) || this.held.has(row.id)) continue;
      if (row.file) this.hold(row, row.file, { isKept: true });
      else this.take(row, { state: 'absent' });
    }
    this.next();
  }

  /** Gives a file that a closed window left behind its bytes again. */
  choose(id: string, file: File): void {
    const found = this.find(id);
    if (!found) return;
    if (file.name !== found.name || file.size !== found.size) {
      this.change(id, { reason: 'Ce n’est pas le même fichier : choisissez celui qui porte ce nom.' });
      return;
    }
    this.change(id, { state: 'waiting', reason: undefined });
    this.held.set(id, { file, pace: new Pace(), isKept: false, over: () => {} });
    this.next();
  }

  pause(id: string): void {
    const held = this.held.get(id);
    held?.sending?.pause();
    held?.pace.forget();
    this.change(id, { state: 'paused', reason: undefined, bytesPerSecond: undefined });
    this.next();
  }

  resume(id: string): void {
    this.change(id, { state: 'waiting', reason: undefined });
    this.next();
  }

  giveUp(id: string): void {
    this.held.get(id)?.sending?.giveUp();
    this.release(id);
    this.files = this.files.filter((file) => file.id !== id);
    this.tell();
    this.next();
  }

  /** Leaves out what has arrived. */
  clear(): void {
    this.files = this.files.filter(({ state }) => state !== 'done');
    this.tell();
  }

  /** The network is back, or gone: what stood still goes on at once. */
  lineChanged(): void {
    const isOnline = this.parts.isOnline();
    for (const { id, state } of this.files) {
      if (isOnline && state === 'offline') this.change(id, { state: 'waiting', reason: undefined });
      if (!isOnline && (state === 'sending' || state === 'checking')) this.cut(id);
    }
    if (isOnline) this.next();
  }

  private hold(row: KeptFile, file: File, { isKept = false } = {}): void {
    const held: Held = { file, pace: new Pace(), isKept, over: () => {} };
    this.held.set(row.id, held);
    const work = async () => {
      // Another window may have sent it since the row was read.
      if (isKept && !(await this.parts.keeper.all()).some(({ id }) => id === row.id)) return;
      const over = new Promise<void>((resolve) => {
        held.over = resolve;
      });
      this.take(row, { state: 'waiting' });
      this.next();
      if (!isKept) held.isKept = await this.parts.keeper.keep({ ...row, file });
      // Given up or arrived meanwhile.
      if (!this.held.has(row.id)) await this.parts.keeper.forget(row.id);
      await over;
    };
    void this.parts.alone(row.id, work).then(() => {
      // Another window sends it.
      if (!this.find(row.id)) this.held.delete(row.id);
    });
  }

  private take(row: KeptFile, more: Pick<QueuedFile, 'state' | 'reason'>): void {
    const { id, course, name, size, replaces } = row;
    this.own.add(id);
    this.files = [
      ...this.files,
      { id, course, name, size, replaces, sent: 0, advice: unshownByName(name), ...more },
    ];
    this.tell();
  }

  /** Sends on as many as there is room for. */
  private next(): void {
    let room = AT_ONCE - this.files.filter(({ state }) => state === 'sending' || state === 'checking').length;
    for (const { id, state } of this.files) {
      if (room <= 0) return;
      const held = this.held.get(id);
      if (state !== 'waiting' || !held?.file) continue;
      room -= 1;
      this.start(id, held);
    }
  }

  private start(id: string, held: Held): void {
    if (!this.parts.isOnline()) {
      this.change(id, { state: 'offline', reason: undefined });
      return;
    }
    this.change(id, { state: 'sending', reason: undefined });
    if (held.sending) {
      held.sending.resume();
      return;
    }
    const { course, replaces } = this.find(id)!;
    held.sending = this.parts.send(
      { courseId: course.id, replaces: replaces?.id },
      held.file!,
      this.listenerOf(id, held),
    );
  }

  private listenerOf(id: string, held: Held): SendingListener {
    return {
      sent: (sent) => {
        const file = this.find(id);
        if (!file || !ACTIVE.includes(file.state)) return;
        held.pace.note(this.parts.clock(), sent);
        const state = sent >= file.size ? 'checking' : 'sending';
        this.change(id, { sent, state, bytesPerSecond: held.pace.bytesPerSecond });
      },
      done: () => {
        const file = this.find(id);
        this.change(id, { sent: file?.size ?? 0, state: 'done', bytesPerSecond: undefined });
        this.release(id);
        if (file) for (const listener of this.arrivals) listener(file);
        this.next();
      },
      failed: (why, reason) => {
        this.fail(id, why, reason);
        this.next();
      },
    };
  }

  private fail(id: string, why: Hindrance, reason: string): void {
    this.held.get(id)?.pace.forget();
    if (why === 'signed-out') {
      this.change(id, { state: 'paused', reason, bytesPerSecond: undefined });
    } else if (why === 'refused') {
      this.change(id, { state: 'refused', reason, bytesPerSecond: undefined });
      this.release(id);
    } else {
      this.change(id, { state: 'offline', bytesPerSecond: undefined });
      setTimeout(() => this.lineChanged(), AGAIN_MILLISECONDS);
    }
  }

  private cut(id: string): void {
    const held = this.held.get(id);
    held?.sending?.pause();
    held?.pace.forget();
    this.change(id, { state: 'offline', bytesPerSecond: undefined });
  }

  private release(id: string): void {
    const held = this.held.get(id);
    this.held.delete(id);
    // Whichever window is next finds no row of it.
    void this.parts.keeper.forget(id).then(() => held?.over());
  }

  private find(id: string): QueuedFile | undefined {
    return this.files.find((file) => file.id === id);
  }
  private change(id: string, to: Partial<QueuedFile>): void {
    this.files = this.files.map((file) => (file.id === id ? { ...file, ...to } : file));
    this.tell();
  }
  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
