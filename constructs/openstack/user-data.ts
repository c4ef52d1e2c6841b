import type { AtHost } from '#constructs/at-site.ts';
import { cloudInit } from '../hosts/cloud-init.ts';
import { terraformText } from '../quote.ts';

/** A disk that is to be found under a name of ours. */
interface NamedDisk {
  /** The path that the model has for it. */
  device: string;
  /** Terraform's expression for the id that OpenStack gave its volume. */
  volumeId: string;
}

export interface UserDataProps extends AtHost {
  disks: NamedDisk[];
}

/**
 * What cloud-init does at the first start of a host in an OpenStack: what it does everywhere, and the names of the data
 * disks.
 */
export function userData({ disks, ...at }: UserDataProps): string {
  if (disks.length === 0) return terraformText(cloudInit(at));
  const text = cloudInit(at, {
    files: [['etc/udev/rules.d/60-fredu-disks.rules', disks.map(diskRule).join('')]],
    commands: [
      ['udevadm', 'control', '--reload'],
      ['udevadm', 'trigger', '--subsystem-match=block', '--settle'],
    ],
  });
  // The serial numbers alone are Terraform's to fill in.
  return disks.reduce(
    (all, { volumeId }, index) => all.replaceAll(mark(index), `\${substr(${volumeId}, 0, ${SERIAL_LENGTH})}`),
    terraformText(text),
  );
}

/** Characters of a volume's id that a virtio disk has for a serial number. */
const SERIAL_LENGTH = 20;

/**
 * The disk of a volume under the name of the model, whatever bus it is on: a virtio disk shows the first characters of the
 * id, a SCSI disk all of them.
 */
const mark = (index: number): string => `SERIAL-OF-DISK-${index}`;
function diskRule({ device }: NamedDisk, index: number): string {
  const serial = `${mark(index)}*`;
  const link = device.replace(/^\/dev\//, '');
  return ['ID_SERIAL', 'ID_SCSI_SERIAL']
    .map((key) => `SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ENV{${key}}=="${serial}", SYMLINK+="${link}"\n`)
    .join('');
}
