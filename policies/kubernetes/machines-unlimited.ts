import { both, familyOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { traefikFiles } from '../reading/ingress-files.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { ofType, stacks } from '../reading/openstack-tree.ts';
import { hostsOfParty, sitesReached, sourcesSeen } from '../reading/parties.ts';

/** Every limit of Traefik, and who is under it. */
const UNDER: Record<string, string> = {
  limit:
    'people, and every client that is no machine of ours, on each route; probes of pages, which ask as a person does',
};

export const machinesUnlimited: Policy = {
  id: 'machines-unlimited',
  title:
    'no machine of ours stands under a limit that is made for people, at any hop, and everybody else does',
  why: 'Zones that copy, backups and the API ask for more than any person, from few addresses. A gateway that is refused takes it for a fault of the disk and asks again at once, so what is allowed is used up by what will be refused, and a copy never ends. An address that is spared and is not ours is a way around every limit.',
  check: (model, tree) =>
    model.sites.flatMap((site) => [
      ...traefik(model, site, tree),
      ...below(tree, `${site.code}/hosts`).flatMap(([path, text]) => {
        if (path.endsWith('/etc/haproxy/haproxy.cfg')) return haproxy(model, site, path, text);
        return path.endsWith('/etc/nftables.conf') ? nftables(model, site, path, text) : [];
      }),
      ...octavia(site, tree),
    ]),
};

/** The addresses that the table of flows brings to the app's balancer but for the internet's, and those that they may be translated to. */
function ours(model: Model, site: Site): string[] {
  const rows = FLOWS.filter(
    ({ from, to }) => to.kind === 'balancer' && to.balancer === 'app' && from.kind !== 'internet',
  );
  return rows.flatMap((flow) =>
    model.sites
      .filter((from) => sitesReached(flow, model, from).includes(site))
      .flatMap((from) => [
        ...sourcesSeen(flow.from, model, from, site),
        ...(from === site ? hostsOfParty(flow.from, from).flatMap((host) => both(host.public)) : []),
      ]),
  );
}

/** What is wrong with those that a place spares. */
function judged(
  model: Model,
  site: Site,
  spared: string[],
  { path, text, who, family }: { path: string; text: string; who: string; family?: string },
): Finding[] {
  const known = model.sites.flatMap(({ hosts }) =>
    hosts.flatMap((host) => [...both(host.address), ...both(host.public)]),
  );
  const meant = ours(model, site).filter((address) => !family || familyOf(address) === family);
  const limited = [...new Set(meant)].filter((address) => !spared.includes(address));
  const strange = spared.filter((address) => !known.includes(address));
  return [
    ...(limited.length > 0
      ? [{ path, text, message: `${who} limits machines of ours: ${limited.join(', ')}`, fix: 'spare them' }]
      : []),
    ...(strange.length > 0
      ? [
          {
            path,
            text,
            message: `${who} spares ${strange.join(', ')}, which is none of ours`,
            fix: 'count it',
          },
        ]
      : []),
  ];
}

/**
 * A machine that dials the object store must be passed on, before anything reads HTTP, to an entry point that has no limit and
 * has the routes of the store; a route that names the store on the limited one would come first.
 */
function traefik(model: Model, site: Site, tree: Tree): Finding[] {
  return traefikFiles(tree)
    .filter((each) => each.site === site.code)
    .flatMap(({ path, fixed, watched }): Finding[] => {
      const limits = [
        ...Object.entries<Data>(watched.http?.middlewares ?? {}),
        ...Object.entries<Data>(watched.tcp?.middlewares ?? {}),
      ].filter(([, { rateLimit, inFlightReq, inFlightConn }]) => rateLimit || inFlightReq || inFlightConn);
      const unnamed = limits
        .filter(([name]) => !UNDER[name])
        .map(([name]) => ({
          path,
          text: name,
          message: `nothing says who is under the limit ${name} of ${site.code}`,
          fix: 'name them in policies/kubernetes/machines-unlimited.ts',
        }));
      const isLimited = (entry: Data): boolean =>
        (entry?.http?.middlewares ?? []).some((each: string) =>
          limits.some(([name]) => each === `${name}@file`),
        );
      const entries = Object.entries<Data>(fixed.entryPoints ?? {});
      if (!site.objects) return unnamed;
      const host = new URL(site.objects.endpoint).hostname;
      const store = entries
        .filter(([, entry]) => isLimited(entry))
        .flatMap(([name]) => {
          const who = `entry point ${name} of ${site.code}`;
          const router = Object.values<Data>(watched.tcp?.routers ?? {}).find(
            (each) => each.entryPoints?.includes(name) && each.rule.includes(`HostSNI(\`${host}\`)`),
          );
          const spared = [...(router?.rule ?? '').matchAll(/ClientIP\(`([^`]+)`\)/g)].map(
            (match) => match[1]!,
          );
          const [server] = watched.tcp?.services?.[router?.service]?.loadBalancer?.servers ?? [];
          const [next = '', beyond] = entries.find(([, { address }]) => address === server?.address) ?? [];
          const leads = beyond && !isLimited(beyond) && router.tls?.passthrough === true;
          return [
            ...judged(model, site, router ? spared : [], { path, text: `HostSNI(\`${host}\`)`, who }),
            ...(router && !leads
              ? [
                  {
                    path,
                    text: router.service,
                    message: `${who} passes machines on to a limit`,
                    fix: 'lead them to an entry point without one, as they are',
                  },
                ]
              : []),
            ...(router
              ? routesElsewhere(tree, site, host, { name: next, address: server?.address ?? '' })
              : []),
          ];
        });
      return [...unnamed, ...store];
    });
}

