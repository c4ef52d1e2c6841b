/** The folder of control groups that the nodes of a twin have, below each controller. */
export const GROUP = 'fredu-twin';
/** With version 1 one below each controller, of which cpuset must be told what there is; with version 2 one. */
export const makeGroups = (name: string): string => `if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  for each in '' /${GROUP}; do mkdir -p "/sys/fs/cgroup$each/${GROUP}/${name}" 2>/dev/null; echo '+cpu +cpuset +memory +pids +io' >"/sys/fs/cgroup$each/cgroup.subtree_control"; done
else
  for each in /sys/fs/cgroup/*/; do
    [ ! -e "$each/cgroup.procs" ] || mkdir -p "$each/${GROUP}/${name}"
  done
  for each in ${GROUP} ${GROUP}/${name}; do
    for file in cpuset.cpus cpuset.mems; do cat "/sys/fs/cgroup/cpuset/$each/../$file" >"/sys/fs/cgroup/cpuset/$each/$file"; done
  done
fi`;
/** Takes them away, for the kernel does not; the last processes of a group may take a while to end on a busy machine: one minute. */
export const REMOVE_GROUPS = `for try in $(seq 200); do
  found=
  for each in /sys/fs/cgroup/${GROUP} /sys/fs/cgroup/*/${GROUP}; do
    [ -d "$each" ] || continue
    find "$each" -depth -type d -exec rmdir {} \\; 2>/dev/null
    [ ! -d "$each" ] || found=1
  done
  [ -n "$found" ] || break
  sleep 0.3
done`;
