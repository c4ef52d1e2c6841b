import { existsSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { until } from '#scripts/lib/lab/netns.ts';
import { type Command, daemon } from '#scripts/lib/run.ts';

/** A port of this machine alone that leads to a program in the twin. */
export interface Door {
  port: number;
  close(): Promise<void>;
}

/**
 * The networks of the twin and of the machine have none in common, and their files are the same: the program listens at one.
 * @param command of the program, inside the twin
 */
export async function openDoor(file: string, command: Command, log: string): Promise<Door> {
  const way = daemon(command, { log });
  const server = createServer((client) => {
    const inner = connect(file);
    client.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(inner).pipe(client);
  });
  await until('the way in is open', () => existsSync(file));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await way.stop();
      rmSync(file, { force: true });
    },
  };
}
