import { describe, expect, it } from 'vitest';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import type { Data } from '../../reading/objects.ts';
import { changesBetween } from '../change.ts';
import { pathOf } from '../compare.ts';

const PATH = [...REFERENCE.keys()].find((path) =>
  path.endsWith('/cockroachdb/statefulset-cockroachdb.yaml'),
)!;
const fields = (path: string, change: (object: Data) => void) =>
  changesBetween(REFERENCE, edited(REFERENCE, path, change)).flatMap((each) =>
    each.fields.map(({ steps, how }) => `${how} ${pathOf(steps)}`),
  );
const container = (object: Data): Data => object.spec.template.spec.containers[0];
const at = 'spec.template.spec.containers[cockroachdb]';

describe('lists of objects', () => {
  it.each<[string, (object: Data) => void, string[]]>([
    [
      'a port, by number and protocol',
      (object) => container(object).ports.unshift({ containerPort: 9000, name: 'new' }),
      [`added ${at}.ports[9000]`],
    ],
    [
      'a mount, by its path',
      (object) => {
        container(object).volumeMounts[0].readOnly = true;
      },
      [`added ${at}.volumeMounts[/cockroach/cockroach-data].readOnly`],
    ],
    ['ports in another order', (object) => container(object).ports.reverse(), [`order ${at}.ports`]],
    ['variables in another order', (object) => container(object).env.reverse(), [`moved ${at}.env`]],
    [
      'an argument in the middle',
      (object) => container(object).command.splice(1, 0, '-x'),
      [`added ${at}.command[-x]`],
    ],
    ['arguments in another order', (object) => container(object).command.reverse(), [`moved ${at}.command`]],
    [
      'a volume, by its name',
      (object) => object.spec.template.spec.volumes.shift(),
      ['removed spec.template.spec.volumes[certificates]'],
    ],
  ])('%s', (_, change, expected) => {
    expect(fields(PATH, change)).toEqual(expected);
  });
});

it('reads what a ConfigMap carries as the file that it is', () => {
  const path = PATH.replace('cockroachdb/statefulset-cockroachdb', 'education/configmap-pgbouncer');
  const change = (object: Data) => {
    object.data['pgbouncer.ini'] = object.data['pgbouncer.ini'].replace(
      'pool_mode = transaction',
      'pool_mode = session',
    );
  };
  expect(fields(path, change)).toEqual(['changed data."pgbouncer.ini".pgbouncer.pool_mode']);
});

it('calls a file whose words alone moved a change of layout', () => {
  const [change] = changesBetween(
    REFERENCE,
    new Map([...REFERENCE, [PATH, `# a comment\n${REFERENCE.get(PATH)}`]]),
  );
  expect(change).toMatchObject({ how: 'layout', fields: [] });
});
