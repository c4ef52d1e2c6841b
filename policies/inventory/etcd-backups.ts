import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { ofKind } from '../reading/objects.ts';

/** What Kubespray's environment of etcd says already. @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/etcd/templates/etcd.env.j2 */
const REMOTE_OPTIONS = ['endpoints', 'cacert', 'cert', 'key'];

export const etcdBackups: Policy = {
  id: 'etcd-backups',
  title:
    'every control-plane host takes snapshots of etcd, forgets old ones whatever happens to the copy, and copies to a bucket that is there in the store that takes writes',
  why: 'etcdctl ends when an option comes by the command line and by the environment. A store that copies only refuses what is written to it. Snapshots that are forgotten after the copy fill the disk under etcd when the copy fails.',
  check(model, tree) {
    const { objects } = model;
    return model.sites
      .filter((site) => site.kubernetes)
      .flatMap((site) =>
        hostsOf(site, 'control-plane').flatMap(({ name }): Finding[] => {
          const root = `${site.code}/hosts/${name}`;
          const path = `${root}/usr/local/sbin/fredu-etcd-backup`;
          const text = tree.get(path);
          const timer = `${root}/etc/systemd/system/fredu-etcd-backup.timer`;
          if (!text || !tree.get(timer)?.includes('OnCalendar='))
            return [
              {
                path: text ? timer : path,
                message: `${name} takes no snapshots of etcd`,
                fix: 'give it the script and its timer',
              },
            ];
          const found: Finding[] = [];
          const say = (file: string, words: string, message: string, fix: string) =>
            found.push({ path: file, text: words, message: `${name}: ${message}`, fix });
          for (const option of REMOTE_OPTIONS)
            if (new RegExp(`^etcdctl .*--${option}\\b`, 'm').test(text))
              say(
                path,
                `--${option}`,
                `etcdctl gets --${option} twice, and ends`,
                'leave it to /etc/etcd.env',
              );
          const [taken, forgotten, copied] = ['snapshot save', '-delete', 'rclone '].map((word) =>
            text.indexOf(word),
          );
          if (forgotten! < taken! || forgotten === -1)
            say(
              path,
              'find',
              'old snapshots go before a new one is there, or never',
              'find … -delete after snapshot save',
            );
          if (objects === undefined) return found;
          const remote = `${root}/etc/fredu/etcd-backup.rclone.conf`;
          const endpoint = /^endpoint=(.*)$/m.exec(tree.get(remote) ?? '')?.[1];
          const bucket = /copyto .* "?backup:([^/"]+)/.exec(text)?.[1];
          const { code, objects: store } = objects.primary;
          if (copied === -1 || !bucket)
            say(path, 'snapshot save', 'snapshots do not leave the host', `copy them to ${store!.endpoint}`);
          else if (copied! < forgotten!)
            say(
              path,
              'rclone',
              'a store that does not answer keeps old snapshots from being removed',
              'remove them before the copy',
            );
          if (endpoint !== store!.endpoint)
            say(
              remote,
              'endpoint',
              `snapshots go to ${endpoint}; ${store!.endpoint} takes writes`,
              `endpoint=${store!.endpoint}`,
            );
          const claims = ofKind(tree, 'ObjectBucketClaim').filter((claim) => claim.site === code);
          if (bucket && claims.every(({ object }) => object.spec.bucketName !== bucket))
            say(
              path,
              `backup:${bucket}`,
              `nobody makes the bucket ${bucket} at ${code}`,
              'add an ObjectBucketClaim',
            );
          return found;
        }),
      );
  },
};
