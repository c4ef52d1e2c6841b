import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { image } from '#constructs/images.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { withPort } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { jobName, labels, quantity, resources, restrictedContainer, restrictedPod } from '../pod.ts';
import { priorityClass } from '../priority-classes.ts';
import { COCKROACH_USER, COCKROACHDB, SQL_SERVICE } from './cockroachdb.ts';

const SETUP = 'cockroachdb-setup';
const CERTIFICATES = '/certificates';
const SQL = '/sql';

/**
 * The one site whose job initializes the cluster and applies its SQL: the first choice for leases among those with
 * Kubernetes. Two sites that both initialize would make two databases.
 */
export const setupSite = ({ database }: Model): Site | undefined =>
  database.leases.find((site) => site.kubernetes && site.database);

export interface CockroachdbSetupProps {
  /** The SQL, in the order in which it is applied. */
  files: readonly TextFile[];
}

/**
 * The job that makes a database of the nodes and applies `platform/sql` to it as root, with root's client certificate.
 * Its name follows from the SQL and from all that it runs with, so a change of either is a new job; run again, both steps
 * change nothing.
 * @see https://www.cockroachlabs.com/docs/v26.2/cockroach-init
 */
export class CockroachdbSetup extends Construct {
  constructor(scope: Construct, id: string, { files }: CockroachdbSetupProps) {
    super(scope, id);
    const metadata = { namespace: COCKROACHDB, labels: labels(SETUP) };
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { ...metadata, name: SETUP },
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'sql', {
      metadata: { ...metadata, name: 'cockroachdb-sql' },
      data: Object.fromEntries(files),
    });
    const template = { metadata: { labels: labels(SETUP) }, spec: this.pod(files.map(([name]) => name)) };
    new k8s.KubeJob(this, 'job', {
      metadata: { ...metadata, name: jobName(SETUP, files, template) },
      spec: {
        // Nodes of other sites may come up an hour later, and without a quorum of sites nothing can be set.
        backoffLimit: 30,
        activeDeadlineSeconds: Duration.hours(4).toSeconds(),
        ttlSecondsAfterFinished: Duration.days(1).toSeconds(),
        template,
      },
    });
  }

  private pod(names: string[]): k8s.PodSpec {
    const cockroach = (name: string, script: string, more: Partial<k8s.Container> = {}): k8s.Container => ({
      name,
      image: image('cockroachdb'),
      command: ['/bin/sh', '-euc', script],
      securityContext: restrictedContainer,
      resources: resources({ cpu: '100m', memory: '128Mi', memoryLimit: '512Mi' }),
      ...more,
      env: [{ name: 'HOME', value: '/tmp' }, ...(more.env ?? [])],
      volumeMounts: [
        { name: 'certificates', mountPath: CERTIFICATES, readOnly: true },
        { name: 'sql', mountPath: SQL, readOnly: true },
        { name: 'home', mountPath: '/tmp' },
      ],
    });
    const licence = (key: string, name: string) => ({
      name,
      valueFrom: { secretKeyRef: { name: 'cockroachdb-licence', key, optional: true } },
    });
    return {
      ...restrictedPod(COCKROACH_USER),
      serviceAccountName: SETUP,
      priorityClassName: priorityClass('batch'),
      restartPolicy: 'OnFailure',
      initContainers: [cockroach('init', INIT)],
      containers: [
        cockroach('sql', apply(names), {
          env: [licence('organization', 'ORGANIZATION'), licence('licence', 'LICENCE')],
        }),
      ],
      volumes: [
        {
          name: 'certificates',
          projected: {
            defaultMode: 0o400,
            sources: [
              {
                secret: {
                  name: 'cockroachdb-client-root',
                  items: [
                    { key: 'ca.crt', path: 'ca.crt' },
                    { key: 'tls.crt', path: 'client.root.crt' },
                    { key: 'tls.key', path: 'client.root.key' },
                  ],
                },
              },
            ],
          },
        },
        { name: 'sql', configMap: { name: 'cockroachdb-sql', defaultMode: 0o444 } },
        { name: 'home', emptyDir: { medium: 'Memory', sizeLimit: quantity('16Mi') } },
      ],
    };
  }
}

/** Done before counts as done; anything else is shown, and tried again by the kubelet. */
const INIT = `
host=${withPort(`${COCKROACHDB}.${COCKROACHDB}.svc`, PORTS.rpc)}
if said=$(/cockroach/cockroach init --certs-dir=${CERTIFICATES} --host="$host" 2>&1); then exit 0; fi
case $said in
  *'already been initialized'*) ;;
  *) echo "$said" >&2; exit 1 ;;
esac
`.trimStart();

const apply = (names: string[]): string =>
  `
sql() { /cockroach/cockroach sql --certs-dir=${CERTIFICATES} --host=${withPort(`${SQL_SERVICE}.${COCKROACHDB}.svc`, PORTS.sql)} "$@"; }
for file in ${names.join(' ')}; do
  echo "$file"
  sql --file="${SQL}/$file"
done
if [ -n "\${LICENCE:-}" ]; then
  # By standard input: a command line can be read by every process of the worker.
  printf "SET CLUSTER SETTING cluster.organization = '%s'; SET CLUSTER SETTING enterprise.license = '%s';" \\
    "$ORGANIZATION" "$LICENCE" | sql >/dev/null
fi
`.trimStart();
