import { Ajv } from 'ajv';
import schema from '#sites/schemas/procedure.schema.json' with { type: 'json' };
import type { Finding, Policy } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import type { Data } from '../reading/objects.ts';

let valid: ReturnType<Ajv['compile']> | undefined;

export const plans: Policy = {
  id: 'plans',
  title: 'every plan is complete: known places and sites, steps named once, expressions that can be read',
  why: 'A plan is carried out in the worst hour of the year. A slip in it must show today.',
  check(model, tree) {
    valid ??= new Ajv({ strict: false, allErrors: true }).compile(schema);
    return procedureFiles(tree).flatMap(({ path, plan }): Finding[] => {
      if (!valid!(plan))
        return [
          {
            path,
            message: `not a plan: ${valid!.errors?.map((error) => `${error.instancePath} ${error.message}`)[0]}`,
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
