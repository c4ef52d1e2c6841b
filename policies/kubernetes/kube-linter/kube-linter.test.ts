import { describe } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only } from '#scripts/testing/edited-tree.ts';
import { kubeLinterCases } from '#scripts/testing/kube-linter-cases.ts';
import { named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { KUBE_LINTER } from './checks.ts';

const tree = only(artefacts(threeSites()), /^(sxb|dc)\/(kubernetes|inventory\/kubespray)\//);

describe('kube-linter', () => {
  proved(KUBE_LINTER.checks, tree, named('kube-linter', kubeLinterCases(tree)));
});
