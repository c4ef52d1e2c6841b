import type { Mutant } from './mutants.ts';

const isOrder = ({ how }: Mutant): boolean => how === 'order';
const line = ({ from }: Mutant): string => from.trim();

/**
 * Mutants that change nothing that a machine does, reviewed by hand: which, and why. A mutant that a law notices all the same is
 * counted as noticed and not as one of these.
 */
export const HARMLESS: readonly { reason: string; is(mutant: Mutant): boolean }[] = [
  {
    reason: 'rules of one group are judged in their order and each by itself: two alerts may change places',
    is: (mutant) =>
      isOrder(mutant) &&
      /configmap-prometheus-rules/.test(mutant.path) &&
      /^- (alert|record):/.test(line(mutant)),
  },
  {
    reason: 'labels, annotations and other maps in texts that a program reads as YAML or JSON have no order',
    is: (mutant) =>
      isOrder(mutant) &&
      /configmap-|cdk\.tf\.json/.test(mutant.path) &&
      /^"?[\w$./-]+"?\s*:/.test(line(mutant)) &&
      /^"?[\w$./-]+"?\s*:/.test(mutant.to),
  },
  {
    reason: 'targets, ports, addresses and rules of a NetworkPolicy, of a scrape and of a role are sets',
    is: (mutant) =>
      isOrder(mutant) &&
      /networkpolicy-|role-|clusterrole-|configmap-prometheus\.yaml|cephcluster-|resourcequota-|httproute-|certificate-/.test(
        mutant.path,
      ) &&
      /^- /.test(line(mutant)),
  },
  {
    reason: 'options that have names are taken in any order: flags of radosgw-admin, kubectl and helm',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/plans\//.test(mutant.path) &&
      /^- "?--/.test(line(mutant)) &&
      /^- "?--/.test(mutant.to),
  },
  {
    reason: 'patterns that an answer must not match, or has to match, are asked one by one',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/plans\//.test(mutant.path) &&
      /^- ("?[a-z ^]|failed|different|behind|full sync)/.test(line(mutant)) &&
      /^- ("?[a-z ^]|failed|different|behind|full sync)/.test(mutant.to) &&
      !/^- [a-z-]+$/.test(line(mutant)),
  },
  {
    reason: 'words for the person who carries out a plan or watches a playbook: no machine reads them',
    is: ({ path, from, how }) =>
      how !== 'drop' &&
      (/\/plans\//.test(path)
        ? /^(- )?(why|title|when|person):/.test(from)
        : /\/inventory\/hosts\/(tasks|playbook)/.test(path) && /^- name: (?!Put )/.test(from)),
  },
  {
    reason: 'words for people in an alert or on a panel: summary, impact and description, still there',
    is: ({ path, from, how }) =>
      how !== 'drop' &&
      /configmap-(prometheus-rules|grafana-dashboards)/.test(path) &&
      /^"?(summary|impact|description|legendFormat|title)"?:/.test(from),
  },
  {
    reason: 'packages, folders and units in a list are all installed, made and started, whatever their order',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/inventory\//.test(mutant.path) &&
      /^- [\w./-]+$/.test(line(mutant)) &&
      /^- [\w./-]+ \(before it\)$/.test(mutant.to),
  },
  {
    reason: 'files that different programs read are put there in any order before the handlers run',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/inventory\/hosts\/tasks\//.test(mutant.path) &&
      /^- name: Put (?!the secret)/.test(line(mutant)) &&
      /^- name: Put (?!the secret)/.test(mutant.to),
  },
  {
    reason: 'records of a zone are a set, and the lines before them may stand in either order',
    is: (mutant) =>
      isOrder(mutant) &&
      /\.zone$/.test(mutant.path) &&
      (/ IN (?!SOA)/.test(line(mutant)) || /^\$/.test(line(mutant))),
  },
  {
    reason:
      'names, addresses, usages, files and places of a certificate are sets, and so are zones and lines of a block of BIND',
    is: (mutant) => isOrder(mutant) && /platform\/(certificates\.yaml|dns\/\w+\.conf)$/.test(mutant.path),
  },
  {
    reason:
      'a record that is remembered for an hour may be remembered for two: nothing moves there in a failure',
    is: ({ path, how, from, to }) =>
      how === 'number' &&
      /\.zone$/.test(path) &&
      (/^\S+ (3600|86400) IN /.test(from) || /^\$TTL/.test(from)) &&
      from.replace(/ \d+( IN |$)/, '') === to.replace(/ \d+( IN |$)/, ''),
  },
  {
    reason: 'serial numbers and times of a zone by one: secondaries ask a second earlier or later',
    is: ({ path, how, from }) => how === 'number' && /\.zone$/.test(path) && / SOA /.test(from),
  },
  {
    reason: 'facts of a host are gathered or not: no task uses them',
    is: ({ path, from }) => /\/inventory\/hosts\/playbook\.yaml$/.test(path) && /^gather_facts/.test(from),
  },
  {
    reason: 'in a dry run a task may fail or not; a real run is the same',
    is: ({ path, from, how }) =>
      how === 'drop' &&
      /\/inventory\/hosts\//.test(path) &&
      /^ignore_errors: "\{\{ ansible_check_mode \}\}"$/.test(from),
  },
  {
    reason:
      'what pfSense shows to people, and keys of its lists that it numbers by itself: descriptions, trackers, identifiers',
    is: ({ path, from, how }) =>
      /pfsense\.xml$/.test(path) &&
      (/^<(descr|detail|tracker|uniqid|refid|created|updated|version)\b/.test(from) ||
        (how === 'order' && /^<\w/.test(from))),
  },
  {
    reason: 'labels that no selector, no scrape and no person of the tree asks for',
    is: ({ path, from }) =>
      /\/kubernetes\//.test(path) && /^app\.kubernetes\.io\/(part-of|component|managed-by)/.test(from),
  },
  {
    reason: 'how many of the refused packets are written into the log: none is let through',
    is: ({ path, how, from }) =>
      how === 'number' &&
      /nftables\.conf$/.test(path) &&
      /^limit rate \S+ burst \d+ packets log prefix/.test(from),
  },
  {
    reason: 'what a user of a host is called for people, and what a rule of nftables says that it is for',
    is: ({ path, how, from, to }) =>
      how === 'name' &&
      ((/sysusers\.d/.test(path) && from.replace(/".*"/, '') === to.replace(/".*"/, '')) ||
        (/nftables\.conf$/.test(path) &&
          from.replace(/ comment ".*"/, '') === to.replace(/ comment ".*"/, ''))),
  },
  {
    reason: 'what the API writes itself where nothing is said: TCP, a Secret, every ten seconds',
    is: ({ path, how, from }) =>
      how === 'drop' &&
      ((/\/service-/.test(path) && from === 'protocol: TCP') ||
        (/\/gateway-/.test(path) && from === 'kind: Secret') ||
        (/\/(deployment|statefulset|daemonset)-/.test(path) && from === 'periodSeconds: 10')),
  },
  {
    reason: 'ports and volumes of a pod are sets',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/(deployment|statefulset|daemonset|job)-/.test(mutant.path) &&
      /^- (containerPort|configMap|emptyDir|secret|hostPath|name: [\w-]+$)/.test(line(mutant)) &&
      /^- (containerPort|configMap|emptyDir|secret|hostPath|name: [\w-]+ )/.test(mutant.to),
  },
  {
    reason: 'how high and how wide a panel is drawn',
    is: ({ path, how, from }) =>
      how === 'number' && /configmap-grafana-dashboards/.test(path) && /^"[hwxy]": \d+/.test(from),
  },
  {
    reason: 'a script that fails fails with whatever number above zero it ends',
    is: ({ path, how, from, to }) =>
      how === 'number' &&
      /\/(s?bin|libexec)\//.test(path) &&
      /\bexit [1-9]\d*$/.test(from) &&
      /\bexit [1-9]\d*$/.test(to) &&
      from.replace(/\d+$/, '') === to.replace(/\d+$/, ''),
  },
  {
    reason: 'options of one host in ssh_config stand in any order',
    is: (mutant) =>
      isOrder(mutant) &&
      /ssh_config$/.test(mutant.path) &&
      !/^(Host|Match|Include)\b/.test(line(mutant)) &&
      !/^(Host|Match|Include)\b/.test(mutant.to),
  },
  {
    reason: 'what a task of a playbook is called: no task, handler or tag is asked for by it',
    is: ({ path, from, how }) =>
      how === 'name' && /\/inventory\/hosts\/tasks\//.test(path) && /^- name: Put .* there$/.test(from),
  },
  {
    reason: 'what a resource of OpenStack, a unit or a priority is for, in words for people',
    is: ({ path, from, how }) =>
      (/cdk\.tf\.json$/.test(path) && /^"description": "(?!dc-)/.test(from)) ||
      (/\.(service|timer)$/.test(path) && how === 'name' && /^Description=/.test(from)) ||
      (/priorityclass-/.test(path) && /^description:/.test(from)),
  },
  {
    reason: 'by what name Terraform alone knows a rule or an address that nothing else refers to',
    is: ({ path, from, how }) =>
      how === 'name' &&
      /cdk\.tf\.json$/.test(path) &&
      /^"(group_[\w-]+-rule_|balancer_\w+_floating)/.test(from),
  },
  {
    reason: 'a second more or less before a daemon that ended is started again',
    is: ({ path, from, to, how }) =>
      how === 'number' &&
      /\.d\/fredu\.conf$/.test(path) &&
      /^RestartSec=[1-5]$/.test(from) &&
      /^RestartSec=[1-5]$/.test(to),
  },
  {
    reason: 'a probe every eleven seconds, or every thirty-one',
    is: ({ path, from, to, how }) =>
      how === 'number' &&
      /\/(deployment|statefulset|daemonset)-/.test(path) &&
      /^periodSeconds: \d+$/.test(from) &&
      Math.abs(Number(from.split(' ')[1]) - Number(to.split(' ')[1])) === 1,
  },
  {
    reason: 'comments of scripts, and what they say to the person who started them',
    is: ({ path, from, to, how }) =>
      how === 'name' &&
      (/\/(s?bin|libexec)\//.test(path) || /configmap-zone-exporter/.test(path)) &&
      ((from.replace(/ # .*/, '') === to.replace(/ # .*/, '') && from.includes(' # ')) ||
        /^""".*"""$/.test(from) ||
        /^echo "[^"]*" >&2$/.test(from)),
  },
  {
    reason: 'each year, decade and century is met by exactly one pattern of the map, and headers are a set',
    is: (mutant) =>
      isOrder(mutant) &&
      /configmap-education-web/.test(mutant.path) &&
      /^("~\^|add_header |gzip_\w+ )/.test(line(mutant)) &&
      /^("~\^|add_header |gzip_\w+ )/.test(mutant.to),
  },
  {
    reason:
      'time servers, rules of a chain that all accept, addresses of Kubespray’s lists and receivers of Alertmanager are sets',
    is: (mutant) =>
      isOrder(mutant) &&
      ((/fredu\.sources$/.test(mutant.path) && /^server /.test(line(mutant))) ||
        (/nftables\.conf$/.test(mutant.path) &&
          / accept( comment "[^"]*")?$/.test(line(mutant)) &&
          / accept( comment "[^"]*")? \(before it\)$/.test(mutant.to)) ||
        (/group_vars\//.test(mutant.path) &&
          /^- [\da-f.:/]+$/.test(line(mutant)) &&
          /^- [\da-f.:/]+ /.test(mutant.to)) ||
        (/configmap-alertmanager/.test(mutant.path) &&
          /^- name: /.test(line(mutant)) &&
          /^- name: /.test(mutant.to)) ||
        (/persistentvolume|statefulset-cockroachdb/.test(mutant.path) &&
          /^- [\w-]+-worker\d+$/.test(line(mutant)) &&
          /^- [\w-]+-worker\d+ /.test(mutant.to))),
  },
  {
    reason:
      'what the API writes itself where nothing is said: IfNotPresent for an image with a release, a weight of one, the usual mode of a volume',
    is: ({ path, from, how }) =>
      how === 'drop' &&
      /\/kubernetes\//.test(path) &&
      /^(imagePullPolicy: IfNotPresent|weight: 1|defaultMode: 420|volumeMode: Filesystem|protocol: TCP)$/.test(
        from,
      ),
  },
  {
    reason: 'flags of kubectl and what it runs in: `exec --stdin` and `--stdin exec` are one command',
    is: (mutant) =>
      isOrder(mutant) &&
      /\/plans\//.test(mutant.path) &&
      /^- (exec|--stdin)$/.test(line(mutant)) &&
      /^- (exec|--stdin) /.test(mutant.to),
  },
  {
    reason: 'empty elements of pfSense are what it writes where nothing is set',
    is: ({ path, from, how }) => how === 'drop' && /pfsense\.xml$/.test(path) && /^<(\w+)><\/\1>$/.test(from),
  },
];
