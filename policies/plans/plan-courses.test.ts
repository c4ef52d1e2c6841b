import { findsEach } from '#scripts/testing/broken-trees.ts';
import { planCourses } from './plan-courses.ts';

const handover = 'dc/plans/failover-handover.yaml';
const back = 'dc/plans/object-store-return.yaml';
const lost = 'sxb/plans/failover-lost.yaml';
findsEach(planCourses, [
  [handover, 'dc has no procedure failover-handover'],
  [lost, 'id: failover-lost', 'id: failover', 'the procedure calls itself failover'],
  [
    handover,
    'is: 3',
    'is: 4',
    'after its beginning the procedure never sees every node of the database take clients',
  ],
  [handover, '- metadata is caught up with master', '- metadata is caught up', /the procedure never/],
  [handover, '- different period', '- other period', /the procedure never/],
  [handover, '"pull":null', '"pull":{}', /never stops following the old first zone/],
  [back, 'HEALTH_ERR', 'HEALTH_ERROR', /never sees the disks of the store whole/],
  [back, '--selector=app=rook-ceph-rgw', '--selector=app=rgw', /never starts the gateways again/],
  [lost, 'fails: true', 'fails: false', /never has a person close the way in/],
  [lost, '--master', '--not', /never takes the role/],
]);
