import { findsEach } from '#scripts/testing/broken-trees.ts';
import { planValues } from './plan-values.ts';

const plans = 'dc/plans';

findsEach(planValues, [
  [`${plans}/rook-operator.yaml`, '            cpu: 100m\n', '', /gives the operator no requests of cpu/],
  [
    `${plans}/rook-operator.yaml`,
    'enableRbdDriver: false',
    'enableRbdDriver: true',
    /says enableRbdDriver true/,
  ],
  [`${plans}/cert-manager.yaml`, 'replicaCount: 2', 'replicaCount: 1', /runs 1 pods of the operator/],
  [`${plans}/cert-manager.yaml`, 'keep: true', 'keep: false', /says keep false/],
  [
    `${plans}/object-store-promote.yaml`,
    '          - https://s3.sxb.fredu.fr',
    '          - http://s3.sxb.fredu.fr',
    /over plain HTTP/,
  ],
  [
    `${plans}/object-store-promote.yaml`,
    '          - --max-time\n',
    '',
    /asks by curl for as long as it takes/,
  ],
  [
    `${plans}/object-store-handover.yaml`,
    '            - --read-only=false',
    '            - --read-only=true',
    /does --read-only, and is undone by --read-only=true/,
  ],
]);
