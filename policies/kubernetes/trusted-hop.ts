import { balancerSources, siteOf } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Finding, Policy } from '../law.ts';
import { targets, traefikFiles } from '../reading/ingress-files.ts';
import { type Data, ofKind } from '../reading/objects.ts';

const LOOPBACK = '127.0.0.1/32';
const isLoopback = (address: unknown): boolean => String(address).startsWith('127.0.0.1:');
const OPEN = ['web', 'websecure'] as const;
const EXPECTS_PROXY: number[] = [PORTS.traefikWeb.nodePort, PORTS.traefikWebsecure.nodePort];

export const trustedHop: Policy = {
  id: 'trusted-hop',
  title:
    'every hop speaks the PROXY protocol to Traefik and to nobody else, and Traefik believes exactly that hop',
  why: 'The address in the PROXY header is what limits and logs go by. A balancer that does not send it makes all clients one; a sender trusted beyond the balancer can claim any address; and a header before the Kubernetes API or the database is garbage in their protocol. A node port must keep the sender, or every connection comes from a worker, and no policy that names an address lets it in.',
  check(model, tree) {
    const own = traefikFiles(tree).flatMap(({ site, path, fixed }) => {
      const expected = balancerSources(siteOf(model, site)).toSorted();
      return Object.entries<Data>(fixed.entryPoints ?? {}).flatMap(
        ([name, { address, proxyProtocol, forwardedHeaders }]) => {
          const open = (OPEN as readonly string[]).includes(name);
          const trusted = (proxyProtocol?.trustedIPs ?? []).toSorted();
          // Where only this process itself can dial, it says itself who the client is.
          const wanted = open ? expected : isLoopback(address) ? [LOOPBACK] : [];
          const found: Finding[] = [];
          if (trusted.join() !== wanted.join() || proxyProtocol?.insecure) {
            found.push({
              path,
              text: 'trustedIPs',
              message: `entry point ${name} of ${site} believes ${proxyProtocol?.insecure ? 'everybody' : list(trusted)}; before it stands ${list(wanted)}`,
              fix: `trust exactly ${list(wanted)}`,
            });
          }
          if (forwardedHeaders?.insecure || forwardedHeaders?.trustedIPs?.length) {
            found.push({
              path,
              text: 'forwardedHeaders',
              message: `entry point ${name} of ${site} believes X-Forwarded-For, which only clients send here`,
              fix: 'leave out forwardedHeaders',
            });
          }
          return found;
        },
      );
    });
    const hops = targets(tree).flatMap(({ path, text, port, sendsProxy }): Finding[] => {
      const expectsProxy = EXPECTS_PROXY.includes(port);
      if (expectsProxy === sendsProxy) return [];
      return [
        {
          path,
          text,
          message: expectsProxy
            ? `port ${port} of Traefik does not get the client's address`
            : `port ${port} is sent a PROXY header that it does not understand`,
          fix: expectsProxy ? 'send PROXY protocol version 2' : 'send plain TCP',
        },
      ];
    });
    const services = ofKind(tree, 'Service')
      .filter(
        ({ object }) => object.spec.type === 'NodePort' && object.spec.externalTrafficPolicy !== 'Local',
      )
      .map(({ path, namespace, name }) => ({
        path,
        text: 'type: NodePort',
        message: `node ports of ${namespace}/${name} hide the sender's address`,
        fix: 'set externalTrafficPolicy: Local',
      }));
    return [...own, ...hops, ...services];
  },
};

const list = (addresses: string[]): string => (addresses.length === 0 ? 'nobody' : addresses.join(', '));
