import type { Data } from '../../reading/objects.ts';
import { listOf } from '../../reading/texts.ts';
import type { StackRow } from './stack-pack.ts';

const providers = (whole: Data): Data[] => [whole.provider?.openstack].flat().filter(Boolean);
const CREDENTIALS = ['password', 'token', 'application_credential_secret'];

/** How Terraform signs in, what it keeps and which program it is. Sources: Checkov CKV_OPENSTACK_1, Terraform's documentation. */
export const STATE: StackRow[] = [
  {
    id: 'credentials-written',
    title: 'no credential of the cloud stands in the stack',
    avoid: 'provider.openstack.password',
    fix: 'leave it out: clouds.yaml of the person who applies has it',
    why: 'It is then in every clone, plan and review; Checkov calls it CKV_OPENSTACK_1.',
    broken: (whole) => {
      const found = providers(whole).flatMap((each) => CREDENTIALS.filter((key) => each[key] !== undefined));
      return found.length > 0 && `says the ${found.join(' and ')} of the cloud`;
    },
  },
  {
    id: 'cloud-unverified',
    title: 'the cloud shows a certificate that is believed',
    avoid: 'provider.openstack.insecure: true',
    fix: 'leave out `insecure`',
    why: 'Anybody who is on the way is given the credentials of the whole project.',
    broken: (whole) =>
      providers(whole).some((each) => each.insecure === true) && 'believes any certificate of the cloud',
  },
  {
    id: 'provider-unpinned',
    title: 'the provider is of one release',
    avoid: 'version: ">= 1.0"',
    fix: 'set `required_providers.openstack.version` to one release',
    why: 'The next init brings another one, whose plan replaces hosts.',
    broken: (whole) =>
      !/^\d+\.\d+\.\d+$/.test(String(whole.terraform?.required_providers?.openstack?.version)) &&
      'takes any release of the provider',
  },
  {
    id: 'state-local',
    title: 'the state is not on the laptop of the person who applied',
    avoid: 'a stack without backend',
    fix: 'set `terraform.backend`',
    why: 'The next one who applies makes everything a second time.',
    broken: (whole) =>
      Object.keys(whole.terraform?.backend ?? {}).length === 0 && 'keeps its state on a laptop',
  },
  {
    id: 'state-unlocked',
    title: 'two people cannot apply at once',
    avoid: 'a backend s3 without use_lockfile',
    fix: 'set `use_lockfile: true`',
    why: 'Two applies at once leave a state that knows half of what there is.',
    broken: (whole) =>
      whole.terraform?.backend?.s3 !== undefined &&
      whole.terraform.backend.s3.use_lockfile !== true &&
      'lets two people apply at once',
  },
  {
    id: 'state-in-clear-text',
    title: 'the state travels by TLS',
    avoid: 'endpoints: {s3: http://…}',
    fix: 'write an endpoint with https',
    why: 'It holds every address and every first start of the site.',
    broken: (whole) =>
      listOf(Object.values(whole.terraform?.backend?.s3?.endpoints ?? {})).some((url) =>
        String(url).startsWith('http:'),
      ) && 'sends its state in clear text',
  },
  {
    id: 'backend-credentials-written',
    title: 'no key of the bucket of the state stands in the stack',
    avoid: 'backend.s3.secret_key',
    fix: 'leave it out: the environment of the person who applies has it',
    why: 'Anybody who reads the repository writes the state.',
    broken: ({ terraform }) =>
      ['access_key', 'secret_key'].some((key) => terraform?.backend?.s3?.[key] !== undefined) &&
      'says the key of the bucket of its state',
  },
];
