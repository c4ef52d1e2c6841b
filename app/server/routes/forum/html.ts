import type { FastifyInstance } from 'fastify';
import { withNames } from '#shared/markdown/mentions.ts';

type Drawing = Pick<FastifyInstance, 'drawn'>;
interface Message {
  body: string | null;
}

const htmlOf = async (app: Drawing, { body }: Message): Promise<string | null> =>
  body === null ? null : app.drawn(withNames(body));

/** A question as JSON text, with its words as HTML beside them. */
export async function withHtml(app: Drawing, json: string): Promise<string> {
  const message = JSON.parse(json) as Message;
  return JSON.stringify({ ...message, html: await htmlOf(app, message) });
}

/** The same for a page of answers. */
export async function pageWithHtml(app: Drawing, json: string): Promise<string> {
  const { items, ...page } = JSON.parse(json) as { items: Message[] };
  const drawn = items.map(async (message) => ({ ...message, html: await htmlOf(app, message) }));
  return JSON.stringify({ items: await Promise.all(drawn), ...page });
}
