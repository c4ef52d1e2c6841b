import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { copiesAgree } from './copies-agree.ts';

const model = threeSites();
const tree = artefacts(model);
const check = (changed: ReadonlyMap<string, string>) => copiesAgree.check(model, changed);

it('finds nothing in the reference platform', () => expect(check(tree)).toEqual([]));

const SETUP = 'sxb/kubernetes/cockroachdb/configmap-cockroachdb-sql.yaml';

it('finds SQL that is applied and not what people and laws read', () => {
  const changed = new Map(tree).set(SETUP, tree.get(SETUP)!.replace('num_replicas = 5', 'num_replicas = 3'));
  expect(check(changed)).toEqual([
    {
      path: SETUP,
      text: '  num_replicas = 3,',
      other: { path: 'platform/sql/zones.sql', text: '  num_replicas = 5,' },
      message: `${SETUP} zones.sql stands twice, and differs from line 7 on: \`num_replicas = 5,\` and \`num_replicas = 3,\``,
      fix: 'make both from one text: npm run synth',
    },
  ]);
  // Mended at the other place, they agree again; what they say is for other laws.
  const PATH = 'platform/sql/zones.sql';
  changed.set(PATH, tree.get(PATH)!.replace('num_replicas = 5', 'num_replicas = 3'));
  expect(check(changed)).toEqual([]);
});

it('finds a file that the setup job is not given', () => {
  const without = parseDocument(tree.get(SETUP)!);
  without.deleteIn(['data', 'hba.sql']);
  expect(check(new Map(tree).set(SETUP, without.toString()))).toEqual([
    expect.objectContaining({
      path: SETUP,
      message: expect.stringContaining('platform/sql/hba.sql is not handed on'),
    }),
  ]);
});

/** Long enough that two of them are equal by being one text, and not by chance. */
const LONG = 250;
interface Copy {
  path: string;
  /** The tree with this copy changed, and no other. */
  changed(): ReadonlyMap<string, string>;
}

/** Every long text of the tree: files, values in objects, files that a host starts with. */
function texts(): Map<string, Copy[]> {
  const found: [text: string, copy: Copy][] = [];
  const bare = (text: string) =>
    text
      .split('\n')
      .filter((line) => !/^\s*(#|--|\/\/|$)/.test(line))
      .join('\n')
      .trim();
  for (const [path, text] of tree) {
    found.push([bare(text), { path, changed: () => new Map(tree).set(path, `${text}changed\n`) }]);
    if (!/^[^/]+\/(kubernetes|cloud-init|plans)\/.*\.yaml$/.test(path)) continue;
    const visit = (value: unknown, at: (string | number)[]) => {
      if (typeof value === 'string' && value.length >= LONG) {
        const changed = () => {
          const document = parseDocument(text);
          document.setIn(at, `${value.trimEnd()}\nchanged\n`);
          return new Map(tree).set(path, stringify(document));
        };
        found.push([bare(value), { path, changed }]);
      } else if (typeof value === 'object' && value !== null) {
        for (const [key, each] of Object.entries(value))
          visit(each, [...at, Array.isArray(value) ? Number(key) : key]);
      }
    };
    visit(parseDocument(text).toJS(), []);
  }
  return new Map(
    [...Map.groupBy(found, ([text, { path }]) => `${host(path)} ${text}`)]
      .filter(([text]) => text.length >= LONG)
      .map(([text, same]) => [text, same.map(([, place]) => place)]),
  );
}

/** Whose it is: many hosts have the same, each for itself. */
const host = (path: string): string => /\/(?:hosts|cloud-init)\/([^/.]+)/.exec(path)?.[1] ?? '';
/** What is the same at several sites or hosts is one file for each: the path says which. */
const kind = (path: string): string =>
  path
    .replace(/^[^/]+\//, '')
    .replace(/^(hosts|front-firewall)\/[^/]+\//, '$1/')
    .replace(/\d+(?=\.yaml$)/, '');

describe('whatever stands twice in the tree', () => {
  const twice = [...texts().values()].filter(
    (places) => new Set(places.map(({ path }) => kind(path))).size > 1,
  );

  it('is found by itself', () => {
    const paths = new Set(twice.flatMap((places) => places.map(({ path }) => path)));
    for (const known of ['platform/sql/zones.sql', SETUP, 'do/cloud-init/do-node1.yaml'])
      expect([...paths]).toContain(known);
  });

  it('is held: a change of either copy is found', () => {
    const unheld = twice.flatMap((places) =>
      places.filter(({ changed }) => check(changed()).length === 0).map(({ path }) => path),
    );
    expect(unheld).toEqual([]);
  });
});
