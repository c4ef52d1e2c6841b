import type { k8s } from 'cdk8s-plus-28';
import { VARIABLES } from '#shared/contract.ts';

const FOLDER = '/certificates';

/** What a pod of the app needs to sign in to the database as one user: files of a secret that is here by name only. */
export function databaseCertificate(user: 'education' | 'migrations'): {
  env: k8s.EnvVar[];
  volume: k8s.Volume;
  mount: k8s.VolumeMount;
} {
  const name = 'database-certificate';
  return {
    env: [
      { name: VARIABLES.databaseCa, value: `${FOLDER}/ca.crt` },
      { name: VARIABLES.databaseCert, value: `${FOLDER}/tls.crt` },
      { name: VARIABLES.databaseKey, value: `${FOLDER}/tls.key` },
    ],
    volume: { name, secret: { secretName: `cockroachdb-client-${user}`, defaultMode: 0o440 } },
    mount: { name, mountPath: FOLDER, readOnly: true },
  };
}
