import { Worker } from 'node:worker_threads';
import type { CourseFiles } from '#shared/markdown/files.ts';

/** A text, with the files that it may name. */
export interface ToDraw {
  text: string;
  course: CourseFiles | undefined;
}
export interface Drawn {
  /** Undefined where it could not be drawn. */
  html: string | undefined;
}

/** A text that takes longer is shown as it was typed, in milliseconds: a long one takes a hundredth of it where nobody else works. */
const PATIENCE_MILLISECONDS = 10_000;
/** What the thread may hold, in millions of bytes. */
const MEMORY_MEGABYTES = 192;
/** Beside this file, in the sources as in the image. */
const SCRIPT = new URL(`./drawing-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Draws texts in a thread, which starts with the first one; nothing of a text reaches further than that thread. */
export class Drawing {
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #patience: number;
  readonly #script: URL;

  constructor({ patience = PATIENCE_MILLISECONDS, script = SCRIPT } = {}) {
    this.#patience = patience;
    this.#script = script;
  }

  /** A text as HTML, once those before it are drawn; undefined where it takes too long or breaks the thread. */
  draw(wanted: ToDraw): Promise<string | undefined> {
    const drawn = this.#last.then(() => this.#drawOne(wanted));
    this.#last = drawn;
    return drawn;
  }

  async close(): Promise<void> {
    await (await this.#worker?.catch(() => undefined))?.terminate();
  }

  async #drawOne(wanted: ToDraw): Promise<string | undefined> {
    this.#worker ??= started(this.#script);
    const worker = await this.#worker.catch(() => undefined);
    if (!worker) {
      this.#worker = undefined;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const done = ({ html }: Drawn) => resolve(html);
    const broken = () => {
      // The next text gets a thread of its own.
      this.#worker = undefined;
      worker.on('error', () => {});
      void worker.terminate();
      resolve(undefined);
    };
    const late = setTimeout(broken, this.#patience);
    worker.once('message', done).once('error', broken).once('exit', broken);
    worker.postMessage(wanted);
    const html = await promise;
    clearTimeout(late);
    worker.off('message', done).off('error', broken).off('exit', broken);
    return html;
  }
}

/** A thread that has read its programs: how long that takes is no text's fault. */
function started(script: URL): Promise<Worker> {
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES } });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('error', reject);
  });
}
