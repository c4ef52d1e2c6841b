import type { Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { yamlOf } from '../reading/texts.ts';
import { PODS } from './cluster.ts';
import { expressionOf, type Sample, type Value } from './expression.ts';
import { type Judged, localsOf } from './judge.ts';
import type { Part } from './parts.ts';
import { jobsOf, type Observer, seriesOf } from './series.ts';
import { type Analysis, type Phase, scenarioOf } from './states.ts';
import type { World } from './world.ts';

/** An alert that a state raises, by its name in the tree's rules. */
export interface Fired {
  name: string;
  severity: string;
  /** Codes of the sites whose observers tell it. */
  observers: string[];
  /** From the state to the alert, as the rule says: `5m`; empty for at once. */
  after: string;
  runbook: string;
}

const FILES = /\/configmap-prometheus(-rules)?\.yaml$/;

/** Rules and scrape files of every site with observers, read once. */
export function alertsOf(world: World, whole: Tree) {
  const tree = new Map([...whole].filter(([path]) => FILES.test(path)));
  const file = (site: string, name: string): Data =>
    ofKind(tree, 'ConfigMap').find((each) => each.site === site && each.name === name)?.object.data ?? {};
  const observers = world.sites
    .filter(({ cluster }) => cluster)
    .map(({ index, code }) => ({
      code,
      observer: {
        site: index,
        jobs: jobsOf(yamlOf(file(code, 'prometheus')['prometheus.yaml'])),
      } satisfies Observer,
      rules: Object.values<string>(file(code, 'prometheus-rules')).flatMap((text) =>
        (yamlOf(text)?.groups ?? []).flatMap((group: Data) => (group?.rules ?? []).flatMap(ruleOf)),
      ),
    }));
  const rescheduled = Math.max(0, ...world.sites.map(({ cluster }) => cluster?.rescheduleSeconds ?? 0));
  const firedIn = (parts: readonly Part[], phase: Phase, judged: Judged): Map<string, Fired> => {
    const gone = new Set(parts.flatMap((part) => [...part.atoms.values()].flat()));
    const exact: Judged = { ...judged, locals: localsOf(world, scenarioOf(parts, phase)) };
    const fired = new Map<string, Fired>();
    for (const { code, observer, rules } of observers) {
      const local = exact.locals[observer.site]!;
      // Who is gone tells nothing.
      if (local.dead || (local.pods.get(PODS.prometheus) ?? 0) === 0) continue;
      const series = seriesOf(world, observer, exact, gone);
      const recorded = new Map<string, Value>();
      const read = (metric: string): Sample[] | undefined => {
        const found = recorded.get(metric) ?? series.get(metric);
        return Array.isArray(found) ? found : KNOWN.has(metric) ? [] : undefined;
      };
      for (const { alert, record, evaluate, ...rule } of rules) {
        const value = evaluate(read);
        if (record) recorded.set(record, value);
        if (!alert || !Array.isArray(value) || value.length === 0 || ALWAYS.has(alert)) continue;
        const known = fired.get(alert);
        if (known) known.observers.push(code);
        else fired.set(alert, { name: alert, observers: [code], ...rule });
      }
    }
    return fired;
  };
  /** What is sent when the parts stop and stay away: at once, unless it has healed before the rule's patience ends, and later. */
  return (parts: readonly Part[], judge: Analysis['judge']): Fired[] => {
    const first = firedIn(parts, 'at once', judge(parts, 'at once'));
    const later = firedIn(parts, 'later', judge(parts, 'later'));
    const soon = [...first.values()].filter(
      ({ name, after }) => !later.has(name) && durationSeconds(after) < rescheduled,
    );
    return [...later.values(), ...soon].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
}

const durationSeconds = (text: string): number => {
  const [, number = 0, unit = 's'] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(number) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit]!;
};

/** Those that fire while all is well, for their silence is the message. */
const ALWAYS = new Set(['Watchdog', 'ObserverAlive']);
/** Metrics of which an empty vector is a statement: nobody is there to have one. */
const KNOWN = new Set([
  'up',
  'ranges_unavailable',
  'ranges_underreplicated',
  'replicas_leaseholders',
  'keepalived_vrrp_master',
  'bird_session_established',
]);

interface Rule extends Omit<Fired, 'name' | 'observers'> {
  alert?: string;
  record?: string;
  evaluate: ReturnType<typeof expressionOf>;
}
function ruleOf(rule: Data): Rule[] {
  try {
    return [
      {
        alert: rule.alert,
        record: rule.record,
        evaluate: expressionOf(String(rule.expr)),
        severity: String(rule.labels?.severity ?? ''),
        after: String(rule.for ?? ''),
        runbook: String(rule.annotations?.runbook ?? rule.annotations?.runbook_url ?? ''),
      },
    ];
  } catch {
    // What cannot be read tells nothing here; that rules are right is for promtool.
    return [];
  }
}
