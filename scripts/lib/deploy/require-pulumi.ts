import manifest from '../../../package.json' with { type: 'json' };
import { CannotLook } from '../main.ts';
import { find } from '../programs.ts';

/** Before anything else is asked. @throws CannotLook without Pulumi's command line, which its library only drives */
export function requirePulumi(): void {
  if (find('pulumi')) return;
  throw new CannotLook(
    `pulumi is not on the PATH; version ${manifest.dependencies['@pulumi/pulumi']} or later of it is needed (https://www.pulumi.com/docs/install/), or deploy without --engine`,
  );
}
