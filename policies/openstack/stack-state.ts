import { siteOf } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { stacks } from '../reading/openstack-tree.ts';

export const stackState: Policy = {
  id: 'stack-state',
  title:
    'a stack says where its state is, never in what it makes itself, under a key of its own, and has no secret and no path of a machine',
  why: 'Without a backend the state lies where the library was started, as an absolute path. A state in the store that the stack carries is lost with it on the day it is needed. Two stacks under one key destroy each other. Whatever stands in the file is in the repository, and in the state of the person who applies it.',
  check(model, tree) {
    const keys = new Map<string, string>();
    return stacks(tree).flatMap(({ site: code, path, whole, text }) => {
      const site = siteOf(model, code);
      const found: Finding[] = [];
      const say = (text: string, message: string, fix: string) => found.push({ path, text, message, fix });
      const [kind, backend] = Object.entries<Data>(whole.terraform?.backend ?? {})[0] ?? [];
      if (!kind || !backend) say('"terraform"', `the stack of ${code} has no backend`, 'name one');
      else if (kind === 's3') {
        if (backend.endpoints?.s3 === site.objects?.endpoint)
          say(
            '"endpoints"',
            `the state of ${code} is in the object store of ${code}`,
            'keep it at another site',
          );
        const made = ofKind(tree, 'ObjectBucketClaim').some(
          ({ site: at, object }) =>
            object.spec.bucketName === backend.bucket &&
            siteOf(model, at).objects?.endpoint === backend.endpoints?.s3,
        );
        if (!made && backend.endpoints?.s3 !== site.objects?.endpoint)
          say(
            '"bucket"',
            `nobody makes the bucket ${backend.bucket} at ${backend.endpoints?.s3}, so no state of ${code} is ever written`,
            'add an ObjectBucketClaim where that store is',
          );
        if (!backend.use_lockfile)
          say('"s3"', `two people may apply the stack of ${code} at once`, 'set use_lockfile');
        const key = `${backend.endpoints?.s3} ${backend.bucket} ${backend.key}`;
        const other = keys.get(key);
        if (other)
          say('"key"', `the stacks of ${other} and ${code} have one state`, 'give each a key of its own');
        keys.set(key, code);
      } else if (kind !== 'local' || /^(\/|[A-Z]:)/.test(backend.path ?? '/'))
        say(`"${kind}"`, `the state of ${code} is at ${backend.path ?? kind}`, 'use s3, or a relative path');
      const secret =
        /"(password|secret_key|access_key|token|application_credential_secret|admin_pass|private_key)":/.exec(
          text,
        );
      if (secret)
        say(
          secret[0],
          `the stack of ${code} has a ${secret[1]}`,
          'leave it to clouds.yaml or to the environment',
        );
      const machine = /"(\/(?:home|root|tmp|work|Users)\/[^"]*)"/.exec(text);
      if (machine) say(machine[1]!, `the stack of ${code} has a path of one machine`, 'make it relative');
      return found;
    });
  },
};
