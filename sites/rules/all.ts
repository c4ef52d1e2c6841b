import { addressRules } from './addresses.ts';
import { conversationRules } from './conversations.ts';
import { databaseRules } from './database.ts';
import { edgeRules } from './edge.ts';
import { familyRules } from './families.ts';
import { hostRules } from './hosts.ts';
import { kubernetesRules } from './kubernetes.ts';
import { machineRules } from './machines.ts';
import { networkRules } from './networks.ts';
import { notes } from './notes.ts';
import { openstackRules } from './openstack.ts';
import { platformRules } from './platform.ts';
import type { Rule } from './rule.ts';
import { sizeRules } from './sizes.ts';
import { volumeRules } from './volumes.ts';

/** Everything that has to be true of the files before anything is made of them. */
export const RULES: Rule[] = [
  ...networkRules,
  ...addressRules,
  ...familyRules,
  ...conversationRules,
  ...hostRules,
  ...machineRules,
  ...sizeRules,
  ...kubernetesRules,
  ...edgeRules,
  ...openstackRules,
  ...databaseRules,
  ...volumeRules,
  ...platformRules,
];

/** Notes on a platform that is accepted. */
export const NOTES: Rule[] = notes;
