import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPair, isSignedBy, issue, read } from '#scripts/lib/certs/x509.ts';
import { until } from '#scripts/lib/lab/netns.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { type Kubectl, kubectlOn } from './cluster/apply.ts';
import { controlPlaneAt } from './observers.ts';
import { hostNamed, type Running, remember, type TwinEvent } from './state.ts';

// What comes over time: a disk that is full, a certificate that has expired, a host that somebody takes out with care.

/** Takes an edge or a worker out as its own command does. @throws CannotLook for another host */
export async function drain(twin: Running, name: string): Promise<string> {
  const { role, site } = hostNamed(twin, name);
  const host = twin.lab.at(name);
  if (!host) throw new CannotLook(`${name} is off; npm run twin -- heal starts it`);
  if (role === 'edge') {
    remember(twin.folder, `drain ${name}`);
    await host.sh('/usr/local/sbin/fredu-drain');
    return `${name} gives its addresses away`;
  }
  if (role !== 'worker' || !twin.state.kubectl)
    throw new CannotLook(`${name} cannot be drained; edges can, and with size tiny workers`);
  remember(twin.folder, `drain ${name}`);
  await kubectlOf(twin, site!)(
    'drain',
    name,
    '--ignore-daemonsets',
    '--delete-emptydir-data',
    '--timeout=240s',
  );
  return `no pod runs on ${name} any more, but those that every node has`;
}

/** Writes until the disk of a host is full: all of its /etc, /usr/local and /var, and the data of the database. */
export async function fillDisk(twin: Running, name: string): Promise<string> {
  hostNamed(twin, name);
  const host = twin.lab.at(name);
  if (!host) throw new CannotLook(`${name} is off; npm run twin -- heal starts it`);
  remember(twin.folder, `fill-disk ${name}`);
  return await host.sh(`for disk in ${disksOf(twin, name)}; do
  mountpoint -q "$disk" || continue
  mount -o "remount,size=$(($(df --output=used --block-size=1024 "$disk" | tail -1) + 512))k" "$disk"
  dd if=/dev/zero of="$disk/full" bs=4096 2>/dev/null || true
  echo "$(df --output=avail --block-size=1024 "$disk" | tail -1 | tr -d ' ') KiB are free on the disk of ${name}"
done`);
}
/** Each a file system of its own, in memory. */
const disksOf = ({ folder }: Running, name: string): string =>
  `${join(folder, name, 'written')} /run/database`;

/**
 * Replaces a certificate in a Secret by one of the same names that has expired, as if nobody had renewed it.
 * @param secret `namespace/name`
 * @throws CannotLook for a Secret without a certificate of the twin
 */
export async function expireCertificate(twin: Running, site: string, secret: string): Promise<string> {
  const kubectl = kubectlOf(twin, site);
  const [namespace = '', name = ''] = secret.split('/');
  const asked = ['--namespace', namespace, 'get', 'secret', name, '--output', 'json'] as const;
  const text = await kubectl(...asked).catch(() => {
    throw new CannotLook(
      `${site} has no Secret ${secret}; npm run twin -- kubectl ${site} -- get secrets -A lists them`,
    );
  });
  const { data } = JSON.parse(text) as { data: Record<string, string> };
  const values = Object.entries(data).map(([file, value]): [string, string] => [
    file,
    Buffer.from(value, 'base64').toString(),
  ]);
  const key = values.find(([, value]) => /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(value));
  const leaf = key && values.find(([, certificate]) => isPair({ certificate, key: key[1] }));
  if (!leaf) throw new CannotLook(`${secret} of ${site} has no certificate with its key`);
  const by = authorityOf(twin.folder, leaf[1]);
  const { commonName, usages, names, addresses } = read(leaf[1]);
  const fresh = await issue(
    { commonName, usages, names, addresses },
    { by, now: new Date(Date.now() - EXPIRED_FOR), days: 1 },
  );
  const kept = keptFile(twin.folder, site, secret);
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify({ data }), { mode: 0o600 });
  remember(twin.folder, `expire-certificate ${site} ${secret}`);
  await kubectl(
    ...patch(namespace, name, {
      data: { ...data, [leaf[0]]: base64(fresh.certificate), [key[0]]: base64(fresh.key) },
    }),
  );
  return `the certificate of ${commonName} in ${secret} has expired`;
}
/** A day, of a certificate that was valid for one. */
const EXPIRED_FOR = 2 * 86_400_000;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const patch = (namespace: string, name: string, change: object): string[] => [
  ...['--namespace', namespace, 'patch', 'secret', name, '--type=merge'],
  `--patch=${JSON.stringify(change)}`,
];
const KEPT = 'kept-secret-';
const keptFile = (folder: string, site: string, secret: string): string =>
  join(folder, `${KEPT}${[site, ...secret.split('/')].join('-of-')}.json`);

/** The one of the twin's authorities that has signed a certificate. */
function authorityOf(folder: string, certificate: string): { certificate: string; key: string } {
  const keys = join(folder, 'keys');
  for (const name of readdirSync(keys)) {
    const file = (kind: string) => join(keys, name, `twin-${name}.${kind}`);
    if (!existsSync(file('crt'))) continue;
    const authority = readFileSync(file('crt'), 'utf8');
    if (isSignedBy(certificate, [authority]))
      return { certificate: authority, key: readFileSync(file('key'), 'utf8') };
  }
  throw new CannotLook('none of the twin’s authorities has signed it');
}

/**
 * Takes back what was done since the last time: drained hosts serve, disks have room, certificates are valid.
 * @param events all that happened before
 */
export async function renew(twin: Running, events: readonly TwinEvent[]): Promise<void> {
  const { folder, lab, state } = twin;
  const all = events.map(({ what }) => what);
  const since = all.slice(all.lastIndexOf('heal') + 1).map((what) => what.split(' '));
  for (const [what, first = '', second = ''] of since) {
    const role = state.layout.hosts.find(({ name }) => name === first)?.role;
    const host = lab.at(first);
    if (what === 'drain' && role === 'edge') await host?.sh('/usr/local/sbin/fredu-undrain');
    if (what === 'drain' && role === 'worker') {
      const { site } = hostNamed(twin, first);
      await answered(() => kubectlOf(twin, site!)('uncordon', first));
    }
    if (what === 'fill-disk')
      await host?.sh(`for disk in ${disksOf(twin, first)}; do
  mountpoint -q "$disk" || continue
  rm -f "$disk/full"
  mount -o remount,size=50% "$disk"
done`);
    if (what === 'expire-certificate') {
      const kept = keptFile(folder, first, second);
      const [namespace = '', name = ''] = second.split('/');
      if (!existsSync(kept)) continue;
      const change = JSON.parse(readFileSync(kept, 'utf8')) as object;
      await answered(() => kubectlOf(twin, first)(...patch(namespace, name, change)));
      rmSync(kept);
    }
  }
}
/** An API server that has only begun again may take a while. */
const answered = (ask: () => Promise<unknown>): Promise<void> =>
  until(
    'the API server answers',
    () =>
      ask().then(
        () => true,
        () => false,
      ),
    90,
  );

/** @throws CannotLook where the site has no cluster here, or its control plane is off */
const kubectlOf = (twin: Running, site: string): Kubectl =>
  kubectlOn(controlPlaneAt(twin, site), twin.state.kubectl!);
