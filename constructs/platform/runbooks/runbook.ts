import { RULES } from '#constructs/kubernetes/monitoring/alerts/index.ts';
import type { Alert, Group } from '#constructs/kubernetes/monitoring/rule.ts';
import type { TextFile } from '#constructs/text-file.ts';
import type { Model, Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';
import { triedOf } from './tried.ts';

/** The runbooks of a platform by file name, one a component, for every site that watches itself. */
export function runbooks(model: Model): TextFile[] {
  const sites = model.sites.filter(hasKubernetes);
  return RULES.flatMap((rules): TextFile[] => {
    const groups = sites
      .map((site) => ({ site, group: rules({ model, site }) }))
      .filter(({ group }) => group.alerts.length > 0);
    const [first] = groups;
    if (!first) return [];
    const { component } = first.group;
    return [[`${component}.md`, runbook({ model, component, groups })]];
  });
}

interface RunbookProps {
  model: Model;
  component: string;
  /** The rules of the component at each site that has any. */
  groups: { site: Site; group: Group }[];
}

/**
 * The page of a component that an alert leads to: how each site is reached, then what every alert means and what to do,
 * with the sites' own names in the commands.
 */
function runbook({ model, component, groups }: RunbookProps): string {
  const sites = groups.map(({ site }) => site);
  const alerts = new Map<string, { alert: Alert; at: Site[] }>();
  for (const { site, group } of groups) {
    for (const alert of group.alerts) {
      const known = alerts.get(alert.alert) ?? { alert, at: [] };
      if (!known.at.includes(site)) known.at.push(site);
      alerts.set(alert.alert, known);
    }
  }
  return [
    `# ${component}`,
    '',
    `What the alerts of this component mean and what to do at the sites of ${model.domain}. Commands start where \`dist/\` is.`,
    '',
    '## How to reach a site',
    '',
    ...sites.flatMap((site) => reach(model, site)),
    ...[...alerts.values()].flatMap(({ alert, at }) => entry(alert, { at, all: sites })),
    ...triedOf([...alerts.values()].flatMap(({ alert }) => alert.steps)),
  ].join('\n');
}

function reach(model: Model, site: Site): string[] {
  const ssh = `ssh -F dist/${site.code}/inventory/ssh_config`;
  const bastion = hostsOf(site, 'bastion')[0];
  const node = model.database.nodes.find((host) => host.site === site.code);
  return [
    `**${site.code}** (${site.name}):`,
    '',
    '```sh',
    ...(bastion ? [`${ssh} ${bastion.name}                # the bastion; kubectl is there`] : []),
    ...hostsOf(site, 'edge').map((host) => `${ssh} ${host.name}`),
    ...(node ? [`${ssh} ${node.name}               # a database node`] : []),
    '```',
    '',
  ];
}

function entry(
  { alert, severity, summary, impact, steps, expr, ...rest }: Alert,
  { at, all }: { at: Site[]; all: Site[] },
): string[] {
  const only = at.length < all.length ? ` Only at ${at.map((site) => site.code).join(', ')}.` : '';
  const hosts = at.flatMap((site) => site.hosts.slice(0, 1)).map((host) => host.name);
  return [
    `## ${alert}`,
    '',
    `*${severity}*: ${summary}.${rest.for ? ` Sent after ${rest.for}.` : ''}${only}`,
    '',
    impact,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step.replaceAll(/\{\{(\w+)\}\}/g, '<$1>')}`),
    '',
    ...(steps.some((step) => step.includes('{{host}}'))
      ? [`\`<host>\` is the label \`instance\`, such as \`${hosts[0] ?? 'a host of the site'}\`.`, '']
      : []),
    '```promql',
    expr,
    '```',
    '',
  ];
}
