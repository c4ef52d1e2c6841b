import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const alertRules: Policy = {
  id: 'alert-rules',
  title:
    'every alert says how grave it is, waits, and leads to a section of a runbook that is in the tree; every section has its alert',
  why: 'Avoid: an alert without a severity, that fires at the first blink, or whose runbook is another page. Prefer: severity, component, summary, impact and a runbook of its own name. Rationale: anybody who is woken at three reads what the message says, and a link that leads nowhere costs the minutes that the failure has.',
  check(model, tree) {
    const sections = headings(tree);
    const all = alerts(tree);
    return [
      ...all.flatMap((each) => judge(each, sections)),
      ...groups(tree),
      ...(all.length === 0
        ? []
        : orphans(tree, new Set(all.map(({ rule }) => String(rule.alert))), model.lab)),
    ];
  },
};

interface Alert {
  path: string;
  rule: Data;
}
const files = (tree: Tree) =>
  ofKind(tree, 'ConfigMap')
    .filter(({ name }) => name === 'prometheus-rules')
    .flatMap(({ path, object }) =>
      Object.entries<string>(object.data ?? {}).map(([file, text]) => ({ path, file, text })),
    );
const alerts = (tree: Tree): Alert[] =>
  files(tree).flatMap(({ path, text }) =>
    listOf(yamlOf(text)?.groups).flatMap((group: Data) =>
      listOf(group.rules)
        .filter((rule: Data) => !rule.record)
        .map((rule: Data) => ({ path, rule })),
    ),
  );

const SEVERITIES = ['page', 'ticket', 'info', 'none'];
const KEYS = ['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function judge({ path, rule }: Alert, sections: ReadonlyMap<string, Set<string>>): Finding[] {
  const name = String(rule.alert);
  const { severity, component } = rule.labels ?? {};
  const { summary, impact, runbook_url: address, runbook = address } = rule.annotations ?? {};
  const wrong = (message: string, fix: string): Finding => ({
    path,
    text: name,
    message: `${name} ${message}`,
    fix,
  });
  const [, page, anchor] =
    /^(?:dist\/platform\/runbooks|https:\/\/\S+)\/([\w-]+)\.md#([\w-]+)$/.exec(String(runbook)) ?? [];
  const strange = Object.keys(rule).filter((key) => !KEYS.includes(key));
  return [
    ...(/^[A-Z][A-Za-z0-9]+$/.test(name) ? [] : [wrong('is no name of an alert', 'CamelCase')]),
    ...strange.map((key) => wrong(`has ${key}, which no rule has`, 'remove it')),
    ...(SEVERITIES.includes(severity)
      ? []
      : [wrong(`has the severity ${String(severity)}, which nobody hears`, SEVERITIES.join(', '))]),
    ...(typeof component === 'string' && component
      ? []
      : [wrong('says of no component what it is about', 'labels.component')]),
    ...[
      ['summary', summary],
      ['impact', impact],
    ]
      .filter(([, text]) => !/\S{2}/.test(String(text ?? '')))
      .map(([key]) => wrong(`has no ${key}`, `annotations.${key}`)),
    ...unbalanced(String(summary)).map((what) => wrong(`has a summary with ${what}`, 'close it')),
    ...unbalanced(String(rule.expr ?? '')).map((what) => wrong(`has an expression with ${what}`, 'close it')),
    ...(typeof rule.expr === 'string' && rule.expr.trim() !== '' ? [] : [wrong('asks for nothing', 'expr')]),
    ...(rule.for === undefined || /^\d+(ms|[smhd])$/.test(String(rule.for))
      ? []
      : [wrong(`waits for ${String(rule.for)}`, '2m')]),
    ...(severity === 'page' && waits(rule) > 3600
      ? [wrong(`wakes somebody after ${waits(rule)} s`, 'at most an hour')]
      : []),
    ...(page === undefined || !sections.get(page)?.has(anchor!)
      ? [
          wrong(
            `has the runbook ${String(runbook)}, and no page of the tree has that section`,
            'platform/runbooks/<component>.md#<alert in lower case>',
          ),
        ]
      : anchor === name.toLowerCase()
        ? []
        : [wrong(`leads to the section ${anchor} of another alert`, `#${name.toLowerCase()}`)]),
  ];
}
const waits = ({ for: text }: Data): number => {
  const [, count = '0', unit = 's'] = /^(\d+)([smhd])$/.exec(String(text ?? '0s')) ?? [];
  return Number(count) * { s: 1, m: 60, h: 3600, d: 86400 }[unit as 's']!;
};

/** Brackets that nobody closes. */
function unbalanced(text: string): string[] {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""');
  return ['()', '[]', '{}']
    .filter(([open, close]) => plain.split(open!).length !== plain.split(close!).length)
    .map((pair) => `a ${pair[0]} that nobody closes`);
}

/** A file of rules has groups with names, each once. */
function groups(tree: Tree): Finding[] {
  return files(tree).flatMap(({ path, file, text }) => {
    const all: Data[] = listOf(yamlOf(text)?.groups);
    const names = all.map(({ name }) => String(name));
    const rules = all.flatMap((group) =>
      listOf(group.rules).map(
        (rule: Data) => `${rule.alert ?? rule.record} ${rule.expr} ${JSON.stringify(rule.labels ?? {})}`,
      ),
    );
    return [
      ...(all.length > 0
        ? []
        : [{ path, text: file, message: `${file} has no group of rules`, fix: 'groups: […]' }]),
      ...all
        .filter(({ name, rules: own }) => typeof name !== 'string' || !Array.isArray(own))
        .map(({ name }) => ({
          path,
          text: file,
          message: `a group of ${file} (${String(name)}) has no name or no rules`,
          fix: 'name it, or remove it',
        })),
      ...[...names, ...rules]
        .filter((name, index, list) => list.indexOf(name) !== index)
        .map((name) => ({
          path,
          text: file,
          message: `${file} has ${name.split(' ')[0]} twice`,
          fix: 'remove one',
        })),
    ];
  });
}

/** The sections of each runbook, as a link writes them. */
function headings(tree: Tree): Map<string, Set<string>> {
  return new Map(
    [...tree].flatMap(([path, text]): [string, Set<string>][] => {
      const page = /^platform\/runbooks\/([\w-]+)\.md$/.exec(path)?.[1];
      return page === undefined
        ? []
        : [
            [
              page,
              new Set(
                [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
                  title!
                    .toLowerCase()
                    .replace(/[^\w -]/g, '')
                    .replaceAll(' ', '-'),
                ),
              ),
            ],
          ];
    }),
  );
}

/** A section whose alert is gone: somebody removed the alert and forgot why it was there. */
function orphans(tree: Tree, names: ReadonlySet<string>, lab: boolean): Finding[] {
  if (lab) return [];
  return [...tree].flatMap(([path, text]) =>
    /^platform\/runbooks\/[\w-]+\.md$/.test(path)
      ? [...text.matchAll(/^## ([A-Z]\w+)$/gm)]
          .map(([, title]) => title!)
          .filter((title) => !names.has(title))
          .map((title) => ({
            path,
            text: title,
            message: `${title} has a runbook, and no rule of the tree raises it`,
            fix: 'write the rule, or remove the section',
          }))
      : [],
  );
}
