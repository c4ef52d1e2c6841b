import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { arbiter, example } from '#scripts/testing/example-sites.ts';
import type { Model } from '#sites/model.ts';
import { runbooks } from './runbook.ts';

/** The annotations of every alert of a platform, as Prometheus has them. */
function annotations(platform: Model): Record<string, string>[] {
  return [...artefacts(platform)].flatMap(([path, text]) =>
    path.endsWith('configmap-prometheus-rules.yaml')
      ? Object.values(parse(text).data as Record<string, string>).flatMap((rules) =>
          parse(rules).groups[0].rules.flatMap(
            (rule: { annotations?: Record<string, string> }) => rule.annotations ?? [],
          ),
        )
      : [],
  );
}
/** The entries of the pages in the tree: `ceph.md#cephwarning`. */
const entries = (platform: Model): string[] =>
  runbooks(platform).flatMap(([name, text]) =>
    [...text.matchAll(/^## (\S+)$/gm)].map(([, heading]) => `${name}#${heading!.toLowerCase()}`),
  );

it('leads every alert to an entry of a page that stands in the tree', () => {
  const platform = example();
  const links = annotations(platform).map(({ runbook }) => runbook!);
  expect(links.length).toBeGreaterThan(100);
  const tree = artefacts(platform);
  const known = entries(platform);
  for (const link of new Set(links)) {
    const [, path, entry] = /^dist\/(.*\/)([^/]+)$/.exec(link)!;
    expect(known, link).toContain(entry);
    expect(tree.has(`${path}${entry!.split('#')[0]}`), link).toBe(true);
  }
});

it('leads them to the address at which people open the pages, where there is one', () => {
  const platform = example(({ platform }) => {
    platform.runbooks = 'https://wiki.example.org/runbooks';
  });
  const found = annotations(platform);
  expect(found.filter(({ runbook }) => runbook)).toEqual([]);
  const known = entries(platform).map((entry) => `https://wiki.example.org/runbooks/${entry}`);
  for (const { runbook_url } of found) expect(known).toContain(runbook_url);
});

it('names the sites of the platform and no others', () => {
  const text = runbooks(example())
    .map(([, page]) => page)
    .join('\n');
  expect(text).toContain('ssh -F dist/lyn/inventory/ssh_config lyn-bastion');
  expect(text).toContain('example.org');
  expect(text.match(/\b(sxb|dc)\b|\bdist\/do\b|fredu\.fr|Strasbourg/g)).toBeNull();
});

it('has none where nobody watches', () => {
  const votes = example(({ platform, sites }) => {
    platform.objects = undefined;
    sites.lyn = arbiter(1);
    sites.par = arbiter(2);
  });
  expect(runbooks(votes)).toEqual([]);
});
