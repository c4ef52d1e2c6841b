import { parentPort } from 'node:worker_threads';
import { markdownHtml } from '#shared/markdown/html.ts';
import type { Drawn, ToDraw } from './drawing.ts';

/** Draws texts one after the other, in a thread of its own: formulas and coloured code take longer than anybody else's answer may wait. */
parentPort!.on('message', async ({ text, course }: ToDraw) => {
  const html = await markdownHtml(text, course).catch(() => undefined);
  parentPort!.postMessage({ html } satisfies Drawn);
});

/** Its programs are read. */
parentPort!.postMessage('ready');
