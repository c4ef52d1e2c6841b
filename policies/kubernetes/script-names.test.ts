import { findsEach } from '#scripts/testing/broken-trees.ts';
import { scriptNames } from './script-names.ts';

const exporter = 'sxb/kubernetes/rook-ceph/configmap-zone-exporter.yaml';

findsEach(scriptNames, [
  [exporter, 'import subprocess', 'import subprocesses', /uses subprocess, which it never makes/],
  [exporter, 'return done.stdout', 'returnx done.stdout', /uses returnx, which it never makes/],
  [exporter, 'yield kind, zone', 'now kind, zone', /now/],
  [exporter, 'self.send_response(200)', 'selfx.send_response(200)', /uses selfx/],
  [exporter, 'page = ""', 'global = ""', /global/],
]);
