import { isDeepStrictEqual } from 'node:util';
import type { Data } from '../reading/objects.ts';
import { aligned } from './sequence.ts';
import type { ListRule, Shape } from './thing.ts';

/** One place of a thing that says something else than before. */
export interface Field {
  /** Steps to the place; an element of a list by what names it: `containers`, `[api]`, `image`. */
  steps: readonly string[];
  /** `order`: the same elements in another order, which means nothing; `moved`: it does. */
  how: 'added' | 'removed' | 'changed' | 'order' | 'moved';
  before?: Data;
  after?: Data;
}

/** A value within a sentence. */
export const word = (value: Data): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `spec.template.spec.containers[api].image`. */
export const pathOf = (steps: readonly string[]): string =>
  steps
    .map((step, index) => (step.startsWith('[') ? step : index === 0 ? plain(step) : `.${plain(step)}`))
    .join('');
const plain = (step: string): string => (/[.\s]/.test(step) ? JSON.stringify(step) : step);

/** Every place where two values differ: maps by field, lists by what names their elements. */
export function compare(before: Data, after: Data, shape?: Shape, steps: readonly string[] = []): Field[] {
  if (Object.is(before, after)) return [];
  if (before === undefined) return [{ steps, how: 'added', after }];
  if (after === undefined) return [{ steps, how: 'removed', before }];
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, shape, steps);
  if (isMap(before) && isMap(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      compare(before[name], after[name], shape?.at(name), [...steps, name]),
    );
  }
  return isDeepStrictEqual(before, after) ? [] : [{ steps, how: 'changed', before, after }];
}
export const isMap = (value: Data): value is Record<string, Data> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Order carries meaning: of arguments, of what is set before it is used, of what starts first, of rules. */
const ORDERED = ['args', 'command', 'env', 'initContainers', 'rules', 'tasks', 'handlers', 'pipeline'];
/** What people name things by, in formats without a schema at hand. */
const NAMES = ['alert', 'record', 'name', 'job_name', 'title', 'id', 'hosts', 'host', 'path', 'receiver'];

function ruleOf(before: Data[], after: Data[], shape: Shape | undefined, steps: readonly string[]): ListRule {
  const last = steps.findLast((step) => !step.startsWith('[')) ?? '';
  const ordered = shape?.list?.ordered ?? false;
  const known = shape?.list?.keys.length ? shape.list.keys : namedBy([...before, ...after]);
  return { keys: known, ordered: ordered || ORDERED.includes(last) };
}
function namedBy(all: Data[]): string[] {
  if (!all.every(isMap)) return [];
  const name = NAMES.filter((each) => all.some((item) => item[each] !== undefined));
  return all.every((item) => name.some((each) => typeof item[each] === 'string')) ? name.slice(0, 2) : [];
}

function compareLists(before: Data[], after: Data[], shape: Shape | undefined, steps: readonly string[]) {
  if (isDeepStrictEqual(before, after)) return [];
  const rule = ruleOf(before, after, shape, steps);
  const [old, fresh] = [named(before, rule), named(after, rule)];
  const names = new Set([...old.keys(), ...fresh.keys()]);
  const found: Field[] = [];
  if (rule.keys.length > 0 || [...before, ...after].every((each) => typeof each !== 'object')) {
    for (const name of names)
      found.push(...compare(old.get(name), fresh.get(name), shape?.at(name), [...steps, `[${name}]`]));
    if (rule.keys.length === 0 && rule.ordered && before.length === after.length && found.length > 0)
      return aligned(before, after).map(([gone, come]) => single(steps, gone, come));
  } else {
    for (const [gone, come, index] of aligned(before, after))
      found.push(...compare(gone, come, shape?.at(''), [...steps, `[${index}]`]));
  }
  if (found.length > 0) return found;
  return [{ steps, how: rule.ordered ? ('moved' as const) : ('order' as const), before, after }];
}
const single = (steps: readonly string[], before: Data, after: Data): Field =>
  before === undefined
    ? { steps, how: 'added', after }
    : after === undefined
      ? { steps, how: 'removed', before }
      : { steps, how: 'changed', before, after };

/** Elements by name; a second one of a name gets a number. */
function named(list: Data[], { keys }: ListRule): Map<string, Data> {
  const found = new Map<string, Data>();
  for (const item of list) {
    const name = isMap(item)
      ? keys.flatMap((key) => (item[key] === undefined ? [] : [String(item[key])])).join(' ')
      : String(item);
    let unique = name;
    for (let number = 2; found.has(unique); number += 1) unique = `${name} #${number}`;
    found.set(unique, item);
  }
  return found;
}
