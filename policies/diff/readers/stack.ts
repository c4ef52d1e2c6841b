import { jsonOf } from '../../reading/texts.ts';
import { isMap } from '../compare.ts';
import { placeOf, type Reader, type Thing } from '../thing.ts';

/** A stack of Terraform in JSON: each resource is a thing, and what the stack itself says is one more. */
export const stack: Reader = {
  reads: (path) => path.endsWith('.tf.json'),
  things(path, text) {
    const whole = jsonOf(text);
    if (!isMap(whole)) return [];
    const { resource, ...rest } = whole;
    const place = placeOf(path);
    const resources = Object.entries(isMap(resource) ? resource : {}).flatMap(([type, named]) =>
      Object.entries(isMap(named) ? named : {}).map(
        ([name, data]): Thing => ({
          path,
          place,
          kind: type.replace(/^openstack_/, ''),
          name,
          data,
          text: JSON.stringify(data),
        }),
      ),
    );
    const own: Thing = { path, place, kind: 'stack', name: path, data: rest, text: JSON.stringify(rest) };
    return [own, ...resources];
  },
};
