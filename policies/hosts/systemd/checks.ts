import type { NamedCheck } from '../../named/check.ts';
import { additions } from '../../reading/units.ts';
import { CAPABILITIES } from './capabilities.ts';
import { PROTECTIONS } from './protections.ts';
import { RESTRICTIONS } from './restrictions.ts';
import { unitPack } from './unit-pack.ts';

/** Settings by which a drop-in opens what the package of the unit had closed. */
const LOOSE = /^(NoNewPrivileges|Protect\w+|Private\w+|Restrict\w+|LockPersonality|MemoryDenyWriteExecute)$/;
const addition: NamedCheck = {
  id: 'systemd/drop-in-loosens',
  title: 'a drop-in takes no protection from the unit of a package',
  avoid: 'haproxy.service.d/fredu.conf: ProtectSystem=no',
  fix: 'take the line out of the drop-in',
  why: 'Nobody who reads the unit of the package sees that it no longer holds.',
  breaks: (tree) =>
    additions(tree).flatMap(({ path, name, lines }) =>
      lines
        .filter(
          ([key, value]) =>
            (LOOSE.test(key) && /^(no|false|0|off|default)?$/i.test(value)) ||
            (key === 'User' && /^(root|0)?$/.test(value)) ||
            (key === 'AmbientCapabilities' && value !== ''),
        )
        .map(([key, value]) => ({
          path,
          text: `${key}=`,
          object: `unit/${name}`,
          fact: `is given ${key}=${value} by a drop-in`,
        })),
    ),
};

/** Terms of `systemd-analyze security`, judged on the services that are ours; those that we decline stand in the table of decisions. */
export const SYSTEMD = {
  source: 'systemd',
  tool: 'systemd-analyze security',
  page: 'https://manpages.debian.org/bookworm/systemd/systemd-analyze.1.en.html',
  checks: [...unitPack([...PROTECTIONS, ...RESTRICTIONS, ...CAPABILITIES]), addition],
};
