import type { Policy } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const namedInhibitions: Policy = {
  id: 'named-inhibitions',
  title: 'what silences an alert is named, and so is what it silences, or both are about one thing',
  why: 'An inhibition by severity or component keeps a warning back whose cause is another: a page about one name that does not answer once silenced the warning that all certificates of the database end. Alertmanager takes a label that two alerts lack for equal, so a pair says nothing about alerts without it.',
  check(_model, tree) {
    return ofKind(tree, 'ConfigMap')
      .filter(({ object }) => object.data?.['alertmanager.yaml'])
      .flatMap(({ path, object, site }) => {
        const rules = rulesOf(tree, site);
        return listOf(yamlOf(object.data?.['alertmanager.yaml'])?.inhibit_rules).flatMap((rule: Data) => {
          const source = named(rule.source_matchers);
          const target = named(rule.target_matchers);
          const equal: string[] = rule.equal ?? [];
          const text = source[0] ?? (rule.source_matchers ?? [])[0];
          const fault = (message: string, fix: string) => ({ path, text, message, fix });
          return [
            ...(source.length === 0
              ? [
                  fault(
                    `an inhibition by ${rule.source_matchers} names no cause`,
                    'name the alert that is the cause',
                  ),
                ]
              : []),
            ...(target.length === 0 && !ofOneThing(source, equal) && !ofPlatform(rule)
              ? [
                  fault(
                    `${source.join(', ')} silences ${rule.target_matchers} whatever they are about`,
                    `name the alerts that follow from it, or compare instance`,
                  ),
                ]
              : []),
            ...[...source, ...target]
              .filter((name) => !rules.has(name))
              .map((name) =>
                fault(`an inhibition names ${name}, which no rule of the site makes`, 'name an alert'),
              ),
          ];
        });
      });
  },
};

/** Of a lost host, or of a lost site, everything else that is said follows from the loss. */
const ofOneThing = (source: string[], equal: string[]): boolean =>
  equal.includes('instance') || (equal.includes('site') && `${source}` === 'SiteLost');
/** What every observer sees is sent by one of them. */
const ofPlatform = ({ target_matchers: target }: Data): boolean => `${target}` === 'scope = "platform"';

/** Alerts by their names in matchers that choose. */
const named = (matchers: Data): string[] =>
  listOf(matchers).flatMap(
    (matcher) => /^alertname =~? "(.+)"$/.exec(String(matcher))?.[1]?.split('|') ?? [],
  );

const rulesOf = (tree: Parameters<Policy['check']>[1], site: string): Set<string> =>
  new Set(
    ofKind(tree, 'ConfigMap')
      .filter((each) => each.site === site && each.name === 'prometheus-rules')
      .flatMap(({ object }) => Object.values<string>(object.data ?? {}))
      .flatMap((text) => listOf(yamlOf(text)?.groups))
      .flatMap(({ rules }: Data) => listOf(rules).map(({ alert }: Data) => alert))
      .filter(Boolean),
  );
