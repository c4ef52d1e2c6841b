import { findsEach } from '#scripts/testing/broken-trees.ts';
import { haproxyWords } from './haproxy-words.ts';

const edge = 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg';
findsEach(haproxyWords, [
  [
    edge,
    'server sxb-worker1 10.10.0.21:30443',
    'serverx sxb-worker1 10.10.0.21:30443',
    /has serverx, which HAProxy refuses/,
  ],
  [edge, 'monitor fail if', 'monitor failx if', /monitor takes no `failx if/],
  [
    edge,
    'tcp-request connection track-sc0 src table clients-ipv4',
    'tcp-request connection track-sc0 src table clients-ip',
    /no backend is called clients-ip/,
  ],
  [edge, 'if ipv4\n', 'if ipv5\n', 'no acl of its section is called ipv5'],
  [edge, ' rise 2', ' rice 2', 'a server takes no rice'],
  [edge, 'option clitcpka', 'option clitcpca', /option takes no `clitcpca`/],
  [edge, 'nbsrv(websecure)', 'nbsrv(websecurex)', 'no backend is called websecurex'],
  [edge, '\ndefaults\n', '\ndefault\n', /knows no section default/],
  [edge, 'user haproxy', 'user www-data', 'it runs as www-data, whom no package makes'],
]);
