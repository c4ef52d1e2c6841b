import { ofType, referred } from '../../reading/openstack-tree.ts';
import { listOf } from '../../reading/texts.ts';
import type { StackRow } from './stack-pack.ts';

const HOST = 'compute_instance_v2';
const VOLUME = 'blockstorage_volume_v3';
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(password|passwd|secret|token)\b\s*[:=]\s*\S/i;
/** Of keys: Ed25519, curves of NIST, and RSA of 3072 bits, whose text is longer than 500 letters. */
const strong = (key: string): boolean =>
  /^(ssh-ed25519|sk-|ecdsa-)/.test(key) ||
  (key.startsWith('ssh-rsa ') && (key.split(' ')[1] ?? '').length > 500);

/** How hosts of a stack are made, kept apart and left. Sources: Checkov CKV_OPENSTACK_4, Trivy AVD-OPNSTK-0001, the provider's documentation. */
export const INSTANCES: StackRow[] = [
  {
    id: 'admin-password',
    title: 'no host is given a password',
    avoid: 'admin_pass: …',
    fix: 'leave out `admin_pass`',
    why: 'It stands in the state, in the plan and in the metadata; Checkov calls it CKV_OPENSTACK_4.',
    type: HOST,
    broken: (host) => host.admin_pass !== undefined && 'is given a password',
  },
  {
    id: 'no-key',
    title: 'every host knows a key of ours',
    avoid: 'an instance without key_pair',
    fix: 'set `key_pair`',
    why: 'When its first start goes wrong nobody can sign in to see why.',
    type: HOST,
    broken: (host) => !host.key_pair && 'knows no key',
  },
  {
    id: 'key-made-by-cloud',
    title: 'no private key is made by the cloud',
    avoid: 'a key pair without public_key',
    fix: 'set `public_key`',
    why: 'Terraform then keeps the private key in its state, in clear text.',
    type: 'compute_keypair_v2',
    broken: (pair) => !pair.public_key && 'lets the cloud make the private key',
  },
  {
    id: 'weak-key',
    title: 'keys are strong',
    avoid: 'public_key: ssh-dss …',
    fix: 'set `public_key` to one of Ed25519',
    why: 'DSA and short RSA are broken by anybody who has the machines for it.',
    type: 'compute_keypair_v2',
    broken: (pair) => pair.public_key && !strong(String(pair.public_key)) && 'is a key that is too weak',
  },
  {
    id: 'secret-in-user-data',
    title: 'what a host is given at its first start holds no secret',
    avoid: 'user_data: "password: …"',
    fix: 'take the secret out: it is put there when the platform is deployed',
    why: 'Every process of the host reads it from the metadata service, and Terraform keeps it in its state.',
    type: HOST,
    broken: (host) => SECRET.test(String(host.user_data ?? '')) && 'is given a secret at its first start',
  },
  {
    id: 'password-login',
    title: 'no host lets anybody sign in by a password',
    avoid: 'user_data: "ssh_pwauth: true"',
    fix: 'write `ssh_pwauth: false`',
    why: 'Passwords are tried day and night.',
    type: HOST,
    broken: (host) => {
      const [, said = ''] = /^ssh_pwauth:\s*(\S+)/m.exec(String(host.user_data ?? '')) ?? [];
      return said !== 'false' && 'does not refuse passwords';
    },
  },
  {
    id: 'secret-in-metadata',
    title: 'the metadata of a host hold no secret',
    avoid: 'metadata: {password: …}',
    fix: 'take the secret out of `metadata`',
    why: 'Every process of the host reads them without asking.',
    type: HOST,
    broken: (host) =>
      Object.keys(host.metadata ?? {}).some((key) => /pass|secret|token|private/i.test(key)) &&
      'has a secret in its metadata',
  },
  {
    id: 'metadata-by-network',
    title: 'a host reads how to start from a disk of its own',
    avoid: 'an instance without config_drive',
    fix: 'set `config_drive: true`',
    why: 'The metadata service is an address that anybody who is in the network can answer for, and no flow leads to it.',
    type: HOST,
    broken: (host) => host.config_drive !== true && 'asks the network how to start',
  },
  {
    id: 'groups-by-name',
    title: 'a host gets its groups by its port alone',
    avoid: 'security_groups on an instance',
    fix: 'leave out `security_groups`',
    why: 'They win over those of the port at the next change, or are ignored: it depends on the release.',
    type: HOST,
    broken: (host) => listOf(host.security_groups).length > 0 && 'has groups beside those of its port',
  },
  {
    id: 'not-apart',
    title: 'hosts of one role are kept on different hypervisors',
    avoid: 'several instances of a role without scheduler_hints',
    fix: 'set `scheduler_hints` to a group of policy anti-affinity',
    why: 'One machine of the cloud that fails takes two of three members of etcd.',
    type: HOST,
    broken: (host, { stack }) => {
      const role = host.metadata?.role;
      const alike = ofType(stack, HOST).filter(({ value }) => value.metadata?.role === role);
      return (
        alike.length > 1 &&
        !listOf(host.scheduler_hints).some(({ group }) => group) &&
        `is one of ${alike.length} hosts that nothing keeps apart`
      );
    },
  },
  {
    id: 'group-together',
    title: 'a server group keeps its members apart',
    avoid: 'policies: [affinity]',
    fix: 'set `policies: [anti-affinity]`',
    why: 'It puts all of them on one machine, which is the very opposite.',
    type: 'compute_servergroup_v2',
    broken: (group) =>
      !/^(soft-)?anti-affinity$/.test(String(listOf(group.policies)[0] ?? '')) &&
      'does not keep its members apart',
  },
  {
    id: 'killed-not-stopped',
    title: 'a host is stopped before it is destroyed',
    avoid: 'an instance without stop_before_destroy',
    fix: 'set `stop_before_destroy: true`',
    why: 'A database that is cut off rolls back, or loses what it had not written.',
    type: HOST,
    broken: (host) => host.stop_before_destroy !== true && 'is destroyed while it runs',
  },
  {
    id: 'disk-goes-along',
    title: 'no volume goes with its host',
    avoid: 'delete_on_termination: true',
    fix: 'set `delete_on_termination: false`',
    why: 'To recreate a host is a minute of work; its disk is data.',
    type: HOST,
    broken: (host) =>
      listOf(host.block_device).some((disk) => disk.delete_on_termination !== false) &&
      'takes its disk along',
  },
  {
    id: 'starts-from-image',
    title: 'a host starts from a volume',
    avoid: 'image_id on an instance',
    fix: 'start from a `block_device` of a volume',
    why: 'Its disk is then on one hypervisor and is lost with it.',
    type: HOST,
    broken: (host) =>
      (host.image_id !== undefined ||
        host.image_name !== undefined ||
        listOf(host.block_device).length === 0) &&
      'starts from an image, on the disk of its hypervisor',
  },
  {
    id: 'data-unprotected',
    title: 'Terraform never destroys a volume of data',
    avoid: 'a volume without prevent_destroy',
    fix: 'set `prevent_destroy: true` in its lifecycle',
    why: 'A plan is confirmed once for all changes, and this line is easily missed.',
    type: VOLUME,
    broken: (volume) =>
      !volume.image_id && volume.lifecycle?.prevent_destroy !== true && 'may be destroyed by a plan',
  },
  {
    id: 'volume-on-two-hosts',
    title: 'a volume is on one host',
    avoid: 'two attachments of one volume',
    fix: 'take one `compute_volume_attach_v2` away',
    why: 'Two hosts that write one file system end it.',
    type: VOLUME,
    broken: (volume, { stack, resource }) => {
      const times = ofType(stack, 'compute_volume_attach_v2').filter(
        ({ value }) => referred(value.volume_id) === resource.name,
      ).length;
      return (times > 1 || volume.multiattach === true) && `is on ${Math.max(times, 2)} hosts`;
    },
  },
  {
    id: 'image-recreates',
    title: 'a newer image recreates no disk',
    avoid: 'a volume of an image without ignore_changes: [image_id]',
    fix: 'set `ignore_changes: [image_id]` in its lifecycle',
    why: 'On the day that a new image is published every host is replaced at once.',
    type: VOLUME,
    broken: (volume) =>
      volume.image_id &&
      !listOf(volume.lifecycle?.ignore_changes).includes('image_id') &&
      'is recreated by every new image',
  },
];
