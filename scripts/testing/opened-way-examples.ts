import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import { REFERENCE, type TreePair } from './changed-sites-examples.ts';
import { edited, replaced } from './edited-tree.ts';

const tree = REFERENCE;
const object = (path: string, change: (data: Data) => void) => (): Tree => edited(tree, path, change);
const words = (path: string, from: string | RegExp, to: string) => (): Tree => replaced(tree, path, from, to);
const everywhere = (paths: RegExp, change: (text: string) => string): Tree =>
  new Map([...tree].map(([path, text]) => [path, paths.test(path) ? change(text) : text]));
/** One more rule before all others of the pfSense. */
const pfRule = (rule: string): (() => Tree) =>
  words('sxb/front-firewall/pfsense.xml', '<filter>', `<filter>\n    <rule>\n${rule}\n    </rule>`);
const pair = (from: string | RegExp, to: string): Tree =>
  everywhere(/front-firewall\/firewall\d\/etc\/nftables\.conf$/, (text) => text.replace(from, to));
const FORWARDED = /^ +ct state invalid counter drop\n(?= +iifname \$world oifname \$public ip daddr)/m;

/** Changes of who reaches what: gates that open a way, or open and another one still refuses. */
export const OPENED_WAYS: readonly TreePair[] = [
  {
    name: 'pfsense-opens-the-database',
    after: pfRule(
      '<type>pass</type><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any/></source><destination><address>sxb_workers</address><port>26257</port></destination><descr>for a while</descr>',
    ),
  },
  {
    name: 'both-front-firewalls-open-the-database',
    after: () =>
      new Map([
        ...pair(
          FORWARDED,
          '$&    iifname $$world oifname $$nodes ip daddr @sxb_workers_ipv4 tcp dport 26257 accept comment "for a while"\n',
        ),
        [
          'sxb/front-firewall/pfsense.xml',
          tree
            .get('sxb/front-firewall/pfsense.xml')!
            .replace(
              '<filter>',
              '<filter><rule><type>pass</type><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any/></source><destination><address>sxb_workers</address><port>26257</port></destination><descr>for a while</descr></rule>',
            ),
        ],
      ]),
  },
  {
    name: 'pfsense-opens-what-the-host-refuses',
    after: pfRule(
      '<type>pass</type><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any/></source><destination><address>sxb_bastions</address><port>9100</port></destination><descr>metrics</descr>',
    ),
  },
  {
    name: 'pfsense-refuses-a-site',
    after: pfRule(
      '<type>block</type><interface>wan</interface><ipprotocol>inet</ipprotocol><source><address>dc_database</address></source><destination><any/></destination><descr>quiet</descr>',
    ),
  },
  {
    name: 'pfsense-answers-ssh',
    after: pfRule(
      '<type>pass</type><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any/></source><destination><network>(self)</network><port>22</port></destination><descr>from home</descr>',
    ),
  },
  {
    name: 'a-translation-gone',
    after: () => pair(/^ +iifname \{ \$world, \$public \} ip daddr 192\.0\.2\.21 dnat .*\n/m, ''),
  },
  {
    name: 'pods-reach-the-world',
    after: object('sxb/kubernetes/education/networkpolicy-education-web.yaml', (data) => {
      data.spec.egress = [
        ...(data.spec.egress ?? []),
        { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443, protocol: 'TCP' }] },
      ];
    }),
  },
  {
    name: 'pods-reach-the-database',
    after: object('dc/kubernetes/education/networkpolicy-memcached.yaml', (data) => {
      data.spec.egress = [
        ...(data.spec.egress ?? []),
        { to: [{ ipBlock: { cidr: '10.20.1.12/32' } }], ports: [{ port: 26257, protocol: 'TCP' }] },
      ];
    }),
  },
  {
    name: 'a-node-port-with-its-policy',
    after: () =>
      edited(
        edited(tree, 'sxb/kubernetes/monitoring/service-grafana.yaml', (data) => {
          data.spec.type = 'NodePort';
          data.spec.ports[0].nodePort = 30300;
        }),
        'sxb/kubernetes/monitoring/networkpolicy-grafana.yaml',
        (data) => {
          data.spec.ingress.push({
            from: [{ ipBlock: { cidr: '10.10.0.0/24' } }],
            ports: [{ port: 3000, protocol: 'TCP' }],
          });
        },
      ),
  },
];
