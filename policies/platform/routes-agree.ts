import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind, type Rendered } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

/** Where a request for a name and a path prefix goes. */
interface Route {
  key: string;
  target: string;
  path: string;
}

export const routesAgree: Policy = {
  id: 'routes-agree',
  title: 'the Ingresses and the Gateway of a site lead every name and path to the same service',
  why: 'The routes are there in both APIs, so that the ingress can be exchanged. Two that disagree route by whichever the controller read last, and a change of controller becomes a change of routes.',
  check(model, tree) {
    return model.sites.flatMap(({ code }): Finding[] => {
      const ingress = fromIngresses(tree, code);
      const gateway = fromGateway(tree, code);
      const services = new Set(
        ofKind(tree, 'Service').map(({ site, namespace, name }) => `${site}/${namespace}/${name}`),
      );
      const missing = [...ingress]
        .filter(([key, { target }]) => gateway.get(key)?.target !== target)
        .map(([key, { target, path }]) => ({
          path,
          other: gateway.get(key) && { path: gateway.get(key)!.path },
          message: `${code}: the Ingress leads ${key} to ${target}, the Gateway ${gateway.get(key)?.target ?? 'nowhere'}`,
          fix: 'render both from the same routes',
        }));
      const extra = [...gateway]
        .filter(([key]) => !ingress.has(key))
        .map(([key, { target, path }]) => ({
          path,
          message: `${code}: the Gateway leads ${key} to ${target}, the Ingress nowhere`,
          fix: 'render both from the same routes',
        }));
      const nowhere = [...ingress.values()]
        .filter(({ target }) => {
          const [name = ''] = target.split(':');
          return !services.has(`${code}/${name}`) && !madeByOperator(tree, code, name);
        })
        .map(({ key, target, path }) => ({
          path,
          message: `${code}: ${key} leads to ${target}, and no such service is in the tree`,
          fix: 'name a service that exists',
        }));
      return [...missing, ...extra, ...nowhere];
    });
  },
};

/** Rook makes the service of an object store: `rook-ceph-rgw-<store>`. */
const madeByOperator = (tree: Tree, code: string, target: string): boolean =>
  ofKind(tree, 'CephObjectStore').some(
    ({ site, namespace, name }) => site === code && target === `${namespace}/rook-ceph-rgw-${name}`,
  );

function fromIngresses(tree: Tree, code: string): Map<string, Route> {
  const routes = ofKind(tree, 'Ingress')
    .filter(({ site }) => site === code)
    .flatMap(({ path, namespace, object }) =>
      (object.spec.rules ?? []).flatMap(({ host, http }: Data) =>
        listOf(http?.paths).map(({ path: prefix, pathType, backend }: Data) => ({
          key: `${host}${prefix}${pathType === 'Prefix' ? '*' : ''}`,
          target: `${namespace}/${backend?.service?.name}:${backend?.service?.port?.number ?? backend?.service?.port?.name}`,
          path,
        })),
      ),
    );
  return new Map(routes.map((route) => [route.key, route]));
}

/** A route counts where a listener of its parent has the name, lets its namespace in, and may read its certificate. */
function fromGateway(tree: Tree, code: string): Map<string, Route> {
  const gateways = ofKind(tree, 'Gateway').filter(({ site }) => site === code);
  const routes = ofKind(tree, 'HTTPRoute')
    .filter(({ site }) => site === code)
    .flatMap(({ path, namespace, object }) =>
      (object.spec.hostnames ?? []).flatMap((host: string) => {
        const listened = listOf(object.spec.parentRefs).some((parent: Data) =>
          gateways.some((gateway) => listens(tree, gateway, parent, host, namespace)),
        );
        if (!listened) return [];
        return listOf(object.spec.rules).flatMap(({ matches, backendRefs }: Data) =>
          listOf(matches).map(({ path: match }: Data) => ({
            key: `${host}${match?.value}${match?.type === 'PathPrefix' ? '*' : ''}`,
            target: listOf(backendRefs)
              .map((each: Data) => `${each.namespace ?? namespace}/${each.name}:${each.port}`)
              .join('+'),
            path,
          })),
        );
      }),
    );
  return new Map(routes.map((route) => [route.key, route]));
}

function listens(tree: Tree, gateway: Rendered, parent: Data, host: string, namespace: string): boolean {
  if (parent.name !== gateway.name || (parent.namespace ?? namespace) !== gateway.namespace) return false;
  return listOf(gateway.object.spec.listeners).some(
    ({ hostname, tls, allowedRoutes }: Data) =>
      hostname === host &&
      allowedRoutes?.namespaces?.selector?.matchLabels?.['kubernetes.io/metadata.name'] === namespace &&
      listOf(tls?.certificateRefs).every((secret: Data) => granted(tree, gateway, secret)),
  );
}

const granted = (tree: Tree, gateway: Rendered, secret: Data): boolean =>
  (secret.namespace ?? gateway.namespace) === gateway.namespace ||
  ofKind(tree, 'ReferenceGrant').some(
    ({ site, namespace, object }) =>
      site === gateway.site &&
      namespace === secret.namespace &&
      listOf(object.spec.from).some(
        (from: Data) => from.kind === 'Gateway' && from.namespace === gateway.namespace,
      ) &&
      listOf(object.spec.to).some(
        (to: Data) => to.kind === 'Secret' && (!to.name || to.name === secret.name),
      ),
  );
