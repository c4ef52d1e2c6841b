import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import type { Data } from '../reading/objects.ts';
import { stacks } from '../reading/openstack-tree.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const oneTime: Policy = {
  id: 'one-time',
  title:
    'every host takes its time from the same servers, in the same way through a leap second, and never jumps while it runs',
  why: 'Avoid: another time source at one site, a clock that steps, a source that smears a leap second beside one that does not. Prefer: the servers of platform.yaml on every host, chrony, steps at the start alone. Rationale: a database node stops itself when its clock is 80 % of the greatest offset away from most others; two sites with two clocks lose each other in one second.',
  check: (model, tree) => [...sources(model, tree), ...daemons(tree), ...clusters(model, tree)],
};

/** A text that is `/etc/chrony/…` of a host: installed, or there from the first start. */
function chronyFiles(tree: Tree, name: RegExp): { path: string; text: string }[] {
  const starts: { path: string; said: Data }[] = [
    ...[...tree].flatMap(([path, text]) =>
      /\/cloud-init\/[^/]+\.yaml$/.test(path) ? [{ path, said: yamlOf(text) }] : [],
    ),
    ...stacks(tree).flatMap(({ path, resources }) =>
      resources.flatMap(({ value }) =>
        typeof value.user_data === 'string' ? [{ path, said: yamlOf(value.user_data) }] : [],
      ),
    ),
  ];
  return [
    ...[...tree].flatMap(([path, text]) =>
      /\/hosts\/[^/]+\/etc\/chrony\//.test(path) && name.test(path) ? [{ path, text }] : [],
    ),
    ...starts.flatMap(({ path, said }) =>
      listOf(said?.write_files)
        .filter((file: Data) => name.test(String(file.path)))
        .map((file: Data) => ({ path, text: String(file.content) })),
    ),
  ];
}

/** Hosts whose time is ours to say: nodes of a cluster have Kubespray's chrony. */
function sources(model: Model, tree: Tree): Finding[] {
  const wanted = model.time.map((server) => `server ${server} iburst`);
  const files = chronyFiles(tree, /\/etc\/chrony\/sources\.d\/fredu\.sources$/);
  const own = model.sites.flatMap((site) =>
    site.hosts
      .filter(({ role }) => !site.kubernetes || !['control-plane', 'worker'].includes(role))
      .map(({ name }) => `${site.code}/hosts/${name}/etc/chrony/sources.d/fredu.sources`),
  );
  return [
    ...own
      .filter((path) => !tree.has(path))
      .map((path) => ({
        path,
        message: `${path.split('/')[2]} takes its time from whom Debian says`,
        fix: 'add its file of sources',
      })),
    ...files.flatMap(({ path, text }): Finding[] => {
      const lines = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
      if (String([...lines].sort()) === String([...wanted].sort())) return [];
      return [
        {
          path,
          text: lines.find((line) => !wanted.includes(line)) ?? lines[0],
          message: `its time comes from ${lines.join(', ') || 'nobody'}, and that of the others from ${wanted.join(', ')}`,
          fix: wanted.join('\n'),
        },
      ];
    }),
  ];
}

/** @see https://chrony-project.org/doc/4.3/chrony.conf.html */
const SAID: [key: string, value: RegExp, why: string][] = [
  ['sourcedir', /^\/etc\/chrony\/sources\.d$/, 'its sources are not read'],
  ['minsources', /^2$/, 'one server that is wrong is believed'],
  ['makestep', /^(0\.\d+|1(\.0)?) [1-3]$/, 'the clock jumps while a database runs'],
  ['leapsectz', /^right\/UTC$/, 'a leap second is taken in another way than elsewhere'],
  ['port', /^0$/, 'it serves time to strangers'],
  ['driftfile', /^\/var\/lib\/chrony\//, 'it forgets how fast its clock runs'],
  ['bindcmdaddress', /^(127\.0\.0\.1|::1)$/, 'anybody may command it'],
  ['rtcsync', /^$/, 'the clock of the board is never set'],
  ['maxupdateskew', /^\d+(\.\d+)?$/, 'a bad measurement is believed'],
  ['ntsdumpdir', /^\/var\/lib\/chrony$/, 'cookies are lost at each start'],
  ['logdir', /^\/var\/log\/chrony$/, 'its logs go nowhere'],
  ['logchange', /^0\.[0-4]\d*$/, 'half of what a database tolerates is not reported'],
];
const REFUSED = /^\s*(smoothtime|leapsecmode|local|allow|makestep .* -1)\b/m;

const daemons = (tree: Tree): Finding[] =>
  chronyFiles(tree, /\/etc\/chrony\/chrony\.conf$/).flatMap(({ path, text }) => {
    const said = (key: string): string[] =>
      [...text.matchAll(new RegExp(`^${key}(?: (.*))?$`, 'gm'))].map(([, value = '']) => value);
    const refused = REFUSED.exec(text)?.[0];
    const known = new Set(SAID.map(([key]) => key));
    const strange = text
      .split('\n')
      .filter((line) => /^\s*[a-z]/.test(line))
      .map((line) => line.trim().split(' ')[0]!)
      .filter((key) => !known.has(key));
    return [
      ...SAID.filter(
        ([key, value]) => said(key).length === 0 || !said(key).every((each) => value.test(each)),
      ).map(([key, , why]) => ({
        path,
        text: key,
        message: `${key} is ${said(key).join(' and ') || 'not said'}: ${why}`,
        fix: `say ${key} as every other host has it`,
      })),
      ...(refused
        ? [
            {
              path,
              text: refused.trim(),
              message: `${refused.trim()} makes its time another one than that of the others`,
              fix: 'remove it',
            },
          ]
        : []),
      ...strange
        .filter((key) => !refused?.includes(key))
        .map((key) => ({
          path,
          text: key,
          message: `chrony has no word ${key} that these files need`,
          fix: 'remove it',
        })),
    ];
  });

const clusters = (model: Model, tree: Tree): Finding[] =>
  inventories(tree).flatMap(({ all, paths }): Finding[] => {
    const found = listOf(all.ntp_servers).map(String);
    const wanted = model.time.map((server) => `${server} iburst`);
    if (String(found) === String(wanted) && all.ntp_package === 'chrony' && all.ntp_enabled === true)
      return [];
    return [
      {
        path: paths.all,
        text: 'ntp_servers',
        message: `nodes of the cluster take their time from ${found.join(', ') || 'nobody'} by ${String(all.ntp_package)}, and the others from ${wanted.join(', ')} by chrony`,
        fix: wanted.join('\n'),
      },
    ];
  });
