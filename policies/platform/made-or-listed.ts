import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { type Data, objects, ofKind } from '../reading/objects.ts';

/** Made by Kubernetes itself in every namespace. */
const GIVEN = new Set(['kube-root-ca.crt']);
/** Files that a package or Kubespray brings, or that may be missing because their unit says so. */
const BROUGHT = [/^\/etc\/default\//, /^\/etc\/sysconfig\//, /^\/etc\/etcd\.env$/, /^\/etc\/ssl\/certs\//];
const PAGE = 'before-the-first-time.md';

export const madeOrListed: Policy = {
  id: 'made-or-listed',
  title:
    'whatever a file refers to – Secret, ConfigMap, bucket, key, file of a host – is in the tree or stands on the page of its site with who makes it',
  why: 'What nobody makes is found out on the day when everything is started: a pod waits for a Secret for ever, a first `tofu init` ends for want of a bucket, a balancer does not start for want of a certificate. People who set up a site work by its page.',
  check(_model, tree) {
    const sites = [...new Set([...tree.keys()].map((path) => path.split('/')[0]!))];
    return sites.flatMap((site) => {
      const path = `${site}/${PAGE}`;
      const rows = new Map(
        [...(tree.get(path) ?? '').matchAll(/^\| `([^`]+)`[^|]*\|(.*)\|$/gm)].map(([, name, rest]) => [
          name!,
          rest!.split(' | ').map((cell) => cell.trim()),
        ]),
      );
      return [
        ...[...rows]
          .filter(([, cells]) => !cells.at(-1))
          .map(([name]) => ({
            path,
            text: name,
            message: `${site}: nobody says who makes ${name}`,
            fix: 'say it in the last column',
          })),
        ...inCluster(tree, site, rows),
        ...buckets(tree, site, rows),
        ...onHosts(tree, site, rows),
        ...signers(tree, site),
      ];
    });
  },
};

type Rows = ReadonlyMap<string, string[]>;

function inCluster(tree: Tree, site: string, rows: Rows): Finding[] {
  const own = objects(tree).filter((each) => each.site === site);
  const made = new Set(
    own.flatMap(({ kind, namespace, name, object }) =>
      kind === 'Certificate'
        ? [`Secret ${namespace}/${object.spec.secretName}`]
        : [`${kind} ${namespace}/${name}`],
    ),
  );
  return own
    .filter(({ kind }) => !['Role', 'ClusterRole', 'Certificate'].includes(kind))
    .flatMap(({ path, namespace, object }) =>
      references(object).flatMap(({ kind, name, at, key }): Finding[] => {
        const id = `${at ?? (namespace || 'cert-manager')}/${name}`;
        if (GIVEN.has(name) || made.has(`${kind} ${id}`)) return [];
        const row = rows.get(id);
        if (kind === 'ConfigMap' || !row)
          return [
            {
              path,
              text: name,
              message: `${site}: nobody makes the ${kind} ${id}`,
              fix: `render it, or list it in ${PAGE}`,
            },
          ];
        if (!key || row[0]!.includes(`\`${key}\``)) return [];
        return [
          {
            path,
            text: key,
            message: `${site}: the page lists ${id} without its key ${key}`,
            fix: `name ${key} in ${PAGE}`,
          },
        ];
      }),
    );
}

interface Reference {
  kind: 'Secret' | 'ConfigMap';
  name: string;
  at?: string;
  key?: string;
}

/** Whatever an object names by a field that speaks of Secrets or ConfigMaps. */
function references(node: Data, field = ''): Reference[] {
  if (Array.isArray(node)) return node.flatMap((each) => references(each, field));
  if (typeof node === 'string') return field === 'secretName' ? [{ kind: 'Secret', name: node }] : [];
  if (typeof node !== 'object' || node === null) return [];
  const kind = /configMap/i.test(field) ? 'ConfigMap' : 'Secret';
  const speaks = /secret|configMap|accessKeyRef|certificateRef/i.test(field) && typeof node.name === 'string';
  const at = typeof node.namespace === 'string' ? { at: node.namespace } : {};
  const key = typeof node.key === 'string' ? { key: node.key } : {};
  return [
    ...(speaks ? [{ kind, name: node.name, ...at, ...key } as Reference] : []),
    ...Object.entries(node).flatMap(([name, value]) => references(value, name)),
  ];
}

/** Buckets by the names that scripts, stacks and statements write to. */
function buckets(tree: Tree, site: string, rows: Rows): Finding[] {
  const claims = new Set(ofKind(tree, 'ObjectBucketClaim').map(({ object }) => object.spec.bucketName));
  return below(tree, site).flatMap(([path, text]) =>
    [...text.matchAll(/"bucket": "([^"]+)"|\bbackup:([a-z0-9-]+)\/|'s3:\/\/([a-z0-9-]+)/g)].flatMap(
      ([, ...names]): Finding[] => {
        const name = names.find(Boolean)!;
        if (claims.has(name) || rows.has(name)) return [];
        return [
          {
            path,
            text: name,
            message: `${site}: nobody makes the bucket ${name}`,
            fix: 'add an ObjectBucketClaim',
          },
        ];
      },
    ),
  );
}

/** Files that something on a host reads. */
function onHosts(tree: Tree, site: string, rows: Rows): Finding[] {
  const read =
    /^EnvironmentFile=-?(\/\S+)|\bca-file (\/\S+)|\bcrt (\/\S+)|--certs-dir=(\/\S+)|--config (\/\S+)|"?\{\{ secrets \}\}(\/[^"\s]+)/gm;
  return below(tree, site).flatMap(([path, text]) => {
    const host = new RegExp(`^${site}/(hosts/[^/]+|inventory/hosts/tasks)/`).exec(path);
    if (!host) return [];
    return [...text.matchAll(read)].flatMap(([, ...files]): Finding[] => {
      const file = files.find(Boolean)!;
      const there =
        tree.has(`${site}/${host[1]}${file}`) ||
        BROUGHT.some((pattern) => pattern.test(file)) ||
        [...rows.keys()].some((each) => each === file || each.startsWith(`${file}/`));
      if (there) return [];
      return [
        {
          path,
          text: file,
          message: `${site}: nobody puts ${file} there`,
          fix: `render it, or list it in ${PAGE}`,
        },
      ];
    });
  });
}

/** Keys by which updates of the zones are signed. */
function signers(tree: Tree, site: string): Finding[] {
  const path = 'platform/dns/challenges.conf';
  const named = [...(tree.get(path) ?? '').matchAll(/grant "([^"]+)"/g)].map(([, name]) => name!);
  const page = tree.get(`${site}/${PAGE}`) ?? '';
  return [...new Set(named)]
    .filter((name) => name.endsWith(`-${site}`) && !page.includes(`TSIG key \`${name}\``))
    .map((name) => ({
      path,
      text: name,
      message: `${site}: nobody makes the key ${name}`,
      fix: `list it in ${PAGE}`,
    }));
}
