import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { courses } from './courses/routes.ts';
import { me } from './me/routes.ts';
import { people } from './people/routes.ts';
import { recoveries } from './recoveries/routes.ts';
import { sessions } from './sessions/routes.ts';

/** Where each feature answers, below /api/v1. */
const FEATURES: [prefix: string, routes: FastifyPluginAsyncTypebox][] = [
  ['/people', people],
  ['/sessions', sessions],
  ['/recoveries', recoveries],
  ['/me', me],
  ['/courses', courses],
];

/** The whole API, version 1. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  for (const [prefix, feature] of FEATURES) await app.register(feature, { prefix });
};
