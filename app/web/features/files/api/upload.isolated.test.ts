import { createHash } from 'node:crypto';
import type { PreviousUpload, UploadOptions } from 'tus-js-client';
import { beforeEach, expect, it, vi } from 'vitest';
import { sendFile } from './upload.ts';

/** What the protocol's program is asked to do. */
const asked = vi.hoisted(() => ({ of: [] as string[], previous: [] as PreviousUpload[], fails() {} }));
vi.mock('tus-js-client', () => ({
  Upload: class {
    options: UploadOptions;
    constructor(_file: File, options: UploadOptions) {
      this.options = options;
      asked.fails = () => options.onError?.(new Error('cut'));
    }
    findPreviousUploads = async () => asked.previous;
    resumeFromPreviousUpload = ({ uploadUrl }: PreviousUpload) => asked.of.push(`go on with ${uploadUrl}`);
    start = () => asked.of.push(`start ${JSON.stringify(this.options.metadata)}`);
    abort = async (terminates = false) => asked.of.push(terminates ? 'terminate' : 'abort');
  },
}));
beforeEach(() => {
  asked.of = [];
  asked.previous = [];
});

const listener = { sent: () => {}, done: () => {}, failed: () => {} };
const send = (file: File) => sendFile({ courseId: 'c1' }, file, listener);
const sha256 = createHash('sha256').update('Bonjour').digest('hex');
const file = () => new File(['Bonjour'], 'été.txt');
const started = `start ${JSON.stringify({ filename: 'été.txt', sha256 })}`;
/** Until all that was begun with a file is reported. */
const until = (...words: string[]) => vi.waitFor(() => expect(asked.of).toEqual(words));

it('tells the SHA-256 of a file before its first piece', async () => {
  send(file());
  await until(started);
});

it('reads no large file for it', async () => {
  const large = file();
  Object.defineProperty(large, 'size', { value: 64 * 2 ** 20 + 1 });
  const reading = vi.spyOn(large, 'arrayBuffer');
  send(large);
  await until('start {"filename":"été.txt"}');
  expect(reading).not.toHaveBeenCalled();
});

it('leaves it to the sender to find that a file cannot be read', async () => {
  const gone = file();
  vi.spyOn(gone, 'arrayBuffer').mockRejectedValue(new Error('gone'));
  send(gone);
  await until('start {"filename":"été.txt"}');
});

it('sends without it where the browser has no cryptography', async () => {
  vi.stubGlobal('crypto', {});
  send(file());
  vi.unstubAllGlobals();
  await until('start {"filename":"été.txt"}');
});

it('holds one file at a time in memory', async () => {
  const gate = Promise.withResolvers<ArrayBuffer>();
  const [first, second] = [file(), file()];
  vi.spyOn(first, 'arrayBuffer').mockReturnValue(gate.promise);
  const reading = vi.spyOn(second, 'arrayBuffer');
  send(first);
  send(second);
  await new Promise((resolve) => setImmediate(resolve));
  expect(reading).not.toHaveBeenCalled();
  gate.resolve(new TextEncoder().encode('Bonjour').buffer);
  await until(started, started);
});

it('begins once, however it was suspended and resumed before', async () => {
  const sending = send(file());
  sending.pause();
  sending.resume();
  sending.pause();
  sending.resume();
  await until('abort', 'abort', started);
});

it('begins again once it has failed', async () => {
  const sending = send(file());
  await until(started);
  asked.fails();
  sending.resume();
  await until(started, started);
});

it('takes back what an earlier window sent, though it is given up at once', async () => {
  asked.previous = [{ uploadUrl: '/u1' } as PreviousUpload];
  send(file()).giveUp();
  await until('go on with /u1', 'terminate');
});
