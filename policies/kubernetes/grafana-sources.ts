import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const grafanaSources: Policy = {
  id: 'grafana-sources',
  title:
    'Grafana reads the Prometheus of its site, by certificates, shows its dashboards to whoever came by the bastion, and lets nobody change them',
  why: 'Avoid: a source over plain HTTP or without a certificate, a login with a password that nobody set, panels that are edited by hand. Prefer: one source with both ends proved, viewers without a login behind the bastion, dashboards from files. Rationale: Prometheus refuses whoever shows no certificate, so that a slip here is empty panels in the middle of a failure; a panel that was edited by hand is gone with its pod.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap').flatMap(({ path, site, namespace, name, object }): Finding[] => {
      const data: Data = object.data ?? {};
      if (typeof data['grafana.ini'] !== 'string') return [];
      const at = { path, site, namespace, name };
      return [
        ...source(tree, at, yamlOf(data['datasource.yaml'])),
        ...provider(at, yamlOf(data['provider.yaml'])),
        ...settings(at, data['grafana.ini']),
      ];
    }),
};

interface At {
  path: string;
  site: string;
}
const SECRETS: [key: string, file: string][] = [
  ['tlsCACert', 'ca.crt'],
  ['tlsClientCert', 'tls.crt'],
  ['tlsClientKey', 'tls.key'],
];

/** @see https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources */
function source(tree: Tree, { path, site }: At, file: Data): Finding[] {
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `Grafana of ${site} ${message}`,
    fix,
  });
  const [only, ...more] = listOf(file?.datasources);
  if (!only || more.length > 0)
    return [wrong('datasource.yaml', `has ${more.length + (only ? 1 : 0)} sources`, 'one: Prometheus')];
  const [, host, namespace, port] =
    /^https:\/\/([a-z-]+)\.([a-z-]+)\.svc:(\d+)$/.exec(String(only.url)) ?? [];
  const service = ofKind(tree, 'Service').find(
    (each) => each.site === site && each.name === host && each.namespace === namespace,
  );
  const { jsonData = {}, secureJsonData = {} } = only;
  const folder = /^\$__file\{(.+)\/ca\.crt\}$/.exec(String(secureJsonData.tlsCACert))?.[1];
  const mounted = ofKind(tree, 'Deployment').some(
    (each) =>
      each.site === site &&
      each.name === 'grafana' &&
      listOf(each.object.spec?.template?.spec?.containers).some((container: Data) =>
        listOf(container.volumeMounts).some((mount: Data) => mount.mountPath === folder),
      ),
  );
  return [
    ...(only.type === 'prometheus' &&
    only.access === 'proxy' &&
    only.isDefault === true &&
    only.editable === false &&
    only.uid === 'prometheus'
      ? []
      : [
          wrong(
            'datasources',
            `has a source of the type ${String(only.type)} (access ${String(only.access)}, uid ${String(only.uid)}, default ${String(only.isDefault)}, editable ${String(only.editable)})`,
            'type: prometheus, access: proxy, uid: prometheus, isDefault: true, editable: false',
          ),
        ]),
    ...(service && listOf(service.object.spec?.ports).some((each: Data) => String(each.port) === port)
      ? []
      : [
          wrong(
            'url',
            `asks ${String(only.url)}, where nobody answers`,
            'https://prometheus.monitoring.svc:9090',
          ),
        ]),
    ...(jsonData.tlsAuth === true && jsonData.tlsAuthWithCACert === true
      ? []
      : [
          wrong(
            'jsonData',
            'shows no certificate, or believes any',
            'tlsAuth: true, tlsAuthWithCACert: true',
          ),
        ]),
    ...(jsonData.tlsSkipVerify
      ? [wrong('tlsSkipVerify', 'believes any certificate', 'remove tlsSkipVerify')]
      : []),
    ...(jsonData.serverName === `${host}.${namespace}.svc`
      ? []
      : [
          wrong(
            'serverName',
            `expects ${String(jsonData.serverName)} behind ${String(only.url)}`,
            `serverName: ${host}.${namespace}.svc`,
          ),
        ]),
    ...(jsonData.httpMethod === 'POST' && /^\d+s$/.test(String(jsonData.timeInterval))
      ? []
      : [
          wrong(
            'jsonData',
            `asks by ${String(jsonData.httpMethod)} every ${String(jsonData.timeInterval)}: long queries are refused, or panels have gaps`,
            'httpMethod: POST, timeInterval: 30s',
          ),
        ]),
    ...SECRETS.filter(([key, name]) => secureJsonData[key] !== `$__file{${folder}/${name}}`).map(
      ([key, name]) =>
        wrong(
          'secureJsonData',
          `reads ${key} from ${String(secureJsonData[key])}`,
          `$__file{${folder ?? '/etc/grafana/observer'}/${name}}`,
        ),
    ),
    ...(mounted
      ? []
      : [
          wrong(
            'secureJsonData',
            `reads its certificates from ${folder ?? 'nowhere'}, which no pod of it mounts`,
            'mount the Secret there',
          ),
        ]),
  ];
}

