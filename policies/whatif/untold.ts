import type { Part } from './parts.ts';

/**
 * Why no alert tells of a loss, and who knows of it all the same: by the kind of what is lost, and where not all of a kind are
 * meant by how its name ends. A loss that no rule of the tree fires for and that stands not here is one that was forgotten.
 */
const UNTOLD: readonly { kind: Part['kind']; name?: RegExp; reason: string }[] = [
  {
    kind: 'firewall',
    reason:
      'the tree knows the addresses that the pair shares and not the own one of either, so no observer can ask one of the two; the one that takes over writes it into its log, and that the other one has gone is known to whoever looks: sign in to both, each month and after every change of theirs',
  },
  {
    kind: 'balancer',
    name: /-anycast$/,
    reason:
      'its address inside is chosen by OpenStack, and from another site the service address leads to that site itself; OpenStack says its state: openstack loadbalancer list',
  },
];

/** Why nobody tells of it, where that is known. */
export const untold = ({ kind, id }: Part): string | undefined =>
  UNTOLD.find((row) => row.kind === kind && (row.name?.test(id) ?? true))?.reason;
