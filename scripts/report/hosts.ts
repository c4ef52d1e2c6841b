import { both } from '#sites/address.ts';
import type { Host, Model } from '#sites/model.ts';
import type { Facts } from './facts.ts';
import { type Html, html, idOf } from './html.ts';
import { lossOf, lossText } from './loss.ts';
import { type Exchange, KINDS, kindOf, OUTSIDERS, partyText, portsText, type Talk } from './talk.ts';

/** For each host what it is, what dies with it, and whom it talks to. */
export const hostsOf = (facts: Facts, talk: Talk): Html =>
  html`${facts.model.sites.flatMap(({ hosts }) => hosts).map((host) => hostOf(facts, talk, host))}`;

function hostOf(facts: Facts, talk: Talk, host: Host): Html {
  const { analysis } = facts;
  const own = (['host', 'machine'] as const).flatMap((what) =>
    analysis.failures.filter(
      ({ id, kind }) => kind === what && id === (what === 'host' ? host.name : host.machine),
    ),
  );
  const others = companions(facts.model, host);
  const id = idOf('host', host.name);
  const rows: [string, string][] = [
    ['Role', host.role],
    ['Address', both(host.address).join(', ')],
    ['Public', both(host.public).join(', ')],
    ['Machine', `${host.machine}${others.length > 0 ? `, with ${others.join(', ')}` : ''}`],
    [
      'Size',
      `${host.cpus} ${host.cpus === 1 ? 'processor' : 'processors'}, ${gibibytes(host.memoryBytes)}, disk ${gibibytes(host.diskBytes)}`,
    ],
    ['Carries', carries(facts, host).join('; ')],
  ];
  return html`<section class="host" id="${id}" tabindex="-1" aria-labelledby="${id}-name">
<h3 id="${id}-name">${host.name}</h3>
<dl>${rows.filter(([, said]) => said !== '').map(([head, said]) => html`<dt>${head}</dt><dd>${said}</dd>`)}</dl>
<h4>What dies with it</h4>
${own.map((part) => html`<div class="loss"><h5>Without ${part.words}</h5>${lossText(lossOf(facts, part))}</div>`)}
<div class="talks"><h4>What it talks to</h4>
${table(
  'asks',
  talk.exchanges.filter(({ from }) => from.includes(host.name)),
  host,
)}${table(
  'answers',
  talk.exchanges.filter(({ to }) => to.includes(host.name)),
  host,
)}</div>
</section>
`;
}

const gibibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 30).toLocaleString('en')} GiB`;

const companions = (model: Model, { machine, name, site }: Host): string[] =>
  model.sites
    .filter(({ code }) => code === site)
    .flatMap(({ hosts }) => hosts.filter((each) => each.machine === machine && each.name !== name))
    .map((each) => each.name);

/** What of the platform stands on it. */
function carries({ analysis: { world }, model }: Facts, { name, site }: Host): string[] {
  const { cluster, nodes, zone, wayIn } = world.sites.find(({ code }) => code === site)!;
  const edge = model.sites.find(({ code }) => code === site)!.edge;
  const held =
    edge?.kind === 'haproxy'
      ? [edge.app, edge.api]
          .filter(({ master }) => master.name === name)
          .flatMap(({ address }) => both(address))
      : [];
  const daemons = cluster?.pods.filter(({ kind }) => kind === 'DaemonSet').map((each) => each.name) ?? [];
  const on = (all: readonly string[] | undefined, words: string): string[] =>
    all?.includes(name) ? [words] : [];
  return [
    ...on(wayIn?.edges, 'HAProxy, Keepalived and what announces the service addresses'),
    ...(held.length > 0 ? [`first holder of ${held.join(', ')}`] : []),
    ...on(cluster?.etcd, `one of ${cluster?.etcd.length} members of etcd`),
    ...on(cluster?.control, 'an API server'),
    ...on(nodes, `one of ${nodes.length} database nodes of ${site}`),
    ...on(
      zone?.osds,
      `disks of the object store ${zone?.name}, at most one of its ${zone?.monitors} monitors`,
    ),
    ...on(cluster?.workers, `pods of ${site}, of each of ${daemons.join(', ')} one`),
  ];
}

/** One row a flow: to whom, at which sites. */
function table(way: 'asks' | 'answers', all: readonly Exchange[], { name, site }: Host): Html {
  if (all.length === 0) return html`<p>It ${way} nobody.</p>`;
  const rows = [...Map.groupBy(all, ({ flow }) => flow)].map(([flow, same]) => {
    const peers = same.flatMap(({ from, to }) => (way === 'asks' ? to : from));
    const whom = way === 'asks' ? flow.to : flow.from;
    return html`<tr><th scope="row"><a href="#${idOf('flow', flow.name)}">${flow.name}</a></th><td>${partyText(whom)}${at(
      [...new Set(peers)].filter((each) => each !== name),
      site,
    )}</td><td>${portsText(flow)}</td><td>${KINDS[kindOf(flow)]}</td></tr>`;
  });
  return html`<details><summary>It ${way}: ${rows.length} flows</summary><div class="scroll" role="region" tabindex="0" aria-label="Flows that ${name} ${way}"><table>
<thead><tr><th scope="col">flow</th><th scope="col">${way === 'asks' ? 'whom' : 'who asks'}</th><th scope="col">port</th><th scope="col">about</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

/** `: sxb-worker1, sxb-worker2`; nothing where the party says it all. */
function at(peers: readonly string[], site: string): string {
  const hosts = peers.filter((each) => !(each in OUTSIDERS) && !each.includes(':'));
  if (hosts.length === 0) return '';
  const near = hosts.filter((each) => each.startsWith(`${site}-`));
  const far = hosts.filter((each) => !near.includes(each));
  return `: ${[...near, ...far].join(', ')}`;
}
