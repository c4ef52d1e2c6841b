import { describe } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only } from '#scripts/testing/edited-tree.ts';
import { KUBE_SCORE_CASES } from '#scripts/testing/kube-score-cases.ts';
import { named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { KUBE_SCORE } from './checks.ts';

const tree = only(artefacts(threeSites()), /^(sxb|dc)\/(kubernetes|inventory\/kubespray)\//);

describe('kube-score', () => {
  proved(KUBE_SCORE.checks, tree, named('kube-score', KUBE_SCORE_CASES));
});
