import type { Finding, Policy } from '../law.ts';
import { seconds } from '../reading/ingress-files.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const alertRoutes: Policy = {
  id: 'alert-routes',
  title:
    'every alert reaches somebody: pages at once and again, the dead man’s switch each minute, and nothing is silenced by what it does not belong to',
  why: 'Avoid: a receiver that is not there, a page that waits with the tickets, an inhibition without a label that both share. Prefer: one route a severity, one receiver each, with the file that holds its address. Rationale: what Alertmanager cannot deliver nobody misses, and an inhibition without `equal` silences the other site as well.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap').flatMap(({ path, object }) => {
      const text: string | undefined = object.data?.['alertmanager.yaml'];
      return text === undefined ? [] : judge(path, yamlOf(text) ?? {});
    }),
};

function judge(path: string, { route = {}, receivers, inhibit_rules }: Data): Finding[] {
  const wrong = (text: string, message: string, fix: string): Finding => ({ path, text, message, fix });
  const known = new Map(listOf(receivers).map((each: Data) => [String(each.name), each]));
  const routes: Data[] = [route, ...listOf(route?.routes)];
  const by = (matcher: string): Data => routes.find((each) => listOf(each.matchers).includes(matcher));
  const page = by('severity = "page"');
  const dog = by('alertname = "Watchdog"');
  const time = (each: Data, key: string): number => seconds(String(each?.[key] ?? route[key] ?? '0s'));
  const heard = (name: string): boolean =>
    listOf(known.get(name)?.webhook_configs).some(
      (hook: Data) => String(hook.url_file) === `/etc/alertmanager/receivers/${name}`,
    );
  return [
    ...routes
      .filter(({ receiver }) => !known.has(String(receiver)))
      .map(({ receiver }) =>
        wrong(
          String(receiver),
          `a route leads to ${String(receiver)}, and there is no such receiver`,
          'name one of receivers',
        ),
      ),
    ...[...known.keys()]
      .filter((name) => !routes.some(({ receiver }) => receiver === name))
      .map((name) => wrong(name, `no route leads to the receiver ${name}`, 'remove it, or lead to it')),
    ...[...known.keys()]
      .filter((name) => name !== 'nobody' && !heard(name))
      .map((name) =>
        wrong(name, `the receiver ${name} tells nobody`, `url_file: /etc/alertmanager/receivers/${name}`),
      ),
    ...routes
      .filter(({ receiver }) => receiver === 'nobody')
      .filter((each) => String(listOf(each.matchers)) !== 'severity = "info"')
      .map(() => wrong('nobody', 'more than what is for information reaches nobody', 'severity = "info"')),
    ...(page?.receiver === 'page'
      ? []
      : [wrong('page', 'no route takes the pages to who is on call', 'matchers: [severity = "page"]')]),
    ...(page && (time(page, 'group_wait') > 30 || time(page, 'repeat_interval') > 14400)
      ? [
          wrong(
            'page',
            `a page waits ${time(page, 'group_wait')} s and is repeated after ${time(page, 'repeat_interval')} s`,
            'within half a minute, and every four hours at least',
          ),
        ]
      : []),
    ...(page?.receiver &&
    listOf(known.get(String(page.receiver))?.webhook_configs).some(
      (hook: Data) => hook.send_resolved !== true,
    )
      ? [wrong('send_resolved', 'people who were called do not learn that it is over', 'send_resolved: true')]
      : []),
    ...(dog?.receiver === 'watchdog'
      ? []
      : [wrong('watchdog', 'the dead man’s switch reaches nobody', 'matchers: [alertname = "Watchdog"]')]),
    ...(dog && time(dog, 'repeat_interval') > 60
      ? [
          wrong(
            'repeat_interval',
            `the dead man’s switch comes every ${time(dog, 'repeat_interval')} s`,
            'at most 60s',
          ),
        ]
      : []),
    ...(dog && time(dog, 'group_interval') > time(dog, 'repeat_interval')
      ? [
          wrong(
            'group_interval',
            'the dead man’s switch is held back by its group',
            'group_interval below repeat_interval',
          ),
        ]
      : []),
    ...(['alertname', 'site', 'component'].every((label) => listOf(route.group_by).includes(label))
      ? []
      : [
          wrong(
            'group_by',
            `alerts are put together by ${listOf(route.group_by).join(', ') || 'nothing'}: those of two sites in one message`,
            'alertname, site, component',
          ),
        ]),
    ...(route.receiver === 'ticket'
      ? []
      : [wrong('receiver', `what no route takes goes to ${String(route.receiver)}`, 'ticket')]),
    ...listOf(inhibit_rules).flatMap((rule: Data) => inhibition(rule, wrong)),
  ];
}

/** Labels by which an alert and what it silences are about one thing. */
const LABELS =
  /^(alertname|site|instance|component|job|secret|file|family|mountpoint|vrrp|service|journey|namespace|pod|source_zone|observer|name|proxy|scope)$/;
/** What concerns the platform as a whole: there is one database, one etcd a cluster, one object store a cluster. */
const WHOLE = /Cockroachdb|Etcd|Ceph|ObserverAlive/;

function inhibition(rule: Data, wrong: (text: string, message: string, fix: string) => Finding): Finding[] {
  const [sources, targets, equal] = [rule.source_matchers, rule.target_matchers, rule.equal].map((each) =>
    listOf(each).map(String),
  );
  const name = /"(\w+)"/.exec(sources?.[0] ?? '')?.[1] ?? 'inhibit_rules';
  const strange = Object.keys(rule).filter(
    (key) => !['source_matchers', 'target_matchers', 'equal'].includes(key),
  );
  const labels = [...sources!, ...targets!].map((each) => /^(\w+) *(=~|!~|!=|=) *"[^"]*"$/.exec(each)?.[1]);
  return [
    ...strange.map((key) =>
      wrong(name, `an inhibition of ${name} has ${key}`, 'source_matchers, target_matchers, equal'),
    ),
    ...(sources!.length > 0 && targets!.length > 0
      ? []
      : [
          wrong(
            name,
            `an inhibition of ${name} silences everything, or is about nothing`,
            'name what silences what',
          ),
        ]),
    ...(labels.every((label) => label !== undefined && LABELS.test(label.replace('severity', 'site')))
      ? []
      : [
          wrong(
            name,
            `an inhibition of ${name} matches by what no alert has: ${[...sources!, ...targets!].join(', ')}`,
            'labels of the rules',
          ),
        ]),
    ...equal!
      .filter((label) => !LABELS.test(label))
      .map((label) =>
        wrong(name, `an inhibition of ${name} compares ${label}, which no alert has`, 'a label of both'),
      ),
    ...(equal!.length > 0 || WHOLE.test(sources!.join())
      ? []
      : [wrong(name, `${name} at one site silences ${targets!.join(', ')} at all of them`, 'equal: [site]')]),
  ];
}
