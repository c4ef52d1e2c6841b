import type { Outcome } from '../../run.ts';

/** Settings under which Ansible says only what happens, without colours. */
export const ANSIBLE_ENV = {
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_DISPLAY_OK_HOSTS: 'false',
  ANSIBLE_DISPLAY_SKIPPED_HOSTS: 'false',
  ANSIBLE_STDOUT_CALLBACK: 'default',
  ANSIBLE_LOCALHOST_WARNING: 'false',
};

interface Counts {
  ok: number;
  changed: number;
  unreachable: number;
  failed: number;
}
/** A task that did something, or could not, at one host; `text`: what differs, or why not. */
interface Task {
  host: string;
  name: string;
  how: 'changed' | 'failed';
  text: string;
}
/** What a run of a playbook said. */
export interface Played {
  hosts: Map<string, Counts>;
  tasks: Task[];
}

const TASK = /^(?:TASK|RUNNING HANDLER) \[(.*)\] \*+$/;
const RESULT = /^(changed|fatal|failed): \[([^\]\s]+)\]/;
const RECAP = /^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)/;

/** Reads the output of Ansible's default callback. @see https://docs.ansible.com/ansible-core/2.18/collections/ansible/builtin/default_callback.html */
export function played(output: string): Played {
  const hosts = new Map<string, Counts>();
  const tasks: Task[] = [];
  let name = '';
  let differing: string[] = [];
  for (const line of output.split('\n')) {
    const task = TASK.exec(line);
    const result = RESULT.exec(line);
    const recap = RECAP.exec(line);
    if (task) {
      name = task[1]!;
      differing = [];
    } else if (result) {
      const [, how, host] = result;
      if (how === 'changed') tasks.push({ host: host!, name, how, text: differing.join('\n') });
      else tasks.push({ host: host!, name, how: 'failed', text: messageOf(line) });
      differing = [];
    } else if (recap) {
      const [ok, changed, unreachable, failed] = recap.slice(2).map(Number) as [
        number,
        number,
        number,
        number,
      ];
      hosts.set(recap[1]!, { ok, changed, unreachable, failed });
    } else if (/^(PLAY|\.\.\.ignoring)/.test(line)) {
      if (line.startsWith('...')) tasks.pop(); // the playbook expects it, where a program is not there yet
      differing = [];
    } else if (/^[-+@ ]/.test(line) && line.trim() !== '') differing.push(line);
  }
  return { hosts, tasks };
}

/** Why a run failed, in a line. */
export function reasonOf({ stdout, stderr }: Outcome): string {
  if (stderr) return stderr;
  const failed = played(stdout).tasks.findLast(({ how }) => how === 'failed');
  if (failed) return `${failed.host}: ${failed.name}: ${failed.text}`;
  const lines = stdout.trim().split('\n');
  return (lines.find((line) => /^(\[?ERROR|error)/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
}

/** The `msg` of a result, without the rest, which may be long. */
function messageOf(line: string): string {
  const json = line.slice(line.indexOf('=> ') + 3);
  try {
    return String(JSON.parse(json).msg ?? json)
      .split('\n')[0]!
      .slice(0, 300);
  } catch {
    return json.slice(0, 300);
  }
}
