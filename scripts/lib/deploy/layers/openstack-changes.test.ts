import { expect, it } from 'vitest';
import { changesText, lossesOf, resourceChanges } from './openstack-changes.ts';

const change = (address: string, actions: string[], more: object = {}) => ({
  address,
  change: { actions, before: null, after: null, ...more },
});
const plan = JSON.stringify({
  resource_changes: [
    change('openstack_networking_port_v2.added', ['create']),
    change('openstack_networking_port_v2.same', ['no-op']),
    change('data.openstack_images_image_v2.read', ['read']),
    change('openstack_lb_monitor_v2.changed', ['update'], {
      before: { delay: 5, token: 'hunter2', name: 'one' },
      after: { delay: 2, token: 'hunter3', name: 'one', long: 'x'.repeat(100) },
      before_sensitive: { token: true },
      after_sensitive: {},
    }),
    change('openstack_compute_instance_v2.replaced', ['delete', 'create']),
    change('openstack_blockstorage_volume_v3.replaced', ['create', 'delete']),
    change('openstack_networking_port_v2.destroyed', ['delete']),
  ],
});

it('tells destroys and replacements first, fields of a change, and no secret', () => {
  expect(changesText(resourceChanges(plan))).toMatchInlineSnapshot(`
    "1 destroyed, 2 replaced, 1 changed, 1 added
      -   openstack_networking_port_v2.destroyed
      -/+ openstack_blockstorage_volume_v3.replaced
      -/+ openstack_compute_instance_v2.replaced
      ~   openstack_lb_monitor_v2.changed
            delay: 5 -> 2
            token: differs
            long: unset -> "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      +   openstack_networking_port_v2.added
    "
  `);
});

it('names what holds data as lost, and what else ends as cut', () => {
  expect(lossesOf(resourceChanges(plan))).toEqual({
    lost: ['openstack_blockstorage_volume_v3.replaced, replaced'],
    cut: [
      'openstack_networking_port_v2.destroyed, destroyed',
      'openstack_compute_instance_v2.replaced, replaced',
    ],
  });
});

it('says that there is nothing to change', () => {
  expect(changesText(resourceChanges('{}'))).toBe('OpenStack is as the tree says\n');
});
