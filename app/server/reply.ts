import type { FastifyReply } from 'fastify';

/** Sends JSON that the database already wrote, without reading and writing it again. */
export const sendJson = (reply: Pick<FastifyReply, 'type'>, json: string): never =>
  reply.type('application/json; charset=utf-8').send(json) as never;
