import type { Finding, Policy } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const publicCertificates: Policy = {
  id: 'public-certificates',
  title: 'every public name has a certificate, renewed in time and proved by DNS',
  why: 'Several sites share one name, so a challenge by HTTP reaches the wrong site every other time and a certificate ends one night three months later. A route whose secret nobody fills answers no handshake.',
  check(_model, tree) {
    const certificates = ofKind(tree, 'Certificate');
    return [
      ...ofKind(tree, 'Ingress').flatMap(({ site, path, namespace, object }) =>
        (object.spec.tls ?? []).flatMap(({ hosts, secretName }: Data): Finding[] => {
          const made = certificates.find(
            (each) =>
              each.site === site &&
              each.namespace === namespace &&
              each.object.spec.secretName === secretName,
          );
          const names = new Set<string>(made?.object.spec.dnsNames);
          return listOf(hosts)
            .filter((host: string) => !names.has(host))
            .map((host: string) => ({
              path,
              text: host,
              other: made && { path: made.path, text: 'dnsNames' },
              message: made
                ? `the certificate in ${namespace}/${secretName} does not name ${host}`
                : `nothing fills the secret ${namespace}/${secretName} for ${host}`,
              fix: `name ${host} in a Certificate of namespace ${namespace}`,
            }));
        }),
      ),
      ...certificates.flatMap(({ site, path, object }) => {
        const { issuerRef, duration = '2160h', renewBefore = '720h' } = object.spec;
        const issuer = ofKind(tree, issuerRef.kind).find(
          (each) => each.site === site && each.name === issuerRef.name,
        );
        const solvers: Data[] = issuer?.object.spec.acme?.solvers ?? [];
        const found: Finding[] = [];
        if (solvers.length === 0 || solvers.some((solver) => !solver.dns01))
          found.push({
            path: issuer?.path ?? path,
            message: `${issuerRef.kind} ${issuerRef.name} of ${site} proves names otherwise than by DNS`,
            fix: 'use a dns01 solver',
          });
        const days = (text: string) => Number.parseInt(text, 10) / 24;
        if (days(renewBefore) < 21 || days(renewBefore) >= days(duration))
          found.push({
            path,
            text: 'renewBefore',
            message: `a certificate of ${days(duration)} days is renewed ${days(renewBefore)} days before it ends`,
            fix: 'renew 30 days before',
          });
        return found;
      }),
    ];
  },
};