function provider({ path, site }: At, file: Data): Finding[] {
  const [only, ...more] = listOf(file?.providers);
  const isRight =
    only?.type === 'file' &&
    only.disableDeletion === true &&
    only.allowUiUpdates === false &&
    only.options?.path === '/etc/grafana/dashboards' &&
    more.length === 0;
  return isRight
    ? []
    : [
        {
          path,
          text: 'provider.yaml',
          message: `Grafana of ${site} takes its dashboards from ${String(only?.options?.path)}, and lets them be changed or deleted`,
          fix: 'type: file, disableDeletion: true, allowUiUpdates: false, path: /etc/grafana/dashboards',
        },
      ];
}

/** @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ */
const SETTINGS: [section: string, key: string, value: RegExp, why: string][] = [
  ['analytics', 'reporting_enabled', /^false$/, 'it tells others how it is used'],
  ['analytics', 'check_for_updates', /^false$/, 'it asks the internet, which its firewall refuses'],
  ['analytics', 'check_for_plugin_updates', /^false$/, 'it asks the internet, which its firewall refuses'],
  ['auth', 'disable_login_form', /^true$/, 'passwords can be tried'],
  ['auth.basic', 'enabled', /^false$/, 'passwords can be tried'],
  ['auth.anonymous', 'enabled', /^true$/, 'nobody sees anything'],
  ['auth.anonymous', 'org_role', /^Viewer$/, 'whoever comes by may change it'],
  [
    'dashboards',
    'default_home_dashboard_path',
    /^\/etc\/grafana\/dashboards\/[a-z-]+\.json$/,
    'it begins with an empty page',
  ],
  ['metrics', 'enabled', /^true$/, 'nobody sees how it does'],
  ['news', 'news_feed_enabled', /^false$/, 'it asks the internet, which its firewall refuses'],
  ['plugins', 'plugin_admin_enabled', /^false$/, 'programs are installed by whoever comes by'],
  ['plugins', 'preinstall_disabled', /^true$/, 'it waits for the internet at its start'],
  ['security', 'disable_gravatar', /^true$/, 'others are told who looks'],
  ['security', 'disable_initial_admin_creation', /^true$/, 'there is an admin whose password is admin'],
  ['server', 'http_port', /^\d{4,5}$/, 'its service finds it nowhere'],
  ['users', 'allow_sign_up', /^false$/, 'strangers make themselves users'],
  ['users', 'viewers_can_edit', /^false$/, 'whoever comes by may change it'],
];
function settings({ path, site }: At, text: string): Finding[] {
  const said = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (/^\[.+\]$/.test(line)) section = line.slice(1, -1);
    else if (line !== '' && !/^[;#]/.test(line))
      said.set(`${section} ${line.split('=')[0]!.trim()}`, line.slice(line.indexOf('=') + 1).trim());
  }
  const known = new Set(SETTINGS.map(([part, key]) => `${part} ${key}`));
  return [
    ...SETTINGS.filter(([part, key, value]) => !value.test(said.get(`${part} ${key}`) ?? '')).map(
      ([part, key, value, why]) => ({
        path,
        text: said.has(`${part} ${key}`) ? key : 'grafana.ini',
        message: `Grafana of ${site}: [${part}] ${key} is ${said.get(`${part} ${key}`) ?? 'not said'}: ${why}`,
        fix: `${key} = what ${value.source} takes`,
      }),
    ),
    ...[...said.keys()]
      .filter((key) => !known.has(key))
      .map((key) => ({
        path,
        text: key.split(' ')[1],
        message: `Grafana of ${site} is told ${key}, which nothing here needs`,
        fix: 'remove it',
      })),
  ];
}
