import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Data } from '../reading/objects.ts';
import { namedInhibitions } from './named-inhibitions.ts';

const model = threeSites();
const tree = only(artefacts(model), /monitoring\/configmap-(alertmanager|prometheus-rules)/);
const PATH = 'sxb/kubernetes/monitoring/configmap-alertmanager.yaml';
const found = (rule?: Data) =>
  namedInhibitions
    .check(
      model,
      edited(tree, PATH, ({ data }) => {
        const config = parse(data['alertmanager.yaml']);
        if (rule) config.inhibit_rules.push(rule);
        data['alertmanager.yaml'] = stringify(config);
      }),
    )
    .map(({ message }) => message);

it('names every cause and what follows from it', () => expect(found()).toEqual([]));

it.each<[string, Data, string]>([
  [
    'a page that silences the tickets of its component',
    {
      source_matchers: ['severity = "page"'],
      target_matchers: ['severity = "ticket"'],
      equal: ['site', 'component'],
    },
    'an inhibition by severity = "page" names no cause',
  ],
  [
    'an alert that silences whatever is about its site',
    {
      source_matchers: ['alertname = "EtcdNoLeader"'],
      target_matchers: ['severity = "ticket"'],
      equal: ['site'],
    },
    'EtcdNoLeader silences severity = "ticket" whatever they are about',
  ],
  [
    'an alert that is not there',
    { source_matchers: ['alertname = "EtcdNoLeeder"'], target_matchers: ['alertname = "KubeApiDown"'] },
    'an inhibition names EtcdNoLeeder, which no rule of the site makes',
  ],
])('%s', (_what, rule, message) => expect(found(rule)).toContain(message));