function routesElsewhere(
  tree: Tree,
  site: Site,
  host: string,
  entry: { name: string; address: string },
): Finding[] {
  const here = (kind: string) => ofKind(tree, kind).filter((each) => each.site === site.code);
  const message = `a route for ${host} of ${site.code} is not on the entry point ${entry.name}, so machines of ours never get there`;
  return [
    ...here('Ingress')
      .filter(
        ({ object }) =>
          object.spec.rules?.some((rule: Data) => rule.host === host) &&
          object.metadata.annotations?.['traefik.ingress.kubernetes.io/router.entrypoints'] !== entry.name,
      )
      .map(({ path }) => ({ path, text: host, message, fix: `name ${entry.name} in its annotation` })),
    ...here('Gateway')
      .filter(({ object }) =>
        object.spec.listeners.some(
          (each: Data) => each.hostname === host && !entry.address.endsWith(`:${each.port}`),
        ),
      )
      .map(({ path }) => ({
        path,
        text: host,
        message,
        fix: 'give the listener the port of that entry point',
      })),
  ];
}

/** In each section that counts or refuses, machines of ours are accepted before. */
function haproxy(model: Model, site: Site, path: string, text: string): Finding[] {
  return text.split(/^(?=\S)/m).flatMap((section) => {
    const lines = section.split('\n').map((line) => line.trim());
    const counting = lines.findIndex((line) => /^tcp-request connection (track-sc|.*\bsc\d?_)/.test(line));
    if (counting < 0) return [];
    const before = lines.slice(0, counting);
    const accepted = before.flatMap(
      (line) => /^tcp-request connection accept if (\S+)$/.exec(line)?.[1] ?? [],
    );
    const spared = before.flatMap((line) => {
      const [, name = '', addresses = ''] = /^acl (\S+) src (.+)$/.exec(line) ?? [];
      return accepted.includes(name) ? addresses.split(/\s+/) : [];
    });
    return judged(model, site, spared, { path, text: lines[0]!, who: `${lines[0]} of ${site.code}` });
  });
}

/** In each chain that counts, a rule for machines of ours comes first. */
function nftables(model: Model, site: Site, path: string, text: string): Finding[] {
  return [...text.matchAll(/^ {2}chain (\w+) \{\n([\s\S]*?)^ {2}\}/gm)].flatMap(
    ([, name = '', body = '']) => {
      const lines = body.split('\n').map((line) => line.trim());
      const counting = lines.findIndex((line) => /\b(limit rate|ct count) over\b/.test(line));
      if (counting < 0) return [];
      const spared = lines.slice(0, counting).flatMap((line) => {
        const set = /^ip6? saddr (\{[^}]*\}|\S+) accept/.exec(line)?.[1];
        return set?.replaceAll(/[{}\s]/g, '').split(',') ?? [];
      });
      const family = /\bip6 saddr\b/.test(lines[counting]!) ? 'ipv6' : 'ipv4';
      return judged(model, site, spared, {
        path,
        text: `chain ${name}`,
        who: `chain ${name} of ${site.code}`,
        family,
      });
    },
  );
}

/** Octavia counts connections without looking who they are of. */
const octavia = (site: Site, tree: Tree): Finding[] =>
  stacks(tree)
    .filter((stack) => stack.site === site.code)
    .flatMap((stack) =>
      ofType(stack, 'lb_listener_v2')
        .filter(({ value }) => (value.connection_limit ?? -1) !== -1)
        .map(({ name, value }) => ({
          path: stack.path,
          text: `"${name}"`,
          message: `${value.name} of ${site.code} takes ${value.connection_limit} connections, machines of ours among them`,
          fix: 'leave out connection_limit',
        })),
    );
