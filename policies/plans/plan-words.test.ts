import { findsEach } from '#scripts/testing/broken-trees.ts';
import { planWords } from './plan-words.ts';

const handover = 'dc/plans/failover-handover.yaml';
findsEach(planWords, [
  [
    handover,
    '          - --output\n          - /dev/null\n',
    '          - /dev/null\n          - --output\n',
    /which curl does not understand/,
  ],
  [handover, '- --type=merge', '- --type=the', /which kubectl does not understand/],
  [handover, '- --silent', '- --silence', /which curl does not understand/],
  [
    'dc/plans/failover-return.yaml',
    '- --selector=app=rook-ceph-rgw',
    '- --selector=app=writes',
    /which kubectl does not understand/,
  ],
  ['sxb/plans/failover-lost.yaml', '- amtool', '- amtol', /is no command of a plan/],
  ['sxb/plans/cert-manager.yaml', '- --wait\n', '', /which helm does not understand/],
]);
