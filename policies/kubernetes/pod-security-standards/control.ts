import type { Data } from '../../reading/objects.ts';

/** One control of the Pod Security Standards. */
export interface Control {
  id: string;
  /** What holds, in one line. */
  title: string;
  /** The mistake, as it stands in a manifest. */
  avoid: string;
  /** What would happen otherwise. */
  why: string;
  /** The field to look at. */
  field: string;
  /** The fact that breaks it, or nothing. */
  breaks(pod: Data, containers: Data[]): string | undefined;
  fix: string;
}

/** The first container of which it is true, as `container api …`. */
export const first = (
  containers: Data[],
  breaks: (container: Data) => unknown,
  fact: string,
): string | undefined => {
  const found = containers.find(breaks);
  return found && `container ${found.name} ${fact}`;
};
