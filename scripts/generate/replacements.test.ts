import { expect, it } from 'vitest';
import openstack from '#policies/reading/schemas/openstack.json' with { type: 'json' };
import replacements from '#policies/reading/schemas/openstack-replacements.json' with { type: 'json' };
import { forcedIn } from './replacements.ts';

const SOURCE = `func resourceVolume() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{
			"region": {
				Type:     schema.TypeString,
				ForceNew: true,
				Computed: true,
			},
			"size": {
				Type:     schema.TypeInt,
				ForceNew: false,
			},
			"network": {
				Type: schema.TypeList,
				Elem: &schema.Resource{
					Schema: map[string]*schema.Schema{
						"port": {
							Type:     schema.TypeString,
							ForceNew: true,
						},
					},
				},
			},
			"tags": {
				Type: schema.TypeSet,
				Elem: &schema.Schema{
					Type:     schema.TypeString,
					ForceNew: true,
				},
			},
		},
	}
}
`;

it('finds what cannot change, also within blocks, and nothing else', () => {
  expect(forcedIn(SOURCE)).toEqual(['network.port', 'region']);
});

it('is known of every resource that stacks are judged by, by arguments that it has', () => {
  expect(Object.keys(replacements.resources)).toEqual(Object.keys(openstack.resources));
  expect(replacements.source).toContain(`v${openstack.version}`);
  for (const [type, forced] of Object.entries(replacements.resources)) {
    const { attributes, block_types = {} } = (
      openstack.resources as Record<string, { attributes: object; block_types?: object }>
    )[type]!;
    const known = [...Object.keys(attributes), ...Object.keys(block_types)];
    expect(forced.filter((each) => !known.includes(each.split('.')[0]!))).toEqual([]);
  }
});
