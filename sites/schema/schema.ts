import type { Static } from 'typebox';
import type { PROMISES, ROLES, SURVIVAL_GOALS } from './choices.ts';
import type { PlatformSchema } from './platform.ts';
import type { Host, SiteSchema } from './site.ts';

/**
 * The shape of everything a person writes in `sites/`, once: `schema/` says it in typebox. From it come the TypeScript types
 * below and, by `npm run schemas`, the JSON Schemas that editors read and the validators that `load.ts` runs. What has a
 * good default is optional there and filled in by `model.ts`. Nothing imports what uses typebox at run time: it takes longer to
 * load than all sites together. Lists that rules read too are in `choices.ts`.
 */
export type SiteInput = Static<typeof SiteSchema>;
export type PlatformInput = Static<typeof PlatformSchema>;
export type HostInput = Static<typeof Host>;
export type Role = (typeof ROLES)[number];
export type SurvivalGoal = (typeof SURVIVAL_GOALS)[number];
export type SurvivalPromise = (typeof PROMISES)[number];
/** What the YAML files say, before anything is derived: `sites` by site code. */
export interface Input {
  platform: PlatformInput;
  sites: Record<string, SiteInput>;
}
