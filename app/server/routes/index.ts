import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { quotas } from './admin/quotas.ts';
import { readAudit } from './admin/read-audit.ts';
import { admin } from './admin/routes.ts';
import { secondFactorOfOthers } from './admin/second-factor.ts';
import { settings } from './admin/settings.ts';
import { authors } from './courses/authors.ts';
import { courses } from './courses/routes.ts';
import { statistics } from './courses/statistics.ts';
import { files } from './files/routes.ts';
import { uploads } from './files/uploads.ts';
import { mentionCandidates } from './forum/mention-candidates.ts';
import { posts } from './forum/posts.ts';
import { reports } from './forum/reports.ts';
import { threads } from './forum/threads.ts';
import { versions } from './forum/versions.ts';
import { email } from './me/email.ts';
import { privacy } from './me/privacy.ts';
import { me } from './me/routes.ts';
import { secondFactor } from './me/second-factor.ts';
import { notifications } from './notifications/routes.ts';
import { consent } from './people/consent.ts';
import { people } from './people/routes.ts';
import { recoveries } from './recoveries/routes.ts';
import { sessions } from './sessions/routes.ts';
import { sitePages } from './site-pages/routes.ts';
import { preview } from './together/preview.ts';
import { together } from './together/routes.ts';

/** Where each feature answers, below /api/v1. */
const FEATURES: [prefix: string, routes: FastifyPluginAsyncTypebox][] = [
  ['/people', people],
  ['/people', consent],
  ['/sessions', sessions],
  ['/recoveries', recoveries],
  ['/me', me],
  ['/me', privacy],
  ['/me/second-factor', secondFactor],
  ['', email],
  ['/courses', courses],
  ['/courses', statistics],
  ['', authors],
  ['/courses', together],
  ['/courses', preview],
  ['', uploads],
  ['', files],
  ['', mentionCandidates],
  ['', threads],
  ['', posts],
  ['', reports],
  ['', versions],
  ['/notifications', notifications],
  ['', admin],
  ['', quotas],
  ['', sitePages],
  ['', settings],
  ['', secondFactorOfOthers],
];

/** The whole API, version 1. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(readAudit);
  for (const [prefix, feature] of FEATURES) await app.register(feature, { prefix });
};
