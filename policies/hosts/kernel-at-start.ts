import type { Policy } from '../law.ts';
import { below } from '../reading/folders.ts';

/** Keys of sysctl that are there with a module only. @see https://docs.kernel.org/networking/nf_conntrack-sysctl.html */
const MODULES: [key: RegExp, module: string][] = [
  [/^net\.netfilter\.nf_conntrack_/, 'nf_conntrack'],
  [/^net\.bridge\./, 'br_netfilter'],
];

export const kernelAtStart: Policy = {
  id: 'kernel-at-start',
  title: 'a setting of the kernel that comes with a module is made after the module is loaded',
  why: 'systemd-sysctl runs early and passes over keys that are not there yet, with a line in the journal; it runs once. A table of connections that was to hold 131,072 holds 65,536 after each restart, and what finds no place is dropped. systemd-modules-load runs before it.',
  check(_model, tree) {
    return [...tree].flatMap(([path, text]) => {
      const root = /^(.*\/)etc\/sysctl\.d\/[^/]+$/.exec(path)?.[1];
      if (!root) return [];
      const keys = [...text.matchAll(/^([\w.]+)\s*=/gm)].map(([, key]) => key!);
      const loaded = new Set(
        below(tree, `${root}etc/modules-load.d`).flatMap(([, modules]) =>
          modules.split('\n').map((line) => line.trim()),
        ),
      );
      return keys.flatMap((key) => {
        const module = MODULES.find(([pattern]) => pattern.test(key))?.[1];
        if (!module || loaded.has(module)) return [];
        return [
          {
            path,
            text: key,
            message: `${key} is lost at each start: nothing has loaded ${module} when it is set`,
            fix: `name ${module} in etc/modules-load.d/`,
          },
        ];
      });
    });
  },
};
