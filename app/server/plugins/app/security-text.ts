import fp from 'fastify-plugin';
import { SECURITY, securityExpires, securityText } from '#shared/contract.ts';
import { sendProblem, unknownAddress } from './problems.ts';

/** Whom to tell of a hole, where a contact is set. */
export const security = fp(
  async (app) => {
    const { securityContact: contact, publicUrl: origin } = app.settings;
    app.get(SECURITY.path, { schema: { hide: true }, config: { access: 'open' } }, async (request, reply) =>
      contact
        ? reply
            .type(SECURITY.mediaType)
            .header('cache-control', 'no-cache')
            .send(securityText({ contact, origin, expires: securityExpires(new Date()) }))
        : sendProblem(unknownAddress(request), request, reply),
    );
  },
  { name: 'security-text', dependencies: ['problems'] },
);
