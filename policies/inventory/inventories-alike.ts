import type { Model, Site } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { differences, firstWord, type Plain, placeholders, short } from '../reading/alike.ts';
import type { Data } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const inventoriesAlike: Policy = {
  id: 'inventories-alike',
  title:
    'a task, a handler and a variable of one name say the same at every site and for every role, but for what the sites are',
  why: 'Avoid: one site whose nodes are installed with another option, or one role whose files get another owner. Prefer: one text for all, with names, addresses and families of its site. Rationale: clusters that were installed in two ways fail in two ways, and the second one is met during a failover.',
  check(model, tree) {
    const plain = placeholders(model);
    return [...tasks(tree, plain), ...handlers(model, tree, plain), ...variables(model, tree, plain)];
  },
};

const fix = 'make both alike: npm run synth';
const disagreement = (
  what: string,
  [one, other]: [string, string],
  found: ReturnType<typeof differences>,
): Finding[] =>
  found.slice(0, 2).map(({ at, a, b }) => ({
    path: other,
    text: firstWord(b),
    other: { path: one, text: firstWord(a) },
    message: `${what} differs in ${at.replace(/^\./, '') || 'its length'}: ${short(a)} and ${short(b)}`,
    fix,
  }));

/** Tasks that list what a role has: each of them is judged by `playbooks-whole`. */
const LISTS =
  /^(Install the programs|Name what is loaded|Make the folders of the files|Start what runs|Find every secret)/;

function tasks(tree: Tree, plain: Plain): Finding[] {
  const all = [...tree].flatMap(([path, text]) =>
    /\/inventory\/hosts\/tasks\/\w+\.yaml$/.test(path)
      ? listOf(yamlOf(text)).map((task: Data) => ({ path, name: plain(String(task.name)), task }))
      : [],
  );
  return [...Map.groupBy(all, ({ name }) => name)]
    .filter(([name]) => !LISTS.test(name))
    .flatMap(([name, [first, ...more]]) =>
      more.flatMap(({ path, task }) =>
        disagreement(`the task ${name}`, [first!.path, path], differences(first!.task, task, plain)),
      ),
    );
}

function handlers(model: Model, tree: Tree, plain: Plain): Finding[] {
  const path = (site: Site) => `${site.code}/inventory/hosts/handlers.yaml`;
  const [first, ...more] = model.sites;
  return more.flatMap((site) => {
    const [one, other] = [first!, site].map((each) => yamlOf(tree.get(path(each))));
    const order = [one, other].map((list) => listOf(list).map((each: Data) => String(each.name)));
    return [
      ...disagreement('a handler', [path(first!), path(site)], differences(one, other, plain)),
      // They run in the order of the file.
      ...(String(order[0]) === String(order[1])
        ? []
        : [
            {
              path: path(site),
              other: { path: path(first!) },
              message: `the handlers of ${first!.code} and ${site.code} run in another order`,
              fix,
            },
          ]),
    ];
  });
}

function variables(model: Model, tree: Tree, plain: Plain): Finding[] {
  const [first, ...more] = model.sites.filter(({ kubernetes }) => kubernetes);
  return more.flatMap((site) =>
    ['all', 'k8s_cluster'].flatMap((group) => {
      const path = (each: Site) => `${each.code}/inventory/kubespray/group_vars/${group}/fredu.yml`;
      const [one, other] = [first!, site].map((each) => yamlOf(tree.get(path(each))));
      const found = differences(one, other, plain).filter(({ at }) => !MEANT.test(at));
      return disagreement(`a variable of ${group}`, [path(first!), path(site)], found);
    }),
  );
}
/** What follows from the families and the networks of a site: `cluster-variables` says which they have to be. */
const MEANT =
  /^\.(ipv[46]_stack|\w+_ipv6|kube_pods_subnet|kube_service_addresses|kubelet_secure_addresses|kubelet_csr_approver_values\.provider\w+|supplementary_addresses_in_ssl_keys|loadbalancer_apiserver|upstream_dns_servers|nat_outgoing\w*)(\.|\[|$)/;
