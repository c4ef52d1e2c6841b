import { findsEach } from '#scripts/testing/broken-trees.ts';
import { poolerSettings } from './pooler-settings.ts';

const pooler = 'sxb/kubernetes/education/configmap-pgbouncer.yaml';

findsEach(poolerSettings, [
  [
    pooler,
    'pool_mode = transaction',
    'pool_mode = session',
    /a session holds its connection for as long as it lasts/,
  ],
  [pooler, '    max_client_conn = 1000\n', '', /max_client_conn is not said/],
  [pooler, '    unix_socket_dir =\n', '', /unix_socket_dir is not said: it does not start/],
  [pooler, 'query_wait_timeout = 10', 'query_wait_timeout = 0', /a request waits without an end/],
  [pooler, 'tcp_keepidle', 'tcp_keepidel', /tcp_keepidle is not said/],
  [pooler, 'stats_period = 60', 'stats_period = 60\n    verbose = 2', /is told verbose/],
]);
