import { findsEach } from '#scripts/testing/broken-trees.ts';
import { planGates } from './plan-gates.ts';

const promote = 'dc/plans/object-store-promote.yaml';
const back = 'dc/plans/object-store-return.yaml';
const install = 'dc/plans/cert-manager.yaml';

findsEach(planGates, [
  [promote, '        - --commit\n', '', /runs `radosgw-admin period update .* without --commit/],
  [promote, '          - --rgw-zone=dc\n', '', /without --rgw-zone/],
  [promote, '--rgw-zone=dc', '--rgw-zone=sxb', /speaks at dc for another zone than its own/],
  [promote, '      - env\n', '', /ceph@dc is reached by .* which leads nowhere/],
  [
    promote,
    '            - read_only\n          to: false',
    '            - read_onlyx\n          to: false',
    /changes .*read_onlyx/,
  ],
  [promote, /is: false/, 'is: undo', /looks at .*undo/],
  [promote, / {8}matches:\n {10}- no sync.*\n/, '', /opens whatever `radosgw-admin sync status/],
  [back, '      - in: ceph@dc\n', '      - ', /runs something at undefined/],
  [
    install,
    '--for=condition=Established',
    '--for=condition=tree',
    /without a condition that an object can have/,
  ],
  [install, '        - --atomic\n', '', /without --atomic/],
  [
    install,
    'crd/certificates.cert-manager.io',
    'crd/certs.cert-manager.io',
    /no object of the tree is of that kind/,
  ],
  [
    install,
    'deployment/cert-manager-webhook',
    'deployment/cert-manager',
    /does not wait for cert-manager-webhook/,
  ],
  [install, '        cainjector:\n', '        caininjector:\n', /says nothing of cainjector/],
]);
