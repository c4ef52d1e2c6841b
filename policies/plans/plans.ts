import { Ajv } from 'ajv';
import schema from '#sites/schemas/procedure.schema.json' with { type: 'json' };
import type { Finding, Policy } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import type { Data } from '../reading/objects.ts';
import { isPlainlyValid } from '../reading/plainly-valid.ts';

/** Says what is wrong in words, and takes longer to make than all plans to read: it is made for a plan that has something wrong. */
let telling: ReturnType<Ajv['compile']> | undefined;
const wrong = (plan: Data): string | undefined => {
  if (isPlainlyValid(plan, schema, {})) return undefined;
  telling ??= new Ajv({ strict: false, allErrors: true }).compile(schema);
  if (telling(plan)) return undefined;
  const [first] = telling.errors!;
  return `${first!.instancePath} ${first!.message}`;
};

export const plans: Policy = {
  id: 'plans',
  title: 'every plan is complete: known places and sites, steps named once, expressions that can be read',
  why: 'A plan is carried out in the worst hour of the year. A slip in it must show today.',
  check(model, tree) {
    return procedureFiles(tree).flatMap(({ path, plan }): Finding[] => {
      const mistake = wrong(plan);
      if (mistake !== undefined)
        return [
          {
            path,
            message: `not a plan: ${mistake}`,
            fix: 'write it as sites/schemas/procedure.schema.json says',
          },
        ];
      return slips(
        plan,
        model.sites.map(({ code }) => code),
      ).map(([text, message, fix]) => ({ path, text, message, fix }));
    });
  },
};

type Slip = [text: string, message: string, fix: string];

function slips({ id, places, steps }: Data, sites: string[]): Slip[] {
  const used: Data[] = steps.flatMap((step: Data) => [
    ...(step.do ? [step.do] : []),
    ...step.until,
    ...step.until.flatMap((gate: Data) => (gate.sameAs ? [gate.sameAs] : [])),
    ...step.undo.do,
  ]);
  const ids: string[] = steps.map((step: Data) => step.id);
  return [
    ...ids
      .filter((each, index) => ids.indexOf(each) !== index)
      .map((each): Slip => [each, `two steps of ${id} are called ${each}`, 'give each its own name']),
    ...used
      .filter((each) => !places[each.in])
      .map(
        (each): Slip => [
          each.in,
          `${id} runs something in ${each.in}, which is no place of it`,
          'add the place',
        ],
      ),
    ...Object.entries<Data>(places)
      .filter(([, { site }]) => site && !sites.includes(site))
      .map(
        ([place, { site }]): Slip => [
          site,
          `${place} of ${id} is at ${site}, which is no site`,
          'name a site',
        ],
      ),
    ...used
      .flatMap((each) => [...(each.matches ?? []), ...(each.rejects ?? [])] as string[])
      .filter((pattern) => !readable(pattern))
      .map((pattern): Slip => [pattern, `${id}: ${pattern} is no expression`, 'write a regular expression']),
    ...steps
      .filter((step: Data) => !step.do && !step.person && step.until.length === 0)
      .map(
        (step: Data): Slip => [
          step.id,
          `step ${step.id} of ${id} does nothing and waits for nothing`,
          'remove it',
        ],
      ),
  ];
}

function readable(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
