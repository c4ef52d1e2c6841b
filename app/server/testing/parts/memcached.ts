import { connect } from 'node:net';
import { join } from 'node:path';
import { type Daemon, daemon } from '../../../../scripts/lib/run.ts';
import { asAccount, freePort, until } from './programs.ts';

/** A memcached that can be ended, started again, and held: then it takes connections and says nothing. */
export interface Memcached {
  address: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  hold(): void;
  release(): void;
}

export async function startMemcached(folder: string): Promise<Memcached> {
  const port = await freePort();
  let running: Daemon | undefined;
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => resolve(false));
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  const start = async () => {
    const command = asAccount('memcached', '-l', '127.0.0.1', '-p', String(port), '-U', '0', '-m', '16');
    running = daemon(command, { log: join(folder, `memcached-${port}.log`) });
    await until('memcached listens', answers);
  };
  await start();
  return {
    address: `127.0.0.1:${port}`,
    start,
    async stop() {
      await running?.stop();
      running = undefined;
    },
    hold: () => void process.kill(running!.pid, 'SIGSTOP'),
    release: () => void process.kill(running!.pid, 'SIGCONT'),
  };
}
