import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import { analysisOf, type Phase } from '../whatif/states.ts';
import { type Verdict as Service, servicesOf, VERDICTS } from '../whatif/verdicts.ts';
import { worldOf } from '../whatif/world.ts';
import type { Verdict } from './report.ts';

/** What a tree survives: each service after each failure and in each state of maintenance, and how many pairs stop it. */
export interface Survival {
  services: string[];
  /** By what is lost and when: its words, and each service's verdict. */
  states: Record<string, { words: string; verdicts: readonly Service[] }>;
  pairs: number;
  /** By service: pairs of failures at once after which it is down. */
  down: number[];
}

/** What the what-if says of a tree, as far as two of them can be compared. */
export function survivalOf(model: Model, tree: Tree): Survival {
  const { world, failures, maintenance, judge } = analysisOf(worldOf(model, tree));
  const services = servicesOf(world);
  const states: Survival['states'] = {};
  for (const part of [...failures, ...maintenance])
    for (const phase of ['at once', 'later'] satisfies Phase[]) {
      const { verdicts } = judge([part], phase);
      const words = `${part.words} ${part.orderly ? '' : 'is lost'}`.trim();
      states[`${part.id}, ${phase}`] = { words: phase === 'later' ? `${words} for long` : words, verdicts };
    }
  const down = services.map(() => 0);
  for (const [index, part] of failures.entries())
    for (const other of failures.slice(index + 1)) {
      const { verdicts } = judge([part, other], 'at once');
      for (const [service, verdict] of verdicts.entries()) if (verdict === 'down') down[service]! += 1;
    }
  return { services, states, pairs: (failures.length * (failures.length - 1)) / 2, down };
}

/** States in words before the rest is a number. */
const NAMED_MAX = 3;

/** What fails otherwise than before: states that both trees know, by service and by what it was and is. */
export function changedSurvival(before: Survival, after: Survival): Verdict[] {
  const rank = (verdict: Service) => VERDICTS.indexOf(verdict);
  const moves = Object.entries(after.states).flatMap(([key, { words, verdicts }]) =>
    after.services.flatMap((service, index) => {
      const was = before.states[key]?.verdicts[before.services.indexOf(service)];
      const is = verdicts[index]!;
      return was === undefined || was === is ? [] : [{ service, was, is, words }];
    }),
  );
  const alike = Map.groupBy(moves, ({ service, was, is }) => `${service} ${was} ${is}`);
  const single = [...alike.values()].map((same) => {
    const words = [...new Set(same.map((each) => each.words))];
    const rest = words.length > NAMED_MAX ? ` and in ${words.length - NAMED_MAX} more states` : '';
    const { service, was, is } = same[0]!;
    const how = rank(is) > rank(was) ? ('new' as const) : ('gone' as const);
    return {
      how,
      service,
      rest: `${is}, not ${was}, when ${words.slice(0, NAMED_MAX).join(', when ')}${rest}`,
    };
  });
  const pairs = after.services.flatMap((service, index) => {
    const [was, is] = [before.down[before.services.indexOf(service)], after.down[index]!];
    if (was === undefined || was === is || before.pairs !== after.pairs) return [];
    const how = is > was ? ('new' as const) : ('gone' as const);
    return [
      {
        how,
        service,
        rest: `down after ${is} of ${after.pairs} pairs of failures at once, not after ${was}`,
      },
    ];
  });
  const sentences = Map.groupBy([...single, ...pairs], ({ how, rest }) => `${how} ${rest}`);
  return [...sentences.values()].map((same): Verdict => {
    const services = same.map(({ service }) => service).join(', ');
    return { how: same[0]!.how, law: 'what-if', message: `${services}: ${same[0]!.rest}` };
  });
}
