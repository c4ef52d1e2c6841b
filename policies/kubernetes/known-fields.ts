import type { ErrorObject } from 'ajv';
import { nearest } from '#sites/load/near.ts';
import type { Finding, Policy } from '../law.ts';
import { isPlain, isUnchanged, RELEASES, validator } from '../reading/api-schemas.ts';
import { type Data, objects, type Rendered } from '../reading/objects.ts';

export const knownFields: Policy = {
  id: 'known-fields',
  title:
    'every object has only fields that every supported release of its API knows, with values of the right type',
  why: 'An API server drops a field that it does not know, or refuses the whole object: a probe with a slip in its name is no probe, and nobody notices until the day it is needed. A field of a newer release is lost where a cluster is not upgraded yet.',
  check(_model, tree) {
    return objects(tree).flatMap(judge);
  },
};

function judge(rendered: Rendered): Finding[] {
  const { path, object } = rendered;
  const kind = `${object?.apiVersion} ${object?.kind}`;
  const releases = new Map<string, { finding: Finding; releases: string[] }>();
  let isFit = false;
  for (const release of RELEASES) {
    // What suits a release suits the next one, where that calls nothing of it otherwise.
    isFit = (isFit && isUnchanged(release, kind)) || isPlain(release, kind, object);
    if (isFit) continue;
    const validate = validator(release, kind);
    if (!validate) {
      const fix =
        'take a kind of the supported releases, or add it to KINDS in scripts/generate/schemas-kubernetes.ts or SOURCES in scripts/generate/schemas-custom.ts';
      return [{ path, text: object?.kind, message: `there is no schema of ${kind}`, fix }];
    }
    if (validate(object)) continue;
    for (const error of telling(validate.errors ?? [])) {
      const { fact, text, fix } = tell(error);
      const known = releases.get(fact);
      if (known) known.releases.push(release);
      else releases.set(fact, { finding: { path, text, message: fact, fix }, releases: [release] });
    }
  }
  const name = `${rendered.kind.toLowerCase()} ${rendered.namespace ? `${rendered.namespace}/` : ''}${rendered.name}`;
  return [...releases.values()].map(({ finding, releases: found }) => ({
    ...finding,
    message: `${name}: ${finding.message}${found.length < RELEASES.length ? ` (Kubernetes ${found.join(', ')})` : ''}`,
  }));
}

/** Of a value that may be one of several things, what is wrong with the value says more than that it is none of them. */
const telling = (errors: ErrorObject[]): ErrorObject[] => {
  const details = errors.filter(({ keyword }) => !['anyOf', 'oneOf', 'not', 'if'].includes(keyword));
  return details.length > 0 ? details : errors;
};

function tell({ instancePath, keyword, params, message, parentSchema, data }: ErrorObject) {
  const place = instancePath.slice(1).split('/').filter(Boolean).map(unescaped);
  if (keyword === 'additionalProperties') {
    const field: string = params.additionalProperty;
    const near = nearest(field, Object.keys((parentSchema as Data)?.properties ?? {}));
    return {
      fact: `unknown field ${dotted([...place, field])}`,
      text: field,
      fix: near ? `did you mean \`${near}\`?` : 'remove it, or put it where it belongs',
    };
  }
  if (keyword === 'required') {
    const field = dotted([...place, params.missingProperty]);
    return { fact: `${field} is missing`, text: place.at(-1), fix: `add ${field}` };
  }
  const allowed = keyword === 'enum' ? `must be one of ${params.allowedValues.join(', ')}` : message;
  return {
    fact: `${dotted(place)} is ${shown(data)} and ${allowed}`,
    text: place.findLast((step) => !/^\d+$/.test(step)),
    fix: `change it: it ${allowed}`,
  };
}

/** `spec.containers[0].image` */
const dotted = (steps: string[]): string =>
  steps
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('') || 'the object';
const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
