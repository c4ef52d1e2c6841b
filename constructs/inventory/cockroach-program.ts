import { COCKROACH_PROGRAM } from '../hosts/database/cockroachdb-host.ts';
import { imageTag } from '../images.ts';
import type { Task } from './handlers.ts';

/** The release of the database, once for pods and for hosts. */
const release = (): string => imageTag('cockroachdb');

const archive = (): string => `cockroach-${release()}.linux-amd64`;

/** Asked for before anything is touched. */
export function checksumGiven(): Task {
  return {
    name: 'Know the checksum of the database program',
    'ansible.builtin.assert': {
      that: ["(cockroach_sha256 | default('')) is match('^[0-9a-f]{64}$')"],
      fail_msg: `give --extra-vars cockroach_sha256=… of ${archive()}.tgz, from the publisher's page of releases`,
      quiet: true,
    },
  };
}

/**
 * The program of the database at its release: each in a folder of its own, so that an upgrade changes one link and its way
 * back is the same. Nothing is unpacked whose checksum is not the one that was given.
 * @see https://www.cockroachlabs.com/docs/v26.2/install-cockroachdb-linux
 */
export function cockroachProgram(): Task[] {
  const name = archive();
  const folder = `/usr/local/lib/${name}`;
  return [
    {
      name: 'Fetch the database program',
      'ansible.builtin.get_url': {
        url: `{{ cockroach_url | default('https://binaries.cockroachdb.com/${name}.tgz') }}`,
        dest: `/var/cache/${name}.tgz`,
        checksum: 'sha256:{{ cockroach_sha256 }}',
        owner: 'root',
        group: 'root',
        mode: '0644',
      },
    },
    {
      name: 'Unpack the database program',
      'ansible.builtin.unarchive': {
        src: `/var/cache/${name}.tgz`,
        dest: '/usr/local/lib',
        remote_src: true,
        owner: 'root',
        group: 'root',
        creates: `${folder}/cockroach`,
      },
      ignore_errors: '{{ ansible_check_mode }}',
    },
    {
      name: 'Use this release of the database',
      'ansible.builtin.file': {
        src: `${folder}/cockroach`,
        dest: COCKROACH_PROGRAM,
        state: 'link',
        owner: 'root',
        group: 'root',
      },
      notify: ['Restart the database'],
      ignore_errors: '{{ ansible_check_mode }}',
    },
  ];
}
