import { definitionsOf, KINDS, RELEASES } from '../../reading/api-schemas.ts';
import { type Data, parsed } from '../../reading/objects.ts';
import { isMap } from '../compare.ts';
import { placeOf, type Reader, type Shape, type Thing } from '../thing.ts';
import { contents } from './text.ts';

/** Objects of Kubernetes, one a file; what a ConfigMap carries is read as the file that it is. */
export const kubernetes: Reader = {
  reads: (path) => /^[^/]+\/kubernetes\/.+\.ya?ml$/.test(path),
  things(path, text) {
    const object = parsed(path, text);
    if (!isMap(object) || typeof object.kind !== 'string') return [];
    const { name = '', namespace } = object.metadata ?? {};
    const thing: Thing = {
      path,
      place: placeOf(path),
      kind: object.kind,
      name: namespace ? `${namespace}/${name}` : String(name),
      data: object.kind === 'ConfigMap' && isMap(object.data) ? opened(object) : object,
      text,
    };
    const definition = KINDS[`${object.apiVersion} ${object.kind}`];
    const shape = definition && shapeOf({ $ref: `#/definitions/${definition}` });
    if (shape && thing.data === object) thing.shape = shape;
    return [thing];
  },
};

/** The files of a ConfigMap, each as its own kind of file. */
const opened = (object: Data): Data => ({
  ...object,
  data: Object.fromEntries(
    Object.entries<Data>(object.data).map(([name, text]) => [
      name,
      typeof text === 'string' ? contents(name, text) : text,
    ]),
  ),
});

const DEFINITIONS = definitionsOf(RELEASES.at(-1)!) as Record<string, Data>;

/** What the API's schema says about lists: `x-kubernetes-list-map-keys` names elements, `set` has no order. */
function shapeOf(schema: Data): Shape | undefined {
  const own: Data = schema?.$ref ? DEFINITIONS[schema.$ref.slice('#/definitions/'.length)] : schema;
  if (!isMap(own)) return undefined;
  const keys: string[] | undefined = own['x-kubernetes-list-map-keys'];
  return {
    ...(keys ? { list: { keys, ordered: false } } : {}),
    at: (step) => shapeOf(own.items ?? own.properties?.[step] ?? own.additionalProperties),
  };
}
